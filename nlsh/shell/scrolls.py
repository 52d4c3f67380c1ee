"""Scrolls: small private files through which nlsh and a shell exchange text out of the sight of the command.

A scroll is opened by path, so nothing the person runs inherits a descriptor, no pipe can fill, and no background job
can keep it open.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

from nlsh.core.errors import NlshError

_MOST_BYTES: Final = 16 << 20
_numbers = itertools.count()


class Scroll:
    """A file of mode 0600, removed when closed, in the first of the folders that takes it. Raises NlshError."""

    def __init__(self, folders: Iterable[str], text: str = "") -> None:
        self.path = _write(folders, os.fsencode(text))

    def read(self) -> bytes:
        """Everything written to it so far, at most 16 MiB; nothing if it is gone."""
        with contextlib.suppress(OSError), open(self.path, "rb") as file:
            return file.read(_MOST_BYTES)
        return b""

    def close(self) -> None:
        """Remove it; harmless when removed."""
        with contextlib.suppress(OSError):
            os.unlink(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _write(folders: Iterable[str], data: bytes) -> str:
    name = f"scroll-{os.getpid()}-{next(_numbers)}-{time.time_ns()}"
    reason = "there is no folder for it"
    for folder in folders:
        path = os.path.join(folder, name)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(data)
        except OSError as error:
            reason = str(error.strerror)
            continue
        return path
    raise NlshError(f"the shell's state cannot be kept: {reason}", "make room on the disk that holds nlsh's state")


def as_input(data: bytes | int) -> int:
    """A descriptor, to be closed by the caller, from which `data` can be read to its end, or another of the same."""
    if isinstance(data, int):
        return os.dup(data)
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("nlsh-stdin")
    else:
        import tempfile  # only where there are no files in memory

        fd, path = tempfile.mkstemp()
        os.unlink(path)
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
