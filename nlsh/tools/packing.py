"""Writing archives: what an ending means, and putting walked entries into a tar, a zip or a compressed file."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import os
import stat
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO, Final, Protocol

from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Progress
from nlsh.core.scope import Scope
from nlsh.tools.faults import explaining
from nlsh.tools.formats import format_of
from nlsh.tools.tree import Entry, open_entry

PIECE_BYTES: Final = 1 << 20


class Packer(Protocol):
    """Takes entries, one after the other."""

    def add(self, entry: Entry, name: str) -> Iterator[int]:
        """Put one entry in under a name; yields the bytes read, piece by piece. Raises NlshError."""

    def close(self) -> None:
        """Write what ends the archive."""


class _Counted:
    """A file being read that counts and can be stopped."""

    def __init__(self, file: BinaryIO, scope: Scope) -> None:
        self._file = file
        self._scope = scope

    def read(self, size: int = -1) -> bytes:
        self._scope.check()
        return self._file.read(size)


class TarPacker:
    """Writes a tar, compressed or not; links stay links, owners and modes are kept."""

    def __init__(self, file: BinaryIO, compression: str, scope: Scope) -> None:
        self._scope = scope
        mode: Any = f"w:{compression}"
        self._tar = tarfile.open(fileobj=file, mode=mode, format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def add(self, entry: Entry, name: str) -> Iterator[int]:
        """As Packer."""
        assert entry.stat is not None
        info = _tar_info(self._tar, entry, name)
        if entry.kind != "file":
            self._tar.addfile(info)
            yield 0
            return
        with open_entry(entry.dirfd, entry.name, entry.path) as file, explaining("read", entry.path):
            info.size = os.fstat(file.fileno()).st_size
            counted: Any = _Counted(file, self._scope)
            self._tar.addfile(info, counted)
        yield info.size

    def close(self) -> None:
        """As Packer."""
        self._tar.close()


def _tar_info(tar: tarfile.TarFile, entry: Entry, name: str) -> tarfile.TarInfo:
    assert entry.stat is not None
    info = tar.tarinfo(name)
    info.mode = stat.S_IMODE(entry.stat.st_mode)
    info.uid, info.gid = entry.stat.st_uid, entry.stat.st_gid
    info.mtime = entry.stat.st_mtime
    info.type = {"folder": tarfile.DIRTYPE, "link": tarfile.SYMTYPE, "fifo": tarfile.FIFOTYPE}.get(
        entry.kind, tarfile.REGTYPE
    )
    if entry.kind == "link":
        info.linkname = os.readlink(entry.name, dir_fd=entry.dirfd)
    return info


class ZipPacker:
    """Writes a zip; links and modes are kept the way Info-ZIP keeps them."""

    def __init__(self, file: BinaryIO, compression: str, scope: Scope) -> None:
        self._scope = scope
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False)

    def add(self, entry: Entry, name: str) -> Iterator[int]:
        """As Packer."""
        assert entry.stat is not None
        info = _zip_info(entry, name)
        if entry.kind == "folder":
            self._zip.writestr(info, b"")
        elif entry.kind == "link":
            self._zip.writestr(info, os.fsencode(os.readlink(entry.name, dir_fd=entry.dirfd)))
        elif entry.kind == "file":
            yield from self._add_file(entry, info)
        else:
            raise NlshError(
                f"{visible(entry.path)} is a {entry.kind}, which a zip cannot hold", "leave it out, or use tar"
            )

    def _add_file(self, entry: Entry, info: zipfile.ZipInfo) -> Iterator[int]:
        with open_entry(entry.dirfd, entry.name, entry.path) as file:
            size = os.fstat(file.fileno()).st_size
            with self._zip.open(info, "w", force_zip64=size >= 1 << 31) as target:
                yield from copy_pieces(file, target, self._scope)

    def close(self) -> None:
        """As Packer."""
        self._zip.close()


def _zip_info(entry: Entry, name: str) -> zipfile.ZipInfo:
    assert entry.stat is not None
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NlshError(
            f"a zip cannot hold the name {visible(name)}", "use .tar.gz, which can hold any name"
        ) from error
    date = max(time.localtime(entry.stat.st_mtime)[:6], (1980, 1, 1, 0, 0, 0))
    info = zipfile.ZipInfo(name + "/" * (entry.kind == "folder"), min(date, (2107, 12, 31, 23, 59, 58)))
    info.external_attr = (entry.stat.st_mode & 0xFFFF) << 16 | (0x10 if entry.kind == "folder" else 0)
    info.create_system = 3
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


_SINGLE: Final[dict[str, Callable[..., Any]]] = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}


class SinglePacker:
    """Compresses exactly one file."""

    def __init__(self, file: BinaryIO, compression: str, scope: Scope) -> None:
        self._scope = scope
        opened: Any = _SINGLE[compression](file, "wb")
        self._stream: IO[bytes] = opened
        self._count = 0

    def add(self, entry: Entry, name: str) -> Iterator[int]:
        """As Packer; a second file or a folder is refused."""
        self._count += 1
        if entry.kind != "file" or self._count > 1:
            raise UsageError("that ending is for one file only", "end it with .tar.gz for folders or several files")
        with open_entry(entry.dirfd, entry.name, entry.path) as file:
            yield from copy_pieces(file, self._stream, self._scope)

    def close(self) -> None:
        """As Packer."""
        self._stream.close()


def copy_pieces(source: IO[bytes], target: IO[bytes], scope: Scope) -> Iterator[int]:
    """Copy a stream piece by piece, yielding the size of each. Raises Cancelled."""
    while piece := source.read(PIECE_BYTES):
        scope.check()
        target.write(piece)
        yield len(piece)


def packer(form: str, file: BinaryIO, scope: Scope) -> Packer:
    """The packer of a format, writing to an open file."""
    kind, _, compression = form.partition(":")
    made: dict[str, type[TarPacker | ZipPacker | SinglePacker]] = {
        "tar": TarPacker,
        "zip": ZipPacker,
        "one": SinglePacker,
    }
    return made[kind](file, compression, scope)


def pack(entries: Iterator[tuple[Entry, str]], place: str, staged: str, scope: Scope, total: int) -> Iterator[Progress]:
    """Write an archive to the new file `staged`, of the kind that the ending of `place` says.


    Raises:
        NlshError: something cannot be read, written or held by the format.
        Cancelled: the turn was cancelled.
    """
    done = told = 0
    with (
        explaining("write", place),
        open(staged, "xb") as file,
        contextlib.closing(packer(format_of(place), file, scope)) as taker,
    ):
        for entry, name in entries:
            if entry.error:
                raise NlshError(entry.error, "nothing was archived")
            if entry.kind in ("device", "socket", "other"):
                raise NlshError(f"{visible(entry.path)} is a {entry.kind}, which cannot be archived", "leave it out")
            for size in taker.add(entry, name):
                done += size
                if done - told >= 4 * PIECE_BYTES:
                    told = done
                    yield Progress(done, max(done, total), "bytes")
