"""Finding files and folders by what is known of them, and counting them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from nlsh.core.arguments import RESULT, Age, Glob, Mode, Paths, Pattern, Size, Text, User
from nlsh.core.display import visible
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import FILE_COLUMNS, MAX_ENTRIES, Tally, counted, entries, places, reading, row
from nlsh.tools.fs.conditions import Condition, NameTest, conditions, holds, name_test
from nlsh.tools.listed import listed
from nlsh.tools.paths import expand, expand_many
from nlsh.tools.tree import Entry

Type = Literal["any", "file", "folder", "link"]
Row = tuple[str, int | None, float | None]


@dataclass(frozen=True, kw_only=True)
class Find(Syscall):
    """Find files and folders below a folder by name, kind, content, size, age, owner, mode.

    `name` is a pattern for the whole name (several are alternatives), `part` a piece of it in any case, `contains`
    text inside the files. Of several sizes all must hold. `newer` and `older` are ages or dates of change,
    `accessed` and `unused` of last reading. `direct` looks only directly in the folder (depth 1), `exclude` names
    what is passed over. By size and time the largest and newest come first; `limit` keeps the first few.
    """

    name: ClassVar[str] = "fs.find"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("find all pdf files", '[{"fs.find":{"name":"*.pdf"}}]'),
        Example("where are my spreadsheets? every xlsx and csv", '[{"fs.find":{"name":["*.xlsx","*.csv"]}}]'),
        Example(
            "which pdfs in ~/Downloads came in during the last 7 days",
            '[{"fs.find":{"path":"~/Downloads","name":"*.pdf","newer":"7d"}}]',
        ),
        Example(
            "the 5 biggest files here",
            '[{"fs.find":{"type":"file","sort":"size","limit":5}}]',
        ),
        Example(
            "what is the newest file in logs?",
            '[{"fs.find":{"path":"logs","type":"file","sort":"modified","limit":1}}]',
        ),
        Example("anything bigger than 100 MB under /var", '[{"fs.find":{"path":"/var","size":">100M"}}]'),
        Example("files with invoice in their name", '[{"fs.find":{"part":"invoice","type":"file"}}]'),
        Example("I lost a document, it has something like thesis in the title", '[{"fs.find":{"part":"thesis"}}]'),
        Example(
            "is there a file called server.conf somewhere in /etc", '[{"fs.find":{"path":"/etc","name":"server.conf"}}]'
        ),
        Example("all folders with node_modules in their name", '[{"fs.find":{"part":"node_modules","type":"folder"}}]'),
        Example("which files contain the text password_hash", '[{"fs.find":{"contains":"password_hash"}}]'),
        Example(
            "python files in src that import requests",
            '[{"fs.find":{"path":"src","name":"*.py","contains":"requests"}}]',
        ),
        Example("files I changed today", '[{"fs.find":{"type":"file","newer":"today"}}]'),
        Example(
            "log files older than 30 days in /var/log", '[{"fs.find":{"path":"/var/log","name":"*.log","older":"30d"}}]'
        ),
        Example("find empty folders", '[{"fs.find":{"type":"folder","empty":true}}]'),
        Example("world-writable files below /srv", '[{"fs.find":{"path":"/srv","type":"file","mode":"o+w"}}]'),
        Example("what belongs to alice in /home?", '[{"fs.find":{"path":"/home","user":"alice"}}]'),
        Example("files in data not opened for a year", '[{"fs.find":{"path":"data","type":"file","unused":"1y"}}]'),
        Example(
            "jpg files directly in photos, not deeper", '[{"fs.find":{"path":"photos","name":"*.jpg","direct":true}}]'
        ),
        Example(
            "all js files except the ones in node_modules", '[{"fs.find":{"name":"*.js","exclude":"node_modules"}}]'
        ),
        Example("mp4s between 10 MB and 50 MB", '[{"fs.find":{"name":"*.mp4","size":[">10M","<50M"]}}]'),
        Example("symlinks in bin", '[{"fs.find":{"path":"bin","type":"link"}}]'),
        Example("suche alle Bilder mit der Endung png", '[{"fs.find":{"name":"*.png"}}]'),
        Example("busca los archivos de más de 1 GB", '[{"fs.find":{"size":">1G"}}]'),
        Example(
            "trouve le fichier le plus récent de ce dossier",
            '[{"fs.find":{"type":"file","sort":"modified","limit":1}}]',
        ),
        Example("查找所有 txt 文件", '[{"fs.find":{"name":"*.txt"}}]'),
        *sayings.FIND,
    )

    path: Paths = ()
    name_: tuple[Glob, ...] = ()
    part: Text = ""
    ignore_case: bool = False
    contains: Pattern = ""
    type: Type = "any"
    size: tuple[Size, ...] = ()
    newer: Age = ""
    older: Age = ""
    accessed: Age = ""
    unused: Age = ""
    mode: Mode = ""
    user: User = ""
    group: User = ""
    empty: bool = False
    direct: bool = False
    min_depth: int = 0
    max_depth: int = 0
    exclude: Paths = ()
    sort: Literal["path", "name", "size", "modified"] = "path"
    reverse: bool = False
    limit: int = 0

    def resolve(self, scope: Scope) -> Facts:
        """Where the search begins. Raises NlshError: a place is not there, or a condition cannot be read."""
        conditions(self, scope)
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield one table of paths, sizes and times. Raises NlshError: a place cannot be looked at."""
        tally = Tally()
        tops = places(facts)
        search = _Search(self, scope, tally, is_agreed=bool(facts.sensitive))
        rows = _ordered(search.rows(tops), self.sort, self.reverse, self.limit, tally)
        if not rows and not tally.others:
            tally.others += search.hint()
        yield Table(FILE_COLUMNS, tuple(rows), tally.note())


