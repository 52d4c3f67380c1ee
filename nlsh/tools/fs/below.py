"""What lies at and below a place, for the syscalls that only look: links named are followed, links met are not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from nlsh.core.display import visible
from nlsh.core.facts import Facts
from nlsh.core.results import Column
from nlsh.core.scope import Scope
from nlsh.tools.paths import expand_many, facts
from nlsh.tools.tree import Entry, walk

MAX_ENTRIES: Final = 1_000_000
FILE_COLUMNS: Final = (Column("path", "path"), Column("size", "size"), Column("modified", "time"))


@dataclass
class Tally:
    """What a walk left out, for the note below a table."""

    unreadable: int = 0
    first_error: str = ""
    delicate: int = 0
    binary: int = 0
    others: list[str] = field(default_factory=list)

    def fail(self, error: str) -> None:
        """Something could not be read."""
        self.unreadable += 1
        self.first_error = self.first_error or error

    def note(self) -> str:
        """In words, or empty."""
        parts = list(self.others)
        if self.unreadable:
            parts.append(self.first_error if self.unreadable == 1 else f"{self.unreadable} places could not be read")
        if self.delicate:
            parts.append(f"{counted(self.delicate, 'delicate file')} not looked into")
        if self.binary:
            parts.append(f"{counted(self.binary, 'binary file')} not looked into")
        return "; ".join(parts)


def counted(number: int, what: str) -> str:
    """`1 file`, `3 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def reading(texts: Sequence[str], scope: Scope) -> Facts:
    """Facts about the places that will be looked at; the current folder where none is named. Raises NlshError."""
    return facts(expand_many(texts or (".",), scope), scope, recursive=False, mutates=False)


def places(found: Facts) -> list[str]:
    """The absolute paths that `reading` agreed on."""
    return [str(item[0]) for item in found.details["items"]]


def entries(
    path: str, scope: Scope, tally: Tally, enters: Callable[[Entry], bool] = lambda _: True, *, crosses: bool = True
) -> Iterator[Entry]:
    """Everything at and below a path, the place itself first. What cannot be entered goes to the tally.

    Raises:
        NlshError: the place itself cannot be looked at or entered.
    """
    top = os.path.realpath(path) if os.path.islink(path) and os.path.isdir(path) else path
    for entry in walk(top, scope, crosses=crosses, enters=enters):
        if entry.error:
            tally.fail(visible(entry.error))
        yield entry if top == path else replace(entry, path=path + entry.path[len(top.rstrip("/")) :])


def row(entry: Entry, name: str) -> tuple[str, int | None, float | None]:
    """The row of FILE_COLUMNS; a folder's own size says nothing and is left out."""
    if entry.stat is None:
        return name, None, None
    return name, None if entry.kind == "folder" else entry.stat.st_size, entry.stat.st_mtime
