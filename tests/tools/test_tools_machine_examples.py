"""Every example of the families proc, sys, svc, log, pkg and net is a valid plan in canonical form."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

from nlsh.core.syscall import Example, Syscall
from nlsh.tools.toolbox import Tools

_FAMILIES = ("proc", "machine", "svc", "log", "pkg", "net")
_CLASSES: list[type[Syscall]] = [cls for family in _FAMILIES for cls in import_module(f"nlsh.tools.{family}").SYSCALLS]
_EXAMPLES = [pytest.param(cls, one, id=one.utterance) for cls in _CLASSES for one in cls.examples]
_TOOLS = Tools()


@pytest.mark.parametrize(("cls", "example"), _EXAMPLES)
def test_an_example_parses_and_comes_back_identically(cls: type[Syscall], example: Example) -> None:
    steps = json.loads(example.plan)
    assert next(iter(steps[0])) == cls.name
    parsed = []
    for step in steps:
        [(name, arguments)] = step.items()
        found = _TOOLS.lookup(name)
        assert found is not None, name
        parsed.append(found.parse(arguments).to_json())
    assert "[" + ",".join(parsed) + "]" == example.plan


@pytest.mark.parametrize("cls", _CLASSES, ids=lambda cls: cls.name)
def test_a_syscall_is_taught_and_told(cls: type[Syscall]) -> None:
    assert len(cls.examples) >= 6
    assert cls.spec().summary.endswith(".")
    utterances = [one.utterance.casefold() for one in cls.examples]
    assert len(set(utterances)) == len(utterances)
