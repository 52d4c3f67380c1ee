"""The journal: what undo needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True)
class UndoStep:
    """One primitive change of the file tree and how it is turned back. All four are symmetrical:

    - `rename`: `path` → `other` (moves, trash). Back: rename `other` → `path`.
    - `create`: `path` came to be. Back: it is renamed to `other`, a slot in the trash; again: back from there.
    - `exchange`: `path` was replaced, the old content stands at `other`. Back and again: swap the two.
    - `meta`: mode, owner or times of `path` changed from `before` to `after`.
    """

    action: Literal["rename", "create", "exchange", "meta"]
    path: str
    other: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    """What was found right after the effect (device, inode, size, mtime_ns, mode); undo refuses where it differs."""


class Journal(Protocol):
    """What undo needs, written before the effect. One per executed syscall."""

    def prepare(self, step: UndoStep) -> int:
        """Write the step durably; returns its id. Raises StoreUnavailable: then the change must not be made."""

    def applied(self, step_id: int, after: Mapping[str, Any]) -> None:
        """The change was made; `after` is the state undo must find."""

    def abandon(self, step_id: int) -> None:
        """The change was not made (it failed)."""


@dataclass(frozen=True)
class Operation:
    """One journaled syscall: its steps in the order they were made."""

    id: int
    turn: str
    at: float
    syscall: str
    state: Literal["prepared", "done", "undone"]
    steps: tuple[tuple[int, UndoStep], ...]


class Journals(Protocol):
    """All operations, newest first."""

    def open(self, turn: str, syscall: str) -> tuple[int, Journal]:
        """Begin an operation; returns its id and its journal."""

    def done(self, operation: int) -> None:
        """The syscall ended; the operation can be undone from now on. Operations without steps are dropped."""

    def latest(self, count: int, state: Literal["done", "undone"]) -> tuple[Operation, ...]:
        """The newest operations in a state (for `undone`: the most recently undone first)."""

    def mark(self, operation: int, state: Literal["done", "undone"]) -> None:
        """The operation was redone or undone."""

    def unfinished(self) -> tuple[Operation, ...]:
        """Operations of ended sessions that were never closed."""
