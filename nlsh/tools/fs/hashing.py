"""Check sums, and files that hold the same."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Protocol

from nlsh.core.arguments import Paths, Size, Text, read_size
from nlsh.core.display import human_size
from nlsh.core.errors import Cancelled, NlshError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Note, Progress, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import raw_blocks
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import MAX_ENTRIES, Tally, counted, entries, places, reading
from nlsh.tools.listed import listed
from nlsh.tools.tree import open_file

HEAD_BYTES: Final = 4096
_PROGRESS_BYTES: Final = 64 << 20
Algorithm = Literal["sha256", "md5", "sha1", "sha512", "blake2b", "crc32"]


class _Digest(Protocol):
    def update(self, data: bytes, /) -> object: ...
    def hexdigest(self) -> str: ...


class _Crc32:
    """CRC-32 with the manners of hashlib."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


def _digest(algorithm: str) -> _Digest:
    return _Crc32() if algorithm == "crc32" else hashlib.new(algorithm, usedforsecurity=False)


@dataclass(frozen=True, kw_only=True)
class Hash(Syscall):
    """Compute check sums of files (of all files below a folder); with `expected`, say whether it matches."""

    name: ClassVar[str] = "fs.hash"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("sha256 of ubuntu.iso", '[{"fs.hash":{"path":"ubuntu.iso"}}]'),
        Example("checksum for backup.tar.gz", '[{"fs.hash":{"path":"backup.tar.gz"}}]'),
        Example("md5 hash of all the zip files here", '[{"fs.hash":{"path":"*.zip","algorithm":"md5"}}]'),
        Example("give me sha1 sums for everything in release", '[{"fs.hash":{"path":"release","algorithm":"sha1"}}]'),
        Example(
            "does installer.bin have the md5 d41d8cd98f00b204e9800998ecf8427e",
            '[{"fs.hash":{"path":"installer.bin","algorithm":"md5","expected":"d41d8cd98f00b204e9800998ecf8427e"}}]',
        ),
        Example("sha512sum a.deb b.deb", '[{"fs.hash":{"path":["a.deb","b.deb"],"algorithm":"sha512"}}]'),
        Example("Prüfsumme von abbild.img berechnen", '[{"fs.hash":{"path":"abbild.img"}}]'),
        *sayings.HASH,
    )

    path: Paths
    algorithm: Algorithm = "sha256"
    expected: Text = ""

    def resolve(self, scope: Scope) -> Facts:
        """The files. Raises NlshError: one is not there."""
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield progress and a table of sums and paths. Raises NlshError: the only file cannot be read."""
        tally = Tally()
        rows: list[tuple[str, str]] = []
        tops = places(facts)
        for path in _files(tops, scope, tally):
            if len(rows) >= MAX_ENTRIES:
                tally.others.append(f"stopped at {MAX_ENTRIES:,} files")
                break
            try:
                sum_ = yield from hashed(path, self.algorithm, scope)
            except NlshError as error:
                if isinstance(error, Cancelled) or [path] == tops:
                    raise
                tally.fail(error.message)
            else:
                rows.append((sum_, listed(path, scope)))
        yield Table((Column(self.algorithm), Column("path", "path")), tuple(rows), tally.note())
        if self.expected:
            is_same = bool(rows) and all(row[0] == self.expected.strip().lower() for row in rows)
            yield Note("it matches" if is_same else f"it does NOT match {self.expected.strip()}")


def _files(tops: Iterable[str], scope: Scope, tally: Tally) -> Iterator[str]:
    for top in tops:
        if not os.path.isdir(top):
            yield top
            continue
        found = (entry.path for entry in entries(top, scope, tally) if entry.kind == "file")
        yield from found


def hashed(path: str, algorithm: str, scope: Scope) -> Generator[Progress, None, str]:
    """The check sum of a file as the generator's return value, with progress on big files. Raises NlshError."""
    digest = _digest(algorithm)
    done = told = 0
    with open_file(path) as file:
        total = os.fstat(file.fileno()).st_size
        for block in raw_blocks(file, scope, path):
            digest.update(block)
            done += len(block)
            if done - told >= _PROGRESS_BYTES:
                told = done
                yield Progress(done, total, "bytes")
    return digest.hexdigest()


