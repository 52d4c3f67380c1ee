"""What background jobs write while the prompt stands: shown above it, as the terminal would have got it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from prompt_toolkit.application import run_in_terminal

from nlsh.core.display import visible
from nlsh.repl.screen import Screen

_SOON_S: Final = 0.03
"""How long output is gathered, so that the prompt is not redrawn for every piece of it."""
_MOST_BYTES: Final = 1 << 20
"""So much is gathered at most; a job that writes faster is shown in pieces of this size."""


class Above:
    """Takes output from any thread. It stays the job's own: bytes, unchanged but for an end of line put behind."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._showing: asyncio.Task[None] | None = None
        self.has_prompt = False
        """Whether the prompt stands; else it is written as it comes."""

    def show(self, data: bytes) -> None:
        """Show some output; from any thread."""
        self._loop.call_soon_threadsafe(self._take, data)

    def _take(self, data: bytes) -> None:
        self._waiting += data
        if self._showing is None or self._showing.done():
            self._showing = asyncio.ensure_future(self._gathered())

    async def _gathered(self) -> None:
        while self._waiting:
            await asyncio.sleep(_SOON_S)
            await self.flush()

    async def tell(self, sentence: str) -> None:
        """A sentence of nlsh's own, of untrusted text."""
        await self._printed(lambda: self._screen.tell(visible(sentence), "warn"))

    async def flush(self) -> None:
        """Show what was gathered."""
        data = bytes(self._waiting[:_MOST_BYTES])
        del self._waiting[:_MOST_BYTES]
        if not data:
            return
        # The prompt is drawn from the first column on.
        end = b"\r\n" if self.has_prompt and not data.endswith(b"\n") else b""
        await self._printed(lambda: self._screen.write(data + end))

    async def _printed(self, write: Callable[[], None]) -> None:
        if self.has_prompt:
            await run_in_terminal(write)
        else:
            write()
