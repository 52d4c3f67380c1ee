"""Fuzzy search: a line matches when it has the letters that were typed, in their order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_LETTER: Final = 16
_AT_WORD: Final = 8
_JOINED: Final = 6
_GAP: Final = 3
_MOST_GAP: Final = 12
_IN_ORDER: Final = 4


@dataclass(frozen=True)
class Match:
    """How well a line matches (more is better), and which of its characters do, for showing them."""

    score: int
    positions: tuple[int, ...]


def match(query: str, text: str) -> Match | None:
    """How a text matches what was typed; None if it does not.

    Every word of the query must be in the text as a subsequence, the words in any order, theirs a little better. Case
    counts only where a capital was typed.
    """
    words = query.split()
    hay = text if query != query.lower() else _lowered(text)
    found = [_word(word, hay) for word in words]
    score, positions, last = 0, set[int](), -1
    for one in found:
        if one is None:
            return None
        score += one.score + (_IN_ORDER if one.positions[0] > last else 0)
        last = one.positions[0]
        positions.update(one.positions)
    return Match(score, tuple(sorted(positions)))


def ranked(query: str, texts: Sequence[str]) -> list[tuple[int, Match]]:
    """The texts that match, as (index, match): the best first, of equals the one that stands first."""
    found = ((at, match(query, text)) for at, text in enumerate(texts))
    kept = [(at, one) for at, one in found if one is not None]
    return sorted(kept, key=lambda pair: -pair[1].score)


def _lowered(text: str) -> str:
    """In small letters, and as long as before: some letters have a longer small one."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _word(word: str, hay: str) -> Match | None:
    positions = _whole(word, hay) or _scattered(word, hay)
    return Match(_score(positions, hay), positions) if positions else None


def _whole(word: str, hay: str) -> tuple[int, ...]:
    """Where the word stands unbroken: where a word begins if it does so anywhere, else the first place."""
    first = at = hay.find(word)
    while at >= 0:
        if _begins_word(hay, at):
            return tuple(range(at, at + len(word)))
        at = hay.find(word, at + 1)
    return tuple(range(first, first + len(word))) if first >= 0 else ()


def _scattered(word: str, hay: str) -> tuple[int, ...]:
    """Where its letters stand one after the other, drawn together from the first place where they end."""
    at = -1
    for char in word:
        at = hay.find(char, at + 1)
        if at < 0:
            return ()
    positions: list[int] = []
    end = at + 1
    for char in reversed(word):
        end = hay.rfind(char, 0, end)
        positions.append(end)
    return tuple(reversed(positions))


def _score(positions: Sequence[int], hay: str) -> int:
    score = _LETTER * len(positions) + sum(_AT_WORD for at in positions if _begins_word(hay, at))
    for before, after in pairwise(positions):
        gap = after - before - 1
        score += -min(_GAP + gap, _MOST_GAP) if gap else _JOINED
    return score


def _begins_word(hay: str, at: int) -> bool:
    return at == 0 or (hay[at].isalnum() and not hay[at - 1].isalnum())
