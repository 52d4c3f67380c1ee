"""The marks by which the person's shell says where it stands, found in what it writes to its terminal.

They are OSC 133 as FinalTerm defined it (A: the prompt begins, C: a command begins, D: it ended), with P for "what
follows belongs to the line editor", Q for "a question is answered" and U for "the line is unfinished". Each carries a
nonce, so that nothing a command prints can pass for one, and the folder, as OSC 7 would.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_BEGINS: Final = b"\x1b]133;"
_LONGEST: Final = 8 << 10
"""A mark is shorter: a folder's path has at most 4,096 bytes."""


@dataclass(frozen=True)
class Mark:
    """One mark: its letter, its field (D, Q: the exit code), and the folder, empty where it could not be said."""

    kind: str
    field: str
    where: str

    @property
    def code(self) -> int:
        """The exit code it carries; 0 if none."""
        return int(self.field) & 0xFF if self.field.isdecimal() else 0


class Marks:
    """Takes the marks out of a stream, however reads split it."""

    def __init__(self, nonce: str) -> None:
        self._mark = re.compile(rb"\x1b\]133;([A-Z]);([^;\x07]*);nlsh=" + nonce.encode() + rb";([^\x07]*)\x07")
        self._held = b""

    def feed(self, data: bytes) -> Iterator[bytes | Mark]:
        """What was written, in order; a piece that may be the beginning of a mark waits for its end."""
        data, self._held = self._held + data, b""
        data, self._held = _split_open(data)
        at = 0
        for found in self._mark.finditer(data):
            if found.start() > at:
                yield data[at : found.start()]
            yield Mark(found[1].decode(), found[2].decode("ascii", "replace"), os.fsdecode(found[3]))
            at = found.end()
        if at < len(data):
            yield data[at:]

    def rest(self) -> bytes:
        """What waited for its end; it did not come."""
        held, self._held = self._held, b""
        return held


def _split_open(data: bytes) -> tuple[bytes, bytes]:
    """The data, and what at its end may become a mark."""
    at = data.rfind(b"\x1b", max(0, len(data) - _LONGEST))
    if at < 0:
        return data, b""
    tail = data[at:]
    is_open = _BEGINS.startswith(tail) or (tail.startswith(_BEGINS) and b"\x07" not in tail)
    return (data[:at], tail) if is_open else (data, b"")
