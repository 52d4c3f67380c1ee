"""Before a line runs: what is asked, with one key, where it may be a slip or where its route is not clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from nlsh.core.continuing import needs_more
from nlsh.core.display import visible
from nlsh.core.ports import RouteReading, Session
from nlsh.core.risk import Route
from nlsh.repl.habits import Typed


@dataclass(frozen=True)
class Choice:
    """One way on: its key and what it does, in words; then the line that is run, edited, or left as it was typed."""

    key: str
    says: str
    does: Literal["run", "edit", "back"]
    typed: Typed


@dataclass(frozen=True)
class Doubt:
    """A question of one key."""

    question: str
    """Safe to show."""
    choices: tuple[Choice, ...]


ENTER: Final = "Enter"
ESCAPE: Final = "Esc"


def doubt_about(line: str, reading: RouteReading) -> Doubt | None:
    """What has to be asked before the line runs; None if nothing is. A slip is mended or run, never planned."""
    back = Choice(ESCAPE, "goes back", "back", Typed(line))
    as_typed = Typed(line, Route.LITERAL)
    if reading.correction:
        mended = Typed(reading.correction, Route.LITERAL)
        return Doubt(
            f"did you mean  {visible(reading.correction)} ?",
            (
                Choice(ENTER, "runs it", "run", mended),
                Choice("e", "edits it", "edit", mended),
                Choice("!", "runs the line as typed", "run", as_typed),
                back,
            ),
        )
    if reading.is_thin:
        ask = Choice("a", "asks for it", "run", Typed(line, Route.UTTERANCE))
        return Doubt("run it as a command, or ask?", (Choice("c", "runs the command", "run", as_typed), ask, back))
    return None


def goes_on(line: str, session: Session) -> bool:
    """Whether a line is a command whose end is still to come: of an utterance every apostrophe would be a quote."""
    return needs_more(line) and session.route(line).route is Route.LITERAL
