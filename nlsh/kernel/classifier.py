"""Which syscalls an utterance may mean: a linear classifier over its words, read from a file that training wrote.

It knows far more phrasings than a model of 135 million parameters can hold and takes a millisecond; the model, which
reads the order of words, then chooses among the likeliest and works out the arguments.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from itertools import islice
from typing import Final

from nlsh.core.errors import ModelUnavailable
from nlsh.core.ports import Shot
from nlsh.kernel.nearness import features

_ENOUGH: Final = 0.985
_LEAST, _MOST = 4, 12
_ALWAYS: Final = ("ask", "say")
"""Whatever was said, it can be asked back, and answered."""


def marks(utterance: str, before: Shot | None) -> frozenset[str]:
    """What is known of an utterance: its words, pairs, shapes and letters, how it begins and ends, the turn before."""
    found = set(features(utterance))
    words = utterance.casefold().split()
    if words:
        found |= {f"^{words[0]}", f"{words[-1].strip('?.!')}$"}
    found.add("<question>" if utterance.rstrip().endswith(("?", "？")) else "<no question>")
    if before:
        found.update(f"@{name}" for step in json.loads(before.plan) for name in step)
    return frozenset(found)


class Classifier:
    """Ranks syscalls. `data` is one line of JSON, then the compressed weights: a row of bytes a feature.

    Raises:
        ModelUnavailable: the data is damaged.
    """

    def __init__(self, data: bytes) -> None:
        try:
            head, _, body = data.partition(b"\n")
            told = json.loads(head)
            self._names: Final[tuple[str, ...]] = tuple(told["names"])
            self._scale = float(told["scale"])
            self._bias: Final[tuple[float, ...]] = tuple(told["bias"])
            self._rows: Final = {feature: row for row, feature in enumerate(told["features"])}
            self._weights: Final = memoryview(zlib.decompress(body)).cast("b")
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            raise ModelUnavailable("the model's classifier is damaged", "install nlsh again") from error
        if len(self._weights) != len(self._rows) * len(self._names) or len(self._bias) != len(self._names):
            raise ModelUnavailable("the model's classifier is incomplete", "install nlsh again")

    def rank(self, utterance: str, before: Shot | None = None) -> Mapping[str, float]:
        """Every syscall with the natural logarithm of its probability, the likeliest first."""
        width = len(self._names)
        rows = [self._rows[mark] for mark in marks(utterance, before) if mark in self._rows]
        totals = [0] * width
        for row in rows:
            totals = list(map(int.__add__, totals, self._weights[row * width : (row + 1) * width]))
        share = self._scale / math.sqrt(max(1, len(rows)))
        scores = [bias + share * total for bias, total in zip(self._bias, totals, strict=True)]
        most = max(scores)
        norm = most + math.log(sum(math.exp(score - most) for score in scores))
        ranked = sorted(zip(self._names, scores, strict=True), key=lambda pair: -pair[1])
        return {name: score - norm for name, score in ranked}


def likely(ranked: Mapping[str, float]) -> dict[str, float]:
    """The syscalls worth offering: the likeliest until nearly all probability is covered, and those always offered."""
    kept: dict[str, float] = {}
    covered = 0.0
    for name, logarithm in islice(ranked.items(), _MOST):
        if covered >= _ENOUGH and len(kept) >= _LEAST:
            break
        kept[name] = logarithm
        covered += math.exp(logarithm)
    return kept | {name: ranked[name] for name in _ALWAYS if name in ranked}
