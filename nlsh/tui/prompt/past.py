"""The lines typed before, as the prompt of the desk knows them."""

from __future__ import annotations

from nlsh.core.past import Walk, distinct, ghost
from nlsh.core.ports import TurnRow


class Past:
    """The newest turns, newest first, each line once."""

    def __init__(self) -> None:
        self.rows: tuple[TurnRow, ...] = ()

    def load(self, rows: tuple[TurnRow, ...]) -> None:
        """Take what the history has that is `distinct`, newest first."""
        self.rows = rows

    def add(self, row: TurnRow) -> None:
        """A line was just sent; those that begin with a space are not kept."""
        self.rows = (*distinct((row,)), *(one for one in self.rows if one.line != row.line))

    def ghost(self, text: str, cwd: str) -> str:
        """How a line that begins with `text` went on, last time in this folder, else anywhere; empty where none did."""
        return ghost(self.rows, text, cwd)

    def walk(self, text: str) -> Walk:
        """Walking through the lines in which `text` stands; all of them for a text of several lines."""
        return Walk(self.rows, text)
