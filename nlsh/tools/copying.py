"""Copying files and whole folders to a new place: modes, times, links, holes and extended attributes are kept."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from nlsh.core.errors import NlshError
from nlsh.core.results import Progress
from nlsh.tools.faults import explaining
from nlsh.tools.tree import Checked, Entry, open_entry, open_parent, walk

PIECE_BYTES: Final = 4 << 20
_FICLONE: Final = 0x40049409
_HOLES_UNKNOWN: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENXIO})


@dataclass
class Copier:
    """Copies for one syscall, counting as it goes; `skipped` are the devices and sockets that were left out."""

    checked: Checked
    total_bytes: int = 0
    keeps_owner: bool = False
    done_bytes: int = 0
    count: int = 0
    skipped: list[str] = field(default_factory=list)

    def copy(self, source: str, staged: str) -> Iterator[Progress]:
        """Copy a file, link or folder to a place that does not exist yet.

        Raises:
            NlshError: something cannot be read or written; what was copied so far stands at `staged`.
            Cancelled: the turn was cancelled.
        """
        folders: list[tuple[Entry, str]] = []
        for entry in walk(source, self.checked):
            if entry.error:
                raise NlshError(entry.error, "nothing was copied")
            while folders and folders[-1][0].depth >= entry.depth:
                self._close_folder(*folders.pop())
            place = staged + entry.path[len(source) :] if entry.depth else staged
            if entry.kind == "folder":
                with explaining("copy", entry.path):
                    os.mkdir(place, 0o700)
                folders.append((entry, place))
            else:
                yield from self._copy_one(entry, place)
            self.count += 1
        while folders:
            self._close_folder(*folders.pop())

    def _copy_one(self, entry: Entry, place: str) -> Iterator[Progress]:
        if entry.kind == "file":
            with open_entry(entry.dirfd, entry.name, entry.path) as reading:
                yield from self.copy_file(reading, place, entry.path)
            return
        with explaining("copy", entry.path):
            if entry.kind == "link":
                os.symlink(os.readlink(entry.name, dir_fd=entry.dirfd), place)
            elif entry.kind == "fifo":
                os.mkfifo(place, 0o600)
            else:
                self.skipped.append(entry.path)
                return
            assert entry.stat is not None
            self._dress(place, entry.stat)

    def copy_file(self, reading: BinaryIO, place: str, path: str) -> Iterator[Progress]:
        """Copy an open file to a new file. Raises as `copy`."""
        with explaining("copy", path):
            found = os.fstat(reading.fileno())
            fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(fd, "wb"):
                if not cloned(reading.fileno(), fd):
                    yield from self._copy_data(reading.fileno(), fd, found.st_size)
                copy_attributes(reading.fileno(), fd)
            self._dress(place, found)

    def _copy_data(self, source: int, target: int, size: int) -> Iterator[Progress]:
        for start, end in _pieces(source, size):
            self.checked.check()
            self.done_bytes += _transfer(source, target, start, end)
            if end - start >= PIECE_BYTES:
                yield Progress(self.done_bytes, max(self.total_bytes, self.done_bytes), "bytes")
        os.ftruncate(target, size)

    def _close_folder(self, entry: Entry, place: str) -> None:
        assert entry.stat is not None
        with explaining("copy", entry.path):
            self._dress(place, entry.stat)

    def _dress(self, place: str, found: os.stat_result) -> None:
        """Owner if wanted, mode, times. Set-user and set-group bits stay only with the owner."""
        mode = stat.S_IMODE(found.st_mode)
        if self.keeps_owner:
            with contextlib.suppress(PermissionError):
                os.chown(place, found.st_uid, found.st_gid, follow_symlinks=False)
        else:
            mode &= ~(stat.S_ISUID | stat.S_ISGID)
        if not stat.S_ISLNK(found.st_mode):
            os.chmod(place, mode)
        os.utime(place, ns=(found.st_atime_ns, found.st_mtime_ns), follow_symlinks=False)


def cloned(source: int, target: int) -> bool:
    """Share the data of a whole file where the file system can (reflink): no copy, whatever the size."""
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:
        return False
    return True


def _pieces(fd: int, size: int) -> Iterator[tuple[int, int]]:
    """The stretches of a file that hold data, in pieces; holes are left out."""
    position = 0
    while position < size:
        start, end = _data(fd, position, size)
        for piece in range(start, end, PIECE_BYTES):
            yield piece, min(piece + PIECE_BYTES, end)
        position = max(end, position + 1)


def _data(fd: int, position: int, size: int) -> tuple[int, int]:
    try:
        start = os.lseek(fd, position, os.SEEK_DATA)
        return start, min(os.lseek(fd, start, os.SEEK_HOLE), size)
    except OSError as error:
        if error.errno not in _HOLES_UNKNOWN:
            raise
        return (size, size) if error.errno == errno.ENXIO else (position, size)


def _transfer(source: int, target: int, start: int, end: int) -> int:
    """Copy a stretch; returns the bytes copied, fewer where the file became shorter."""
    done = 0
    while start + done < end:
        data = os.pread(source, min(1 << 20, end - start - done), start + done)
        if not data:
            break
        view = memoryview(data)
        while view:
            written = os.pwrite(target, view, start + done)
            view = view[written:]
            done += written
    return done


def copy_attributes(source: int, target: int) -> None:
    """Copy extended attributes, access lists among them, as far as the file systems and our rights allow."""
    try:
        names = os.listxattr(source)
    except (OSError, AttributeError):
        return
    for name in names:
        with contextlib.suppress(OSError):
            os.setxattr(target, name, os.getxattr(source, name))


def remove_tree(path: str, checked: Checked) -> None:
    """Remove for good what nlsh itself made or has copied elsewhere; links are removed, not followed.

    Raises:
        NlshError: something cannot be removed.
    """
    with open_parent(path) as (dirfd, name), explaining("remove", path):
        if not stat.S_ISDIR(os.stat(name, dir_fd=dirfd, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=dirfd)
            return
        try:
            shutil.rmtree(name, dir_fd=dirfd)
        except PermissionError:
            _unlock(path, checked)
            shutil.rmtree(name, dir_fd=dirfd)


def _unlock(path: str, checked: Checked) -> None:
    """Let ourselves into every folder of a tree."""

    def unlock(entry: Entry) -> bool:
        os.chmod(entry.name, 0o700, dir_fd=entry.dirfd)
        return True

    for _ in walk(path, checked, enters=unlock):
        checked.check()
