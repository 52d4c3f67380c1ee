"""Renaming: one thing to a new name, or many by a pattern or a change of case."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

from nlsh.core.arguments import NewPath, Paths, Pattern, Text
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import changes
from nlsh.tools.fs import courses, errands
from nlsh.tools.fs.wording import MOST_LINES, counted, recheck
from nlsh.tools.paths import expand, expand_many, facts, outermost, shown
from nlsh.tools.patterns import Look, Matcher

_CASES: Final[dict[str, Callable[[str], str]]] = {"lower": str.lower, "upper": str.upper, "title": str.title}


@dataclass(frozen=True, kw_only=True)
class Rename(Syscall):
    """Give a thing a new name in its folder, or change the names of many.

    Many: `pattern` (plain text, or a regular expression with `regex`) becomes `replacement` in every name, and `case`
    changes letters. Nothing is ever renamed onto something else.
    """

    name: ClassVar[str] = "fs.rename"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("rename draft.txt to final.txt", '[{"fs.rename":{"path":"draft.txt","to":"final.txt"}}]'),
        Example("call the folder tmp1 experiments from now on", '[{"fs.rename":{"path":"tmp1","to":"experiments"}}]'),
        Example(
            "change the ending of all .jpeg files to .jpg",
            '[{"fs.rename":{"path":"*.jpeg","pattern":".jpeg","replacement":".jpg"}}]',
        ),
        Example(
            "replace spaces with underscores in every file name",
            '[{"fs.rename":{"path":"* *","pattern":" ","replacement":"_"}}]',
        ),
        Example("make all the file names lowercase", '[{"fs.rename":{"path":"*","case":"lower"}}]'),
        Example(
            "the pngs should all start with trip_",
            '[{"fs.rename":{"path":"*.png","pattern":"^","replacement":"trip_","regex":true}}]',
        ),
        Example(
            "I misspelled recieve.py, it should be receive.py",
            '[{"fs.rename":{"path":"recieve.py","to":"receive.py"}}]',
        ),
        Example("drop 'copy of ' from the names of the docs", '[{"fs.rename":{"path":"*.doc*","pattern":"copy of "}}]'),
        Example("benenne alt.txt in neu.txt um", '[{"fs.rename":{"path":"alt.txt","to":"neu.txt"}}]'),
        Example("cambia el nombre de foto1.png a playa.png", '[{"fs.rename":{"path":"foto1.png","to":"playa.png"}}]'),
        *errands.RENAME,
        *courses.TWICE,
    )

    path: Paths
    to: NewPath = ""
    pattern: Pattern = ""
    replacement: Text = ""
    regex: bool = False
    case: Literal["", "lower", "upper", "title"] = ""

    def resolve(self, scope: Scope) -> Facts:
        """Work out every new name and check that none is taken."""
        pairs = self._pairs(scope)
        found = facts([old for old, _ in pairs], scope, recursive=False, mutates=True)
        arriving = facts([new for _, new in pairs], scope, recursive=False, mutates=True)
        lines = [f"{shown(old, scope)} → {visible(os.path.basename(new))}" for old, new in pairs[:MOST_LINES]]
        return replace(
            found,
            protected=found.protected or arriving.protected,
            privileged=found.privileged or arriving.privileged,
            is_outside=found.is_outside or arriving.is_outside,
            is_reversible=True,
            details={**found.details, "names": lines},
        )

    def preview(self, facts: Facts) -> Preview:
        """Old and new names."""
        lines = tuple(facts.details.get("names", ()))
        more = (f"… {facts.count:,} in all",) if facts.count > len(lines) else ()
        title = f"rename {self.path[0]} to {self.to}" if self.to else f"rename {counted(facts.count, 'thing')}"
        return Preview(title, lines + more)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Rename them all, by way of hidden names where old and new names overlap."""
        recheck(facts)
        pairs = self._pairs(scope)
        if {new for _, new in pairs} & {old for old, _ in pairs}:
            between = [os.path.join(os.path.dirname(old), f".nlsh-{secrets.token_hex(6)}.part") for old, _ in pairs]
            changes.rename([(old, hidden) for (old, _), hidden in zip(pairs, between, strict=True)], scope)
            pairs = [(hidden, new) for (_, new), hidden in zip(pairs, between, strict=True)]
            changes.rename(pairs, scope)
        else:
            changes.rename(pairs, scope)
        is_one = len(pairs) == 1 and self.to
        yield Note(
            f"renamed {visible(self.path[0])} to {visible(self.to)}"
            if is_one
            else f"renamed {counted(len(pairs), 'thing')}"
        )

    def _pairs(self, scope: Scope) -> list[tuple[str, str]]:
        paths = outermost(expand_many(self.path, scope))
        pairs = [(old, new) for old, new in self._named(paths, scope) if old != new]
        if not pairs:
            raise UsageError("no name would change", "check the pattern")
        _refuse_taken(pairs, scope)
        return pairs

    def _named(self, paths: Sequence[str], scope: Scope) -> Iterator[tuple[str, str]]:
        if self.to:
            if len(paths) != 1:
                raise UsageError(
                    f"{len(paths)} things cannot all be called {visible(self.to)}", "give a pattern and replacement"
                )
            new = expand(self.to, scope) if "/" in self.to else os.path.join(os.path.dirname(paths[0]), self.to)
            yield paths[0], new
            return
        if not self.pattern and not self.case:
            raise UsageError("it was not said how to rename", "give a new name, a pattern or a case")
        for path, new_name in zip(paths, self._new_names(paths, scope), strict=True):
            yield path, os.path.join(os.path.dirname(path), _usable(new_name, path))

    def _new_names(self, paths: Sequence[str], scope: Scope) -> list[str]:
        names = [os.path.basename(path) for path in paths]
        if self.pattern:
            look = Look(self.pattern, is_regex=self.regex)
            with Matcher(look, scope, "replace", self.replacement) as matcher:
                names = [new for _, new in matcher.each(names)]
        change = _CASES.get(self.case)
        return [change(name) for name in names] if change else names


def _usable(name: str, path: str) -> str:
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise UsageError(f"{visible(os.path.basename(path))} would get the name {visible(name)!r}", "choose another")
    return name


def _refuse_taken(pairs: Sequence[tuple[str, str]], scope: Scope) -> None:
    leaving = {old for old, _ in pairs}
    taken: set[str] = set()
    for old, new in pairs:
        if new in taken:
            raise UsageError(f"two of them would be called {shown(new, scope)}", "nothing was renamed")
        taken.add(new)
        if new not in leaving and os.path.lexists(new):
            raise NlshError(
                f"{shown(new, scope)} exists already, so {shown(old, scope)} keeps its name", "choose another"
            )


SYSCALLS: tuple[type[Syscall], ...] = (Rename,)
