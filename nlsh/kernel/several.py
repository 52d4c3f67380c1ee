"""Where several were asked for and the plan finds one: `the 3 largest numbers` is no maximum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nlsh.core.plan import Plan, placed
from nlsh.core.syscall import Syscall
from nlsh.kernel.quantities import numbers

_ENDS: Final = {"max": True, "min": False}
_WHERE: Final = ("source", "by", "field", "separator")


def several(utterance: str, plan: Plan, lookup: Callable[[str], type[Syscall] | None]) -> Plan:
    """The plan; instead of the largest or least number the first few in order, if a count was said that it leaves out.

    Both do the same with the same column of the same text, so what was understood stays.
    """
    calc = plan.steps[-1].syscall
    sort, head = lookup("text.sort"), lookup("text.slice")
    if calc.name != "text.calc" or sort is None or head is None:
        return plan
    given = calc.given()
    told = " ".join(str(value) for value in given.values())
    counts = [count for count in numbers(utterance) if count > 1 and str(count) not in told]
    if given.get("operation") not in _ENDS or len(counts) != 1:
        return plan
    kept = {key: given[key] for key in _WHERE if key in given}
    ordered = sort.parse(kept | {"numeric": True} | ({"reverse": True} if _ENDS[given["operation"]] else {}))
    number = len(plan.steps)
    first = head.parse({"source": f"${number}", "first": counts[0]})
    return Plan((*plan.steps[:-1], placed(number, ordered), placed(number + 1, first)))
