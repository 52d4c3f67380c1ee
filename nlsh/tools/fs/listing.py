"""Listing folders: flat, as a tree."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from nlsh.core.arguments import Path, Paths
from nlsh.core.display import visible
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import FILE_COLUMNS, MAX_ENTRIES, Tally, counted, entries, places, reading, row
from nlsh.tools.fs.describing import group_name
from nlsh.tools.listed import listed
from nlsh.tools.tree import Entry
from nlsh.tools.wards import owner_name

MAX_TREE: Final = 5_000
Sorting = Literal["name", "size", "modified", "extension"]


@dataclass(frozen=True, kw_only=True)
class List(Syscall):
    """List what is in a folder, directly there: names, sizes, times.

    Hidden names only with `all`; `long` adds mode, owner and group. By size and time the largest and newest come
    first. To look for files by kind or below folders use fs.find.
    """

    name: ClassVar[str] = "fs.list"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what's in this folder?", '[{"fs.list":{}}]'),
        Example("list the files here", '[{"fs.list":{}}]'),
        Example("show me everything in Downloads, hidden stuff too", '[{"fs.list":{"path":"Downloads","all":true}}]'),
        Example("what is in /etc, with owners and permissions", '[{"fs.list":{"path":"/etc","long":true}}]'),
        Example("which subfolders does projects have", '[{"fs.list":{"path":"projects","folders_only":true}}]'),
        Example(
            "directory listing of src sorted by time, latest at the top",
            '[{"fs.list":{"path":"src","sort":"modified"}}]',
        ),
        Example(
            "ls pictures from smallest to largest", '[{"fs.list":{"path":"pictures","sort":"size","reverse":true}}]'
        ),
        Example("was liegt in ~/Dokumente?", '[{"fs.list":{"path":"~/Dokumente"}}]'),
        Example("muéstrame los archivos de esta carpeta", '[{"fs.list":{}}]'),
        Example("qu'est-ce qu'il y a dans photos", '[{"fs.list":{"path":"photos"}}]'),
        Example("列出当前目录的文件", '[{"fs.list":{}}]'),
        *sayings.LIST,
    )

    path: Paths = ()
    all: bool = False
    long: bool = False
    sort: Sorting = "name"
    reverse: bool = False
    folders_only: bool = False
    files_only: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """The folders. Raises NlshError: one is not there."""
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield one table. Raises NlshError: a folder cannot be entered."""
        tally = Tally()
        found: list[Entry] = []
        for path in places(facts):
            found += self._direct(path, scope, tally, MAX_ENTRIES - len(found))
        found.sort(key=_ORDERS[self.sort])
        if self.reverse:
            found.reverse()
        yield _long(found, scope, tally) if self.long else _short(found, scope, tally)

    def _direct(self, path: str, scope: Scope, tally: Tally, room: int) -> list[Entry]:
        found: list[Entry] = []
        for entry in entries(path, scope, tally, lambda entry: entry.depth == 0):
            if entry.depth == 0 and entry.error:
                raise NlshError(entry.error, "it may belong to somebody else")
            if (entry.depth == 1 or entry.kind != "folder") and self._shows(entry):
                if len(found) >= room:
                    tally.others.append(f"stopped at {MAX_ENTRIES:,} entries")
                    break
                found.append(entry)
        return found

    def _shows(self, entry: Entry) -> bool:
        if entry.depth and entry.name.startswith(".") and not self.all:
            return False
        is_folder = entry.kind == "folder" or (entry.kind == "link" and os.path.isdir(entry.path))
        return not (self.folders_only and not is_folder) and not (self.files_only and is_folder)


def _by_name(entry: Entry) -> tuple[str, str]:
    return entry.path.casefold(), entry.path


_ORDERS: Final[dict[str, Callable[[Entry], Any]]] = {
    "name": _by_name,
    "size": lambda entry: (-entry.stat.st_size if entry.stat and entry.kind != "folder" else 1, _by_name(entry)),
    "modified": lambda entry: (-entry.stat.st_mtime if entry.stat else 1, _by_name(entry)),
    "extension": lambda entry: (os.path.splitext(entry.name)[1].casefold(), _by_name(entry)),
}


def _short(found: list[Entry], scope: Scope, tally: Tally) -> Table:
    path, size, modified = FILE_COLUMNS
    rows = (row(entry, listed(entry.path, scope)) for entry in found)
    kinds = (entry.kind for entry in found)
    cells = tuple((name, kind, *rest) for (name, *rest), kind in zip(rows, kinds, strict=True))
    return Table((path, Column("kind"), size, modified), cells, tally.note())


