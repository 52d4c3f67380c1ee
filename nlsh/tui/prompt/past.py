"""The lines typed before: ghost text, walking through them with the arrow keys. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from nlsh.core.display import visible
from nlsh.core.ports import TurnRow
from nlsh.tui.prompt.words import is_showable

_UNKNOWN_COMMAND: Final = 127
"""The exit code of a command that does not exist: a slip, nothing to suggest."""
_WORD: Final = re.compile(r"\s*\S+")


def repeatable(rows: Sequence[TurnRow]) -> tuple[TurnRow, ...]:
    """The turns whose line can stand in the prompt as it is; takes a while for many long lines."""
    return tuple(row for row in rows if row.line.strip() and is_showable(row.line))


class Past:
    """The newest turns, newest first."""

    def __init__(self) -> None:
        self.rows: tuple[TurnRow, ...] = ()

    def load(self, rows: tuple[TurnRow, ...]) -> None:
        """Take what the history has that is `repeatable`, newest first."""
        self.rows = rows

    def add(self, row: TurnRow) -> None:
        """A line was just sent; those that begin with a space are not kept."""
        if not row.line.startswith(" "):
            self.rows = (*repeatable((row,)), *self.rows)

    def ghost(self, text: str, cwd: str) -> str:
        """How a line that begins with `text` went on, last time in this folder, else anywhere; empty where none did."""
        if not text.strip():
            return ""
        there = [row for row in self.rows if row.line.startswith(text) and _is_worth_repeating(row, text)]
        found = next((row for row in there if row.cwd == cwd), there[0] if there else None)
        return found.line[len(text) :] if found else ""

    def containing(self, text: str) -> list[str]:
        """The lines in which `text` stands, newest first; case counts where it has capitals.

        Every line for a text of several: nobody has typed those again.
        """
        if "\n" in text:
            text = ""
        if text == text.lower():
            return [row.line for row in self.rows if text in row.line.lower()]
        return [row.line for row in self.rows if text in row.line]


def _is_worth_repeating(row: TurnRow, text: str) -> bool:
    is_more = len(row.line.rstrip()) > len(text)
    return is_more and row.exit_code != _UNKNOWN_COMMAND and visible(row.line) == row.line


def first_word(text: str) -> str:
    """What is taken of ghost text when it is taken word by word."""
    found = _WORD.match(text)
    return found[0] if found else text


class HistoryWalk:
    """Walking through lines typed before, newest first, and back to the line that was begun."""

    def __init__(self) -> None:
        self._lines: Sequence[str] = ()
        self._at = -1
        self._draft = ""

    @property
    def is_walking(self) -> bool:
        """Whether an older line is shown."""
        return self._at >= 0

    def begin(self, lines: Sequence[str], draft: str) -> None:
        """Start from the line that stands in the prompt, which is not met again on the way."""
        seen = dict.fromkeys(line for line in lines if line and line != draft and is_showable(line))
        self._lines, self._at, self._draft = tuple(seen), -1, draft

    def step(self, direction: Literal[-1, 1]) -> str | None:
        """The next older (-1) or newer (1) line; None at either end."""
        at = self._at - direction
        if not -1 <= at < len(self._lines):
            return None
        self._at = at
        return self._draft if at < 0 else self._lines[at]

    def end(self) -> None:
        """The line was changed or sent: the walk is over."""
        self._at = -1