class _Search:
    """One run of a Find."""

    def __init__(self, find: Find, scope: Scope, tally: Tally, *, is_agreed: bool) -> None:
        self._find = find
        self._scope = scope
        self._tally = tally
        self._is_agreed = is_agreed
        self._named: NameTest | None = name_test(find.name_, ignore_case=find.ignore_case) if find.name_ else None
        names = [text for text in find.exclude if not RESULT.fullmatch(text)]
        self._excluded: NameTest | None = name_test(names, ignore_case=find.ignore_case) if names else None
        barred = expand_many((text for text in find.exclude if text not in names), scope)
        spelled = (expand(text, scope).rstrip("/") for text in names if "/" in text)
        self._barred = frozenset((*barred, *spelled))
        self._conditions: list[Condition] = conditions(find, scope)
        self._deepest = 1 if find.direct else find.max_depth
        self._near: list[str] = []

    def rows(self, tops: list[str]) -> Iterator[Row]:
        """The rows of what is found, in the order of the walk."""
        for top in tops:
            self._skip = len(top.rstrip("/")) + 1
            for entry in entries(top, self._scope, self._tally, self._enters):
                if self._is_found(entry):
                    yield row(entry, listed(entry.path, self._scope))

    def _enters(self, entry: Entry) -> bool:
        if entry.depth == 0:
            return True
        return not 0 < self._deepest <= entry.depth and not self._is_excluded(entry)

    def _is_excluded(self, entry: Entry) -> bool:
        if entry.path in self._barred:
            return True
        return self._excluded is not None and self._excluded(entry.name, self._below(entry))

    def _below(self, entry: Entry) -> str:
        return entry.path[self._skip :]

    def _is_found(self, entry: Entry) -> bool:
        is_top_folder = entry.depth == 0 and entry.kind == "folder"
        if is_top_folder or entry.depth < self._find.min_depth or self._is_excluded(entry):
            return False
        if self._named is not None and not self._named(entry.name, self._below(entry)):
            self._look_near(entry)
            return False
        if not all(holds_for(entry) for holds_for in self._conditions):
            return False
        wanted = self._find.contains
        return not wanted or holds(entry, wanted, self._scope, self._tally, is_agreed=self._is_agreed)

    def _look_near(self, entry: Entry) -> None:
        """Remember a few names that hold a plainly spelled one, or are it in another case."""
        wanted = self._find.name_[0].casefold()
        if len(self._near) < 3 and len(wanted) > 2 and wanted in entry.name.casefold():
            self._near.append(listed(entry.path, self._scope))

    def hint(self) -> list[str]:
        """What was not asked for exactly, but nearly."""
        return [f"nothing has exactly that name; near it: {', '.join(map(visible, self._near))}"] if self._near else []


