"""Stopping the line that runs: Ctrl-C as the terminal sends it, then TERM, then KILL, at last the shell itself."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import time
from typing import Final

from nlsh.shell.seat import Seat

_TERM_AFTER_S: Final = 0.15
_KILL_AFTER_S: Final = 1.0
_AGAIN_S: Final = 0.1
GIVE_UP_S: Final = 2.5


class Stopping:
    """Begun when the line is cancelled; pressed on with until it has ended."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._since = self._last = time.monotonic()

    def interrupt(self) -> bytes:
        """Interrupt the group in front; returns the key to type where the terminal itself does that."""
        self._last = time.monotonic()
        settings = self._seat.settings()
        if settings is not None and settings[3] & termios.ISIG:
            return bytes(settings[6][termios.VINTR])
        self._seat.signal_foreground(signal.SIGINT)
        return b""

    def press_on(self) -> bytes:
        """It has not ended yet; returns what to type.

        A loop of the shell's own is interrupted again and again, the shell itself too: an interrupt for a command
        that has just ended reaches nobody.
        """
        waited_s = time.monotonic() - self._since
        if waited_s > GIVE_UP_S:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._seat.child.pid, signal.SIGKILL)
        elif waited_s > _KILL_AFTER_S:
            self._seat.signal_foreground(signal.SIGKILL)
        elif waited_s > _TERM_AFTER_S:
            self._seat.signal_foreground(signal.SIGTERM)
        if time.monotonic() - self._last < _AGAIN_S:
            return b""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._seat.child.pid, signal.SIGINT)
        return self.interrupt()