_LONG: Final = (
    Column("mode", "mode"), Column("links", "count"), Column("owner"), Column("group"), Column("size", "size"),
    Column("modified", "time"), Column("path", "path"), Column("leads to"),
)  # fmt: skip


def _long(found: list[Entry], scope: Scope, tally: Tally) -> Table:
    has_links = any(entry.kind == "link" for entry in found)
    cells = (_long_row(entry, scope) for entry in found)
    width = len(_LONG) if has_links else len(_LONG) - 1
    return Table(_LONG[:width], tuple(row[:width] for row in cells), tally.note())


def _long_row(entry: Entry, scope: Scope) -> tuple[Any, ...]:
    name = listed(entry.path, scope)
    if entry.stat is None:
        return (None, None, None, None, None, None, name, None)
    size = None if entry.kind == "folder" else entry.stat.st_size
    owner, group = owner_name(entry.stat.st_uid), group_name(entry.stat.st_gid)
    head = (entry.stat.st_mode, entry.stat.st_nlink, owner, group)
    return (*head, size, entry.stat.st_mtime, name, link_target(entry.path) if entry.kind == "link" else None)


def link_target(path: str) -> str | None:
    """Where a link leads, as it is written; None where it cannot be read any more."""
    try:
        return os.readlink(path)
    except OSError:
        return None


@dataclass(frozen=True, kw_only=True)
class Tree(Syscall):
    """Draw a folder and everything below it as a tree; `depth` says how many levels, 0 is all of them."""

    name: ClassVar[str] = "fs.tree"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("show this folder as a tree", '[{"fs.tree":{}}]'),
        Example("tree of src, two levels", '[{"fs.tree":{"path":"src","depth":2}}]'),
        Example("what does the structure of my-app look like", '[{"fs.tree":{"path":"my-app"}}]'),
        Example("only the folder hierarchy of music, no files", '[{"fs.tree":{"path":"music","folders_only":true}}]'),
        Example("draw config with all its hidden files as a tree", '[{"fs.tree":{"path":"config","all":true}}]'),
        Example("zeig mir die Ordnerstruktur von projekt", '[{"fs.tree":{"path":"projekt"}}]'),
        Example("árbol de directorios de docs con 3 niveles", '[{"fs.tree":{"path":"docs","depth":3}}]'),
        *sayings.TREE,
    )

    path: Path = "."
    depth: int = 0
    all: bool = False
    folders_only: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """The folder. Raises NlshError: it is not there."""
        return reading((self.path,), scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the drawing, then how many folders and files it shows."""
        tally = Tally()
        found: dict[str, list[Entry]] = {}
        shown = {"folder": 0, "file": 0}
        for path in places(facts):
            for entry in entries(path, scope, tally, self._enters):
                if sum(shown.values()) >= MAX_TREE:
                    tally.others.append(f"stopped at {MAX_TREE:,} entries, say how many levels")
                    break
                if entry.depth and self._shows(entry):
                    shown["folder" if entry.kind == "folder" else "file"] += 1
                    found.setdefault(os.path.dirname(entry.path), []).append(entry)
            yield from chunks(_drawn(path, listed(path, scope), found))
        parts = (counted(shown["folder"], "folder"), "" if self.folders_only else counted(shown["file"], "file"))
        yield Note("; ".join(part for part in (", ".join(filter(None, parts)), tally.note()) if part))

    def _shows(self, entry: Entry) -> bool:
        if entry.name.startswith(".") and not self.all:
            return False
        return entry.kind == "folder" or not self.folders_only

    def _enters(self, entry: Entry) -> bool:
        return entry.depth == 0 or (self._shows(entry) and not 0 < self.depth <= entry.depth)


def _drawn(top: str, title: str, found: dict[str, list[Entry]]) -> Iterator[str]:
    """The lines of a tree. Iterative: a folder may lie deeper than Python recurses."""
    yield visible(title)
    waiting = [(entry, "", last) for entry, last in _last_first(found.get(top, []))]
    while waiting:
        entry, indent, is_last = waiting.pop()
        yield f"{indent}{'└── ' if is_last else '├── '}{visible(entry.name)}{'/' if entry.kind == 'folder' else ''}"
        deeper = indent + ("    " if is_last else "│   ")
        waiting += [(inner, deeper, last) for inner, last in _last_first(found.get(entry.path, []))]


def _last_first(found: list[Entry]) -> list[tuple[Entry, bool]]:
    ordered = sorted(found, key=_by_name, reverse=True)
    return [(entry, index == 0) for index, entry in enumerate(ordered)]


SYSCALLS: tuple[type[Syscall], ...] = (List, Tree)
