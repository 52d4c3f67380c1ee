"""Lines of earlier turns, for whoever types the next: what they go on to, walking back, searching. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from nlsh.core.display import visible, visible_text
from nlsh.core.fuzzy import Match, ranked
from nlsh.core.ports import TurnRow

_NOT_FOUND: Final = 127
"""The exit code of a command that does not exist: nobody wants that line offered again."""
_LONGEST_GHOST: Final = 500


def distinct(rows: Iterable[TurnRow]) -> tuple[TurnRow, ...]:
    """Of every line its newest turn; the rows are newest first.

    Lines that cannot be shown as they are, and those that begin with a space, are left out. Where the newest turn of a
    line has no plan, that of an earlier one on the same route is put in.
    """
    found: dict[str, TurnRow] = {}
    for row in rows:
        if not row.line.strip() or row.line.startswith(" ") or visible_text(row.line) != row.line:
            continue
        known = found.setdefault(row.line, row)
        if row.plan and not known.plan and known.route == row.route:
            found[row.line] = replace(known, plan=row.plan)
    return tuple(found.values())


def ghost(rows: Sequence[TurnRow], typed: str, cwd: str) -> str:
    """What a line may go on to: the rest of the newest that begins so, one of this folder before any other.

    Rests that do not stand on one row are left out, and lines that were not found or not understood when they were run.
    """
    if not typed.strip() or typed.startswith(" ") or len(typed) > _LONGEST_GHOST:
        return ""
    begun = [row for row in rows if row.line.startswith(typed) and _is_offered(row, row.line[len(typed) :])]
    row = next((row for row in begun if row.cwd == cwd), begun[0] if begun else None)
    return row.line[len(typed) :] if row else ""


def _is_offered(row: TurnRow, rest: str) -> bool:
    has_worked = row.exit_code != _NOT_FOUND and row.outcome != "not understood"
    return has_worked and rest != "" and visible(rest) == rest


def next_word(text: str) -> str:
    """The first word of a ghost text, up to where the next begins; a folder of a path is a word."""
    for at in range(1, len(text)):
        if (text[at - 1] == "/" or text[at - 1].isspace()) and not text[at].isspace() and text[:at].strip():
            return text[:at]
    return text


@dataclass(frozen=True)
class Found:
    """A turn that a search found, and how."""

    row: TurnRow
    match: Match


def search(rows: Sequence[TurnRow], query: str) -> list[Found]:
    """The turns whose line matches, the best first; all of them, newest first, where nothing was typed."""
    return [Found(rows[at], match) for at, match in ranked(query, [row.line for row in rows])]


class Walk:
    """Walking back through the lines that contain what was typed, newest first, and forth again to what was typed."""

    def __init__(self, rows: Sequence[TurnRow], typed: str) -> None:
        wanted = "" if "\n" in typed else typed  # nobody has typed several lines again
        is_cased = wanted != wanted.lower()
        lines = (row.line for row in rows)
        self._lines = [typed, *(line for line in lines if line != typed and _contains(line, wanted, is_cased))]
        self._at = 0

    @property
    def line(self) -> str:
        """The line that is shown."""
        return self._lines[self._at]

    def step(self, direction: Literal[-1, 1]) -> str | None:
        """The next older (-1) or newer (1) line; None at either end."""
        at = self._at - direction
        if not 0 <= at < len(self._lines):
            return None
        self._at = at
        return self.line


def _contains(line: str, typed: str, is_cased: bool) -> bool:
    return typed in (line if is_cased else line.lower())
