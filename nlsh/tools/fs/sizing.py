"""How much room files and folders take."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from nlsh.core.arguments import Paths
from nlsh.core.display import human_size, visible
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import MAX_ENTRIES, Tally, entries, places, reading
from nlsh.tools.listed import listed
from nlsh.tools.tree import Entry

_COLUMNS: Final = (
    Column("size", "size"), Column("on disk", "size"), Column("files", "count"), Column("path", "path"),
)  # fmt: skip


@dataclass(slots=True)
class _Room:
    """What one place takes with all below it: bytes in files, bytes on the disk, files."""

    size: int = 0
    on_disk: int = 0
    files: int = 0


@dataclass(frozen=True, kw_only=True)
class Usage(Syscall):
    """Tell how much space a folder takes with everything in it; `each` tells it for each thing in
    the folder, `depth` for things so many levels down.

    The biggest come first, `limit` keeps the first few (of each thing). Hard links count
    once; other file systems mounted below are left out and said.
    """

    name: ClassVar[str] = "fs.usage"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how big is this folder", '[{"fs.usage":{}}]'),
        Example("total size of the photos directory", '[{"fs.usage":{"path":"photos"}}]'),
        Example("how much space does ~/Downloads use?", '[{"fs.usage":{"path":"~/Downloads"}}]'),
        Example("what is eating up my disk in /home", '[{"fs.usage":{"path":"/home","each":true}}]'),
        Example("size of every subfolder of projects", '[{"fs.usage":{"path":"projects","each":true}}]'),
        Example("which 10 folders take the most space here", '[{"fs.usage":{"limit":10}}]'),
        Example("disk usage of var, two levels down", '[{"fs.usage":{"path":"var","depth":2}}]'),
        Example("wie groß ist der Ordner Filme", '[{"fs.usage":{"path":"Filme"}}]'),
        Example("quelle est la taille du dossier projets", '[{"fs.usage":{"path":"projets"}}]'),
        *sayings.USAGE,
    )

    path: Paths = ()
    each: bool = False
    depth: int = 0
    limit: int = 0

    def resolve(self, scope: Scope) -> Facts:
        """The places. Raises NlshError: one is not there."""
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield one table, the biggest first. Raises NlshError: a place cannot be looked at."""
        tally = Tally()
        depth = self.depth or int(self.each or self.limit > 0)
        rooms: dict[str, _Room] = {}
        for top in places(facts):
            inner = _Measuring(top, scope, depth, tally).rooms
            if depth > 0:
                total = inner[top]
                tally.others.append(f"{human_size(total.size)} in all of {visible(listed(top, scope))}")
                inner = {path: room for path, room in inner.items() if path != top} or inner
            rooms |= inner
        ordered = heapq.nsmallest(
            self.limit if self.limit > 0 else len(rooms),
            rooms.items(),
            key=lambda item: (-item[1].on_disk, -item[1].size, item[0]),
        )
        rows = tuple((room.size, room.on_disk, room.files, listed(path, scope)) for path, room in ordered)
        yield Table(_COLUMNS, rows, tally.note())


class _Measuring:
    """One walk, adding every entry to the places above it that get a row."""

    def __init__(self, top: str, scope: Scope, depth: int, tally: Tally) -> None:
        self.rooms: dict[str, _Room] = {top: _Room()}
        self._top = top
        self._depth = depth
        self._linked: set[tuple[int, int]] = set()
        self._is_full = False
        for entry in entries(top, scope, tally, crosses=False):
            if entry.stat is not None:
                self._add(entry, entry.stat)
        if self._is_full:
            tally.others.append(f"stopped telling places apart at {MAX_ENTRIES:,}")

    def _add(self, entry: Entry, found: os.stat_result) -> None:
        if entry.kind != "folder" and found.st_nlink > 1:
            identity = (found.st_dev, found.st_ino)
            if identity in self._linked:
                return
            self._linked.add(identity)
        size = found.st_size if entry.kind in ("file", "link") else 0
        for path in self._above(entry):
            room = self.rooms[path]
            room.size += size
            room.on_disk += found.st_blocks * 512
            room.files += entry.kind != "folder"

    def _above(self, entry: Entry) -> Iterator[str]:
        """The places with a row that the entry lies in, or is."""
        yield self._top
        parts = entry.path[len(self._top.rstrip("/")) + 1 :].split("/") if entry.depth else []
        path = self._top.rstrip("/")
        for part in parts[: self._depth]:
            path = f"{path}/{part}"
            if path not in self.rooms:
                if len(self.rooms) >= MAX_ENTRIES:
                    self._is_full = True
                    return
                self.rooms[path] = _Room()
            yield path


SYSCALLS: tuple[type[Syscall], ...] = (Usage,)
