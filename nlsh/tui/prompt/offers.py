"""Completions of the line, offered above the prompt. The list itself is pure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from nlsh.core.ports import Completion, Session
from nlsh.tui.prompt.modes import Act, Leave, Put, Stay, window
from nlsh.tui.prompt.words import is_showable
from nlsh.tui.rows import Piece
from nlsh.tui.safe import fit, one_line

DEADLINE_S: Final = 2.0
"""Completions that take longer are not waited for."""
_STEPS: Final = {"tab": 1, "down": 1, "shift+tab": -1, "up": -1}


def usable(found: Sequence[Completion], cursor: int) -> tuple[Completion, ...]:
    """Those that fit the line and can stand in the prompt as they are; each once."""
    return tuple(dict.fromkeys(one for one in found if 0 <= one.start <= cursor and one.text and is_showable(one.text)))


async def fetched(session: Session, line: str, cursor: int) -> tuple[Completion, ...]:
    """What may stand at the cursor, asked for in a thread; nothing where the answer takes too long."""
    try:
        asked = asyncio.to_thread(session.complete, line, cursor)
        return usable(await asyncio.wait_for(asked, DEADLINE_S), cursor)
    except TimeoutError:
        return ()


def completed(line: str, cursor: int, one: Completion) -> Put:
    """The line with a completion taken: a space follows a word that is at its end."""
    rest = line[cursor:]
    word = one.text + (" " if one.is_whole and not rest.startswith(" ") else "")
    return Put(line[: one.start] + word + rest, one.start + len(word), is_other_line=False)


class Offers:
    """The list, for one line and one place of the cursor; any key that is not its own ends it."""

    outlasts_typing = False

    def __init__(self, line: str, cursor: int, found: Sequence[Completion]) -> None:
        self.found = found
        self.at = 0
        self._line = line
        self._cursor = cursor

    def title(self) -> str:
        """That the line is being completed."""
        return "⇥ complete"

    def hint(self) -> str:
        """The keys, and which of how many is marked."""
        return f"{self.at + 1} of {len(self.found)} · tab walks · enter takes · esc leaves"

    def rows(self, width: int, height: int) -> list[list[Piece]]:
        """The completions around the marked one, with what they are."""
        shown = window(len(self.found), self.at, height)
        names = {at: one_line(self.found[at].text, 200) for at in shown}
        name_width = min(max(cell_len(name) for name in names.values()), max(10, width // 2))
        rows: list[list[Piece]] = []
        for at, name in names.items():
            is_here = at == self.at
            note = fit(one_line(self.found[at].note, 200), max(0, width - name_width - 4)).rstrip()
            mark = ("▸ " if is_here else "  ", "accent")
            rows.append([mark, (fit(name, name_width) + "  ", "strong" if is_here else "plain"), (note, "muted")])
        return rows

    def press(self, key: str, character: str | None) -> Act | None:
        """Walk, take or leave."""
        if key in _STEPS:
            self.at = (self.at + _STEPS[key]) % len(self.found)
            return Stay()
        if key == "enter":
            return completed(self._line, self._cursor, self.found[self.at])
        return Leave() if key == "escape" else None

    def changed(self, text: str) -> bool:
        """The offers are for the line as it was."""
        return text == self._line
