"""Reading files: whole, in part, and as they grow."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import BinaryIO, ClassVar, Final

from nlsh.core.arguments import Path, Paths
from nlsh.core.display import human_size
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Chunk, Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks, dumped, head_of, is_binary, line_blocks, raw_blocks, split_lines
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import counted, places, reading
from nlsh.tools.fs.nature import nature
from nlsh.tools.paths import shown
from nlsh.tools.spans import Span, seek_tail
from nlsh.tools.tree import open_file

MAX_BYTES: Final = 8 << 20
"""Shown of one step; the rest is said."""
BINARY_HEAD: Final = 256
_PIECE: Final = 1 << 16
_POLL_S: Final = 0.2


@dataclass(frozen=True, kw_only=True)
class Read(Syscall):
    """Show what is in text files: whole, the first or last lines, or lines from one number to another.

    Numbers count from 1 and both ends are shown; `skip` leaves out so many
    at the beginning, `drop` at the end; `number` puts
    line numbers before the lines. Of a binary file only what it is and its first bytes are shown.
    """

    name: ClassVar[str] = "fs.read"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("show me notes.txt", '[{"fs.read":{"path":"notes.txt"}}]'),
        Example("what does README.md say?", '[{"fs.read":{"path":"README.md"}}]'),
        Example("open config.yaml and let me see it", '[{"fs.read":{"path":"config.yaml"}}]'),
        Example("first 20 lines of access.log", '[{"fs.read":{"path":"access.log","first":20}}]'),
        Example("tail of server.log, the last 50 lines", '[{"fs.read":{"path":"server.log","last":50}}]'),
        Example("print lines 10 to 25 of main.c", '[{"fs.read":{"path":"main.c","start":10,"end":25}}]'),
        Example("cat script.sh with line numbers", '[{"fs.read":{"path":"script.sh","number":true}}]'),
        Example("put header.txt and body.txt one after the other", '[{"fs.read":{"path":["header.txt","body.txt"]}}]'),
        Example("read everything in data.csv but skip 1 line", '[{"fs.read":{"path":"data.csv","skip":1}}]'),
        Example("zeig mir den Inhalt von einkauf.txt", '[{"fs.read":{"path":"einkauf.txt"}}]'),
        Example("enséñame las primeras 5 líneas de datos.csv", '[{"fs.read":{"path":"datos.csv","first":5}}]'),
        Example("affiche le fichier journal.log", '[{"fs.read":{"path":"journal.log"}}]'),
        *sayings.READ,
    )

    path: Paths
    first: int = 0
    last: int = 0
    start: int = 0
    end: int = 0
    skip: int = 0
    drop: int = 0
    number: bool = False

    def piped(self) -> tuple[Syscall, ...]:
        """The same lines of it, numbered after they are chosen by their place."""
        from nlsh.tools.text.layout import Layout
        from nlsh.tools.text.selecting import Slice

        span = Span(self.first, self.last, self.start, self.end, self.skip, self.drop)
        chosen = Slice(**({"start": 1} if span.is_all else asdict(span)))
        if not self.number:
            return (chosen,)
        numbered = Layout(operation="number")
        return (numbered,) if span.is_all else (numbered, replace(chosen, source="$1"))

    def resolve(self, scope: Scope) -> Facts:
        """The files. Raises NlshError: one is not there."""
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the text, with the name above each of several files. Raises NlshError: a file cannot be read."""
        paths = places(facts)
        folders = [path for path in paths if len(paths) > 1 and os.path.isdir(path)]
        left = MAX_BYTES
        for path in paths:
            if path in folders:
                continue
            if left <= 0:
                yield Note(f"showed {human_size(MAX_BYTES)}; the other files are not shown")
                break
            for emission in self._file(path, scope, len(paths) > 1, left):
                left -= len(emission.data) if isinstance(emission, Chunk) else 0
                yield emission
        if folders:
            yield Note(f"{counted(len(folders), 'folder')} left out")

    def _file(self, path: str, scope: Scope, has_title: bool, limit: int) -> Iterator[Emission]:
        with open_file(path) as file:
            head = head_of(file, path)
            if has_title:
                yield Note(shown(path, scope))
            if is_binary(head):
                yield from _binary(head, path, scope, os.fstat(file.fileno()).st_size)
                return
            yield from _limited(self._chunks(file, path, scope), limit, path, scope)

    def _chunks(self, file: BinaryIO, path: str, scope: Scope) -> Iterator[Chunk]:
        span = Span(self.first, self.last, self.start, self.end, self.skip, self.drop)
        if span.is_tail and not self.number:
            seek_tail(file, self.last, scope)
            span = Span()
        if span.is_all and not self.number:
            yield from map(Chunk, raw_blocks(file, scope, path, _PIECE))
            return
        blocks = line_blocks(file, scope, path)
        lines = enumerate((line for block in blocks for line in split_lines(block)), 1)
        kept = span.lines(lines)
        yield from chunks(f"{number:6}\t{line}" if self.number else line for number, line in kept)


