"""How fingers slip: what a slip costs, and which of some words are one slip away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

LIKELY: Final = 1.0
"""The cost of the likeliest slips: two letters exchanged, a letter doubled, the key beside."""
_FORGOTTEN: Final = 1.2
_ADDED: Final = 1.3
_ELSEWHERE: Final = 1.8
FAR: Final = 9.0
"""What it costs to be no slip at all."""
_ROWS: Final = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside() -> frozenset[str]:
    """The pairs of keys that touch, on a keyboard where every row stands a little to the right of the one above."""
    pairs = [row[at : at + 2] for row in _ROWS for at in range(len(row) - 1)]
    for above, row in pairwise(_ROWS):
        pairs += [key + other for at, key in enumerate(row) for other in above[at : at + 2]]
    return frozenset(pairs) | frozenset(pair[::-1] for pair in pairs)


_BESIDE: Final = _beside()


def exchanged(word: str) -> Iterator[str]:
    """The words with two neighbouring letters exchanged, or one of a pair left out: the slips people make most."""
    for at in range(len(word) - 1):
        if word[at] == word[at + 1]:
            yield word[:at] + word[at + 1 :]
        else:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def shortened(word: str) -> set[str]:
    """The word without each of its letters."""
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def cost(typed: str, meant: str) -> float:
    """What it costs to have typed one word for another: 1 for the likeliest slips, 1.8 at most; FAR if it is none."""
    same = next((at for at, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), None)
    at = min(len(typed), len(meant)) if same is None else same
    if len(typed) == len(meant):
        return _replaced(typed, meant, at)
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    if longer[:at] + longer[at + 1 :] != shorter:
        return FAR
    if longer[at] in (longer[at - 1 : at], longer[at + 1 : at + 2]):
        return LIKELY
    return _ADDED if longer is typed else _FORGOTTEN


def _replaced(typed: str, meant: str, at: int) -> float:
    if typed[at + 1 :] == meant[at + 1 :]:
        return FAR if typed == meant else LIKELY if typed[at] + meant[at] in _BESIDE else _ELSEWHERE
    is_exchange = typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
    return LIKELY if is_exchange else FAR


class Nearby:
    """Some words, to be found by a word one slip away; a few microseconds a search."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_part: dict[str, list[str]] = {}
        for word in words:
            for part in (word, *shortened(word)):
                self._by_part.setdefault(part, []).append(word)

    def of(self, typed: str) -> dict[str, float]:
        """The words one slip away from what was typed, and the cost of each."""
        near = {word for part in (typed, *shortened(typed)) for word in self._by_part.get(part, ())}
        costs = {word: cost(typed, word) for word in near}
        return {word: each for word, each in costs.items() if each < FAR}
