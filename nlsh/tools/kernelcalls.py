"""Two system calls Python does not offer: openat2 (how a path may be resolved) and renameat2 (never replace; swap)."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import secrets
import stat
import sys
from functools import cache
from typing import Any, Final

NO_MAGICLINKS: Final = 0x02
NO_SYMLINKS: Final = 0x04
_OPENAT2: Final = 437
_RENAMEAT2: Final = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347, "armv7l": 382}
_NOREPLACE: Final = 1
_EXCHANGE: Final = 2
_UNSUPPORTED: Final = frozenset({errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.ENOTSUP})
FALLBACK_FLAGS: Final = os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC | os.O_RDONLY


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _call(*arguments: Any) -> int:
    result = _libc().syscall(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)


@cache
def has_openat2() -> bool:
    """Whether the kernel offers openat2 and no filter forbids it."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        os.close(_openat2(None, "/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, NO_MAGICLINKS))
    except OSError:
        return False
    return True


def _openat2(dirfd: int | None, path: str, flags: int, resolve: int) -> int:
    how = _OpenHow(flags, 0, resolve)
    where = ctypes.c_long(-100 if dirfd is None else dirfd)
    return _call(
        ctypes.c_long(_OPENAT2), where, ctypes.c_char_p(os.fsencode(path)), ctypes.byref(how), ctypes.c_size_t(24)
    )


def open_resolving(path: str, flags: int, resolve: int, dirfd: int | None = None) -> int:
    """Open an existing path, resolving it only as `resolve` allows; the descriptor is close-on-exec.

    Without openat2, `NO_SYMLINKS` is kept by opening component by component; `NO_MAGICLINKS` alone is not.

    Raises:
        OSError: as open; ELOOP where a link stands in a way that may not be followed.
    """
    flags |= os.O_CLOEXEC
    if has_openat2():
        return _openat2(dirfd, path, flags, resolve)
    if resolve & NO_SYMLINKS:
        return _open_stepwise(path, flags, dirfd)
    return os.open(path, flags, dir_fd=dirfd)


def _open_stepwise(path: str, flags: int, dirfd: int | None) -> int:
    names = [name for name in path.split("/") if name not in ("", ".")]
    start = "/" if path.startswith("/") else "."
    current = os.open(start, FALLBACK_FLAGS, dir_fd=dirfd if start == "." else None)
    try:
        for name in names[:-1]:
            deeper = os.open(name, FALLBACK_FLAGS, dir_fd=current)
            os.close(current)
            current = deeper
        return os.open(names[-1] if names else ".", flags | os.O_NOFOLLOW, dir_fd=current)
    finally:
        os.close(current)


def rename_exclusive(source: str, target: str, source_fd: int | None = None, target_fd: int | None = None) -> None:
    """Rename, never replacing anything at `target`.

    Raises:
        FileExistsError: something is at `target`.
        OSError: as rename.
    """
    if not _renameat2(source, target, source_fd, target_fd, _NOREPLACE):
        _rename_checked(source, target, source_fd, target_fd)


def rename_swapping(source: str, target: str, source_fd: int | None = None, target_fd: int | None = None) -> None:
    """Swap two existing names of one file system.

    Raises:
        OSError: as rename.
    """
    if _renameat2(source, target, source_fd, target_fd, _EXCHANGE):
        return
    between = f".nlsh-{secrets.token_hex(8)}"
    os.rename(source, between, src_dir_fd=source_fd, dst_dir_fd=source_fd)
    os.rename(target, source, src_dir_fd=target_fd, dst_dir_fd=source_fd)
    os.rename(between, target, src_dir_fd=source_fd, dst_dir_fd=target_fd)


def _renameat2(source: str, target: str, source_fd: int | None, target_fd: int | None, flags: int) -> bool:
    """False where kernel or file system does not know the flag."""
    number = _RENAMEAT2.get(platform.machine())
    if number is None or not sys.platform.startswith("linux"):
        return False
    places = [ctypes.c_long(-100 if fd is None else fd) for fd in (source_fd, target_fd)]
    names = [ctypes.c_char_p(os.fsencode(name)) for name in (source, target)]
    try:
        _call(ctypes.c_long(number), places[0], names[0], places[1], names[1], ctypes.c_uint(flags))
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        return False
    return True


def _rename_checked(source: str, target: str, source_fd: int | None, target_fd: int | None) -> None:
    found = os.stat(source, dir_fd=source_fd, follow_symlinks=False)
    if not stat.S_ISDIR(found.st_mode):
        try:
            os.link(source, target, src_dir_fd=source_fd, dst_dir_fd=target_fd, follow_symlinks=False)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
                raise
        else:
            os.unlink(source, dir_fd=source_fd)
            return
    try:
        os.stat(target, dir_fd=target_fd, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(source, target, src_dir_fd=source_fd, dst_dir_fd=target_fd)
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
