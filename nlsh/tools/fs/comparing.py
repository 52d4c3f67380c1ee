"""Comparing files and folders with each other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, Final

from nlsh.core.arguments import Path
from nlsh.core.display import human_size, visible
from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks, head_of, is_binary, raw_blocks, split_lines
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import MAX_ENTRIES, Tally, counted, entries, reading
from nlsh.tools.listed import listed
from nlsh.tools.paths import expand_many, shown
from nlsh.tools.tree import Entry, open_file

MAX_TEXT_BYTES: Final = 8 << 20
MAX_CHANGED_LINES: Final = 4_000
"""Between the first and the last difference: the comparison is quadratic at its worst."""


@dataclass(frozen=True, kw_only=True)
class Diff(Syscall):
    """Show how two files differ, line by line, or which files of two folders do.

    `brief` only says whether two files differ and where first.
    """

    name: ClassVar[str] = "fs.diff"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what changed between old.py and new.py", '[{"fs.diff":{"first":"old.py","second":"new.py"}}]'),
        Example("compare draft1.txt with draft2.txt", '[{"fs.diff":{"first":"draft1.txt","second":"draft2.txt"}}]'),
        Example("are a.bin and b.bin identical?", '[{"fs.diff":{"first":"a.bin","second":"b.bin","brief":true}}]'),
        Example("difference of the folders backup and photos", '[{"fs.diff":{"first":"backup","second":"photos"}}]'),
        Example("which files are in v1 but not in v2", '[{"fs.diff":{"first":"v1","second":"v2"}}]'),
        Example("diff config.yaml config.yaml.bak", '[{"fs.diff":{"first":"config.yaml","second":"config.yaml.bak"}}]'),
        Example(
            "is copy.iso the same as original.iso",
            '[{"fs.diff":{"first":"copy.iso","second":"original.iso","brief":true}}]',
        ),
        Example("vergleiche alt.txt und neu.txt", '[{"fs.diff":{"first":"alt.txt","second":"neu.txt"}}]'),
        *sayings.DIFF,
    )

    first: Path
    second: Path
    brief: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """The two. Raises NlshError: one is not there."""
        self._pair(scope)
        return reading((self.first, self.second), scope)

    def _pair(self, scope: Scope) -> tuple[str, str]:
        found = [expand_many((text,), scope) for text in (self.first, self.second)]
        for text, paths in zip((self.first, self.second), found, strict=True):
            if len(paths) != 1:
                raise UsageError(f"{visible(text)} is {len(paths)} things, and one is compared with one", "name one")
        return found[0][0], found[1][0]

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield a unified diff or a table, and a note where they are the same. Raises NlshError: one is unreadable."""
        first, second = self._pair(scope)
        if os.path.isdir(first) and os.path.isdir(second):
            yield _folders(first, second, scope)
            return
        first, second = _inside(first, second), _inside(second, first)
        names = shown(first, scope), shown(second, scope)
        place = first_difference(first, second, scope)
        if place is None:
            yield Note(f"{names[0]} and {names[1]} are the same")
        elif self.brief:
            yield Note(f"{names[0]} and {names[1]} differ, first at byte {place + 1:,}")
        else:
            yield from _lines(first, second, scope, place)


def _inside(path: str, other: str) -> str:
    """A file against a folder means the file of its name in the folder."""
    return os.path.join(path, os.path.basename(other)) if os.path.isdir(path) else path


def first_difference(first: str, second: str, scope: Scope) -> int | None:
    """Where two files first differ, in bytes from 0; None if they are the same. Raises NlshError."""
    with open_file(first) as one, open_file(second) as other:
        return _first_difference(one, other, scope, (first, second))


def _first_difference(one: BinaryIO, other: BinaryIO, scope: Scope, paths: tuple[str, str]) -> int | None:
    at = 0
    others = raw_blocks(other, scope, paths[1])
    for block in raw_blocks(one, scope, paths[0]):
        twin = next(others, b"")
        if block != twin:
            least = min(len(block), len(twin))
            return at + next((index for index in range(least) if block[index] != twin[index]), least)
        at += len(block)
    return at if next(others, b"") else None


def _lines(first: str, second: str, scope: Scope, place: int) -> Iterator[Emission]:
    texts = [_text(path) for path in (first, second)]
    names = [shown(path, scope) for path in (first, second)]
    if texts[0] is None or texts[1] is None:
        sizes = [human_size(os.stat(path).st_size) for path in (first, second)]
        yield Note(
            f"{names[0]} ({sizes[0]}) and {names[1]} ({sizes[1]}) differ, first at byte {place + 1:,}; "
            f"only text up to {human_size(MAX_TEXT_BYTES)} is compared by lines"
        )
        return
    yield from _unified(texts[0], texts[1], names)


