"""The mem family through the memory port; and its examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from nlsh.core.errors import UsageError
from nlsh.core.ports import Memory, MemoryRow
from nlsh.core.results import Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.mem import SYSCALLS, Forget, Recall, Save

_EXAMPLES = [pytest.param(cls, one, id=one.utterance) for cls in SYSCALLS for one in cls.examples]


@dataclass
class ListMemory:
    """Memory in a list; recalls what holds the text."""

    rows: list[MemoryRow] = field(default_factory=list)

    def save(self, text: str) -> MemoryRow:
        self.rows.append(MemoryRow(len(self.rows) + 1, "fact", text, 1000.0))
        return self.rows[-1]

    def recall(self, utterance: str, limit: int = 5) -> tuple[MemoryRow, ...]:
        return tuple(row for row in self.rows if utterance in row.text)[:limit]

    def forget(self, ids: Sequence[int]) -> int:
        gone = [row for row in self.rows if row.id in ids]
        self.rows = [row for row in self.rows if row.id not in ids]
        return len(gone)


@pytest.fixture
def memory() -> ListMemory:
    return ListMemory()


@pytest.fixture
def here(scope: Scope, memory: ListMemory) -> Scope:
    return replace(scope, services=replace(scope.services, memory=cast(Memory, memory)))


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
    assert arguments["text"] in example.utterance


@pytest.mark.parametrize("cls", SYSCALLS, ids=lambda cls: cls.name)
def test_each_is_taught_once_and_told(cls: type[Syscall]) -> None:
    utterances = [one.utterance.casefold() for one in cls.examples]
    assert len(utterances) >= 6
    assert len(set(utterances)) == len(utterances)
    assert cls.spec().summary.endswith(".")


def test_a_fact_is_saved_and_recalled(act: Act) -> None:
    assert act(Save(text="staging is 10.0.0.7")) == [Note("remembered as 1: staging is 10.0.0.7")]
    [table] = act(Recall(text="staging"))
    assert isinstance(table, Table)
    assert [(row["id"], row["kind"], row["memory"]) for row in table.records()] == [(1, "fact", "staging is 10.0.0.7")]


def test_recalling_the_unknown_says_so(act: Act) -> None:
    assert act(Recall(text="the moon")) == [Note("nothing is remembered about the moon")]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_cannot_be_remembered(text: str, act: Act, memory: ListMemory) -> None:
    with pytest.raises(UsageError):
        act(Save(text=text))
    assert not memory.rows


def test_forgetting_takes_facts_and_leaves_the_history(act: Act, memory: ListMemory) -> None:
    act(Save(text="the nas is called box"))
    act(Save(text="the printer is hp42"))
    memory.rows.append(MemoryRow(9, "episode", "ping the nas", 2000.0))
    assert act(Forget(text="nas")) == [Note("forgot 1 facts")]
    assert [row.id for row in memory.rows] == [2, 9]


def test_forgetting_shows_first_what_will_be_gone(here: Scope, act: Act) -> None:
    act(Save(text="the nas is called box"))
    facts = Forget(text="nas").resolve(here)
    preview = Forget(text="nas").preview(facts)
    assert preview.lines == ("the nas is called box",)
    assert facts.irreversible
    assert Forget.effects == {Effect.DELETE}


def test_what_is_not_remembered_cannot_be_forgotten(act: Act, memory: ListMemory) -> None:
    memory.rows.append(MemoryRow(9, "episode", "ping the nas", 2000.0))
    with pytest.raises(UsageError, match="nas"):
        act(Forget(text="nas"))
