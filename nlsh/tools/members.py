"""Reading archives nobody vouches for: every member is judged before anything is written."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import os
import re
import stat
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Final, Literal

from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.scope import Scope
from nlsh.tools.tree import open_file

MAX_MEMBERS: Final = 1_000_000
_BROKEN: Final = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)
_SINGLES: Final[dict[bytes, Callable[..., Any]]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
_FOREIGN: Final = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar"}

_TAR_NAME = re.compile(r"\.(tar(\.\w+)?|tgz|tbz2?|txz)$")

MemberKind = Literal["file", "folder", "link", "hard link"]


@dataclass(frozen=True)
class Member:
    """One member that was found harmless: a relative name without `..`, and how to read it."""

    name: str
    kind: MemberKind
    size: int
    mode: int
    mtime: float
    leads_to: str = ""
    read: Callable[[], IO[bytes]] | None = None


@contextlib.contextmanager
def broken_told(path: str) -> Iterator[None]:
    """Turn what the archive modules raise into one sentence. Raises NlshError."""
    try:
        yield
    except _BROKEN as error:
        raise NlshError(f"{visible(path)} is damaged or no archive", "fetch it again, or check with file") from error
    except RuntimeError as error:
        raise NlshError(
            f"{visible(path)} is encrypted", "unpack it with a program that asks for the password"
        ) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise NlshError(f"{visible(path)} is damaged or no archive", "fetch it again, or check with file") from error


@contextlib.contextmanager
def members(path: str, scope: Scope) -> Iterator[Iterator[Member]]:
    """The members of a tar (compressed or not), a zip, or a single compressed file, told by content, not by name.

    Raises:
        UsageError: it is a kind of archive we do not read.
        NlshError: it is damaged, or a member is dangerous: an absolute or climbing name, a link leading outside, a
            device, or more members than MAX_MEMBERS.
        Cancelled: the turn was cancelled.
    """
    with open_file(path) as file, broken_told(path):
        head = file.peek(8)[:8] if hasattr(file, "peek") else b""
        for magic, kind in _FOREIGN.items():
            if head.startswith(magic):
                raise UsageError(f"{visible(path)} is a {kind} archive, which cannot be read", "use the program for it")
        yield _judged(_opened(file, path, head), path, scope)


def _opened(file: BinaryIO, path: str, head: bytes) -> Iterator[Member]:
    """By the first bytes; a program that carries a zip behind it comes last."""
    if head.startswith(b"PK"):
        return _zip_members(file)
    try:
        return _tar_or_single(file, path, head)
    except tarfile.TarError:
        if not zipfile.is_zipfile(file):
            raise
        return _zip_members(file)


def _judged(found: Iterator[Member], path: str, scope: Scope) -> Iterator[Member]:
    with broken_told(path):
        for number, member in enumerate(found):
            scope.check()
            if number >= MAX_MEMBERS:
                raise NlshError(f"{visible(path)} holds more than {MAX_MEMBERS:,} members", "it looks like a trap")
            yield member


def _tar_or_single(file: BinaryIO, path: str, head: bytes) -> Iterator[Member]:
    """A compressed file that is no tar, or only looks like an empty one, is a single file."""
    single = next((opener for magic, opener in _SINGLES.items() if head.startswith(magic)), None)
    file.seek(0)
    try:
        tar = tarfile.open(fileobj=file, mode="r:*")  # noqa: SIM115
    except tarfile.TarError:
        if single is None:
            raise
        file.seek(0)
        return _single_member(file, path, single)
    if single is not None and vars(tar).get("firstmember") is None and not _TAR_NAME.search(path.lower()):
        file.seek(0)
        return _single_member(file, path, single)
    return _tar_members(tar)


def _single_member(file: BinaryIO, path: str, opener: Callable[..., Any]) -> Iterator[Member]:
    name, ending = os.path.splitext(os.path.basename(path))
    name = name if ending.lower() in (".gz", ".bz2", ".xz") else name + ending + ".out"
    yield Member(name, "file", 0, 0o644, time.time(), read=lambda: opener(file, "rb"))


def _tar_members(tar: tarfile.TarFile) -> Iterator[Member]:
    with tar:
        for info in tar:
            name = safe_name(info.name)
            if not name:
                continue
            kind = _tar_kind(info)
            leads_to = _safe_link(name, info.linkname) if kind == "link" else ""
            if kind == "hard link":
                leads_to = safe_name(info.linkname)
            yield Member(
                name, kind, info.size if kind == "file" else 0, info.mode, info.mtime, leads_to, _reader(tar, info)
            )
            vars(tar)["members"].clear()


def _reader(tar: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def read() -> IO[bytes]:
        stream = tar.extractfile(info)
        assert stream is not None
        return stream

    return read


def _tar_kind(info: tarfile.TarInfo) -> MemberKind:
    if info.isreg():
        return "file"
    if info.isdir():
        return "folder"
    if info.issym():
        return "link"
    if info.islnk():
        return "hard link"
    raise NlshError(f"the archive holds a device or pipe, {visible(info.name)}", "it was not unpacked")


def _zip_members(file: BinaryIO) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            name = safe_name(info.filename)
            if not name:
                continue
            if info.flag_bits & 1:
                raise RuntimeError("encrypted")
            yield _zip_member(archive, info, name)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    mode = info.external_attr >> 16
    mtime = time.mktime((*info.date_time, 0, 0, -1)) if info.date_time[1] else 0.0
    kind: MemberKind = "folder" if info.is_dir() else "file"
    if stat.S_ISLNK(mode):
        leads_to = os.fsdecode(archive.read(info)[:4096])
        return Member(name, "link", 0, 0o777, mtime, _safe_link(name, leads_to))
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise NlshError(f"the archive holds a device or pipe, {visible(name)}", "it was not unpacked")
    bits = stat.S_IMODE(mode) or (0o755 if kind == "folder" else 0o644)
    return Member(name, kind, info.file_size, bits, mtime, read=lambda: archive.open(info))


def safe_name(name: str) -> str:
    """A member's name without `.` parts; empty for the top itself.

    Raises:
        NlshError: it is absolute, climbs with `..`, or holds a NUL byte.
    """
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or "\0" in name:
        raise NlshError(f"the archive wants to write outside its folder, to {visible(name)}", "it was not unpacked")
    return "/".join(parts)


def _safe_link(name: str, leads_to: str) -> str:
    """A link's target if it stays below the folder unpacked into, through whatever other links. Raises NlshError."""
    parts = [part for part in leads_to.split("/") if part not in ("", ".")]
    climbs = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    if not leads_to or leads_to.startswith("/") or climbs > name.count("/") or ".." in parts[climbs:]:
        raise NlshError(f"the archive holds a link that leads outside, {visible(name)}", "it was not unpacked")
    return leads_to
