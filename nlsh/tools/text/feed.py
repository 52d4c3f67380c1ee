"""What a text stage works on: the rows of an earlier step's table, its output, files, or what was piped in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from nlsh.core.arguments import RESULT, Source
from nlsh.core.display import human_size
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.ports import Piped
from nlsh.core.results import Column, ColumnKind, Result, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools.contents import head_of, is_binary, line_blocks, raw_blocks, split_lines, whole_lines
from nlsh.tools.paths import expand_many, facts, shown
from nlsh.tools.tree import open_file

MAX_HELD_LINES: Final = 2_000_000
MAX_HELD_CHARS: Final = 128 << 20


@dataclass(frozen=True, kw_only=True)
class Stage(Syscall):
    """A syscall that reads one source: a file, a pattern of file names, `$1`, or by default what came before."""

    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})

    source: Source = ""

    def piped(self) -> tuple[Syscall, ...]:
        """The same without a source."""
        return (replace(self, source=""),)

    def resolve(self, scope: Scope) -> Facts:
        """The files that will be read. Raises NlshError where there is none."""
        return source_facts((self.source,), scope)

    def feed(self, scope: Scope, found: Facts) -> Feed:
        """The source, opened as far as need be. Raises NlshError."""
        return feed(self.source, scope, found)


@dataclass(frozen=True)
class Feed:
    """A source: a table, or else text from memory or from files, one after the other."""

    scope: Scope
    table: Table | None = None
    data: bytes = b""
    files: tuple[str, ...] = ()
    piped: Piped | None = None

    def blocks(self) -> Iterator[bytes]:
        """The text in blocks of whole lines, file after file; only the last block of a file may lack its newline.

        Raises:
            NlshError: a file cannot be read, is binary, or has an endless line.
        """
        if self.data:
            yield self.data
        if self.piped is not None:
            yield from whole_lines(self.piped.blocks(self.scope.check))
        for path in self.files:
            yield from self._file_blocks(path)

    def _file_blocks(self, path: str) -> Iterator[bytes]:
        with open_file(path) as file:
            if is_binary(head_of(file, path)):
                raise UsageError(f"{shown(path, self.scope)} is a binary file, not text", "name a text file")
            yield from line_blocks(file, self.scope, path)

    def lines(self) -> Iterator[str]:
        """The lines without their newlines; of a table, its rows with the cells set apart by tabs."""
        if self.table is not None:
            yield from map(row_text, self.table.rows)
            return
        for block in self.blocks():
            yield from split_lines(block)

    def raw(self) -> Iterator[bytes]:
        """The bytes as they are, binary files too."""
        if self.table is not None:
            yield "".join(line + "\n" for line in self.lines()).encode("utf-8", "surrogateescape")
        elif self.data:
            yield self.data
        if self.piped is not None:
            yield from self.piped.blocks(self.scope.check)
        for path in self.files:
            with open_file(path) as file:
                yield from raw_blocks(file, self.scope, path)

    def whole(self, limit_bytes: int) -> bytes:
        """All the bytes. Raises NlshError where they are more than `limit_bytes`."""
        pieces: list[bytes] = []
        size = 0
        for piece in self.raw():
            size += len(piece)
            if size > limit_bytes:
                raise NlshError(f"it is bigger than {human_size(limit_bytes)}", "work on a part of it")
            pieces.append(piece)
        return b"".join(pieces)

    def held(self) -> list[str]:
        """All the lines at once, for what needs them all. Raises NlshError where they are too many to hold."""
        return list(bounded(self.lines()))

    @property
    def name(self) -> str:
        """The one file read, or empty."""
        return self.files[0] if len(self.files) == 1 else ""


def bounded(lines: Iterable[str]) -> Iterator[str]:
    """The lines, while they fit in memory. Raises NlshError: an answer from a part would be a wrong answer."""
    size = 0
    for count, line in enumerate(lines):
        size += len(line)
        if count >= MAX_HELD_LINES or size > MAX_HELD_CHARS:
            raise NlshError(
                f"it is more than {MAX_HELD_LINES:,} lines or {human_size(MAX_HELD_CHARS)}",
                "take a part of it first, or run sort or uniq in the shell",
            )
        yield line


def source_facts(sources: Iterable[str], scope: Scope) -> Facts:
    """What will be read, as policy needs it. Raises NlshError: a source is missing, or there is none."""
    paths: list[str] = []
    for source in sources:
        if source and not _is_result(source):
            paths += expand_many((source,), scope)
        elif _earlier(source, scope) is None and scope.stdin is None:
            raise UsageError("there is no text to work on", "name a file, or pipe something in")
    return facts(tuple(dict.fromkeys(paths)), scope, recursive=False, mutates=False) if paths else Facts()


def feed(source: str, scope: Scope, found: Facts) -> Feed:
    """Open a source: a path or a pattern of paths, `$1`, or empty for the step before, else standard input.

    Of what a pattern stands for only files are read that `found` knows. Raises NlshError.
    """
    if source and not _is_result(source):
        return Feed(scope, files=_known(expand_many((source,), scope), found))
    result = _earlier(source, scope)
    if result is None:
        return Feed(scope, piped=scope.stdin)
    if result.table is not None and not result.output:
        return Feed(scope, table=result.table)
    return Feed(scope, data=result.output)


def _known(paths: tuple[str, ...], found: Facts) -> tuple[str, ...]:
    agreed = {item[0] for item in found.details.get("items", ())}
    kept = tuple(path for path in paths if path in agreed)
    if len(kept) == 1:
        return kept
    return tuple(path for path in kept if not os.path.isdir(path))


def _is_result(source: str) -> bool:
    return RESULT.fullmatch(source) is not None


def _earlier(source: str, scope: Scope) -> Result | None:
    if source:
        return scope.result(int(source[1:]))
    return scope.results[max(scope.results)] if scope.results else None


def row_text(row: tuple[object, ...]) -> str:
    """A row as one line, the cells set apart by tabs."""
    return "\t".join("" if cell is None else str(cell) for cell in row)


def answer(name: str, value: object, kind: ColumnKind = "count", note: str = "") -> Table:
    """A table of one cell."""
    return Table((Column(name, kind),), ((value,),), note)
