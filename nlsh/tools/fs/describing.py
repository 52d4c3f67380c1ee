"""Describing single places: everything the file system knows of them, and the parts of their paths."""

from __future__ import annotations

import grp
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final, Literal

from nlsh.core.arguments import Paths
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import head_of
from nlsh.tools.faults import explaining
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import places, reading
from nlsh.tools.fs.nature import nature
from nlsh.tools.listed import listed
from nlsh.tools.paths import expand_new, facts, real, sensitive
from nlsh.tools.tree import kind_of, open_file
from nlsh.tools.wards import owner_name


@lru_cache(maxsize=1024)
def group_name(gid: int) -> str:
    """A group's name, or the number where there is none."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


_COLUMNS: Final = (
    Column("path", "path"), Column("kind"), Column("about"), Column("size", "size"), Column("mode", "mode"),
    Column("octal"), Column("owner"), Column("group"), Column("modified", "time"), Column("accessed", "time"),
    Column("changed", "time"), Column("links", "count"), Column("inode", "count"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Stat(Syscall):
    """Tell everything about a file or folder: what it is, size, mode, owner, times, links."""

    name: ClassVar[str] = "fs.stat"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("details of report.pdf", '[{"fs.stat":{"path":"report.pdf"}}]'),
        Example("when was budget.xlsx last modified?", '[{"fs.stat":{"path":"budget.xlsx"}}]'),
        Example("who owns /var/www", '[{"fs.stat":{"path":"/var/www"}}]'),
        Example("what permissions does deploy.sh have", '[{"fs.stat":{"path":"deploy.sh"}}]'),
        Example("what kind of file is mystery.bin", '[{"fs.stat":{"path":"mystery.bin"}}]'),
        Example("size and date of backup.tar.gz please", '[{"fs.stat":{"path":"backup.tar.gz"}}]'),
        Example("does settings.json exist", '[{"fs.stat":{"path":"settings.json"}}]'),
        Example("where does the link current point to?", '[{"fs.stat":{"path":"current"}}]'),
        Example("wem gehört die Datei start.sh", '[{"fs.stat":{"path":"start.sh"}}]'),
        *sayings.STAT,
    )

    path: Paths

    def resolve(self, scope: Scope) -> Facts:
        """The files. Raises NlshError: one is not there."""
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield a table with one row a place. Raises NlshError: one cannot be looked at."""
        rows = []
        for path in places(facts):
            scope.check()
            rows.append(_described(path, scope))
        yield Table(_COLUMNS, tuple(rows))


def _described(path: str, scope: Scope) -> tuple[Any, ...]:
    with explaining("look at", path):
        found = os.lstat(path)
    kind = kind_of(found.st_mode)
    octal = f"{found.st_mode & 0o7777:04o}".removeprefix("0") if found.st_mode & 0o7000 == 0 else ""
    return (
        listed(path, scope), kind, about(path, kind), found.st_size, found.st_mode,
        octal or f"{found.st_mode & 0o7777:o}", owner_name(found.st_uid), group_name(found.st_gid), found.st_mtime,
        found.st_atime, found.st_ctime, found.st_nlink, found.st_ino,
    )  # fmt: skip


def about(path: str, kind: str) -> str:
    """What a file holds, how full a folder is, where a link leads. Contents of delicate files are not looked at."""
    try:
        if kind == "link":
            return f"link to {os.readlink(path)}" + ("" if os.path.exists(path) else ", which is not there")
        if kind == "folder":
            with os.scandir(path) as items:
                count = sum(1 for _ in items)
            return f"{count} entr{'y' if count == 1 else 'ies'}"
        if kind != "file" or sensitive(path):
            return ""
        with open_file(path) as file:
            return nature(head_of(file, path), path)
    except (OSError, NlshError):
        return ""


Part = Literal["absolute", "name", "stem", "extension", "parent", "real"]


@dataclass(frozen=True, kw_only=True)
class PathPart(Syscall):
    """Tell a part of a path: absolute (of the current folder if none is named), name, stem, extension, parent.

    `real` follows links. The place need not exist.
    """

    name: ClassVar[str] = "fs.path"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("where am I", '[{"fs.path":{}}]'),
        Example("which folder is this? print the working directory", '[{"fs.path":{}}]'),
        Example("absolute path of setup.py", '[{"fs.path":{"path":"setup.py"}}]'),
        Example("full path to notes.md please", '[{"fs.path":{"path":"notes.md"}}]'),
        Example(
            "in what folder is /usr/share/doc/README", '[{"fs.path":{"path":"/usr/share/doc/README","part":"parent"}}]'
        ),
        Example("just the file name of src/lib/core.c", '[{"fs.path":{"path":"src/lib/core.c","part":"name"}}]'),
        Example("what extension does movie.mkv have", '[{"fs.path":{"path":"movie.mkv","part":"extension"}}]'),
        Example("follow the symlink latest to its real path", '[{"fs.path":{"path":"latest","part":"real"}}]'),
        Example("in welchem Ordner bin ich gerade", '[{"fs.path":{}}]'),
        Example("¿en qué directorio estoy?", '[{"fs.path":{}}]'),
        *sayings.PATH,
    )

    path: Paths = ()
    part: Part = "absolute"

    def resolve(self, scope: Scope) -> Facts:
        """The places. Raises UsageError: a pattern matches nothing."""
        return facts(expand_new(self.path or (".",), scope), scope, recursive=False, mutates=False)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield a table with one row a path."""
        part = _PARTS[self.part]
        column = Column(self.part, "path" if self.part in ("absolute", "parent", "real") else "text")
        yield Table((column,), tuple((part(path),) for path in places(facts)))


def _absolute(path: str) -> str:
    """As it was said; with `..` in it, where that really leads."""
    return real(path) if ".." in path.split("/") else path


_PARTS: Final[dict[str, Callable[[str], str]]] = {
    "absolute": _absolute,
    "name": os.path.basename,
    "stem": lambda path: os.path.splitext(os.path.basename(path))[0],
    "extension": lambda path: os.path.splitext(path)[1].removeprefix("."),
    "parent": os.path.dirname,
    "real": os.path.realpath,
}

SYSCALLS: tuple[type[Syscall], ...] = (Stat, PathPart)
