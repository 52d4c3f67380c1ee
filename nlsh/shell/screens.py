"""Seeing when a command wants the whole screen."""

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
