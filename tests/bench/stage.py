"""What the parts of the bench share: a home, a table, the drain at the other end of a terminal."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.checks.home import READY, Home
from tests.checks.terminal import Terminal

TIMES: Final = 10
NLSH: Final = (sys.executable, "-m", "nlsh", "--inline")


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on standard output."""
    cells = [list(map(str, row)) for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    print(f"\n{title}")
    for row in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    sys.stdout.flush()


@contextlib.contextmanager
def a_home() -> Iterator[Home]:
    """A fresh home, whose nlsh finds the model that this machine has prepared."""
    with tempfile.TemporaryDirectory(prefix="nlsh-bench-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder), Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"))
        home.write(".bashrc", f"PS1='{READY}'\nf() {{ :; }}\n")
        yield home


def since_ms(started: float) -> float:
    """Milliseconds."""
    return 1000 * (time.perf_counter() - started)


def drain(terminal: Terminal, wait_s: float = 60.0) -> bytes:
    """What is written next; nothing at the end. Fails where nothing comes."""
    assert select.select([terminal.fd], [], [], wait_s)[0], "nothing more came"
    with contextlib.suppress(OSError):
        return os.read(terminal.fd, 1 << 16)
    return b""