def _text(path: str) -> list[str] | None:
    """The lines of a text file, None where it is binary or too big."""
    with open_file(path) as file:
        if is_binary(head_of(file, path)):
            return None
        data = file.read(MAX_TEXT_BYTES + 1)
    return None if len(data) > MAX_TEXT_BYTES else split_lines(data)


def _unified(one: list[str], other: list[str], names: list[str]) -> Iterator[Emission]:
    head, tail = _common(one, other)
    changed = max(len(one), len(other)) - head - tail
    if changed > MAX_CHANGED_LINES:
        yield Note(
            f"{names[0]} and {names[1]} differ from line {head + 1} on, over {changed:,} lines, too many to compare"
        )
        return
    lines = list(_shifted(one, other, head, tail, names))
    added = sum(line.startswith("+") for line in lines[2:])
    removed = sum(line.startswith("-") for line in lines[2:])
    yield from chunks(lines or ["the lines are the same; only the newline at the end differs"])
    yield Note(f"{counted(removed, 'line')} only in {names[0]}, {counted(added, 'line')} only in {names[1]}")


def _common(one: list[str], other: list[str]) -> tuple[int, int]:
    """How many lines are the same at the beginning and, besides those, at the end."""
    least = min(len(one), len(other))
    head = next((at for at in range(least) if one[at] != other[at]), least)
    tail = next((at for at in range(least - head) if one[-1 - at] != other[-1 - at]), least - head)
    return head, tail


def _shifted(one: list[str], other: list[str], head: int, tail: int, names: list[str]) -> Iterator[str]:
    """A unified diff of the part that differs, with the line numbers of the whole."""
    from difflib import unified_diff

    begin = max(0, head - 3)
    ends = [max(begin, len(lines) - max(0, tail - 3)) for lines in (one, other)]
    found = unified_diff(one[begin : ends[0]], other[begin : ends[1]], names[0], names[1], lineterm="")
    for line in found:
        yield _moved(line, begin) if line.startswith("@@") else line


def _moved(line: str, by: int) -> str:
    marks = line.split(" ")
    for index in (1, 2):
        number, comma, count = marks[index][1:].partition(",")
        marks[index] = f"{marks[index][0]}{int(number) + by}{comma}{count}"
    return " ".join(marks)


def _folders(first: str, second: str, scope: Scope) -> Table:
    """Which things below two folders are in one only, or differ."""
    tally = Tally()
    trees = [_below(top, scope, tally) for top in (first, second)]
    names = [listed(top, scope) for top in (first, second)]
    rows: list[tuple[str, str]] = []
    same = 0
    for name in sorted(trees[0].keys() | trees[1].keys()):
        scope.check()
        if name not in trees[1]:
            rows.append((name, f"only in {visible(names[0])}"))
        elif name not in trees[0]:
            rows.append((name, f"only in {visible(names[1])}"))
        elif _differ(trees[0][name], trees[1][name], (first, second), name, scope, tally):
            rows.append((name, "differs"))
        else:
            same += 1
    tally.others.append(f"{same:,} the same" if rows else f"the folders are the same, {same:,} things each")
    return Table((Column("name"), Column("difference")), tuple(rows), tally.note())


def _below(top: str, scope: Scope, tally: Tally) -> dict[str, tuple[str, int]]:
    """Kind and size by path below the folder."""
    found: dict[str, tuple[str, int]] = {}
    skip = len(top.rstrip("/")) + 1
    for entry in entries(top, scope, tally):
        if len(found) >= MAX_ENTRIES:
            raise NlshError(f"{shown(top, scope)} holds more than {MAX_ENTRIES:,} things", "compare a part of it")
        if entry.depth:
            found[entry.path[skip:]] = (entry.kind, _size(entry))
    return found


def _size(entry: Entry) -> int:
    return entry.stat.st_size if entry.stat is not None and entry.kind in ("file", "link") else 0


def _differ(
    one: tuple[str, int], other: tuple[str, int], tops: tuple[str, str], name: str, scope: Scope, tally: Tally
) -> bool:
    if one != other:
        return True
    paths = [os.path.join(top, name) for top in tops]
    try:
        if one[0] == "link":
            return os.readlink(paths[0]) != os.readlink(paths[1])
        return one[0] == "file" and first_difference(paths[0], paths[1], scope) is not None
    except Cancelled:
        raise
    except (NlshError, OSError) as error:
        tally.fail(visible(str(error)))
        return True


SYSCALLS: tuple[type[Syscall], ...] = (Diff,)
