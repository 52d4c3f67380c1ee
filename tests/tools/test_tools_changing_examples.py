"""Every example of the mutating file syscalls is accepted, and given back as it was written."""

from __future__ import annotations

import json

import pytest

from nlsh.core.plan import read_plan
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.fs import archives, making, metadata, moving, naming, removing, replacing, syncing, writing
from nlsh.tools.toolbox import Tools

MODULES = (archives, making, metadata, moving, naming, removing, replacing, syncing, writing)
CLASSES: list[type[Syscall]] = [cls for module in MODULES for cls in module.SYSCALLS]
EXAMPLES = [(cls, example) for cls in CLASSES for example in cls.examples]
TOOLS = Tools()


@pytest.mark.parametrize(("cls", "example"), EXAMPLES, ids=lambda value: getattr(value, "utterance", None))
def test_an_example_reads_back_as_written(cls: type[Syscall], example: Example) -> None:
    plan = read_plan(example.plan, TOOLS.lookup)
    assert cls.name in [step.syscall.name for step in plan.steps]
    assert plan.to_json() == json.dumps(json.loads(example.plan), separators=(",", ":"), ensure_ascii=True)
    assert json.dumps(json.loads(example.plan), separators=(",", ":"), ensure_ascii=False) == example.plan


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)
def test_a_syscall_is_declared_whole(cls: type[Syscall]) -> None:
    utterances = [example.utterance for example in cls.examples]
    assert 6 <= len(utterances) == len(set(utterances))
    assert cls.spec().summary.endswith(".")
    assert cls.is_reversible
    assert cls.effects


def test_no_utterance_means_two_things() -> None:
    meanings: dict[str, set[str]] = {}
    for spec in TOOLS.specs():
        for example in spec.examples:
            meanings.setdefault(example.utterance.casefold(), set()).add(example.plan)
    ours = {example.utterance.casefold() for _, example in EXAMPLES}
    assert {utterance for utterance in ours if len(meanings[utterance]) > 1} == set()
