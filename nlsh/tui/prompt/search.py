"""The history, searched by a few letters, in both languages. Pure, but for the clock it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len

from nlsh.core.display import human_duration
from nlsh.core.past import search
from nlsh.core.ports import TurnRow
from nlsh.core.risk import Route
from nlsh.tui.prompt.modes import Act, Put, Send, Stay, window
from nlsh.tui.prompt.words import GLYPHS
from nlsh.tui.rows import Piece
from nlsh.tui.safe import fit, folder, one_line

_STEPS: Final = {"down": 1, "ctrl+r": 1, "up": -1, "ctrl+s": -1, "pagedown": 8, "pageup": -8}
_FOLDER_FROM: Final = 90
"""Cells from which each row has room for its folder."""


def ranked(rows: Sequence[TurnRow], pattern: str) -> list[TurnRow]:
    """The rows whose line the letters stand for, best first, of equals the newest; each line once."""
    newest: dict[tuple[str, str], TurnRow] = {}
    for row in rows:
        newest.setdefault((row.line, row.route), row)
    return [found.row for found in search(tuple(newest.values()), pattern)]


def brief_age(seconds: float) -> str:
    """How long ago, in its largest unit: `12 s`, `3 h`, `4 d`."""
    return " ".join(human_duration(max(1, int(seconds))).split()[:2])


class Search:
    """What is typed on the prompt is the search; the line that was begun comes back with escape."""

    outlasts_typing = True

    def __init__(self, rows: Sequence[TurnRow], draft: str, home: str, clock: Callable[[], float]) -> None:
        self._rows = rows
        self._draft = draft
        self._home = home
        self._clock = clock
        self.pattern = draft if "\n" not in draft else ""
        self.found = ranked(rows, self.pattern)
        self.at = 0

    def title(self) -> str:
        """That the history is searched."""
        return "↺ history"

    def hint(self) -> str:
        """The keys."""
        replay = " · ctrl+o replays the plan" if self.chosen is not None and self.chosen.plan else ""
        return f"enter takes{replay} · esc leaves"

    @property
    def chosen(self) -> TurnRow | None:
        """The marked turn."""
        return self.found[self.at] if self.found else None

    def rows(self, width: int, height: int) -> list[list[Piece]]:
        """The turns around the marked one, and below them all there is to say of it."""
        if self.chosen is None:
            return [[("nothing in the history is like that", "muted")]]
        shown = window(len(self.found), self.at, max(1, height - 1))
        rows = [self._row(self.found[at], at == self.at, width) for at in shown]
        return [*rows, self._about(self.chosen, width)][-height:]

    def _row(self, row: TurnRow, is_here: bool, width: int) -> list[Piece]:
        code = f"exit {row.exit_code}" if row.exit_code else ""
        took = human_duration(row.elapsed_ms / 1000)
        tail = f"  {'plan' if row.plan else '':4}  {code:8}  {took:>9}  {brief_age(self._clock() - row.at):>6}"
        if width >= _FOLDER_FROM:
            tail = "  " + fit(folder(row.cwd, self._home), 24) + tail
        glyph = GLYPHS[Route.UTTERANCE if row.route == Route.UTTERANCE else Route.LITERAL]
        line = fit(one_line(row.line, 400), width - 4 - cell_len(tail))
        mark = ("▸ " if is_here else "  ", "accent")
        return [mark, (glyph + " ", "accent"), (line, "strong" if is_here else "plain"), (tail, "muted")]

    def _about(self, row: TurnRow, width: int) -> list[Piece]:
        words = [
            f"{self.at + 1} of {len(self.found)}",
            f"exit {row.exit_code}",
            f"took {human_duration(row.elapsed_ms / 1000)}",
            f"{brief_age(self._clock() - row.at)} ago",
            "its plan is kept" if row.plan else "no plan is kept",
            folder(row.cwd, self._home),
        ]
        return [("  " + fit(" · ".join(words), width - 2).rstrip(), "muted")]

    def press(self, key: str, character: str | None) -> Act | None:
        """Walk, take, replay or leave; every other key edits the search."""
        if key in _STEPS:
            self.at = min(max(0, self.at + _STEPS[key]), max(0, len(self.found) - 1))
            return Stay()
        if key == "escape":
            return Put(self._draft, is_other_line=False)
        if key == "enter":
            return Put(self.chosen.line) if self.chosen is not None else Stay()
        if key == "ctrl+o":
            return self._replay()
        return None

    def _replay(self) -> Act:
        row = self.chosen
        return Send(row.line, Route.UTTERANCE, row.plan) if row is not None and row.plan else Stay()

    def changed(self, text: str) -> bool:
        """The letters changed: search anew."""
        if text != self.pattern:
            self.pattern, self.at = text, 0
            self.found = ranked(self._rows, text)
        return True
