"""What the prompt is doing besides taking a line, shown right above it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from nlsh.tui.approval import content
from nlsh.tui.prompt.modes import Mode

MOST_ROWS = 12
"""Rows it takes at most; never more than a third of the screen."""


class ModeView(Static):
    """The rows of a mode; not there while there is none."""

    DEFAULT_CSS = """
    ModeView {
        height: auto;
        padding: 0 2;
        text-wrap: nowrap;
        background: $foreground 4%;
        &:ansi { background: $background; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(Content(""), id=id)
        self.display = False

    @property
    def height(self) -> int:
        """How many rows there is room for."""
        return max(2, min(MOST_ROWS, self.app.size.height // 3))

    def show(self, mode: Mode | None) -> None:
        """Show a mode as it is now; nothing for None."""
        self.display = mode is not None
        if mode is not None:
            rows = mode.rows(max(1, self.app.size.width - 4), self.height)
            self.update(Content("\n").join([content(row) for row in rows]))