def _path_key(row: Row) -> Any:
    return row[0].split("/")


_KEYS: Final[dict[str, Callable[[Row], Any]]] = {
    "path": _path_key,
    "name": lambda row: (row[0].rpartition("/")[2].casefold(), row[0]),
    "size": lambda row: (-(row[1] or 0), row[0]),
    "modified": lambda row: (-(row[2] or 0.0), row[0]),
}


def _ordered(rows: Iterator[Row], sort: str, reverse: bool, limit: int, tally: Tally) -> list[Row]:
    """The rows in order. With a limit only so many are ever held; without, a million at most, and it is said."""
    key = _KEYS[sort]
    if limit > 0:
        pick = heapq.nlargest if reverse else heapq.nsmallest
        return pick(min(limit, MAX_ENTRIES), rows, key=key)
    kept: list[Row] = []
    for found in rows:
        if len(kept) >= MAX_ENTRIES:
            tally.others.append(f"stopped at {MAX_ENTRIES:,} entries")
            break
        kept.append(found)
    kept.sort(key=key, reverse=reverse)
    return kept


@dataclass(frozen=True, kw_only=True)
class Count(Syscall):
    """Count the files in a folder: those directly there, hidden ones too; `recursive` also those below.

    What was not counted (folders not looked into, hidden ones counted) is said with the number. To count lines or
    words in files use text.count.
    """

    name: ClassVar[str] = "fs.count"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how many files are in this folder?", '[{"fs.count":{}}]'),
        Example("number of files in Downloads", '[{"fs.count":{"path":"Downloads"}}]'),
        Example("count the jpgs in photos", '[{"fs.count":{"path":"photos","name":"*.jpg"}}]'),
        Example(
            "how many python files does this project have in total",
            '[{"fs.count":{"name":"*.py","recursive":true}}]',
        ),
        Example("how many subfolders are there in archive", '[{"fs.count":{"path":"archive","type":"folder"}}]'),
        Example(
            "total number of files under /usr/share, including subdirectories",
            '[{"fs.count":{"path":"/usr/share","recursive":true}}]',
        ),
        Example("count everything in src recursively", '[{"fs.count":{"path":"src","type":"any","recursive":true}}]'),
        Example("wie viele Dateien liegen in ~/Bilder", '[{"fs.count":{"path":"~/Bilder"}}]'),
        Example("¿cuántos archivos hay aquí?", '[{"fs.count":{}}]'),
        *sayings.COUNT,
    )

    path: Paths = ()
    name_: tuple[Glob, ...] = ()
    type: Type = "file"
    recursive: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """The folders. Raises NlshError: one is not there."""
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield one cell. Raises NlshError: a folder cannot be looked at."""
        tally = Tally()
        named = name_test(self.name_, ignore_case=False) if self.name_ else None
        number = hidden = folders = 0
        for top in places(facts):
            skip = len(top.rstrip("/")) + 1
            for entry in entries(top, scope, tally, lambda entry: self.recursive or entry.depth == 0):
                if entry.depth == 0 and entry.kind == "folder":
                    continue
                folders += entry.kind == "folder"
                if self._is_wanted(entry) and (named is None or named(entry.name, entry.path[skip:])):
                    number += 1
                    hidden += entry.name.startswith(".")
        tally.others += [f"{hidden:,} of them hidden"] * bool(hidden)
        if not self.recursive and folders and self.type != "folder":
            tally.others.append(f"{counted(folders, 'folder')} not looked into")
        yield Table((Column("count" if self.type == "any" else f"{self.type}s", "count"),), ((number,),), tally.note())

    def _is_wanted(self, entry: Entry) -> bool:
        return self.type in ("any", entry.kind)


SYSCALLS: tuple[type[Syscall], ...] = (Find, Count)
