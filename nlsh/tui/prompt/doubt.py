"""A line that may not be what was meant: asked about with one key, before it runs. Pure, but for the clock it is given.

Type-ahead never answers: keys count only after the person has been quiet for a moment, as with an approval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route
from nlsh.tui.prompt.modes import Act, Leave, Put, Send, Stay
from nlsh.tui.prompt.words import GLYPHS, is_showable
from nlsh.tui.rows import Piece
from nlsh.tui.safe import one_line

ARMING_S: Final = 0.3
"""Without a key for so long, keys other than escape count."""


@dataclass(frozen=True)
class Option:
    """One key, what it does, and that in words."""

    key: str
    text: str
    act: Act


class Doubt:
    """The question, from Enter until a key that counts."""

    outlasts_typing = True

    def __init__(self, line: str, asked: list[Piece], options: tuple[Option, ...], clock: Callable[[], float]) -> None:
        self.options = (*options, Option("escape", "back", Leave()))
        self._line = line
        self._asked = asked
        self._clock = clock
        self._quiet_since = clock()

    @property
    def is_armed(self) -> bool:
        """Whether keys other than escape count."""
        return self._clock() - self._quiet_since >= ARMING_S

    def title(self) -> str:
        """That there is a question."""
        return "? which"

    def hint(self) -> str:
        """Whether keys count yet."""
        return "one key" if self.is_armed else "…"

    def rows(self, width: int, height: int) -> list[list[Piece]]:
        """The question, and the keys."""
        keys: list[Piece] = []
        for option in self.options:
            name = "esc" if option.key == "escape" else option.key
            keys += [(f"{name} ", "accent" if self.is_armed else "muted")]
            keys += [(option.text + "   ", "plain" if self.is_armed else "muted")]
        return [self._asked, keys][-height:]

    def press(self, key: str, character: str | None) -> Act | None:
        """Escape at once; one of the other keys when armed; anything else is ignored."""
        was_armed, self._quiet_since = self.is_armed, self._quiet_since if self.is_armed else self._clock()
        for option in self.options:
            if option.key in (key, character) and (was_armed or key == "escape"):
                return option.act
        return Stay()

    def changed(self, text: str) -> bool:
        """The question is about the line as it was sent."""
        return text == self._line


def doubt_about(
    line: str, reading: RouteReading, read: Callable[[str], RouteReading], clock: Callable[[], float]
) -> Doubt | None:
    """What is to be asked about a line before it runs, if anything.

    A slip of the fingers is offered mended; where the rule is not sure, the person says which of the two it is.
    """
    meant = reading.correction
    if meant and meant != line and is_showable(meant):
        return _slip(line, reading, Send(meant, read(meant).route), clock)
    return _thin(line, clock) if reading.is_thin else None


def _slip(line: str, reading: RouteReading, meant: Send, clock: Callable[[], float]) -> Doubt:
    verb = "run" if meant.route is Route.LITERAL else "ask"
    typed = "run as typed" if reading.route is Route.LITERAL else "ask as typed"
    options = (
        Option("enter", verb, meant),
        Option("e", "edit", Put(meant.line)),
        Option("!", typed, Send(line, reading.route)),
    )
    asked: list[Piece] = [("Did you mean  ", "plain"), (GLYPHS[meant.route] + " ", "accent")]
    return Doubt(line, [*asked, (one_line(meant.line, 300), "strong")], options, clock)


def _thin(line: str, clock: Callable[[], float]) -> Doubt:
    options = (
        Option("c", "a command, run as written", Send(line, Route.LITERAL)),
        Option("a", "something to ask", Send(line, Route.UTTERANCE)),
    )
    return Doubt(line, [("This can be read either way. What is it?", "strong")], options, clock)
