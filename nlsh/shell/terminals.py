"""A pty for one command: its size, what is typed into it, and lending it when the command wants the whole screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import termios
import threading
from collections.abc import Callable, Iterator
from typing import Final

from nlsh.core.ports import Lending, TerminalLent

_POLL_S: Final = 0.05
_GRACE_S: Final = 1.0
"""How long, after its child's end, a lent terminal may be drained before it is taken back."""


class Terminal:
    """The two ends of a pty."""

    def __init__(self, rows: int, columns: int) -> None:
        self.master, self.slave = os.openpty()
        self._lock = threading.Lock()
        self.resize(rows, columns)

    def resize(self, rows: int, columns: int) -> None:
        """Set the window size; the foreground programs get SIGWINCH."""
        with self._lock, contextlib.suppress(OSError):
            if self.master >= 0:
                fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def write(self, data: bytes) -> int:
        """What is typed; returns how much was taken: none when the command is gone or does not read."""
        with self._lock, contextlib.suppress(OSError):
            if self.master >= 0 and select.select((), (self.master,), (), 0)[1]:
                return os.write(self.master, data)
        return 0

    def seated(self) -> None:
        """The child holds the slave now."""
        os.close(self.slave)
        self.slave = -1

    def lend(self, replay: bytes, has_ended: Callable[[], bool]) -> Iterator[TerminalLent]:
        """Lend it, and wait until it is given back, or until shortly after the child's end."""
        given_back = threading.Event()
        fd = os.dup(self.master)
        try:
            yield TerminalLent(Lending(fd, replay, given_back.set))
            while not given_back.wait(_POLL_S) and not has_ended():
                pass
            given_back.wait(_GRACE_S)
        finally:
            os.close(fd)

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            for fd in (self.master, self.slave):
                if fd >= 0:
                    os.close(fd)
            self.master = self.slave = -1
