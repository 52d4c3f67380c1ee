"""The real terminal while a command has it: raw, its size followed, and put back as it was found."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import termios
import threading
import tty
from typing import Any, Final

from nlsh.shell.modes import Modes
from nlsh.shell.screens import Tail

_READ_BYTES: Final = 64 << 10
_MOST_PENDING: Final = 64 << 10
_ANSWERS_S: Final = 0.03
"""How long a terminal's answer to a program that has just ended may be on its way; over ssh it may come later."""
_DRAIN_S: Final = 1.0
"""How long a terminal that takes nothing (Ctrl-S) may hold up the end."""


class Loan:
    """One lending of the open terminal `fd`. All but `wait` belongs to the thread that talks with the shell.

    Raises OSError where the terminal is gone.
    """

    def __init__(self, fd: int, *, keeps_tail: bool = False) -> None:
        self.fd = fd
        self.modes = Modes()
        self._settings: list[Any] = termios.tcgetattr(fd)
        self._size = b""
        self._pending = b""
        self._tail = Tail() if keeps_tail else None
        self._is_over = threading.Event()
        self.is_gone = False
        """Whether the terminal has hung up."""
        tty.setraw(fd, termios.TCSANOW)  # what was typed early is kept
        os.set_blocking(fd, False)

    @property
    def has_room(self) -> bool:
        """Whether more may be shown before what is pending has gone out."""
        return len(self._pending) < _MOST_PENDING

    @property
    def is_pending(self) -> bool:
        """Whether something waits to go out."""
        return bool(self._pending)

    def show(self, data: bytes, *, is_known: bool = False) -> None:
        """Show what the command writes, byte for byte; what is known already is not kept for the transcript."""
        self._pending += self.modes.feed(data)
        if self._tail is not None and not is_known:
            self._tail.feed(data)
        self.flush()

    def untitle(self) -> None:
        """The command has ended: give the title back before the prompt sets its own."""
        self._pending += self.modes.untitled()

    def flush(self) -> None:
        """Write what the terminal takes without waiting."""
        while self._pending:
            try:
                self._pending = self._pending[os.write(self.fd, self._pending) :]
            except BlockingIOError:
                return
            except OSError:
                self.is_gone, self._pending = True, b""

    def keys(self) -> bytes:
        """What was typed; nothing, and the terminal is gone, where it has hung up."""
        try:
            data = os.read(self.fd, _READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        self.is_gone = not data
        return data

    def size(self) -> bytes:
        """The window's size where it has changed since last asked, else nothing."""
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(self.fd, termios.TIOCGWINSZ, b"\0" * 8)
            if size != self._size:
                self._size = size
                return size
        return b""

    def end(self) -> bytes:
        """Put the terminal back; returns keys that came too late."""
        late = b""
        if self.modes.has_asked and select.select([self.fd], [], [], _ANSWERS_S)[0]:
            late = self.keys()
        self._pending += self.modes.untitled() + self.modes.reset()
        with contextlib.suppress(OSError, termios.error, ValueError):
            self.flush()
            while self._pending and select.select([], [self.fd], [], _DRAIN_S)[1]:
                self.flush()
            os.set_blocking(self.fd, True)
            termios.tcsetattr(self.fd, termios.TCSANOW, self._settings)
        self._is_over.set()
        return late

    def wait(self) -> bytes:
        """Until it is over; returns what was written after the program left its own screen."""
        self._is_over.wait()
        return b"" if self._tail is None else self._tail.text()