def _limited(pieces: Iterator[Chunk], limit: int, path: str, scope: Scope) -> Iterator[Emission]:
    """The pieces up to a limit of bytes, and a note where that was not all."""
    for piece in pieces:
        if len(piece.data) > limit:
            yield Chunk(piece.data[:limit])
            size = human_size(os.stat(path).st_size)
            yield Note(
                f"stopped after {human_size(MAX_BYTES)}; {shown(path, scope)} has {size}: ask for a range of lines"
            )
            return
        limit -= len(piece.data)
        yield piece


def _binary(head: bytes, path: str, scope: Scope, size: int) -> Iterator[Emission]:
    yield Note(f"{shown(path, scope)} is no text but {nature(head, path)}, {human_size(size)}; its first bytes:")
    yield from (Chunk(block) for block in dumped((head[:BINARY_HEAD],)))


@dataclass(frozen=True, kw_only=True)
class Follow(Syscall):
    """Show the end of a file and whatever is added to it, until cancelled or for `seconds`.

    A file that is replaced or cut short (as logs are when they are rotated) is followed from its new beginning.
    """

    name: ClassVar[str] = "fs.follow"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("follow server.log", '[{"fs.follow":{"path":"server.log"}}]'),
        Example("watch what gets written to build.log", '[{"fs.follow":{"path":"build.log"}}]'),
        Example("keep an eye on /var/log/syslog live", '[{"fs.follow":{"path":"/var/log/syslog"}}]'),
        Example("tail -f app.log starting with the last 100 lines", '[{"fs.follow":{"path":"app.log","lines":100}}]'),
        Example("show new lines of access.log as they come in", '[{"fs.follow":{"path":"access.log"}}]'),
        Example("watch debug.log for 30 seconds", '[{"fs.follow":{"path":"debug.log","seconds":30}}]'),
        Example("verfolge die Datei fehler.log", '[{"fs.follow":{"path":"fehler.log"}}]'),
        *sayings.FOLLOW,
    )

    path: Path
    lines: int = 10
    seconds: float = 0

    def resolve(self, scope: Scope) -> Facts:
        """The file. Raises NlshError: it is not there."""
        return reading((self.path,), scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield what is there and what comes. Raises NlshError: it cannot be read; Cancelled: how it usually ends."""
        paths = places(facts)
        if len(paths) != 1:
            raise UsageError(f"{self.path} is {len(paths)} files, and one can be followed", "name one")
        end = time.monotonic() + self.seconds if self.seconds > 0 else float("inf")
        growing = _Growing(paths[0], scope, max(self.lines, 0))
        try:
            while True:
                yield from growing.news()
                left = end - time.monotonic()
                if left <= 0:
                    return
                scope.cancellation.wait(min(_POLL_S, left))
        finally:
            growing.close()


class _Growing:
    """A file that is written to while it is read."""

    def __init__(self, path: str, scope: Scope, lines: int) -> None:
        self._path = path
        self._scope = scope
        self._file = open_file(path)
        if is_binary(head_of(self._file, path)):
            self.close()
            raise UsageError(f"{shown(path, scope)} is a binary file, not text", "follow a text file")
        seek_tail(self._file, lines, scope)

    def close(self) -> None:
        self._file.close()

    def news(self) -> Iterator[Emission]:
        """What was added since last asked."""
        yield from self._read()
        what = self._renewed()
        if what:
            yield Note(f"{shown(self._path, self._scope)} was {what}")
            yield from self._read()

    def _read(self) -> Iterator[Emission]:
        yield from map(Chunk, raw_blocks(self._file, self._scope, self._path, _PIECE))

    def _renewed(self) -> str:
        """Whether another file stands there now, or less is in this one; then reading begins anew."""
        try:
            there = os.stat(self._path)
            here = os.fstat(self._file.fileno())
            if (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino):
                fresh = open_file(self._path)
                self._file.close()
                self._file = fresh
                return "replaced"
        except (OSError, NlshError):
            return ""
        if here.st_size < self._file.tell():
            self._file.seek(0)
            return "cut short"
        return ""


SYSCALLS: tuple[type[Syscall], ...] = (Read, Follow)
