"""Slots: the names and numbers of a pair that could as well be others, in the utterance and the plan at once.

Found by what the plan copies from the utterance. Other values in them teach the model to copy, not to recite.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from models.foundry import names
from models.foundry.pairs import TOOLS, Pair
from nlsh.core.arguments import Kind

_FIRST_MARK: Final = 0xE000
"""Slots stand in a template as characters of the private use area."""
_COPIED: Final = frozenset(Kind) - {Kind.PROSE, Kind.COMMAND, Kind.CHOICE, Kind.BOOLEAN, Kind.MODE, Kind.SIGNAL}
_MEASURE = re.compile(r"([<>]?)(\d+(?:\.\d+)?)([KMGTsmhdwyo]*)")
_GLOB = re.compile(r"\*\.([A-Za-z0-9]{1,5})")

Make = Callable[[random.Random, str], str]


@dataclass(frozen=True)
class Slot:
    """What stands in the utterance, what in the plan (`{}` for it), and what makes another."""

    said: str
    written: str
    make: Make


@dataclass(frozen=True)
class Template:
    """A pair with marks for its slots."""

    utterance: str
    plan: str
    slots: tuple[Slot, ...]

    def fill(self, draw: random.Random) -> tuple[str, str]:
        """Another utterance and its plan."""
        utterance, plan = self.utterance, self.plan
        for at, slot in enumerate(self.slots):
            value = slot.make(draw, slot.said)
            mark = chr(_FIRST_MARK + at)
            utterance = utterance.replace(mark, value)
            plan = plan.replace(mark, json.dumps(slot.written.replace("{}", value), ensure_ascii=False)[1:-1])
        return utterance, plan


def template(pair: Pair) -> Template:
    """The template of a pair; one without slots makes only the pair itself."""
    utterance, plan = pair.utterance, pair.plan
    kept: list[Slot] = []
    for slot in sorted(dict.fromkeys(_slots(pair)), key=lambda slot: -len(slot.said)):
        place = re.compile(rf"(?<![\w.]){re.escape(slot.said)}(?!\w)" if slot.said.isascii() else re.escape(slot.said))
        written = slot.written.replace("{}", slot.said)
        value = re.compile(rf'(?<=["/=\s]){re.escape(json.dumps(written, ensure_ascii=False)[1:-1])}(?=["/])')
        if slot.written == "#":
            value = re.compile(rf"(?<=[:\[,]){re.escape(slot.said)}(?=[,\]}}])")
        if place.search(utterance) and value.search(plan):
            mark = chr(_FIRST_MARK + len(kept))
            utterance, plan = place.sub(mark, utterance), value.sub(mark, plan)
            kept.append(slot if slot.written != "#" else Slot(slot.said, "{}", slot.make))
    return Template(utterance, plan, tuple(kept))


def _slots(pair: Pair) -> Iterator[Slot]:
    for step in json.loads(pair.plan):
        [(name, arguments)] = step.items()
        found = TOOLS.lookup(name)
        assert found is not None
        kinds = {argument.name: argument.kind for argument in found.spec().arguments}
        for key, value in arguments.items():
            for one in value if isinstance(value, list) else [value]:
                if kinds[key] in _COPIED:
                    yield from _slot(kinds[key], one)


def _slot(kind: Kind, value: Any) -> Iterator[Slot]:
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield Slot(str(value), "#", names.port if kind is Kind.PORT else names.number)
        return
    if value.startswith("$"):
        return
    if kind in (Kind.SIZE, Kind.AGE, Kind.DURATION):
        yield from _measure(value)
    elif match := _GLOB.fullmatch(value):
        yield Slot(match[1], "*.{}", names.ending)
    elif not re.search(r"[*{?]", value) and len(value) > 1:
        yield Slot(value, "{}", _maker(kind))


def _measure(value: str) -> Iterator[Slot]:
    """The number of a size or an age; its unit and sign stay."""
    match = _MEASURE.fullmatch(value)
    if match and match[2] != "1":
        yield Slot(match[2], f"{match[1]}{{}}{match[3]}", names.amount)


def _maker(kind: Kind) -> Make:
    return _MAKERS.get(kind, names.place)


_MAKERS: Final[dict[Kind, Make]] = {
    Kind.TEXT: names.text,
    Kind.PATTERN: names.text,
    Kind.PROCESS: names.process,
    Kind.HOST: names.host,
    Kind.URL: names.url,
    Kind.USER: names.user,
    Kind.UNIT: names.unit,
    Kind.PACKAGE: names.package,
    Kind.NAME: names.word,
}
