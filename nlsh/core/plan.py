"""The plan: ordered syscalls proposed by the model, in strict compact JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from nlsh.core.errors import PlanInvalid
from nlsh.core.syscall import Syscall

MAX_STEPS: Final = 8
"""A plan longer than this is a model gone astray."""


@dataclass(frozen=True)
class Step:
    """One syscall of a plan; `number` counts from 1 and is what `$1` refers to."""

    number: int
    syscall: Syscall


@dataclass(frozen=True)
class Plan:
    """What is to be done, in order."""

    steps: tuple[Step, ...]

    def to_json(self) -> str:
        """The canonical form; `read_plan` reads it back to an equal plan."""
        return "[" + ",".join(step.syscall.to_json() for step in self.steps) + "]"


def read_plan(text: str, lookup: Callable[[str], type[Syscall] | None]) -> Plan:
    """Plan JSON to a plan; `lookup` finds a syscall class by name.

    Raises:
        PlanInvalid: not JSON, an unknown syscall, a wrong argument, a reference to a step that is not earlier,
            no step, or more than MAX_STEPS.
    """
    try:
        steps = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanInvalid("the model did not finish its plan", "say it in other words") from error
    if not isinstance(steps, list) or not 1 <= len(steps) <= MAX_STEPS:
        raise PlanInvalid(f"a plan has 1 to {MAX_STEPS} steps", "say it in other words, or in smaller parts")
    return Plan(tuple(_read_step(number, step, lookup) for number, step in enumerate(steps, 1)))


def _read_step(number: int, step: Any, lookup: Callable[[str], type[Syscall] | None]) -> Step:
    if not isinstance(step, dict) or len(step) != 1:
        raise PlanInvalid(f"step {number} is not one syscall", "say it in other words")
    [(name, arguments)] = step.items()
    found = lookup(name)
    if found is None:
        raise PlanInvalid(f"there is no syscall {name!r}", "nlsh help lists them")
    if not isinstance(arguments, dict):
        raise PlanInvalid(f"{name}: the arguments are not an object", "say it in other words")
    return placed(number, found.parse(arguments))


def placed(number: int, syscall: Syscall) -> Step:
    """A syscall as the step with a number. Raises PlanInvalid where it uses a result that is not there by then."""
    if any(not 1 <= used < number for used in syscall.results_used()):
        raise PlanInvalid(f"step {number} uses the result of a step that is not before it", "say it in other words")
    return Step(number, syscall)
