"""Which front end? The command line: read it, and hand the work to the one module that does it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress


def main(argv: Sequence[str] | None = None) -> int:
    """Run nlsh with these arguments (without the program's name) and return its exit code. Never raises."""
    _seat_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        return _version()
    from nlsh.cli.guard import guarded  # nothing is loaded for --version

    return guarded(words)


def _version() -> int:
    from nlsh import __version__

    try:
        sys.stdout.write(f"nlsh {__version__}\n")
        sys.stdout.flush()
    except OSError as error:
        from nlsh.cli.guard import unwritable

        return unwritable(error)
    return 0


def _seat_streams() -> None:
    """Put the null device where standard input, output or error is closed: no file opened later may take its place.

    Commands do not inherit it: to them the stream is closed, as the caller wanted.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115 (it stays)
