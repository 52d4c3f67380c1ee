"""The pool of all examples: which are near an utterance, and which plan shapes they speak for."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from nlsh import __version__
from nlsh.core.syscall import Example, SyscallSpec
from nlsh.kernel.evidence import JUDGED, Evidence, effects, learn
from nlsh.kernel.nearness import Examples, Index, Near, index, shape_of

Shape = tuple[str, ...]
"""The syscalls of a plan, in order."""
_ASK: Final = ("ask",)
_LOOKED_AT: Final = 48
_VOTERS: Final = 16
_SHARE: Final = 0.5
"""What part of the best plan shape's votes another needs to be offered."""
Keep = Callable[[str, Callable[[], str]], str]


def make_anew(_key: str, make: Callable[[], str]) -> str:
    """A `Keep` that keeps nothing."""
    return make()


class Pool:
    """All examples there are, and which of them an utterance gives ground for.

    `keep(key, make)` returns the text of a key, made the first time; what is learned from the examples is kept there.
    """

    def __init__(self, specs: Mapping[str, SyscallSpec], keep: Keep = make_anew) -> None:
        self._specs = specs
        examples = [example for spec in specs.values() for example in spec.examples]
        learned = json.loads(keep(_digest(examples), lambda: _learn(examples, specs)))
        self._examples = Examples(examples, Index(**learned["index"]))
        self._evidence = Evidence(learned["evidence"])

    def near(self, utterance: str, *, is_definite: bool = False) -> tuple[Near, ...]:
        """The nearest examples that change nothing but what the utterance says is to be changed.

        A definite utterance, which names something, is not asked back about what it means.
        """
        unshown = frozenset(JUDGED) - self._evidence.shown(utterance)
        near = self._examples.near(utterance, _LOOKED_AT)
        fit = (one for one in near if effects(one.example, self._specs).isdisjoint(unshown))
        return tuple(one for one in fit if not (is_definite and shape_of(one.example) == _ASK))[:_VOTERS]


def _learn(examples: Sequence[Example], specs: Mapping[str, SyscallSpec]) -> str:
    made = dataclasses.asdict(index(examples))
    return json.dumps({"index": made, "evidence": learn(examples, specs)}, separators=(",", ":"))


def _digest(examples: Sequence[Example]) -> str:
    """A key for what is learned from these examples by this version of nlsh."""
    text = "\n".join((__version__, *(f"{example.utterance}\t{example.plan}" for example in examples)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def elected(near: Sequence[Near]) -> tuple[Shape, ...]:
    """Plan shapes by the votes of the nearest examples, each the fourth power of its nearness; weak ones drop out."""
    votes: dict[Shape, float] = {}
    for one in near:
        votes[shape_of(one.example)] = votes.get(shape_of(one.example), 0.0) + one.nearness**4
    most = max(votes.values(), default=0.0)
    return tuple(sorted((s for s, vote in votes.items() if vote >= _SHARE * most), key=lambda s: -votes[s]))
