"""Recall by words: the memories that share what the utterance says, best first, or none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache, partial
from typing import Final

from nlsh.core.errors import UsageError
from nlsh.core.ports import MemoryRow, MemoryRows
from nlsh.memory.ago import ago
from nlsh.memory.relevance import Asked, Candidate, match
from nlsh.memory.words import Term, folded, terms, tokens

THRESHOLD: Final = 0.3
"""The share of what the utterance says that a memory must hold to be shown."""
_FEWEST: Final = 50
"""How many memories are assumed at least, so that a word is not called common among three."""
_SLIP: Final = 0.7
"""How much a misspelt match counts."""
_LIKENESS: Final = 0.8
_MOST: Final = 50
_MOST_SLIPS: Final = 100
_MOMENT_S: Final = 120.0
_LONGEST_FACT: Final = 4000
_LONGEST_ASKED: Final = 4000
"""What is looked at of an utterance: searching for a megabyte takes a minute and finds nothing more."""


class LexicalMemory:
    """The Memory port without a model of meaning: words, their rarity and their age decide."""

    def __init__(self, rows: MemoryRows, clock: Callable[[], float] = time.time) -> None:
        self._rows = rows
        self._clock = clock

    def recall(self, utterance: str, limit: int = 5) -> tuple[MemoryRow, ...]:
        """Memories near the utterance, best first; empty below the threshold. For an empty line, the newest.

        `score` is the share (0 to 1) of what the utterance says that the memory holds.

        Raises:
            StoreUnavailable: the memories cannot be read.
        """
        if limit < 1:
            return ()
        if not utterance.strip():
            return tuple(replace(row, why=self._when(row)) for row in self._rows.newest(limit))
        utterance = utterance[:_LONGEST_ASKED]
        asked = self._asked(terms(utterance))
        scored = [(asked.score(candidate), candidate) for candidate in self._near(asked)]
        kept = [pair for pair in scored if pair[0] >= THRESHOLD and not self._is_echo(pair[1].row, utterance)]
        kept.sort(key=_order, reverse=True)
        return tuple(self._shown(score, candidate) for score, candidate in _distinct(kept))[:limit]

    def save(self, text: str) -> MemoryRow:
        """Remember a fact the person stated.

        Raises:
            UsageError: it is empty or too long.
            StoreUnavailable: it cannot be kept.
        """
        fact = text.strip()
        if not fact:
            raise UsageError("there is nothing to remember", "say what, after the word remember")
        if len(fact) > _LONGEST_FACT:
            raise UsageError(
                f"a memory has at most {_LONGEST_FACT} characters", "put it into a file, remember its name"
            )
        return self._rows.add("fact", fact, self._clock())

    def forget(self, ids: Sequence[int]) -> int:
        """Forget facts or episodes by id, wholly; returns how many there were. Raises StoreUnavailable."""
        return self._rows.forget(ids)

    def _asked(self, asked: tuple[Term, ...]) -> Asked:
        total, counts = self._rows.commonness([form for term in asked for form in term.forms])
        return Asked.read(asked, max(total, _FEWEST), counts)

    def _near(self, asked: Asked) -> list[Candidate]:
        found = {row.id: Candidate(row) for forms in asked.searches() for row in self._rows.search(forms, _MOST)}
        for candidate in found.values():
            match(candidate, asked.known)
        for term in asked.unknown:
            for row, word in self._slips(term):
                candidate = found.setdefault(row.id, Candidate(row))
                match(candidate, asked.known)
                candidate.hold(term, _SLIP, word)
        return list(found.values())

    def _slips(self, term: Term) -> Iterator[tuple[MemoryRow, str]]:
        if term.is_unspaced or len(term.word) < 4:
            return
        is_like = cache(partial(_is_like, term.word))
        for row in self._rows.resembling(term.word, _MOST_SLIPS):
            word = next(filter(is_like, tokens(row.text)), "")
            if word:
                yield row, word

    def _is_echo(self, row: MemoryRow, utterance: str) -> bool:
        return row.kind == "episode" and _same(row.text) == _same(utterance) and self._clock() - row.at < _MOMENT_S

    def _shown(self, score: float, candidate: Candidate) -> MemoryRow:
        words = ", ".join(f'"{word}"' for word in candidate.words)
        verb = "matches" if max(candidate.shares.values()) == 1.0 else "resembles"
        return replace(candidate.row, score=score, why=f"{verb} {words} · {self._when(candidate.row)}")

    def _when(self, row: MemoryRow) -> str:
        return f"{'said' if row.kind == 'fact' else 'done'} {ago(self._clock() - row.at)}"


def _order(pair: tuple[float, Candidate]) -> tuple[float, bool, float, float]:
    score, row = pair[0], pair[1].row
    return round(score, 1), row.kind == "fact", round(row.score, 1), row.at


def _distinct(pairs: Sequence[tuple[float, Candidate]]) -> Iterator[tuple[float, Candidate]]:
    seen: set[tuple[str, ...]] = set()
    for score, candidate in pairs:
        text = _same(candidate.row.text)
        if text not in seen:
            seen.add(text)
            yield score, candidate


def _same(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split())


def _is_like(word: str, token: str) -> bool:
    other = folded(token)
    if word in other:
        return True
    size = max(len(word) // 3, 3)
    if abs(len(word) - len(other)) > 2 or not (word[:size] in other or word[-size:] in other):
        return False
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= _LIKENESS
