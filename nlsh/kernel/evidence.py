"""Whether an utterance says that something is to be changed: learned from the examples, one perceptron an effect.

Nearness alone is no ground to act on: `which files are over 1 GB` is near to `delete the files over 1 GB`. So a plan
that changes something is only considered where the words of the utterance, weighed together, speak for that effect.
The learner is Freund and Schapire's averaged perceptron (1999) with a margin; it takes tenths of a second and is exact
to repeat.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Final

from nlsh.core.risk import Effect
from nlsh.core.syscall import Example, SyscallSpec
from nlsh.kernel.nearness import shape_of, words_and_pairs

JUDGED: Final = (Effect.DELETE, Effect.SIGNAL, Effect.CONFIGURE, Effect.WRITE)
"""The effects that need evidence; what only looks, or asks anyway, needs none."""
_ROUNDS: Final = 6
_MARGIN: Final = 1.0

Words = frozenset[str]
Weights = Mapping[str, float]


def learn(examples: Sequence[Example], specs: Mapping[str, SyscallSpec]) -> dict[str, Weights]:
    """What each word says of each judged effect; takes some tenths of a second for thousands of examples."""
    words = [_words(example.utterance) for example in examples]
    found = [effects(example, specs) for example in examples]
    return {str(effect): _learned(words, [effect in one for one in found]) for effect in JUDGED}


def effects(example: Example, specs: Mapping[str, SyscallSpec]) -> frozenset[Effect]:
    """What the plan of an example does."""
    names = (name for name in shape_of(example) if name in specs)
    return frozenset(effect for name in names for effect in specs[name].effects)


class Evidence:
    """Weighs the words of an utterance for each effect."""

    def __init__(self, weights: Mapping[str, Weights]) -> None:
        self._weights = weights

    def shown(self, utterance: str) -> frozenset[Effect]:
        """The effects the utterance speaks for."""
        words = _words(utterance)
        return frozenset(effect for effect in JUDGED if _score(self._weights[effect], words) > 0)


_BIAS: Final = ""


def _words(utterance: str) -> Words:
    """Words and pairs, and which word stands first and which last: there the verb is, in most languages."""
    words = words_and_pairs(utterance)
    alone = [word for word in words if " " not in word]
    return frozenset((*words, f"^{alone[0]}", f"{alone[-1]}$")) if alone else frozenset()


def _score(weights: Weights, words: Words) -> float:
    return weights.get(_BIAS, 0.0) + sum(weights.get(word, 0.0) for word in words)


def _learned(examples: Sequence[Words], labels: Sequence[bool]) -> Weights:
    """Averaged weights that tell the labelled examples from the others."""
    weights: dict[str, float] = {}
    drift: dict[str, float] = {}
    clock = 1
    order = list(range(len(examples)))
    for number in range(_ROUNDS):
        random.Random(number).shuffle(order)  # noqa: S311 - an order, not a secret
        for index in order:
            sign = 1.0 if labels[index] else -1.0
            if sign * _score(weights, examples[index]) <= _MARGIN:
                for word in (_BIAS, *examples[index]):
                    weights[word] = weights.get(word, 0.0) + sign
                    drift[word] = drift.get(word, 0.0) + clock * sign
            clock += 1
    return {word: round(weight - drift[word] / clock, 4) for word, weight in weights.items()}
