"""The corpus: an endless stream of examples, drawn from the pairs, filled anew each time.

A source has a weight: how often it is drawn from. What a source holds is drawn evenly, so that a persona's lines come
again and again, each time about other names, in other spelling.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from models.foundry.noise import noisy
from models.foundry.pairs import Pair
from models.foundry.slots import Template, template
from nlsh.kernel.following import follows

_JOINTS: Final = {
    "en": (" and then ", " and ", ", then ", " then ", ". then ", "; after that ", ", and "),
    "de": (" und dann ", " und ", ", dann ", " und danach "),
    "es": (" y luego ", " y ", ", luego ", " y después "),
    "fr": (" et ensuite ", " et ", ", puis ", " puis "),
    "zh": ("，然后", "，再", "并", "，接着"),
}
_REFERENCE = re.compile(r'"\$(\d)"')
_TALK: Final = frozenset({"ask", "say", "undo", "redo", "help"})
_MOST_STEPS: Final = 4


@dataclass(frozen=True)
class Source:
    """Pairs that are drawn with a weight; a `literal` one is used as it is, without other names and noise."""

    pairs: Sequence[Pair]
    weight: float
    is_literal: bool = False


class Corpus:
    """Draws examples. The same seed draws the same ones."""

    def __init__(self, sources: Sequence[Source], seed: int, joined: float = 0.07, distracted: float = 0.12) -> None:
        self._sources = [source for source in sources if source.pairs]
        self._draw = random.Random(seed)
        self._joined, self._distracted = joined, distracted
        self._templates: dict[int, Template] = {}
        self._single = _by_language(pair for source in self._sources if not source.is_literal for pair in source.pairs)

    def __iter__(self) -> Iterator[Pair]:
        weights = [source.weight for source in self._sources]
        while True:
            [source] = self._draw.choices(self._sources, weights)
            yield self._one(source)

    def _one(self, source: Source) -> Pair:
        pair = self._draw.choice(source.pairs)
        if source.is_literal:
            return pair
        if pair.before is None and self._is_single(pair) and self._draw.random() < self._joined:
            return self._join(pair)
        made = self._filled(pair)
        if made.before is None and self._draw.random() < self._distracted and follows(made.utterance):
            other = self._filled(self._draw.choice(source.pairs))
            return replace(made, before=(other.utterance, other.plan))
        return made

    def _filled(self, pair: Pair) -> Pair:
        if pair.before is not None:
            return replace(pair, utterance=noisy(self._draw, pair.utterance, pair.language, is_order=False))
        form = self._templates.get(id(pair)) or self._templates.setdefault(id(pair), template(pair))
        said = noisy(self._draw, form.utterance, pair.language, is_order=_is_order(pair))
        utterance, plan = Template(said, form.plan, form.slots).fill(self._draw)
        return replace(pair, utterance=utterance, plan=plan)

    def _join(self, first: Pair) -> Pair:
        """Two wishes in one breath."""
        others = self._single.get(first.language, ())
        if not others or first.language not in _JOINTS:
            return self._filled(first)
        one, two = self._filled(first), self._filled(self._draw.choice(others))
        steps = [*json.loads(one.plan), *json.loads(two.plan)]
        head = one.utterance.rstrip(".!?。！？ ")
        tail = two.utterance if re.match(r"[A-Z]{2}", two.utterance) else two.utterance[:1].lower() + two.utterance[1:]
        plan = json.dumps(steps, separators=(",", ":"), ensure_ascii=False)
        return replace(one, utterance=head + self._draw.choice(_JOINTS[first.language]) + tail, plan=plan)

    def _is_single(self, pair: Pair) -> bool:
        return _is_single(pair)


def _is_order(pair: Pair) -> bool:
    return not pair.utterance.rstrip().endswith(("?", "？")) and '"say"' not in pair.plan[:8]


def _is_single(pair: Pair) -> bool:
    """Whether it is a short wish of one step that can stand beside another."""
    steps = json.loads(pair.plan)
    return len(steps) == 1 and not set(steps[0]) & _TALK and len(pair.utterance) < 70 and pair.before is None


def _by_language(pairs: Iterator[Pair]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        if _is_single(pair):
            found.setdefault(pair.language, []).append(pair)
    return found
