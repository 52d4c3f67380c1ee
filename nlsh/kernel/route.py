"""The route of a line: a literal, run as written, or an utterance, planned by the model. By its shape alone.

Evidence for either side is weighed: what the first word names in the person's shell, options, operators, quotes and
existing paths on one side; function words, question words, things people ask about and punctuation on the other.
Pure, without the model, well under a millisecond for any line.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route
from nlsh.kernel.slips import correction
from nlsh.kernel.weighing import Exists, KindOf, Weighing

_MOST_CHARACTERS: Final = 2000
_SLIP_MARGIN: Final = 0.5
"""How sure a line is with a slip in it: a literal, but not one to run as it stands."""


def strip_force(line: str) -> tuple[str, Route | None]:
    """A line without the `!` or `?` that forces its route, and that route; None where nothing forces it.

    A space it begins with stays: such a line is not kept in the history.
    """
    text = line.lstrip()
    space = " " if line.startswith(" ") else ""
    if text.startswith("!") and not text.startswith(("!!", "!=")):
        return space + text[1:].lstrip(), Route.LITERAL
    if text.startswith(("?", "？")):
        return space + text[1:].lstrip(), Route.UTTERANCE
    return line, None


def read_route(line: str, kind_of: KindOf, exists: Exists) -> RouteReading:
    """The route of a line, how sure the rule is, why, and the line as it was meant where its first word is a slip.

    `kind_of` says what a word names in the person's shell (empty: nothing), `exists` whether a path does.
    """
    _, forced = strip_force(line[:_MOST_CHARACTERS])
    if forced is not None:
        return RouteReading(forced, 1.0, "you said so")
    text = line[:_MOST_CHARACTERS].strip()
    if not text or text.startswith("#"):
        return RouteReading(Route.LITERAL, 1.0, "nothing to plan")
    kind_of, exists = cache(kind_of), cache(exists)  # each asks the disk, and the same words are asked about again
    reading = Weighing(text, kind_of, exists).reading()
    meant = correction(line, reading, kind_of, exists)
    if not meant:
        return reading
    name = text.split(maxsplit=1)[0]
    return RouteReading(Route.LITERAL, _SLIP_MARGIN, f"there is no {name[:40]}", meant)
