"""What background jobs write between two lines: taken from another thread, bounded, shown in a block of its own."""

from __future__ import annotations

import threading
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from nlsh.tui.output import OutputBuffer
from nlsh.tui.output_view import OutputView

HELD_BYTES: Final = 128 * 1024
"""More than this between two looks is not kept; the newest is."""

LOST: Final = "[what came before this was too much, and is not kept]"


class BackgroundFeed:
    """Where another thread puts what jobs write, and the desk takes it from. Never blocks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = bytearray()
        self._has_lost = False

    def feed(self, data: bytes) -> None:
        """Hold some bytes; of too many the newest, from the start of a line."""
        with self._lock:
            self._held += data
            if len(self._held) > HELD_BYTES:
                cut = self._held.find(b"\n", len(self._held) - HELD_BYTES) + 1 or len(self._held) - HELD_BYTES
                del self._held[:cut]
                self._has_lost = True

    def take(self) -> str:
        """What came since the last time, bytes by surrogateescape."""
        with self._lock:
            data, has_lost = bytes(self._held), self._has_lost
            self._held.clear()
            self._has_lost = False
        text = data.decode("utf-8", "surrogateescape")
        return f"{LOST}\n{text}" if has_lost else text


class BackgroundView(Vertical):
    """What jobs wrote until the next line was sent."""

    DEFAULT_CSS = """
    BackgroundView {
        height: auto;
        margin-bottom: 1;
        & .background--title { color: $turn-gutter; height: 1; }
        & OutputView { margin-left: 2; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._buffer = OutputBuffer()
        self._is_dirty = False

    def compose(self) -> ComposeResult:
        """Its name, and the output."""
        yield Static(Content("◦ background"), classes="background--title")
        yield OutputView(self._buffer)

    @property
    def is_dirty(self) -> bool:
        """Whether something that came is not shown yet."""
        return self._is_dirty

    def feed(self, text: str) -> None:
        """More output."""
        self._buffer.feed(text)
        self._is_dirty = True
        if self.is_mounted:
            self.flush()

    def on_mount(self) -> None:
        """Show what came before there was a view."""
        self.call_after_refresh(self.flush)

    def flush(self) -> None:
        """Show everything that came."""
        self._is_dirty = False
        self.query_one(OutputView).flush()

    def rows(self) -> int:
        """How high it is."""
        return self.size.height
