"""The memory pane: what was recalled for the last utterance, and a search over everything remembered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from nlsh.core.display import human_duration
from nlsh.core.ports import MemoryRow
from nlsh.tui.approval import content
from nlsh.tui.rows import Piece
from nlsh.tui.safe import one_line


def memory_pieces(row: MemoryRow, now: float) -> list[Piece]:
    """One memory: how near, the text, what it is, how old, and why it was recalled."""
    age = human_duration(max(1.0, now - row.at)) + " ago" if row.at > 0 else ""
    details = " · ".join(part for part in (row.kind, age, one_line(row.why, 80)) if part)
    score = f"{row.score:.2f} " if row.score else "     "
    return [(score, "accent"), (one_line(row.text, 300), "plain"), (f"\n     {details}", "muted")]


def memories_content(rows: Sequence[MemoryRow], empty: str, now: float) -> Content:
    """Memories, best first, or why there is none."""
    if not rows:
        return content([(empty, "muted")])
    return Content("\n").join([content(memory_pieces(row, now)) for row in rows])


class MemoryPane(Vertical):
    """Recalled memories; typing in its first row searches."""

    BORDER_TITLE = "Memory"

    @dataclass
    class Searched(Message):
        """The person looks for something; an empty text goes back to what was recalled."""

        pane: MemoryPane
        text: str

        @property
        def control(self) -> MemoryPane:
            """The pane."""
            return self.pane

    DEFAULT_CSS = """
    MemoryPane {
        & Input { border: none; height: 1; padding: 0; background: $background; }
        & Input:focus { border: none; background: $foreground 6%; }
        & VerticalScroll { scrollbar-size-vertical: 1; margin-top: 1; }
        & Static { height: auto; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.recalled: Sequence[MemoryRow] = ()
        self.found: Sequence[MemoryRow] | None = None

    def compose(self) -> ComposeResult:
        """The search, and what is remembered."""
        yield Input(placeholder="search memory", compact=True)
        with VerticalScroll(can_focus=False):
            yield Static(Content(""), id="memories")

    def on_mount(self) -> None:
        """Show what there is."""
        self._show()

    def show_recalled(self, rows: Sequence[MemoryRow]) -> None:
        """Show what was recalled for an utterance."""
        self.recalled = rows
        self._show()

    def show_found(self, rows: Sequence[MemoryRow] | None) -> None:
        """Show what a search found; None goes back to what was recalled."""
        self.found = rows
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what is typed."""
        event.stop()
        self.post_message(self.Searched(self, event.value.strip()))

    @property
    def search(self) -> Input:
        """Where a search is typed."""
        return self.query_one(Input)

    def _show(self) -> None:
        if not self.query("#memories"):
            return
        rows = self.recalled if self.found is None else self.found
        empty = "nothing recalled yet" if self.found is None else "nothing found"
        self.query_one("#memories", Static).update(memories_content(rows, empty, time.time()))
