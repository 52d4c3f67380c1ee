"""What a line editor wrote while it was handed a line: mostly the line itself, sometimes what the shell says of it."""

from __future__ import annotations

import re
from typing import Final

DRAWN: Final = b"\0"
"""Stands where the editor has drawn its line anew."""


def complaint(echo: bytes, shell: str) -> bytes:
    """What the shell says of a line it cannot read, in whole lines.

    bash's editor writes where its errors go. If that is elsewhere (`exec 2>log`) all there is, is a command's output.
    """
    if shell == "bash" and DRAWN not in echo:
        return echo
    last = echo.rpartition(DRAWN)[2]
    found = re.search(rb"(?:\A|\n)(-?" + shell.encode() + rb": .*\n)", last, re.DOTALL)
    return found[1] if found else b""


def expansion(echo: bytes, line: str) -> bytes:
    """The line as history expansion made it, which shells show before they run it."""
    if "\n" in line or not ("!" in line or line.startswith("^")):
        return b""
    return echo.rpartition(DRAWN)[2].partition(b"\n")[2]
