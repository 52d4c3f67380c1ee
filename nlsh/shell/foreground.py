"""The terminal nlsh itself sits on: given to a command while it runs, taken back in the state it was in."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from types import TracebackType
from typing import Any, Final, Self

_AWAITS_TERMINAL: Final = (signal.SIGTTIN, signal.SIGTTOU)


class Foreground:
    """Enter it around a command that inherits nlsh's terminal; without one, or in the background, it does nothing."""

    def __init__(self) -> None:
        self._tty = -1
        self._modes: list[Any] | None = None

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError):
            self._tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        if self.is_held():
            with contextlib.suppress(termios.error):
                self._modes = termios.tcgetattr(self._tty)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.take_back()
        if self._tty >= 0:
            os.close(self._tty)

    @property
    def has_terminal(self) -> bool:
        """Whether nlsh has a controlling terminal at all."""
        return self._tty >= 0

    def is_held_by(self, group: int) -> bool:
        """Whether a process group is in the terminal's foreground now."""
        try:
            return self._tty >= 0 and os.tcgetpgrp(self._tty) == group
        except OSError:
            return False

    def is_held(self) -> bool:
        """Whether nlsh itself is."""
        return self.is_held_by(os.getpgrp())

    def lend(self, group: int) -> bool:
        """Put a process group in the foreground, if nlsh is there, and wake it; whether it was."""
        if not self.is_held():
            return False
        _set_foreground(self._tty, group)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGCONT)
        return True

    def take_back(self) -> None:
        """Return to the foreground, with the terminal modes of before."""
        if self._modes is None:
            return
        _set_foreground(self._tty, os.getpgrp())
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._tty, termios.TCSADRAIN, self._modes)


def awaits_terminal(stopped_by: int) -> bool:
    """Whether a process stopped because it used the terminal from the background."""
    return stopped_by in _AWAITS_TERMINAL


def _set_foreground(tty: int, group: int) -> None:
    """A background process may do this only while SIGTTOU is blocked; it must not stay so, children inherit it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(tty, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
