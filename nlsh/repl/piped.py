"""Standard input as data for a line: read when the line needs it, in pieces, and no more of it than is needed."""

from __future__ import annotations

import os
import select
import stat
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Final

from nlsh.core.display import human_size
from nlsh.core.errors import NlshError

BLOCK_BYTES: Final = 1 << 16
KEPT_BYTES: Final = 64 << 20
"""So much of a pipe is kept for a second reading, in a temporary file."""
SILENCE_S: Final = 600.0
"""A pipe from which nothing comes for so long is given up."""
NOTICE_S: Final = 1.0
"""After so long a wait it is said what is waited for."""
SPEAKS_S: Final = 1.0
_LOOK_S: Final = 0.1


class PipedInput:
    """The `Piped` port over a descriptor. `tell` is given a sentence when a silent pipe is waited for."""

    def __init__(self, fd: int, tell: Callable[[str], None], *, silence_s: float = SILENCE_S) -> None:
        self._fd = fd
        self._tell = tell
        self._silence_s = silence_s
        self._is_file = stat.S_ISREG(os.fstat(fd).st_mode)
        self._start = os.lseek(fd, 0, os.SEEK_CUR) if self._is_file else 0
        self._kept: int | None = None
        """A temporary file without a name, while all that was read fits."""
        self._read_bytes = 0

    def blocks(self, check: Callable[[], None]) -> Iterator[bytes]:
        """Its bytes from the beginning, in blocks, as they come. Raises NlshError, and whatever `check` raises."""
        at = 0
        while True:
            check()
            block = self._block(at, check)
            if not block:
                return
            at += len(block)
            yield block

    def speaks(self) -> bool:
        """Whether something of it, or its end, is there; waits a second at most."""
        return self._is_file or self._read_bytes > 0 or self._is_ready(SPEAKS_S)

    def descriptor(self) -> int | None:
        """Where a program can read it itself; None once anything of it was read here."""
        return None if self._read_bytes else self._fd

    def _block(self, at: int, check: Callable[[], None]) -> bytes:
        if self._is_file:
            return os.pread(self._fd, BLOCK_BYTES, self._start + at)
        if at < self._read_bytes:
            return self._again(at)
        self._await(check)
        block = self._taken()
        self._read_bytes += len(block)
        self._keep(block)
        return block

    def _taken(self) -> bytes:
        try:
            return os.read(self._fd, BLOCK_BYTES)
        except OSError:  # a stream that was cut: there is no more of it
            return b""

    def _again(self, at: int) -> bytes:
        if self._kept is None:
            raise NlshError(
                f"what was piped in is read twice, and was too much to keep ({human_size(self._read_bytes)})",
                "write it to a file first and name the file",
            )
        return os.pread(self._kept, BLOCK_BYTES, at)

    def _keep(self, block: bytes) -> None:
        """Keep what was read last. Where that cannot be done, it can be read once all the same."""
        at = self._read_bytes - len(block)
        try:
            self._kept = self._made() if at == 0 else self._kept
            kept = self._kept if self._read_bytes <= KEPT_BYTES else None
            if kept is not None and os.pwrite(kept, block, at) == len(block):
                return
        except OSError:  # no room for it
            pass
        self._kept = None

    def _made(self) -> int:
        fd, path = tempfile.mkstemp(prefix="nlsh-")
        os.unlink(path)
        weakref.finalize(self, os.close, fd)
        return fd

    def _await(self, check: Callable[[], None]) -> None:
        """Wait until a read would not block. Raises NlshError: nothing came for too long."""
        since = time.monotonic()
        is_told = False
        while not self._is_ready(min(_LOOK_S, self._silence_s)):
            check()
            waited_s = time.monotonic() - since
            if waited_s > self._silence_s:
                raise NlshError(
                    f"nothing was piped in for {self._silence_s:.0f} seconds", "end what writes to the pipe"
                )
            if waited_s > NOTICE_S and not is_told:
                self._tell("waiting for what is piped in")
                is_told = True

    def _is_ready(self, wait_s: float) -> bool:
        # Not select.select, which cannot watch a descriptor above 1023.
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        return bool(poll.poll(wait_s * 1000))


def piped_in(tell: Callable[[str], None], fd: int = 0) -> PipedInput | None:
    """What was piped in; None for a terminal, another device, a folder, a closed descriptor."""
    return PipedInput(fd, tell) if is_piped(fd) else None


def is_piped(fd: int = 0) -> bool:
    """Whether a descriptor is a pipe, a socket or a file."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode)
