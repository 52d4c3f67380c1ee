"""The line as it was meant, where its first word names nothing and is a slip of the fingers (`gti status`, `cd..`).

What exists is known by asking for one word at a time, and a line is read at every key. So all familiar commands are
tried first; of the person's own names only those a letter exchanged or doubled away. A correction is an offer, never
a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route
from nlsh.kernel.keys import LIKELY, Nearby, exchanged
from nlsh.kernel.repertoire import (
    COMMON,
    FAMILIAR,
    GIT_SUBCOMMANDS,
    GLUED,
    PREFIXES,
    SUBCOMMANDS,
    WITH_SUBCOMMANDS,
    WORDS_TOO,
)
from nlsh.kernel.shapes import ASKED_WITH, opens, without_quotes
from nlsh.kernel.tongues import SHORT_ABROAD, WORDS_ABROAD, bare
from nlsh.kernel.weighing import Exists, KindOf, Weighing

NOT_FOUND: Final = 127
"""The exit code of a line whose command does not exist, in every shell."""
AS_WRITTEN: Final = "with ! before it a line runs as written"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]{1,19}")
_SUBCOMMAND: Final = re.compile(r"[a-z][a-z-]{3,19}")
_UP: Final = re.compile(r"(cd)((?:\.\.|~|/|-$).*)")
_OPTIONS: Final = re.compile(r"([a-z]+)(-[A-Za-z]+)")
_HANDLED: Final = re.compile(r"\|\||&|;|\n|2>")
"""Where the line itself sees to a command that is missing, or goes on after it."""
_KNOWN: Final = frozenset(COMMON) | FAMILIAR | WORDS_TOO
_RANKS: Final = {name: at / 400 for at, name in enumerate(COMMON)}
_UNRANKED: Final = 0.5
_MOST_COST: Final = {2: 1.05, 3: 1.5}
"""What a slip may cost at most, by the length of what was typed: two letters are one slip from many words."""
_MOST_OWN: Final = 6
_MOST_TRIED: Final = 6
_SURE: Final = 0.5


def correction(line: str, reading: RouteReading, kind_of: KindOf, exists: Exists) -> str:
    """The whole line as it was meant; empty where its first word names something, or is no slip.

    What comes back is a literal by itself, and another line.
    """
    text = line.strip()
    first, *rest = text.split()
    if (reading.route is Route.UTTERANCE and reading.margin >= _SURE) or _HANDLED.search(without_quotes(text)):
        return ""
    if first == "git" and rest and reading.route is Route.LITERAL:
        return _git(text, rest[0], kind_of)
    if exists(first) or first in FAMILIAR or _is_word(first) or kind_of(first):
        return ""
    tail = text[len(first) :]
    for meant in _meant(first, rest, kind_of):
        if Weighing(meant + tail, kind_of, exists).reading().route is Route.LITERAL:
            return meant + tail
    return ""


def withheld(line: str, reading: RouteReading, kind_of: KindOf) -> str:
    """Why a literal with a correction is not run: what to tell the person; empty where it is to run as written."""
    if reading.route is not Route.LITERAL or not reading.correction:
        return ""
    first = line.split(maxsplit=1)[0]
    return "" if kind_of(first) else f"there is no program {first}; did you mean: {reading.correction}?"


def _is_word(first: str) -> bool:
    """Whether it is a word of a language, which is no slip."""
    folded = first.casefold()
    return opens(folded) or folded in ASKED_WITH or bare(folded) in WORDS_ABROAD | SHORT_ABROAD


def _meant(first: str, rest: Sequence[str], kind_of: KindOf) -> Iterator[str]:
    """What may stand instead of the first word, likeliest first."""
    if glued := _UP.fullmatch(first) or _OPTIONS.fullmatch(first):
        if glued[1] == "cd" or glued[1] in GLUED:
            yield f"{glued[1]} {glued[2]}"
        return
    if not _NAME.fullmatch(first):
        return
    yield from _apart(first)
    yield from _familiar(first, rest, kind_of)
    own = [word for word in exchanged(first) if word not in _KNOWN][:_MOST_OWN]
    yield from (word for word in own if kind_of(word))


def _apart(first: str) -> Iterator[str]:
    """A command and its subcommand without the space between them: `gitstatus`."""
    for at in range(2, len(first) - 2):
        name, subcommand = first[:at], first[at:]
        if name in WITH_SUBCOMMANDS and subcommand in (GIT_SUBCOMMANDS if name == "git" else SUBCOMMANDS):
            yield f"{name} {subcommand}"


def _familiar(first: str, rest: Sequence[str], kind_of: KindOf) -> Iterator[str]:
    folded = first.lower()
    costs = _commands().of(folded)
    if folded != first and folded in _KNOWN:
        costs[folded] = LIKELY
    most = _MOST_COST.get(len(first), 2.0)
    found = sorted((cost + _rarity(word, rest), word) for word, cost in costs.items() if cost < most)
    yield from (word for _, word in found[:_MOST_TRIED] if _is_command(kind_of(word), word))


def _is_command(kind: str, word: str) -> bool:
    return bool(kind) and (kind != "keyword" or word in PREFIXES)


def _rarity(name: str, rest: Sequence[str]) -> float:
    """How much its rarity speaks against a command; a subcommand that follows speaks for those that have some."""
    rarity = _RANKS.get(name, _UNRANKED)
    if not rest or rest[0] not in (GIT_SUBCOMMANDS if name == "git" else SUBCOMMANDS):
        return rarity
    return rarity + (-0.5 if name in WITH_SUBCOMMANDS else 0.5)


@cache
def _commands() -> Nearby:
    return Nearby(_KNOWN)


@cache
def _subcommands() -> Nearby:
    return Nearby(word for word in GIT_SUBCOMMANDS if len(word) > 3)


def _git(text: str, subcommand: str, kind_of: KindOf) -> str:
    """A slip in what git is asked to do. An offer only: git may know it by an alias, and is asked if it is declined."""
    is_known = subcommand in GIT_SUBCOMMANDS or not _SUBCOMMAND.fullmatch(subcommand)
    if is_known or _is_word(subcommand) or not kind_of("git") or kind_of(f"git-{subcommand}"):
        return ""
    near = sorted((cost, word) for word, cost in _subcommands().of(subcommand).items())
    likely = [word for _, word in near if not subcommand.startswith(word)]
    return text.replace(subcommand, likely[0], 1) if likely else ""
