"""The toolbox: syscalls by name. A family's module is imported when one of its syscalls is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from nlsh.core.ports import UndoStep
from nlsh.core.results import Table
from nlsh.core.syscall import Syscall, SyscallSpec

FAMILIES: Final[Mapping[str, str]] = {
    "fs": "fs",
    "text": "text",
    "proc": "proc",
    "sys": "machine",
    "svc": "svc",
    "log": "log",
    "pkg": "pkg",
    "net": "net",
    "sh": "sh",
    "mem": "mem",
    "": "turn",
}
"""Family → module below nlsh.tools that exports its SYSCALLS; the turn family's names have no dot."""


class Tools:
    """The `Toolbox` port."""

    def __init__(self) -> None:
        self._loaded: dict[str, dict[str, type[Syscall]]] = {}

    def names(self) -> tuple[str, ...]:
        """All names, sorted; imports every family."""
        return tuple(sorted(cls.name for cls in self._all()))

    def lookup(self, name: str) -> type[Syscall] | None:
        """The class of that name, or None."""
        family = name.partition(".")[0] if "." in name else ""
        return self._family(family).get(name) if family in FAMILIES else None

    def specs(self) -> tuple[SyscallSpec, ...]:
        """All specs, by family and in declaration order."""
        return tuple(cls.spec() for cls in self._all())

    def _all(self) -> Iterator[type[Syscall]]:
        return (cls for family in FAMILIES for cls in self._family(family).values())

    def _family(self, family: str) -> dict[str, type[Syscall]]:
        if family not in self._loaded:
            module = import_module(f"nlsh.tools.{FAMILIES[family]}")
            self._loaded[family] = {cls.name: cls for cls in module.SYSCALLS}
        return self._loaded[family]

    def turn_back(self, step: UndoStep) -> None:
        """Undo one primitive step."""
        from nlsh.tools.changes import turn_back

        turn_back(step)

    def make_again(self, step: UndoStep) -> None:
        """Redo one primitive step."""
        from nlsh.tools.changes import make_again

        make_again(step)

    def processes(self) -> Table:
        """The process table."""
        from nlsh.tools.proc import process_table

        return process_table()

    def sessions(self) -> Table:
        """What runs of nlsh."""
        from nlsh.tools.proc import sessions

        return sessions()
