"""The turn family: asking, saying, undo and redo through the kernel's port, help, explain; and its examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from nlsh.core.errors import UsageError
from nlsh.core.facts import CommandReading
from nlsh.core.ports import Shell, Turns
from nlsh.core.results import Emission, Exit, Note, Table
from nlsh.core.scope import Cancellation, Scope
from nlsh.core.syscall import Example, Syscall, SyscallSpec
from nlsh.tools.toolbox import Tools
from nlsh.tools.turn import SYSCALLS, Ask, Explain, Help, Redo, Say, Undo

_EXAMPLES = [pytest.param(cls, one, id=one.utterance) for cls in SYSCALLS for one in cls.examples]


@dataclass
class FakeTurns:
    """The kernel's side of undo, redo and help."""

    asked: list[tuple[str, int, Cancellation]] = field(default_factory=list)

    def undo(self, count: int, cancellation: Cancellation) -> Iterator[Emission]:
        self.asked.append(("undo", count, cancellation))
        yield Note("taken back")

    def redo(self, count: int, cancellation: Cancellation) -> Iterator[Emission]:
        self.asked.append(("redo", count, cancellation))
        yield Note("made again")

    def specs(self) -> tuple[SyscallSpec, ...]:
        return Tools().specs()


class FakeReader:
    """A shell that only reads commands."""

    def read(self, command: str) -> CommandReading:
        is_list = command.startswith("ls")
        reason = "" if is_list else "rm deletes"
        return CommandReading(command, is_list, frozenset() if is_list else frozenset({"delete"}), ("ls",), reason)


@pytest.fixture
def turns() -> FakeTurns:
    return FakeTurns()


Teller = Callable[[Syscall], list[Emission]]


@pytest.fixture
def tell(scope: Scope, turns: FakeTurns) -> Teller:
    """Resolve and run one syscall with the fake ports."""
    services = replace(scope.services, turns=cast(Turns, turns), shell=cast(Shell, FakeReader()))
    here = replace(scope, services=services)
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


def test_no_wish_is_both_asked_about_and_acted_on() -> None:
    """What leaves out its object is asked about, so no other syscall may teach the same words."""
    asked = {one.utterance.casefold() for one in Ask.examples}
    others = {one.utterance.casefold() for spec in Tools().specs() if spec.name != "ask" for one in spec.examples}
    assert not asked & others


def test_asking_puts_the_question_and_leaves_the_turn_open(tell: Teller) -> None:
    assert tell(Ask(question="Which file?")) == [Note("Which file?"), Exit(3)]


def test_saying_only_says(tell: Teller) -> None:
    assert tell(Say(text="Hello.")) == [Note("Hello.")]


@pytest.mark.parametrize(("cls", "name"), [(Undo, "undo"), (Redo, "redo")])
def test_undo_and_redo_call_the_kernel(
    cls: type[Undo] | type[Redo], name: str, tell: Teller, turns: FakeTurns, scope: Scope
) -> None:
    [note] = tell(cls(count=3))
    assert turns.asked == [(name, 3, scope.cancellation)]
    assert note == Note("taken back" if name == "undo" else "made again")


@pytest.mark.parametrize(("cls", "one", "many"), [(Undo, "the last change", "last 2"), (Redo, "change again", "2")])
def test_the_preview_tells_how_many_changes(cls: type[Undo] | type[Redo], one: str, many: str, scope: Scope) -> None:
    assert one in cls().preview(cls().resolve(scope)).title
    facts = cls(count=2).resolve(scope)
    assert many in cls(count=2).preview(facts).title
    assert (facts.count, facts.is_reversible) == (2, True)


def test_help_lists_every_syscall(tell: Teller) -> None:
    [table] = tell(Help())
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [spec.name for spec in Tools().specs()]


def test_help_on_one_syscall_shows_arguments_and_examples(tell: Teller) -> None:
    note, arguments, examples = tell(Help(topic="undo"))
    assert note == Note("undo: Take the last change back, or the last few.")
    assert isinstance(arguments, Table)
    assert arguments.rows == (("count", "integer", ""),)
    assert isinstance(examples, Table)
    assert ("undo that", '[{"undo":{}}]') in examples.rows


def test_help_marks_what_is_needed(tell: Teller) -> None:
    _, arguments, _ = tell(Help(topic="explain"))
    assert isinstance(arguments, Table)
    assert arguments.rows == (("cmd", "command", "needed"),)


def test_help_on_nothing_there_is_refuses(tell: Teller) -> None:
    with pytest.raises(UsageError, match=r"fs\.dance"):
        tell(Help(topic="fs.dance"))


def test_explaining_tells_what_can_be_proven(tell: Teller) -> None:
    note, table = tell(Explain(cmd="ls -la"))
    assert note == Note("ls -la: only reads")
    assert isinstance(table, Table)
    assert dict(table.rows) == {"programs": "ls", "effects": ""}


def test_explaining_gives_the_reason_where_nothing_can_be_proven(tell: Teller) -> None:
    note, _ = tell(Explain(cmd="rm -rf build"))
    assert note == Note("rm -rf build: cannot be proven to only read (rm deletes)")
