"""The syscalls, and what they may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from nlsh.core.ports.journal import UndoStep
from nlsh.core.ports.memory import History, Memory
from nlsh.core.ports.shell import Shell
from nlsh.core.results import Emission, Table

if TYPE_CHECKING:
    from nlsh.core.scope import Cancellation
    from nlsh.core.syscall import Syscall, SyscallSpec


class Turns(Protocol):
    """What `undo`, `redo` and `help` may ask of the kernel."""

    def undo(self, count: int, cancellation: Cancellation) -> Iterator[Emission]:
        """Take the newest `count` operations back."""

    def redo(self, count: int, cancellation: Cancellation) -> Iterator[Emission]:
        """Make the last undone operations again."""

    def specs(self) -> tuple[SyscallSpec, ...]:
        """Every syscall there is."""


@dataclass(frozen=True)
class Services:
    """The ports a syscall may use besides the file tree."""

    shell: Shell
    memory: Memory
    history: History
    turns: Turns
    state_dir: str
    """nlsh's own state: a protected root."""


class Toolbox(Protocol):
    """The syscalls. Looking one up imports its family only."""

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""

    def lookup(self, name: str) -> type[Syscall] | None:
        """The class, or None."""

    def specs(self) -> tuple[SyscallSpec, ...]:
        """All specs (imports every family)."""

    def turn_back(self, step: UndoStep) -> None:
        """Undo one primitive step. Raises NlshError, changing nothing, where the state is not the one recorded."""

    def make_again(self, step: UndoStep) -> None:
        """Redo one primitive step. Raises NlshError, changing nothing, where the state is not the one recorded."""

    def processes(self) -> Table:
        """The process table for panes: pid, name, user, cpu, memory, command. Blocks a few ms."""

    def sessions(self) -> Table:
        """What runs of nlsh for this person: sessions, their models' processes and jobs, for `nlsh ps`."""
