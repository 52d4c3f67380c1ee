"""A scope with a home and a working directory of its own, and a journal kept in memory."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from nlsh.core.ports import History, Memory, Services, Shell, Turns, UndoStep
from nlsh.core.results import Emission, Result
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.repl.piped import PipedInput


@dataclass
class MemoryJournal:
    """What the store's journal does, without a disk."""

    steps: dict[int, UndoStep] = field(default_factory=dict)
    open_steps: set[int] = field(default_factory=set)
    abandoned: list[UndoStep] = field(default_factory=list)

    def prepare(self, step: UndoStep) -> int:
        number = len(self.steps) + len(self.abandoned) + 1
        self.steps[number] = step
        self.open_steps.add(number)
        return number

    def applied(self, step_id: int, after: Mapping[str, Any]) -> None:
        self.open_steps.remove(step_id)
        self.steps[step_id] = replace(self.steps[step_id], after=dict(after))

    def abandon(self, step_id: int) -> None:
        self.open_steps.remove(step_id)
        self.abandoned.append(self.steps.pop(step_id))

    def made(self) -> list[UndoStep]:
        """The steps that took effect, in order."""
        return [self.steps[number] for number in sorted(self.steps)]


@dataclass(frozen=True)
class FakeShell:
    """A shell that is only somewhere."""

    cwd: str
    env: Mapping[str, str]


def piped_in(scope: Scope, data: bytes) -> Scope:
    """A scope with a pipe that holds this and has ended."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        fd = os.dup(file.fileno())
    stdin = PipedInput(fd, print)
    weakref.finalize(stdin, os.close, fd)
    return replace(scope, stdin=stdin)


def make_scope(home: Path, **changes: Any) -> Scope:
    """A scope below `home`: cwd `home/work`, state in `home/.local/state/nlsh`."""
    cwd, state = home / "work", home / ".local" / "state" / "nlsh"
    cwd.mkdir(parents=True, exist_ok=True)
    state.mkdir(parents=True, exist_ok=True)
    env = {"HOME": str(home), "PATH": os.environ.get("PATH", ""), "XDG_DATA_HOME": str(home / ".local" / "share")}
    shell = cast(Shell, FakeShell(str(cwd), env))
    services = Services(shell, cast(Memory, None), cast(History, None), cast(Turns, None), str(state))
    scope = Scope(str(cwd), str(home), env, "", services, MemoryJournal())
    return replace(scope, **changes)


ScopeMaker = Callable[..., Scope]


@pytest.fixture(scope="session")
def scope_at() -> ScopeMaker:
    """`scope_at(home)` makes a scope anywhere, with a journal of its own."""
    return make_scope


@pytest.fixture
def scope(tmp_path: Path) -> Scope:
    return make_scope(tmp_path / "home")


@pytest.fixture
def cwd(scope: Scope) -> Path:
    return Path(scope.cwd)


@pytest.fixture
def journal(scope: Scope) -> MemoryJournal:
    assert isinstance(scope.journal, MemoryJournal)
    return scope.journal


Runner = Callable[..., list[Emission]]


@pytest.fixture
def run(scope: Scope) -> Runner:
    """Resolve and run one syscall; `results` are those of earlier steps."""

    def runner(syscall: Syscall, results: Mapping[int, Result] | None = None) -> list[Emission]:
        here = replace(scope, results=results or {})
        return list(syscall.run(here, syscall.resolve(here)))

    return runner
