"""What was piped in, as something an utterance can be about.

People do not name it: `cat err.log | nlsh -c "which lines mention timeouts"`. A tuned model has learned to copy names,
so it is shown one, and code takes it away again: a step that reads by that name reads what was piped in. The same holds
for a step that reads something nobody named.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from nlsh.core.arguments import RESULT
from nlsh.core.plan import Plan, Step, placed
from nlsh.core.ports import PlanRequest
from nlsh.core.syscall import Syscall, SyscallSpec
from nlsh.kernel.classifier import Classifier, likely
from nlsh.kernel.mentions import mentioned, places_said
from nlsh.kernel.switches import sayable
from nlsh.kernel.tuned import candidates

NAME: Final = "input.txt"
"""What the model is shown in the place of what was piped in."""
_SHARE: Final = 0.3
"""How likely it must be that an utterance is about a text. Of the 1,228 in models/foundry/data/unseen/ that are about
something else, 14 are held that likely."""
_MOST: Final = 8
_PLACES: Final = ("source", "path")
"""The arguments that name what is read."""
_FILE: Final = re.compile(r"/|[^\W_]\.[A-Za-z][A-Za-z0-9]{0,4}$")
_TREE: Final = re.compile(
    r"""\b(?:files?|folders?|director(?:y|ies)|here|datei(?:en)?|ordner[sn]?|verzeichnis\w*|hier|archivos?|ficheros?
      |carpetas?|directorios?|aquí|fichiers?|dossiers?|répertoires?|ici)\b | 文件|目录|这里""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKED_BACK: Final = "ask"
_INSTEAD: Final = ("text", "expression")
"""Arguments that give what is worked on instead of naming it."""


def is_meant(utterance: str, names: Sequence[str], specs: Mapping[str, SyscallSpec], classifier: Classifier) -> bool:
    """Whether an utterance is about what was piped in: it is about some text, and names no place to take it from.

    That it could also be asked back (which ones?) speaks for neither: the pipe would be the answer.
    """
    if _TREE.search(utterance) or mentioned(utterance, names) or any(map(_FILE.search, places_said(utterance, ()))):
        return False
    shares = {name: math.exp(weight) for name, weight in classifier.rank(utterance).items()}
    readers = sum(share for name, share in shares.items() if name in specs and specs[name].may_be_piped)
    return readers >= _SHARE * (1.0 - shares.get(_ASKED_BACK, 0.0))


def build(utterance: str, specs: Mapping[str, SyscallSpec], classifier: Classifier) -> PlanRequest:
    """The request for an utterance about what was piped in: only what can read it can be said, and only of it."""
    named = f"{utterance.rstrip(' ?？.!')} in {NAME}"
    readers = {name: spec for name, spec in specs.items() if spec.may_be_piped}
    leanings = _leanings(classifier.rank(named), readers)
    values = {kind: tuple(one for one in said if NAME not in one) for kind, said in candidates(named, ()).items()}
    values |= dict.fromkeys(("path", "paths", "source"), (NAME,))
    offered = tuple(_of_pipe(readers[name], utterance) for name in leanings)
    return PlanRequest(named, offered, (), values, leanings=leanings)


def _leanings(ranked: Mapping[str, float], readers: Mapping[str, SyscallSpec]) -> dict[str, float]:
    """The likeliest readers, and how likely each is now that it can be no other syscall."""
    kept = list(likely({name: weight for name, weight in ranked.items() if name in readers}).items())[:_MOST]
    whole = math.log(sum(math.exp(weight) for _, weight in kept))
    return {name: weight - whole for name, weight in kept}


def _of_pipe(spec: SyscallSpec, utterance: str) -> SyscallSpec:
    """A syscall as far as it can be meant: what it works on is known."""
    kept = (one for one in sayable(spec, utterance) if one.name not in _INSTEAD or one.is_required)
    return dataclasses.replace(spec, arguments=tuple(kept))


def from_named(plan: Plan) -> Plan | None:
    """A plan for `build`'s request, reading what was piped in; None where it does not, or cannot."""
    used = [value for step in plan.steps for value in _texts(step.syscall.given())]
    taken = _taken(plan, lambda value: value == NAME)
    left = [value for step in taken.steps for value in _texts(step.syscall.given())]
    return taken if NAME in used and NAME not in left else None


def from_unnamed(plan: Plan, utterance: str, exists: Callable[[str], bool]) -> Plan:
    """A plan in which what reads something nobody named reads what was piped in."""

    def is_unsaid(value: str) -> bool:
        return value == "." or not (RESULT.fullmatch(value) or exists(value) or _FILE.search(value))

    return plan if _TREE.search(utterance) else _taken(plan, is_unsaid)


def _taken(plan: Plan, is_input: Callable[[str], bool]) -> Plan:
    steps: list[Step] = []
    numbers: dict[int, int] = {}
    for step in plan.steps:
        places = [value for key in _PLACES for value in _texts(step.syscall.given().get(key))]
        new = step.syscall.piped() if all(map(is_input, places)) else ()
        first, *others = new or (step.syscall,)
        at = len(steps)
        steps.append(placed(at + 1, _renumbered(first, numbers)))
        own = {number: at + number for number in range(1, len(others) + 1)}
        steps += (placed(at + n, _renumbered(other, own)) for n, other in enumerate(others, 2))
        numbers[step.number] = len(steps)
    return Plan(tuple(steps))


def _renumbered(syscall: Syscall, numbers: Mapping[int, int]) -> Syscall:
    """A syscall that refers to steps by their new numbers."""

    def move(value: Any) -> Any:
        if isinstance(value, list):
            return [move(one) for one in value]
        found = RESULT.fullmatch(value) if isinstance(value, str) else None
        return f"${numbers[int(found[1])]}" if found else value

    return type(syscall).parse({key: move(value) for key, value in syscall.given().items()})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
