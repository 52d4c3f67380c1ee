"""The four changes of the file tree that undo can take back, each journaled before it is made.

One journal step may carry many changes of a kind (`items`): what is thrown away by the thousand costs one durable
write, not thousands. A step whose result was never written down (a crash) is judged by what stands in the tree.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Literal

from nlsh.core.ports import UndoStep
from nlsh.core.scope import Scope
from nlsh.tools.primitives import exchange, meta_at, move, present, set_values, with_tree
from nlsh.tools.states import State
from nlsh.tools.trash import Trash, drop_info
from nlsh.tools.tree import real
from nlsh.tools.turning import make_again, turn_back

__all__ = ["BATCH", "discard", "make_again", "place", "rename", "set_meta", "turn_back"]

BATCH: Final = 5000
"""So many changes at most in one journal step."""
_Action = Literal["rename", "create", "exchange", "meta"]


@dataclass(frozen=True)
class _Change:
    """One change to make: of `path`, with `other` as in UndoStep; `before` is what stands there now."""

    path: str
    other: str = ""
    before: State = field(default_factory=dict)
    staged: str = ""
    """Where the new content waits, for create and exchange."""


def rename(pairs: Iterable[tuple[str, str]], scope: Scope) -> int:
    """Rename within one file system, never onto anything; returns how many.

    Raises:
        NlshError: one failed (its `__cause__` has EXDEV across file systems); those before it stay, journaled.
        StoreUnavailable: the journal cannot be written; nothing more was changed.
        Cancelled: the turn was cancelled between two.
    """
    changes = (_Change(real(path), real(other), present(path)) for path, other in pairs)
    return _carry_out("rename", changes, _rename, scope)


def place(staged: Iterable[tuple[str, str]], scope: Scope) -> int:
    """Put what was staged beside its place into place: as a new thing, or instead of what is there.

    Raises:
        NlshError, StoreUnavailable, Cancelled: as `rename`.
    """
    trash = Trash(scope)
    count = 0
    for is_new, group in _grouped(staged):
        changes = (_Change(path, trash.slot(path), _both(temp, path, is_new), temp) for temp, path in group)
        count += _carry_out("create" if is_new else "exchange", changes, _create if is_new else _exchange, scope)
    return count


def set_meta(wanted: Iterable[tuple[str, Mapping[str, int]]], scope: Scope) -> int:
    """Set `mode`, `uid`, `gid`, `mtime_ns`, `atime_ns` of things, themselves and never what a link leads to.

    Raises:
        NlshError, StoreUnavailable, Cancelled: as `rename`.
    """
    changes = (_Change(real(path), before=meta_at(path, values)) for path, values in wanted)
    return _carry_out("meta", changes, _set_new, scope)


def discard(paths: Sequence[str], scope: Scope) -> int:
    """Throw things away into the trash of their file system; returns how many.

    Raises:
        NlshError: no trash can be made there, or a thing cannot be moved; those before it stay in the trash.
        StoreUnavailable, Cancelled: as `rename`.
    """
    trash = Trash(scope)
    pairs: list[tuple[str, str]] = []
    try:
        for path in paths:
            scope.check()
            pairs.append((path, trash.reserve(path)))
        return rename(pairs, scope)
    except BaseException:
        for _, other in pairs:
            if not os.path.lexists(other):
                drop_info(other)
        raise


def _both(temp: str, path: str, is_new: bool) -> State:
    return {"new": present(temp)} | ({} if is_new else {"old": present(path)})


def _grouped(staged: Iterable[tuple[str, str]]) -> list[tuple[bool, list[tuple[str, str]]]]:
    """Runs of new places and of places where something is, in order."""
    groups: list[tuple[bool, list[tuple[str, str]]]] = []
    for pair in staged:
        is_new = not os.path.lexists(pair[1])
        if not groups or groups[-1][0] is not is_new:
            groups.append((is_new, []))
        groups[-1][1].append(pair)
    return groups


def _carry_out(
    action: _Action, changes: Iterable[_Change], perform: Callable[[_Change], dict[str, Any]], scope: Scope
) -> int:
    waiting = iter(changes)
    count = 0
    while batch := list(islice(waiting, BATCH)):
        count += _carry_out_batch(action, batch, perform, scope)
    return count


def _carry_out_batch(
    action: _Action, batch: Sequence[_Change], perform: Callable[[_Change], dict[str, Any]], scope: Scope
) -> int:
    scope.check()
    step_id = scope.journal.prepare(_step(action, batch))
    made: list[dict[str, Any]] = []
    try:
        for change in batch:
            scope.check()
            made.append(perform(change))
    finally:
        if made:
            scope.journal.applied(step_id, made[0] if len(batch) == 1 else {"items": made})
        else:
            scope.journal.abandon(step_id)
    _sync_folders(batch)
    return len(made)


def _step(action: _Action, batch: Sequence[_Change]) -> UndoStep:
    first = batch[0]
    if len(batch) == 1:
        return UndoStep(action, first.path, first.other, before=first.before)
    items = [[change.path, change.other, dict(change.before)] for change in batch]
    return UndoStep(action, first.path, first.other, before={"items": items})


def _sync_folders(batch: Sequence[_Change]) -> None:
    """Make renames durable; file systems that cannot sync a folder do it by themselves."""
    for folder in {os.path.dirname(path) for change in batch for path in (change.path, change.other) if path}:
        with contextlib.suppress(OSError):
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)


def _rename(change: _Change) -> dict[str, Any]:
    return move(change.path, change.other, change.before)


def _create(change: _Change) -> dict[str, Any]:
    found = move(change.staged, change.path, change.before["new"], change.path)
    return with_tree(change.path, found)


def _exchange(change: _Change) -> dict[str, Any]:
    return exchange(change.path, change.other, change.staged, change.before["old"])


def _set_new(change: _Change) -> dict[str, Any]:
    return set_values(change.path, change.before, change.before["new"])
