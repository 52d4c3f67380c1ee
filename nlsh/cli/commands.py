"""The command line, read: which module does what the words ask for."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from nlsh.core.errors import UsageError

if TYPE_CHECKING:
    import argparse


def dispatch(words: Sequence[str]) -> int:
    """Run what the words ask for. Raises NlshError."""
    try:
        arguments = _bare_line(words) or _parsed(words)
    except SystemExit as left:  # --help and --version print and leave
        return left.code if isinstance(left.code, int) else 0
    return _command(arguments)(arguments)


def _front(arguments: argparse.Namespace) -> str:
    if arguments.script:
        return "script"
    return "once" if arguments.line is not None else "front"


def _bare_line(words: Sequence[str]) -> argparse.Namespace | None:
    """`-c LINE`, or `init SHELL` for a start-up file, and nothing else: without the parser, whose making takes time."""
    if len(words) == 2 and words[0] == "init" and words[1] in ("bash", "zsh", "fish"):
        said = SimpleNamespace(command="init", module="init", shell=words[1], line=None, ask=False, script=())
        return cast("argparse.Namespace", said)
    if len(words) != 2 or words[0] != "-c":
        return None
    switches = {"inline": False, "yes": False, "dry_run": False, "json": False, "ask": False}
    return cast("argparse.Namespace", SimpleNamespace(line=words[1], command=None, model="", script=(), **switches))


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    from nlsh.cli.options import parser, with_line_attached

    top = parser()
    at = _script_at(words, top)
    arguments = top.parse_args(with_line_attached(words if at is None else words[:at]))
    script = () if at is None else words[at:]
    arguments.script = tuple(script[1:] if script[:1] == ["--"] else script)
    return arguments


def _script_at(words: Sequence[str], top: argparse.ArgumentParser) -> int | None:
    """Where the script's file stands: at the first word, unless that is a subcommand. Raises UsageError."""
    from nlsh.cli.options import first_word, subcommands

    at = first_word(words)
    if at is None or words[at] == "-c" or words[at] in subcommands(top):
        return None
    if words[at] == "--" or "/" in words[at] or os.path.lexists(words[at]):
        return at
    raise UsageError(
        f"{words[at]} is neither a subcommand nor a file here",
        "nlsh --help shows what there is; nlsh -c LINE runs a line",
    )


def _command(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    if arguments.line is not None and (arguments.command or arguments.script):
        raise UsageError("-c LINE and a subcommand or a file do not go together", "give one of them")
    if arguments.ask and (arguments.line is None or arguments.yes or arguments.dry_run or arguments.json):
        raise UsageError("--ask wants a line, and somebody to ask", "give it with -c LINE, without --yes or --json")
    module = arguments.module if arguments.command else _front(arguments)
    return cast("Callable[[argparse.Namespace], int]", importlib.import_module(f"nlsh.cli.{module}").run)
