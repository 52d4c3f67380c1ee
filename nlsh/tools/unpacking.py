"""Writing what is in an archive into an empty folder, and never more than there is room for."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence

from nlsh.core.display import human_size, visible
from nlsh.core.errors import NlshError
from nlsh.core.results import Progress
from nlsh.core.scope import Scope
from nlsh.tools.faults import explaining
from nlsh.tools.members import Member, broken_told, members
from nlsh.tools.packing import copy_pieces


def free_bytes(folder: str) -> int:
    """The room left for us on a folder's file system."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def refuse_bomb(size: int, room: int, path: str) -> None:
    """Raise NlshError where an archive holds more than there is room."""
    if size > room:
        raise NlshError(
            f"{visible(path)} unpacks to more than the {human_size(room)} that are free",
            "make room, or unpack elsewhere",
        )


def surveyed(sources: Sequence[str], room: int, scope: Scope) -> tuple[dict[str, str], int]:
    """Names with their kinds, and the bytes of all archives together.

    Raises:
        NlshError: one is dangerous, damaged, empty, or holds more than `room` bytes.
        Cancelled: the turn was cancelled.
    """
    size = 0
    names: dict[str, str] = {}
    for source in sources:
        count = len(names)
        with members(source, scope) as found:
            for member in found:
                size += member.size
                refuse_bomb(size, room, source)
                names[member.name] = member.kind
        if len(names) == count:
            raise NlshError(f"{visible(source)} is empty, or holds only what the others hold", "leave it out")
    return names, size


def unpacked(source: str, inner: str, room: int, total: int, scope: Scope) -> Iterator[Progress]:
    """Write every member below the empty folder `inner`; links come last, so that nothing is written through one.

    Raises:
        NlshError: as `surveyed`, or something cannot be written.
        Cancelled: the turn was cancelled.
    """
    links: list[Member] = []
    folders: list[Member] = []
    size = told = 0
    with members(source, scope) as found:
        for member in found:
            if member.kind == "file":
                for step in _write(member, os.path.join(inner, member.name), source, scope):
                    size += step
                    refuse_bomb(size, room, source)
                    if size - told >= 8 << 20:
                        told = size
                        yield Progress(size, max(size, total), "bytes")
            else:
                (folders if member.kind == "folder" else links).append(member)
                if member.kind == "folder":
                    _make_folders(os.path.join(inner, member.name))
    for link in links:
        _make_link(link, inner)
    for folder in reversed(folders):
        _dress(os.path.join(inner, folder.name), folder)


def _make_folders(path: str) -> None:
    with explaining("make", path):
        os.makedirs(path, exist_ok=True)


def _write(member: Member, path: str, source: str, scope: Scope) -> Iterator[int]:
    assert member.read is not None
    _make_folders(os.path.dirname(path))
    with explaining("write", path), broken_told(source):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as target, member.read() as stream:
            yield from copy_pieces(stream, target, scope)
    _dress(path, member)


def _make_link(member: Member, inner: str) -> None:
    path = os.path.join(inner, member.name)
    _make_folders(os.path.dirname(path))
    if os.path.realpath(os.path.dirname(path)) != os.path.dirname(path):
        raise NlshError("the archive wants to write through a link", "it was not unpacked")
    with explaining("link", path):
        if member.kind == "link":
            os.symlink(member.leads_to, path)
        else:
            os.link(os.path.join(inner, member.leads_to), path, follow_symlinks=False)


def _dress(path: str, member: Member) -> None:
    """Mode without set-user, set-group and sticky bits, and time."""
    with explaining("unpack", path):
        mode = stat.S_IMODE(member.mode) & 0o777 | (0o700 if member.kind == "folder" else 0o600)
        os.chmod(path, mode)
        os.utime(path, (member.mtime, member.mtime))
