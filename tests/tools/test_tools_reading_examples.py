"""The examples of the looking and text syscalls are plans that validate, and say no more than need be said."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator

import pytest

from nlsh.core.plan import read_plan
from nlsh.core.risk import Effect
from nlsh.core.syscall import Example, Syscall

MODULES = (
    *("fs.listing", "fs.finding", "fs.reading", "fs.searching", "fs.describing", "fs.sizing", "fs.comparing"),
    *("fs.hashing", "text.selecting", "text.picking", "text.ordering", "text.counting", "text.changing"),
    *("text.structured", "text.encoding", "text.layout"),
)
CLASSES: dict[str, type[Syscall]] = {
    cls.name: cls for module in MODULES for cls in importlib.import_module(f"nlsh.tools.{module}").SYSCALLS
}


def examples() -> Iterator[tuple[str, Example]]:
    for name, cls in CLASSES.items():
        for example in cls.examples:
            yield name, example


EVERY = list(examples())


def test_the_families_are_whole() -> None:
    words = "list find read follow stat tree usage count grep diff hash duplicates path"
    stages = "grep columns sort uniq count slice replace translate calc json setops encode layout print"
    expected = {f"fs.{word}" for word in words.split()} | {f"text.{word}" for word in stages.split()}
    assert set(CLASSES) == expected


@pytest.mark.parametrize(("name", "example"), EVERY, ids=[f"{name}: {example.utterance}" for name, example in EVERY])
def test_an_example_is_a_plan_in_its_shortest_form(name: str, example: Example) -> None:
    plan = read_plan(example.plan, CLASSES.get)
    assert plan.to_json() == json.dumps(json.loads(example.plan), separators=(",", ":"), ensure_ascii=True)
    assert plan.steps[0].syscall.name == name or name.startswith("text.")
    assert any(step.syscall.name == name for step in plan.steps)


@pytest.mark.parametrize(("name", "example"), EVERY, ids=[f"{name}: {example.utterance}" for name, example in EVERY])
def test_words_of_an_example_are_spoken(name: str, example: Example) -> None:
    """What can only be copied must stand in the utterance, or the model could not have said it."""
    said = example.utterance.casefold()
    for step in read_plan(example.plan, CLASSES.get).steps:
        for argument in step.syscall.spec().arguments:
            value = step.syscall.given().get(argument.name)
            values = value if isinstance(value, list) else [value]
            for text in values:
                if argument.kind in ("text", "pattern", "name", "path", "source", "user") and isinstance(text, str):
                    assert text.startswith("$") or text.casefold() in said, (argument.name, text)


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_each_has_examples_enough_and_a_summary(cls: type[Syscall]) -> None:
    assert len(cls.examples) >= 6
    assert len({example.utterance for example in cls.examples}) == len(cls.examples)
    assert cls.effects == {Effect.READ}
    assert cls.spec().summary.endswith((".", ":"))
    assert cls.spec() == cls.spec()


def test_no_utterance_means_two_things() -> None:
    meanings: dict[str, set[str]] = {}
    for _, example in EVERY:
        meanings.setdefault(example.utterance, set()).add(example.plan)
    assert {utterance for utterance, plans in meanings.items() if len(plans) > 1} == set()
