"""How well a few letters stand for a text: searching the history, and wherever else a person types part of a name."""

from __future__ import annotations

from typing import Final

_LETTER: Final = 1.0
_NEXT: Final = 1.0
"""For a letter right after the one before it."""
_START: Final = 0.8
"""For a letter that begins a word."""
_GAP: Final = 0.005
"""Taken off for each letter passed over between two that count."""
_LENGTH: Final = 0.0005
"""Taken off for each letter of the text: of two that suit as well, the shorter one."""


def score(pattern: str, text: str) -> float | None:
    """How well `pattern` stands for `text`; None where its letters do not stand there in this order. Higher is better.

    Letters that follow each other and letters that begin a word count more. Case counts only where the pattern has
    capitals. Takes time in proportion to both lengths.
    """
    if pattern and not any(char.isupper() for char in pattern):
        pattern, text = _folded(pattern), _folded(text)
    ends = [(-1, 0.0)]
    for at, letter in enumerate(pattern):
        ends = _reached(ends, letter, text, is_first=at == 0)
        if not ends:
            return None
    return max(value for _, value in ends) - _LENGTH * len(text)


def _folded(text: str) -> str:
    """Small letters, one for one."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _reached(ends: list[tuple[int, float]], letter: str, text: str, is_first: bool) -> list[tuple[int, float]]:
    """Each place of the next letter, with the best score that ends there; `ends` are those of the letter before."""
    reached = []
    best, known = float("-inf"), 0
    place = text.find(letter, ends[0][0] + 1)
    while place >= 0:
        joined = float("-inf")
        while known < len(ends) and ends[known][0] < place:
            before, value = ends[known]
            best = max(best, value + _GAP * (before + 1))
            joined = value if before == place - 1 and not is_first else joined
            known += 1
        apart = best - _GAP * place + (_START if _begins_word(text, place) else 0.0)
        reached.append((place, _LETTER + max(joined + _NEXT, apart)))
        place = text.find(letter, place + 1)
    return reached


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or (text[place].isalnum() and not text[place - 1].isalnum())
