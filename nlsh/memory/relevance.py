"""How much of what an utterance says a memory holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from nlsh.core.ports import MemoryRow
from nlsh.memory.words import Term, folded, tokens

_UNKNOWN: Final = 0.8
"""How much a word that no memory holds counts: it may be the very point, or a name met for the first time."""
_PIECE: Final = 0.3
"""The same for two characters of a script without spaces: most pieces straddle two words."""
_WEAK: Final = 0.25
"""The same for a word of nearly every line."""
_RANKABLE: Final = 1000
"""How many memories may hold one of the words for the store to rank them."""
_MOST_UNKNOWN: Final = 3
_MOST_COMMON: Final = 3


@dataclass
class Candidate:
    """A memory on its way to being recalled: how much of each word it holds, and the words as it has them."""

    row: MemoryRow
    shares: dict[str, float] = field(default_factory=dict)
    words: dict[str, None] = field(default_factory=dict)
    is_telling: bool = False
    """Whether it holds a word that is not in nearly every line."""

    def hold(self, term: Term, share: float, word: str) -> None:
        """It holds a term, as this word."""
        self.shares[term.word] = max(share, self.shares.get(term.word, 0.0))
        self.words[word] = None
        self.is_telling = self.is_telling or not term.is_weak


@dataclass(frozen=True)
class Asked:
    """The words of an utterance with what each of them says."""

    weights: Mapping[str, float]
    rare: tuple[Term, ...]
    common: tuple[Term, ...]
    unknown: tuple[Term, ...]
    """Words no memory holds, the longest first."""

    @classmethod
    def read(cls, asked: Sequence[Term], total: int, counts: Mapping[str, int]) -> Asked:
        """Weighs each word by its rarity among `total` memories; as many rare ones as can be ranked together."""
        held = {term: sum(counts[form] for form in term.forms) for term in asked}
        known = sorted((term for term in asked if held[term]), key=lambda term: held[term])
        sums = accumulate(held[term] for term in known)
        rare = tuple(term for term, reached in zip(known, sums, strict=True) if reached < _RANKABLE)
        unknown = sorted((term for term in asked if not held[term]), key=lambda term: -len(term.word))
        weights = {term.word: (_WEAK if term.is_weak else 1.0) * _rarity(total, held[term]) for term in asked}
        weights |= {term.word: weights[term.word] * (_PIECE if term.is_unspaced else _UNKNOWN) for term in unknown}
        return cls(weights, rare, tuple(term for term in known if term not in rare), tuple(unknown[:_MOST_UNKNOWN]))

    @property
    def known(self) -> tuple[Term, ...]:
        """Words that some memory holds."""
        return self.rare + self.common

    def searches(self) -> Iterator[list[str]]:
        """What to search for: the rare words, and the common ones where those say more."""
        if self.rare:
            yield [form for term in self.rare for form in term.forms]
        if self._sum(self.common) > self._sum(self.rare):
            yield [form for term in self.common[:_MOST_COMMON] for form in term.forms]

    def score(self, candidate: Candidate) -> float:
        """The share of what is asked that a memory holds, 0 to 1; 0 if only words of nearly every line."""
        if not candidate.is_telling:
            return 0.0
        held = sum(self.weights[word] * share for word, share in candidate.shares.items())
        return round(held / sum(self.weights.values()), 3)

    def _sum(self, words: Sequence[Term]) -> float:
        return sum(self.weights[term.word] for term in words)


def _rarity(total: int, count: int) -> float:
    return math.log(1 + (max(total - count, 0) + 0.5) / (count + 0.5))


def match(candidate: Candidate, known: Sequence[Term]) -> None:
    """Note which of the words the candidate holds."""
    for word in tokens(candidate.row.text):
        plain = folded(word)
        for term in known:
            if term.is_in(plain):
                candidate.hold(term, 1.0, term.word if term.is_unspaced else word)
