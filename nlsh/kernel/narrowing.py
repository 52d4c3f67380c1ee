"""A declined plan, done to fewer things: what it would do stays, what it would be done to is looked for anew.

Asked `no, only those from May` a small model looks for those and forgets what was to be done with them. That is known:
it was declined a moment ago. Whatever comes of it is asked about again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from nlsh.core.arguments import Kind, results_used
from nlsh.core.plan import Plan, Step
from nlsh.core.risk import Effect
from nlsh.core.syscall import Syscall

_LOOK: Final = "fs.find"
_PLACES: Final = (Kind.PATHS, Kind.PATH, Kind.SOURCE, Kind.NEW_PATH)
_CHANGES: Final = frozenset(Effect) - {Effect.READ}


Exists = Callable[[str], bool]


def swapped(declined: Plan, names: Sequence[str], exists: Exists) -> Plan | None:
    """The declined plan, done to what was named instead; None where a name is of nothing that is there."""
    act = declined.steps[-1].syscall
    slot = _slot(declined)
    looked = _looked_for(declined, act.given()[slot]) if slot else None
    found = [_found(name, str((looked or {}).get("path", "")), exists) for name in names]
    if not slot or not found or not all(found):
        return None
    argument = next(one for one in act.spec().arguments if one.name == slot)
    places: Any = found if argument.is_many else found[0]
    is_fitting = argument.is_many or len(found) == 1
    return Plan((Step(1, type(act).parse({**act.given(), slot: places})),)) if is_fitting else None


def spared(
    declined: Plan, names: Sequence[str], exists: Exists, lookup: Callable[[str], type[Syscall] | None]
) -> Plan | None:
    """The declined plan, done to all but what was named; None where a name is of nothing that is there."""
    act, look = declined.steps[-1].syscall, lookup(_LOOK)
    slot = _slot(declined)
    looked = _looked_for(declined, act.given()[slot]) if slot else None
    if look is None or looked is None or not names or "exclude" in looked:
        return None
    if not all(_found(name, str(looked.get("path", "")), exists) for name in names):
        return None
    first = look.parse({**looked, "exclude": [name.rpartition("/")[2] for name in names]})
    return Plan((Step(1, first), Step(2, type(act).parse({**act.given(), slot: "$1"}))))


def _found(name: str, folder: str, exists: Exists) -> str:
    """Where a thing that was named is: here, or where the declined plan looked; empty if nowhere."""
    below = f"{folder.rstrip('/')}/{name}" if folder else name
    return next((place for place in (name, below) if exists(place)), "")


def narrowed(plan: Plan, declined: Plan) -> Plan | None:
    """The declined plan on what the new one looks for; None where the two do not fit together."""
    look, act = plan.steps[0].syscall, declined.steps[-1].syscall
    slot = _slot(declined)
    if look.name != _LOOK or not slot or not _says_no_more(plan, act):
        return None
    inherited = _looked_for(declined, act.given()[slot])
    if inherited is None:
        return None
    found = look.given()
    if "path" in found:  # it says where by itself
        inherited = {key: value for key, value in inherited.items() if key not in ("path", "direct")}
    first = type(look).parse({**inherited, **found})
    second = type(act).parse({**act.given(), slot: "$1"})
    return Plan((Step(1, first), Step(2, second)))


def _slot(declined: Plan) -> str:
    """The one argument that is a place, and so says what is worked on; empty where none is, or several are, or where
    the plan does more than look and act."""
    act = declined.steps[-1].syscall
    looks = [step.syscall.name for step in declined.steps[:-1]]
    if looks not in ([], [_LOOK]) or len(looks) != len(act.results_used()):
        return ""
    given = act.given()
    found = [one.name for one in act.spec().arguments if one.kind in _PLACES and one.name in given]
    return found[0] if len(found) == 1 and act.effects & _CHANGES else ""


def _says_no_more(plan: Plan, act: Syscall) -> bool:
    """Whether all that follows the first look only looks, or does again what was declined to what was found."""
    rest = [step.syscall for step in plan.steps[1:]]
    only_looks = all(syscall.effects <= {Effect.READ} for syscall in rest)
    return only_looks or (len(rest) == 1 and rest[0].name == act.name and rest[0].results_used() == {1})


def _looked_for(declined: Plan, places: Any) -> Mapping[str, Any] | None:
    """What the declined plan would have worked on, as arguments of a look; None where that cannot be said."""
    if used := results_used(places):
        before = declined.steps[max(used) - 1].syscall
        return before.given() if before.name == _LOOK and len(used) == 1 else None
    if not isinstance(places, str) or not any(char in places for char in "*?["):
        return None
    folder, _, name = places.rpartition("/")
    is_plain = not any(char in folder for char in "*?[{")
    return {**({"path": folder} if folder else {}), "name": name, "direct": True} if is_plain else None
