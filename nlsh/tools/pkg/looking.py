"""Looking for packages: those installed, those to be had."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from nlsh.core.arguments import Package
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.pkg import sayings
from nlsh.tools.pkg.drivers import Rows, driver
from nlsh.tools.programs import capture, find_program

_ASK_S: Final = 60.0
_MAX_ROWS: Final = 200
_NAME: Final = re.compile(r"[\w@][\w.+:@/-]*(?<!-)")
"""Never an option, and no `-` at the end, which apt takes for the opposite of what was asked."""


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """The names, if they can be names of packages. Raises UsageError."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{visible(name)} is not the name of a package", "pkg.search finds packages")
    return tuple(names)


@dataclass(frozen=True, kw_only=True)
class Installed(Syscall):
    """List the installed packages, or tell whether one is installed and in which version."""

    name: ClassVar[str] = "pkg.installed"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("which packages are installed", '[{"pkg.installed":{}}]'),
        Example("is the package curl installed?", '[{"pkg.installed":{"name":"curl"}}]'),
        Example("what version of openssl do I have", '[{"pkg.installed":{"name":"openssl"}}]'),
        Example("list installed packages with python in the name", '[{"pkg.installed":{"name":"python"}}]'),
        Example("dpkg -l", '[{"pkg.installed":{}}]'),
        Example("show me everything I installed from the repositories", '[{"pkg.installed":{}}]'),
        Example("ist das Paket vim installiert", '[{"pkg.installed":{"name":"vim"}}]'),
        Example("paquetes instalados", '[{"pkg.installed":{}}]'),
        *sayings.INSTALLED,
    )

    name_: Package = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table, or a sentence when it is not installed: that is an answer too."""
        manager = driver(scope)
        said = capture(manager.installed, scope, _ASK_S, manager.env)
        if said.code and not said.output:
            raise NlshError(f"{manager.name} did not list its packages: {said.complaint()}")
        rows = sorted(_matching(self.name_, manager.read_installed(said.text())))
        if rows or not self.name_:
            yield Table((Column("package"), Column("version"), Column("summary")), tuple(rows))
            return
        elsewhere = find_program(self.name_, scope)
        where = f"; but there is the program {visible(elsewhere)}" if elsewhere else ""
        yield Note(f"{manager.name} has no package {visible(self.name_)} installed{where}")


def _matching(name: str, rows: Rows) -> Rows:
    """The package of that name, else those with it in their name."""
    return [row for row in rows if row[0] == name] or [row for row in rows if name.casefold() in row[0].casefold()]


@dataclass(frozen=True, kw_only=True)
class Search(Syscall):
    """Search the package lists for something to install."""

    name: ClassVar[str] = "pkg.search"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("search for a package called ripgrep", '[{"pkg.search":{"name":"ripgrep"}}]'),
        Example("is there a package for ffmpeg", '[{"pkg.search":{"name":"ffmpeg"}}]'),
        Example("find packages about postgresql", '[{"pkg.search":{"name":"postgresql"}}]'),
        Example("apt search htop", '[{"pkg.search":{"name":"htop"}}]'),
        Example("which package could I install to get convert?", '[{"pkg.search":{"name":"convert"}}]'),
        Example("look up texlive in the repositories", '[{"pkg.search":{"name":"texlive"}}]'),
        Example("suche ein Paket namens nmap", '[{"pkg.search":{"name":"nmap"}}]'),
        Example("busca el paquete gimp", '[{"pkg.search":{"name":"gimp"}}]'),
        *sayings.SEARCH,
    )

    name_: Package

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table: names before summaries, the nearest names first."""
        words = self.name_.split()
        checked(words or [""])
        manager = driver(scope)
        said = capture([*manager.search, *words], scope, _ASK_S, manager.env)
        rows = sorted(manager.read_search(said.text()), key=lambda row: _distance(self.name_, row[0]))
        if said.code and not rows and said.errors.strip():
            raise NlshError(f"{manager.name} could not search: {said.complaint()}")
        if not rows:
            yield Note(f"{manager.name} knows no package like {visible(self.name_)}")
            return
        more = f"{len(rows) - _MAX_ROWS:,} more" if len(rows) > _MAX_ROWS else ""
        yield Table((Column("package"), Column("version"), Column("summary")), tuple(rows[:_MAX_ROWS]), more)


def _distance(wanted: str, name: str) -> tuple[bool, bool, bool, str]:
    return name != wanted, not name.startswith(wanted), wanted not in name, name