@dataclass(frozen=True, kw_only=True)
class Duplicates(Syscall):
    """Find files that hold exactly the same, by size, then their beginnings, then their check sums.

    Empty files and hard links to one file are no duplicates. `size` looks only at files of that size.
    """

    name: ClassVar[str] = "fs.duplicates"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("find duplicate files", '[{"fs.duplicates":{}}]'),
        Example("are there identical photos in pictures?", '[{"fs.duplicates":{"path":"pictures"}}]'),
        Example("which files in Downloads do I have twice", '[{"fs.duplicates":{"path":"Downloads"}}]'),
        Example("duplicates bigger than 10 MB under /data", '[{"fs.duplicates":{"path":"/data","size":">10M"}}]'),
        Example("show me files with the same content in music", '[{"fs.duplicates":{"path":"music"}}]'),
        Example("finde doppelte Dateien in ~/Bilder", '[{"fs.duplicates":{"path":"~/Bilder"}}]'),
        Example("busca archivos repetidos en esta carpeta", '[{"fs.duplicates":{}}]'),
        *sayings.DUPLICATES,
    )

    path: Paths = ()
    size: Size = ""

    def resolve(self, scope: Scope) -> Facts:
        """The folders. Raises NlshError: one is not there, or the size is none."""
        read_size(self.size or ">0")
        return reading(self.path, scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield progress and a table: the number of the group, path and size; the most wasteful groups first."""
        tally = Tally()
        alike = _groups(self._sizes(places(facts), scope, tally))
        alike = [part for group in alike for part in _groups(_keyed(group, _head, tally, scope))]
        groups: list[list[_File]] = []
        for at, group in enumerate(alike):
            yield Progress(at, len(alike))
            groups += _groups(_keyed(group, _whole, tally, scope))
        groups.sort(key=lambda group: (-group[0].size * (len(group) - 1), group[0].path))
        rows = ((number, listed(one.path, scope), one.size) for number, group in enumerate(groups, 1) for one in group)
        wasted = sum(group[0].size * (len(group) - 1) for group in groups)
        if groups:
            tally.others.append(f"{counted(len(groups), 'group')}, {human_size(wasted)} could be freed")
        yield Table(
            (Column("group", "count"), Column("path", "path"), Column("size", "size")), tuple(rows), tally.note()
        )

    def _sizes(self, tops: list[str], scope: Scope, tally: Tally) -> Iterator[tuple[Hashable, _File]]:
        wanted = read_size(self.size or ">0")
        seen: set[tuple[int, int]] = set()
        count = 0
        for top in tops:
            for entry in entries(top, scope, tally):
                if entry.kind != "file" or entry.stat is None or not entry.stat.st_size:
                    continue
                identity = (entry.stat.st_dev, entry.stat.st_ino)
                if not wanted.holds(entry.stat.st_size) or identity in seen:
                    continue
                if entry.stat.st_nlink > 1 or len(tops) > 1:
                    seen.add(identity)
                count += 1
                if count > MAX_ENTRIES:
                    tally.others.append(f"stopped at {MAX_ENTRIES:,} files")
                    return
                yield entry.stat.st_size, _File(entry.path, entry.stat.st_size)


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    size: int


def _groups(keyed: Iterable[tuple[Hashable, _File]]) -> list[list[_File]]:
    """The files of one key together, where there are at least two."""
    found: defaultdict[Hashable, list[_File]] = defaultdict(list)
    for key, file in keyed:
        found[key].append(file)
    return [sorted(group, key=lambda file: file.path) for group in found.values() if len(group) > 1]


def _keyed(
    files: Iterable[_File], key: Callable[[_File, Scope], Hashable], tally: Tally, scope: Scope
) -> Iterator[tuple[Hashable, _File]]:
    for file in files:
        scope.check()
        try:
            yield key(file, scope), file
        except Cancelled:
            raise
        except NlshError as error:
            tally.fail(error.message)


def _head(file: _File, scope: Scope) -> bytes:
    with open_file(file.path) as opened:
        return next(raw_blocks(opened, scope, file.path, HEAD_BYTES), b"")


def _whole(file: _File, scope: Scope) -> bytes:
    digest = hashlib.blake2b(digest_size=32)
    with open_file(file.path) as opened:
        for block in raw_blocks(opened, scope, file.path):
            digest.update(block)
    return digest.digest()


SYSCALLS: tuple[type[Syscall], ...] = (Hash, Duplicates)
