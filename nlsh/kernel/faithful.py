"""Whether a plan that changes something takes up everything that was said to narrow it.

`delete the files in logs older than a week` must not become a plan that forgets the folder, or the age.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from nlsh.core.plan import Plan
from nlsh.kernel.kinds import globs
from nlsh.kernel.quantities import ages, sizes

_ENDINGS: Final = re.compile(r"[A-Za-z0-9.]+")


def omissions(utterance: str, plan: Plan, names_said: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """What was said and does not stand in the plan: names of things that exist, kinds of files, sizes, times."""
    told = _values(plan)
    left_out = [name for name in names_said if not _is_told(name, told)]
    kinds = globs(utterance, names).items()
    left_out += [glob for glob, word in kinds if not any(_is_told(part, told) for part in (word, *_endings(glob)))]
    for measures in (sizes(utterance), ages(utterance)):
        if measures and not any(measure in told for measure in measures):
            left_out.append(measures[0])
    return tuple(left_out)


def _values(plan: Plan) -> tuple[str, ...]:
    """Every argument value of a plan, as text."""
    values = (value for step in plan.steps for value in step.syscall.given().values())
    return tuple(str(part) for value in values for part in (value if isinstance(value, list) else [value]))


def _is_told(text: str, told: Sequence[str]) -> bool:
    return any(text in value for value in told)


def _endings(glob: str) -> list[str]:
    return [part for part in _ENDINGS.findall(glob.removeprefix("*.")) if part]
