"""Seeing when a command takes the whole screen, and what it writes after it has left it."""

from __future__ import annotations

import re
from typing import Final

_ENTERS: Final = re.compile(rb"\x1b\[\?(?:\d+;)*(?:1049|1047|47)(?:;\d+)*h")
_MAY_ENTER: Final = re.compile(rb"\x1b(?:\[(?:\?[\d;]{0,32})?)?\Z")


class ScreenScanner:
    """Finds the sequence that enters the alternate screen, however reads split it."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> tuple[bytes, bytes | None]:
        """What can be shown, and what belongs to the alternate screen (None: it was not entered)."""
        data = self._tail + data
        self._tail = b""
        found = _ENTERS.search(data)
        if found is not None:
            return data[: found.start()], data[found.start() :]
        begun = _MAY_ENTER.search(data, max(0, len(data) - 40))
        if begun is not None:
            self._tail = data[begun.start() :]
            data = data[: begun.start()]
        return data, None

    def rest(self) -> bytes:
        """What was held back at the end."""
        tail, self._tail = self._tail, b""
        return tail


_LEAVES: Final = re.compile(rb"\x1b\[\?(?:\d+;)*(?:1049|1047|47)(?:;\d+)*l")
_TAIL_BYTES: Final = 64 << 10


class Tail:
    """Keeps what comes while no alternate screen is shown: after it was left for the last time, if it was entered."""

    def __init__(self) -> None:
        self._seen = b""
        self._is_outside = True

    def feed(self, data: bytes) -> None:
        """Look at what the program wrote."""
        self._seen += data
        left = [found.end() for found in _LEAVES.finditer(self._seen)]
        entered = [found.start() for found in _ENTERS.finditer(self._seen)]
        if entered and entered[-1] > (left[-1] if left else -1):
            self._is_outside = False
        elif left:
            self._is_outside = True
            self._seen = self._seen[left[-1] :]
        self._seen = self._seen[-_TAIL_BYTES:] if self._is_outside else self._seen[-32:]

    def text(self) -> bytes:
        """What is to be shown in the transcript."""
        return self._seen if self._is_outside else b""
