"""Undo and redo of journaled changes: verified against what the journal recorded, all of a step or nothing of it.

A step whose result was never written down (a crash) is judged by what stands in the tree.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from nlsh.core.display import visible
from nlsh.core.errors import NlshError
from nlsh.core.ports import UndoStep
from nlsh.core.scope import Cancellation
from nlsh.tools.faults import explaining
from nlsh.tools.primitives import meta_at, move, present, set_values, swap, with_tree
from nlsh.tools.states import State, difference, state_at, tree_print
from nlsh.tools.trash import drop_info, write_info


@dataclass(frozen=True)
class _Made:
    """One change that took effect, as the journal has it."""

    path: str
    other: str
    before: State
    after: State


def turn_back(step: UndoStep) -> None:
    """Undo one step, all of it or nothing.

    Raises:
        NlshError: something is not as the step left it; it is named, and nothing was touched.
    """
    _turn(step, is_back=True)


def make_again(step: UndoStep) -> None:
    """Redo one step that was undone, all of it or nothing.

    Raises:
        NlshError: something is not as the undo left it; it is named, and nothing was touched.
    """
    _turn(step, is_back=False)


def _turn(step: UndoStep, is_back: bool) -> None:
    check, turn = _TURNS[step.action]
    changes = _made(step)
    if is_back:
        changes.reverse()
    if step.action != "create":  # what was made may stand inside one another, and is checked one by one
        for made in changes:
            check(made, is_back)
    turned: list[_Made] = []
    try:
        for made in changes:
            check(made, is_back)
            turn(made, is_back)
            turned.append(made)
    except BaseException:
        for made in reversed(turned):
            turn(made, not is_back)
        raise


def _made(step: UndoStep) -> list[_Made]:
    """The changes of a step that took effect. Without a written result, those the tree itself tells of."""
    rows = step.before.get("items") or [[step.path, step.other, step.before]]
    if step.after:
        states = step.after.get("items") or [step.after]
        return [_Made(path, other, before, after) for (path, other, before), after in zip(rows, states, strict=False)]
    found = (_inferred(step.action, path, other, before) for path, other, before in rows)
    return [made for made in found if made is not None]


def _inferred(action: str, path: str, other: str, before: State) -> _Made | None:
    if action == "meta":
        now = meta_at(path, before["set"])
        return None if now["set"] == before["set"] else _Made(path, other, before, now)
    if action == "rename":
        moved = state_at(other)
        is_it = moved is not None and not difference(before, moved)
        return _Made(path, other, before, moved or {}) if is_it and state_at(path) is None else None
    found = state_at(path)
    if found is None or difference(before["new"], found):
        return None
    if action == "create":
        return _Made(path, other, before, with_tree(path, found))
    return _Made(path, other, before, found | {"old": present(other)})


def _check_rename(made: _Made, is_back: bool) -> None:
    source, target = (made.other, made.path) if is_back else (made.path, made.other)
    _expect(source, made.after)
    _expect_free(target)


def _turn_rename(made: _Made, is_back: bool) -> None:
    source, target = (made.other, made.path) if is_back else (made.path, made.other)
    if not is_back:
        with explaining("write to the trash about", made.path):
            write_info(target, made.path)
    try:
        move(source, target, present(source))
    finally:
        if not os.path.lexists(made.other):
            drop_info(made.other)


def _check_create(made: _Made, is_back: bool) -> None:
    source, target = (made.path, made.other) if is_back else (made.other, made.path)
    _expect(source, made.after)
    _expect_free(target)


def _turn_create(made: _Made, is_back: bool) -> None:
    source, target = (made.path, made.other) if is_back else (made.other, made.path)
    if is_back:
        with explaining("make", os.path.dirname(target)):
            os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    move(source, target, present(source))


def _check_exchange(made: _Made, is_back: bool) -> None:
    new, old = (made.path, made.other) if is_back else (made.other, made.path)
    _expect(new, made.after)
    _expect(old, made.after["old"])


def _turn_exchange(made: _Made, _: bool) -> None:
    swap(made.path, made.other)


def _check_meta(made: _Made, is_back: bool) -> None:
    expected = made.after if is_back else made.before
    found = meta_at(made.path, expected["set"])
    passing = {"atime_ns", "mtime_ns"} if expected["kind"] == "folder" else {"atime_ns"}
    was = {key: value for key, value in expected["set"].items() if key not in passing}
    is_same = all(found["set"][key] == value for key, value in was.items())
    if found["inode"] != expected["inode"] or found["kind"] != expected["kind"] or not is_same:
        raise NlshError(f"{visible(made.path)} has been changed since, so nothing was touched", "change it yourself")


def _turn_meta(made: _Made, is_back: bool) -> None:
    wanted = (made.before if is_back else made.after)["set"]
    set_values(made.path, meta_at(made.path, wanted), wanted)


_Turn = Callable[[_Made, bool], None]
_TURNS: Final[Mapping[str, tuple[_Turn, _Turn]]] = {
    "rename": (_check_rename, _turn_rename),
    "create": (_check_create, _turn_create),
    "exchange": (_check_exchange, _turn_exchange),
    "meta": (_check_meta, _turn_meta),
}


def _expect(path: str, expected: State) -> None:
    """Raise NlshError unless a path is as expected, and a folder that was made holds what it held."""
    differs = difference(expected, state_at(path))
    if not differs and "tree" in expected and tree_print(path, Cancellation()) != expected["tree"]:
        differs = "holds something else than it did"
    if differs:
        raise NlshError(f"{visible(path)} {differs}, so nothing was touched", "look at it, and change it yourself")


def _expect_free(path: str) -> None:
    if os.path.lexists(path):
        raise NlshError(f"something else is at {visible(path)} now, so nothing was touched", "move it away first")
