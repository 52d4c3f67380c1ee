"""What an untuned model is shown for one utterance, and the real values it may choose among.

It is shown the examples nearest to the utterance and may only use the syscalls they use. An argument can only be
something the person said, something that is really there, or a form the grammar knows (a size, an age, a glob).
A tuned model is asked otherwise: see `nlsh.kernel.tuned`.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from nlsh.core.arguments import Kind
from nlsh.core.ports import PlanRequest, Shot
from nlsh.core.syscall import Example, SyscallSpec
from nlsh.kernel.kinds import globs
from nlsh.kernel.mentions import anchors, clauses, places_said, spans
from nlsh.kernel.nearness import Near, shape_of
from nlsh.kernel.negation import spared
from nlsh.kernel.pool import Pool, Shape, elected
from nlsh.kernel.quantities import ages, modes, numbers, sizes

MAX_SHOTS: Final = 5
_PER_SHAPE: Final = 3
_LAST_PORT: Final = 65535
_MEASURES: Final = (Kind.SIZE, Kind.AGE)
"""Kinds whose values are only offered when they were said, and so are welcome wherever they fit."""
_PER_PART: Final = 3
_MAX_STEPS: Final = 4
_CLOSE: Final = 0.6
"""From this nearness on an example needs no help."""
_GLOB = re.compile(r"[*?\[{]")
_PATH_KINDS: Final = (Kind.PATH, Kind.PATHS, Kind.SOURCE)
_SPAN_KINDS: Final = (
    *(
        Kind.TEXT,
        Kind.PATTERN,
        Kind.NAME,
        Kind.PROCESS,
        Kind.HOST,
        Kind.URL,
        Kind.USER,
        Kind.UNIT,
        Kind.PACKAGE,
    ),
)


def candidates(
    utterance: str, names: Sequence[str], shots: Sequence[Near], exists: Callable[[str], bool]
) -> Mapping[str, tuple[str, ...]]:
    """Real values by argument kind. What must exist is offered only if it does, unless nothing said does."""
    said = spans(utterance)
    kept = spared(utterance)
    places = places_said(utterance, names)
    real = tuple(place for place in places if place in names or exists(place) or _GLOB.search(place)) or places
    real = tuple(place for place in real if place not in kept)
    found = {str(kind): said for kind in _SPAN_KINDS} | {
        str(kind): (*real, *anchors(utterance)) for kind in _PATH_KINDS
    }
    counts = tuple(str(number) for number in numbers(utterance))
    found |= {str(Kind.INTEGER): counts, str(Kind.NUMBER): counts, str(Kind.SIZE): sizes(utterance)}
    found[str(Kind.PORT)] = tuple(count for count in counts if 1 <= int(count) <= _LAST_PORT)
    found |= dict.fromkeys((str(Kind.AGE), str(Kind.DURATION)), ages(utterance))
    kinds = tuple(globs(utterance, names))
    found[str(Kind.MODE)] = modes(utterance)
    found[str(Kind.GLOB)] = (*kinds, *(place for place in places if "/" not in place))
    found[str(Kind.PATHS)] = (*real, *kinds, *anchors(utterance))
    found[str(Kind.NEW_PATH)] = tuple(dict.fromkeys((*places, *said)))
    found[str(Kind.COMMAND)] = tuple(dict.fromkeys(command for near in shots for command in _commands(near)))
    return found


def _commands(near: Near) -> Iterable[str]:
    for step in json.loads(near.example.plan):
        if "sh.run" in step:
            yield step["sh.run"]["cmd"]


def build(
    utterance: str,
    pool: Pool,
    specs: Mapping[str, SyscallSpec],
    names: Sequence[str],
    exists: Callable[[str], bool],
) -> tuple[PlanRequest, float]:
    """The request for one utterance, and how near its nearest example is.

    `names` are those in the working directory; `exists` tells of any path as it was said.
    """
    is_definite = bool(places_said(utterance, names) or globs(utterance, names))
    near = pool.near(utterance, is_definite=is_definite)
    joined = clauses(utterance)
    parts = tuple(found for clause in joined if (found := pool.near(clause, is_definite=is_definite)))
    shapes = _shapes(near, parts)
    shown = _with_joined(_shown(near, shapes), parts)
    request = PlanRequest(
        utterance,
        tuple(_narrowed(specs[name], near, parts) for name in _names(shapes) if name in specs),
        tuple(Shot(one.example.utterance, one.example.plan) for one in reversed(shown)),
        candidates(utterance, names, shown, exists),
        shapes=shapes,
    )
    return request, near[0].nearness if near else 0.0


def _names(shapes: Sequence[Shape]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for shape in shapes for name in shape))


def _narrowed(spec: SyscallSpec, near: Sequence[Near], parts: Sequence[Sequence[Near]]) -> SyscallSpec:
    """A syscall without the optional arguments that no near example uses: an untuned model adds what it may."""
    steps = (step for group in (near, *parts) for one in group for step in json.loads(one.example.plan))
    used = {name for step in steps for name in step.get(spec.name, ())}
    kept = (one for one in spec.arguments if one.is_required or one.name in used or one.kind in _MEASURES)
    return dataclasses.replace(spec, arguments=tuple(kept))


def _shapes(near: Sequence[Near], parts: Sequence[Sequence[Near]]) -> tuple[Shape, ...]:
    """The plan shapes the nearest examples speak for; for a wish of several parts also those of the parts in a row."""
    rows = itertools.product(*(elected(part)[:_PER_PART] for part in parts)) if parts else ()
    joined = (tuple(itertools.chain.from_iterable(row)) for row in rows)
    return tuple(dict.fromkeys((*elected(near), *(shape for shape in joined if len(shape) <= _MAX_STEPS))))


def _with_joined(shown: tuple[Near, ...], parts: Sequence[Sequence[Near]]) -> tuple[Near, ...]:
    """For a wish of several parts: one more example, made of the nearest example of each part."""
    if not parts or (shown and len(shape_of(shown[0].example)) > 1 and shown[0].nearness > _CLOSE):
        return shown
    best = [part[0] for part in parts]
    steps = [step for one in best for step in json.loads(one.example.plan)]
    if any("$" in one.example.plan for one in best):
        return shown
    plan = json.dumps(steps, separators=(",", ":"), ensure_ascii=False)
    joined = Example(" and ".join(one.example.utterance for one in best), plan)
    return (Near(joined, min(one.nearness for one in best)), *shown[: MAX_SHOTS - 1])


def _shown(near: Sequence[Near], shapes: Sequence[Shape]) -> tuple[Near, ...]:
    """The nearest examples of the allowed shapes, a few of each, so that the model is given a choice."""
    kept: list[Near] = []
    shown: dict[Shape, int] = {}
    for one in near:
        shape = shape_of(one.example)
        shown[shape] = shown.get(shape, 0) + 1
        if shown[shape] <= _PER_SHAPE and shape in shapes:
            kept.append(one)
    return tuple(kept[:MAX_SHOTS])
