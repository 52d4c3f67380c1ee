"""What the prompt can be doing besides taking a line: a question about it, completing it, searching for another.

A mode is pure: keys go in, an act comes out, and rows to be shown above the prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nlsh.core.risk import Route
from nlsh.tui.rows import Piece


@dataclass(frozen=True)
class Stay:
    """The key was the mode's; it goes on."""


@dataclass(frozen=True)
class Leave:
    """Back to editing, the line as it stands."""


@dataclass(frozen=True)
class Put:
    """Back to editing, with this text on the prompt; `cursor` is an index of it, -1 its end."""

    text: str
    cursor: int = -1
    is_other_line: bool = True
    """Whether it is another line, for which nobody has chosen a route."""


@dataclass(frozen=True)
class Send:
    """Send this line this way; with `plan` (JSON, of an earlier turn) the model is not asked."""

    line: str
    route: Route
    plan: str = ""


Act = Stay | Leave | Put | Send


class Mode(Protocol):
    """What the prompt is doing besides taking a line."""

    @property
    def outlasts_typing(self) -> bool:
        """Whether it goes on when a key is not its own; the key then edits the text on the prompt."""

    def title(self) -> str:
        """A glyph and a word, in place of the route."""

    def hint(self) -> str:
        """The keys that count, in a few words."""

    def rows(self, width: int, height: int) -> list[list[Piece]]:
        """What is shown above the prompt: at most `height` rows."""

    def press(self, key: str, character: str | None) -> Act | None:
        """What a key does; None where it is not the mode's."""

    def changed(self, text: str) -> bool:
        """The text on the prompt changed; whether the mode goes on."""


def window(count: int, at: int, height: int) -> range:
    """Which rows of `count` are shown in `height` so that row `at` is among them."""
    start = min(max(0, at - height // 2), max(0, count - height))
    return range(start, min(count, start + height))
