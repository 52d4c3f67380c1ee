"""Which examples are near an utterance: cosine of inverse-frequency weights over words, shapes and letter trigrams.

Names differ between people, so anything that looks like a file, a number, a size or a quotation counts by its shape
and not by its spelling.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.core.syscall import Example

_TOKEN = re.compile(r"\w+://[^\s,;]+|\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|[^\s,;:!?()]+", re.UNICODE)
_SHAPES: Final = (
    ("<quoted>", re.compile(r"[\"'`“].*[\"'`”]")),
    ("<url>", re.compile(r"\w+://\S+")),
    ("<address>", re.compile(r"\d+\.\d+\.\d+\.\d+")),
    ("<size>", re.compile(r"\d+(\.\d+)?[kmgt]i?b?", re.IGNORECASE)),
    ("<age>", re.compile(r"\d+(s|min|h|d|w)", re.IGNORECASE)),
    ("<number>", re.compile(r"\d+([.,]\d+)?")),
    ("<glob>", re.compile(r"\S*[*?]\S*")),
    ("<file>", re.compile(r"[^\s.]\S*\.[a-z0-9]{1,8}|\.[a-z0-9_]{1,12}|\S*/\S*", re.IGNORECASE)),
)
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def words_and_pairs(utterance: str) -> tuple[str, ...]:
    """The words of an utterance, shapes standing for names and numbers, and every two that follow each other.

    Scripts without spaces have pieces of two characters for words.
    """
    words: list[str] = []
    for match in _TOKEN.finditer(utterance):
        token = match[0]
        words.append(next((name for name, shape in _SHAPES if shape.fullmatch(token)), token.lower().strip(".'\"`")))
    words = [word for word in words if word]
    pieces = (run[i : i + 2] for word in words for run in _CJK_RUN.findall(word) for i in range(max(1, len(run) - 1)))
    return (*words, *(f"{left} {right}" for left, right in itertools.pairwise(words)), *pieces)


def features(utterance: str) -> Counter[str]:
    """Words, their pairs, shapes and trigrams of an utterance, with how often each occurs."""
    found = Counter(words_and_pairs(utterance))
    for word in tuple(found):
        if " " not in word:
            found.update(_letters(word))
    return found


def _letters(word: str) -> Iterable[str]:
    if word.startswith("<"):
        return ()
    if _CJK_RUN.search(word):
        return ()
    padded = f"^{word}$"
    return (f"~{padded[i : i + 3]}" for i in range(len(padded) - 2)) if len(word) > 3 else ()


@dataclass(frozen=True)
class Near:
    """An example and how near it is, 0 to 1."""

    example: Example
    nearness: float


_LETTERS: Final = 0.35
_PAIRS: Final = 0.7
_DULL: Final = 0.3
_TELLING: Final = 2.0
"""What a feature spread over all shapes counts, and what one of a single shape counts more."""
_SHAPE: Final = 3.0
"""That something has the shape of a file or a size says more than how common such shapes are."""


def shape_of(example: Example) -> tuple[str, ...]:
    """The syscalls of an example's plan, in order."""
    return tuple(name for step in json.loads(example.plan) for name in step)


def _telling(
    counts: Sequence[Counter[str]], shapes: Sequence[tuple[str, ...]], seen: Counter[str]
) -> Mapping[str, float]:
    """How much more a feature counts that stands with few shapes: `delete` tells what is meant, `older` does not."""
    together = Counter((feature, shape) for count, shape in zip(counts, shapes, strict=True) for feature in count)
    most: dict[str, int] = {}
    for (feature, _), times in together.items():
        most[feature] = max(most.get(feature, 0), times)
    return {feature: _DULL + _TELLING * times / (seen[feature] + 1) for feature, times in most.items()}


@dataclass(frozen=True)
class Index:
    """What ranking needs of a set of examples: JSON values, so that it can be kept."""

    weights: Mapping[str, float]
    """What each feature counts."""
    unseen: float
    """What a feature counts that no example has."""
    postings: Mapping[str, Sequence[tuple[int, float]]]
    """For each feature the examples that have it, by number, and its share in them."""


def index(examples: Sequence[Example]) -> Index:
    """Index a set of examples; takes some tenths of a second for thousands."""
    counts = [features(example.utterance) for example in examples]
    seen = Counter(feature for count in counts for feature in count)
    telling = _telling(counts, [shape_of(example) for example in examples], seen)
    idf = {feature: math.log((1 + len(counts)) / (1 + times)) + 0.2 for feature, times in seen.items()}
    weights = {feature: round(_weight(feature, rarity * telling[feature]), 4) for feature, rarity in idf.items()}
    unseen = math.log(1 + len(counts)) + 0.2
    postings: dict[str, list[tuple[int, float]]] = {}
    for number, count in enumerate(counts):
        for feature, share in _shares(count, weights, unseen).items():
            postings.setdefault(feature, []).append((number, round(share, 4)))
    return Index(weights, unseen, postings)


def _weight(feature: str, rarity: float) -> float:
    if feature[0] == "~":
        return _LETTERS * rarity
    if " " in feature:
        return _PAIRS * rarity
    return max(rarity, _SHAPE) if feature[0] == "<" else rarity


def _shares(count: Counter[str], weights: Mapping[str, float], unseen: float) -> dict[str, float]:
    """Each feature's part of an utterance, the squares adding up to one."""
    found = {
        feature: (weights[feature] if feature in weights else _weight(feature, unseen)) * (1 + math.log(times))
        for feature, times in count.items()
    }
    norm = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
    return {feature: weight / norm for feature, weight in found.items()}


class Examples:
    """All examples with their index; ranking one utterance takes a millisecond or two."""

    def __init__(self, examples: Sequence[Example], made: Index | None = None) -> None:
        self._examples = tuple(examples)
        self._index = made or index(self._examples)

    def near(self, utterance: str, limit: int) -> tuple[Near, ...]:
        """The nearest examples, nearest first; ties keep declaration order."""
        scores: dict[int, float] = {}
        shares = _shares(features(utterance), self._index.weights, self._index.unseen)
        for feature, share in shares.items():
            for number, other in self._index.postings.get(feature, ()):
                scores[number] = scores.get(number, 0.0) + share * other
        best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return tuple(Near(self._examples[number], score) for number, score in best)
