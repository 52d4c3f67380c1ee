"""`help`: the syscalls, from their own declarations."""

from __future__ import annotations

import argparse
import difflib
from typing import Any

from nlsh.cli.opening import opened
from nlsh.cli.rows import show_json, show_table
from nlsh.core.errors import UsageError
from nlsh.core.results import Column, Table
from nlsh.core.syscall import Argument, SyscallSpec


def run(arguments: argparse.Namespace) -> int:
    """List the syscalls, or explain one. Raises UsageError."""
    with opened(arguments) as house:
        specs = house.toolbox.specs()
    if not arguments.syscall:
        rows = tuple((spec.name, " ".join(sorted(spec.effects)), spec.summary) for spec in specs)
        show_table(Table((Column("syscall"), Column("effects"), Column("does")), rows), arguments)
        return 0
    spec = _find(specs, arguments.syscall)
    if arguments.json:
        show_json([_record(spec)])
    else:
        _explain(spec, arguments)
    return 0


def _find(specs: tuple[SyscallSpec, ...], name: str) -> SyscallSpec:
    found = {spec.name: spec for spec in specs}
    if name in found:
        return found[name]
    near = difflib.get_close_matches(name, found, 3, 0.5)
    raise UsageError(f"there is no syscall {name!r}", f"near it: {', '.join(near)}" if near else "nlsh help lists them")


def _explain(spec: SyscallSpec, arguments: argparse.Namespace) -> None:
    from nlsh.repl.screen import Screen

    screen = Screen.open()
    screen.print(f"{spec.name}  ({', '.join(sorted(spec.effects)).lower() or 'no effect'})", "bold")
    screen.print(spec.summary)
    if spec.arguments:
        screen.print("")
        known = tuple((argument.name, *_described(argument)) for argument in spec.arguments)
        show_table(Table((Column("argument"), Column("kind"), Column("default")), known), arguments)
    if spec.examples:
        screen.print("")
        examples = tuple((example.utterance, example.plan) for example in spec.examples)
        show_table(Table((Column("say"), Column("plan")), examples), arguments)


def _described(argument: Argument) -> tuple[str, str]:
    kind = "|".join(argument.choices) or str(argument.kind)
    default = "needed" if argument.is_required else _shown(argument.default)
    return (f"{kind}, …" if argument.is_many else kind), default


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, tuple):
        return " ".join(default)
    return "" if default is None else str(default)


def _record(spec: SyscallSpec) -> dict[str, Any]:
    return {
        "syscall": spec.name,
        "does": spec.summary,
        "effects": sorted(spec.effects),
        "arguments": [_argument_record(argument) for argument in spec.arguments],
        "examples": [{"utterance": example.utterance, "plan": example.plan} for example in spec.examples],
    }


def _argument_record(argument: Argument) -> dict[str, Any]:
    return {
        "name": argument.name,
        "kind": str(argument.kind),
        "is_required": argument.is_required,
        "is_many": argument.is_many,
        "default": argument.default,
        "choices": list(argument.choices),
    }
