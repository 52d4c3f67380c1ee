"""The sh family against a shell that writes down what it is asked; and its examples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from nlsh.core.errors import UsageError
from nlsh.core.facts import CommandReading
from nlsh.core.ports import Lending, Shell, TerminalLent, TerminalUse
from nlsh.core.results import Chunk, Emission, Exit, Note, Table
from nlsh.core.scope import Cancellation, Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.sh import SYSCALLS, ChangeDirectory, Export, Jobs, Run
from tests.tools.conftest import piped_in

_EXAMPLES = [pytest.param(cls, one, id=one.utterance) for cls in SYSCALLS for one in cls.examples]


@dataclass
class NotingShell:
    """Runs nothing; keeps what it was asked."""

    cwd: str
    env: Mapping[str, str]
    executed: list[tuple[str, str, Cancellation, bytes | int | None]] = field(default_factory=list)
    went: list[str] = field(default_factory=list)
    exported: dict[str, str] = field(default_factory=dict)

    def execute(
        self, command: str, terminal: TerminalUse, cancellation: Cancellation, stdin: bytes | int | None = None
    ) -> Iterator[Emission | TerminalLent]:
        self.executed.append((command, terminal, cancellation, stdin))
        yield Chunk(b"clean\n")
        yield TerminalLent(Lending(lambda _fd: b"", lambda: None))
        yield Exit(4)

    def change_directory(self, path: str) -> None:
        self.went.append(path)

    def export(self, name: str, value: str) -> None:
        self.exported[name] = value

    def read(self, command: str) -> CommandReading:
        return CommandReading(command, True, frozenset(), ("git",), "git diff only reads")


@pytest.fixture
def shell(scope: Scope) -> NotingShell:
    return NotingShell(scope.cwd, scope.env)


@pytest.fixture
def here(scope: Scope, shell: NotingShell) -> Scope:
    return piped_in(replace(scope, services=replace(scope.services, shell=cast(Shell, shell))), b"piped")


Act = Callable[[Syscall], list[Emission]]


@pytest.fixture
def act(here: Scope) -> Act:
    return lambda syscall: list(syscall.run(here, syscall.resolve(here)))


@pytest.mark.parametrize(("cls", "example"), _EXAMPLES)
def test_an_example_reads_back_as_written(cls: type[Syscall], example: Example) -> None:
    [step] = json.loads(example.plan)
    [(name, arguments)] = step.items()
    assert name == cls.name
    again = json.loads(cls.parse(arguments).to_json())
    assert json.dumps([again], separators=(",", ":"), ensure_ascii=False) == example.plan


@pytest.mark.parametrize("cls", SYSCALLS, ids=lambda cls: cls.name)
def test_each_is_taught_once_and_told(cls: type[Syscall]) -> None:
    utterances = [one.utterance.casefold() for one in cls.examples]
    assert len(utterances) >= 6
    assert len(set(utterances)) == len(utterances)
    assert cls.spec().summary.endswith(".")


def test_a_command_runs_in_the_persons_shell_with_what_was_piped(act: Act, here: Scope, shell: NotingShell) -> None:
    assert act(Run(cmd="git status")) == [Chunk(b"clean\n"), Exit(4)]
    assert here.stdin is not None
    assert shell.executed == [("git status", "pipe", here.cancellation, here.stdin.descriptor())]


def test_a_command_is_resolved_to_what_can_be_proven(here: Scope) -> None:
    syscall = Run(cmd="git diff\x1b[2J")
    facts = syscall.resolve(here)
    assert facts.reading is not None
    assert facts.reading.is_read_only
    assert facts.irreversible
    preview = syscall.preview(facts)
    assert "\x1b" not in preview.title
    assert preview.lines == ("git diff only reads",)


def test_going_changes_the_shells_folder(act: Act, shell: NotingShell, cwd: Path) -> None:
    (cwd / "src").mkdir()
    [note] = act(ChangeDirectory(path="src"))
    assert shell.went == [str(cwd / "src")]
    assert note == Note(f"now in {cwd / 'src'}")


def test_going_home(act: Act, shell: NotingShell, here: Scope) -> None:
    act(ChangeDirectory(path="~"))
    assert shell.went == [here.home]


@pytest.mark.parametrize("name", ["nowhere", "file.txt"])
def test_one_goes_only_to_folders(name: str, act: Act, shell: NotingShell, cwd: Path) -> None:
    (cwd / "file.txt").touch()
    with pytest.raises(UsageError, match=name):
        act(ChangeDirectory(path=name))
    assert not shell.went


def test_a_variable_is_set_in_the_shell(act: Act, shell: NotingShell) -> None:
    assert act(Export(variable="EDITOR", value="vim")) == [Note("EDITOR is now vim")]
    assert shell.exported == {"EDITOR": "vim"}


@pytest.mark.parametrize("name", ["1A", "A B", "A=B", "", "A;rm"])
def test_what_is_no_variables_name_is_refused(name: str, act: Act, shell: NotingShell) -> None:
    with pytest.raises(UsageError):
        act(Export(variable=name, value="x"))
    assert not shell.exported


@pytest.mark.skipif(sys.platform != "linux", reason="drives Linux processes")
def test_jobs_are_the_processes_left_running(act: Act) -> None:
    sleeper = subprocess.Popen(["sleep", "300"])
    try:
        [table] = act(Jobs())
    finally:
        sleeper.kill()
        sleeper.wait()
    assert isinstance(table, Table)
    assert [column.name for column in table.columns] == ["pid", "name", "state", "since", "command"]
    row = next(row for row in table.records() if row["pid"] == sleeper.pid)
    assert (row["name"], row["command"]) == ("sleep", "sleep 300")
    assert os.getpid() not in {row["pid"] for row in table.records()}
