"""Ringing, once, when a long turn ends or an answer is waited for and nobody is looking.

Terminals that can say whether they have the focus (DEC mode 1004) are asked to, but only while nlsh itself reads the
keys: a command would take the report for something typed.
"""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from nlsh.core.notices import notice
from nlsh.repl.reading import readable
from nlsh.repl.screen import Screen

LONG_S: Final = 10.0
"""A turn or job that took longer is worth a ring."""
ANSWER_S: Final = 0.2
"""How long the terminal has to say whether it has the focus."""
FOCUS_IN: Final = "\x1b[I"
FOCUS_OUT: Final = "\x1b[O"
_REPORTS_ON: Final = b"\x1b[?1004h"
_UNKNOWN: Final = {"TERM": "unknown"}
"""Of a terminal that does not say who is looking only the bell is used."""
_REPORTS_OFF: Final = b"\x1b[?1004l"


class Bell:
    """Knows whether somebody is looking, as far as the terminal says so, and rings where nobody is."""

    def __init__(self, screen: Screen, *, may_ring: bool, fd: int = 0) -> None:
        self._screen = screen
        self._may_ring = may_ring and screen.may_ask and not screen.is_dumb
        self._fd = fd
        self._is_on = False
        self._does_report = False
        self._has_focus: bool | None = None
        self._owed = ""

    def start(self) -> None:
        """The prompt has the keys: reports may come. Once, until `stop`."""
        if self._is_on:
            return
        self._is_on, self._has_focus = True, None
        if self._may_ring and not self._screen.is_plain:
            self._screen.tell_bytes(_REPORTS_ON)

    def stop(self) -> None:
        """A command gets the keys."""
        self._is_on = False
        if self._may_ring and not self._screen.is_plain:
            self._screen.tell_bytes(_REPORTS_OFF)

    def report(self, has_focus: bool) -> None:
        """What the terminal said."""
        self._does_report, self._has_focus = True, has_focus

    def owe(self, text: str, elapsed_s: float) -> None:
        """Something ended. If it took long, `settle` rings for it."""
        if elapsed_s >= LONG_S:
            self._owed = text

    async def settle(self) -> None:
        """Ring for what is owed, once the terminal has had time to say who is looking."""
        if not self._owed:
            return
        if not self._screen.is_plain:
            await asyncio.sleep(ANSWER_S)
        text, self._owed = self._owed, ""
        self._ring(text, is_waiting=False)

    async def waiting(self, text: str, elapsed_s: float) -> None:
        """An answer is waited for. A terminal that never said who is looking rings only after a long turn."""
        if not self._may_ring:
            return
        self._has_focus = await self._asked() if self._does_report else None
        if self._has_focus is not None or elapsed_s >= LONG_S:
            self._ring(text, is_waiting=True)

    def _ring(self, text: str, *, is_waiting: bool) -> None:
        if not self._may_ring or self._has_focus:
            return
        env = self._screen.env if self._has_focus is False else _UNKNOWN
        self._screen.tell_bytes(notice(text, env, is_question=is_waiting))

    async def _asked(self) -> bool | None:
        """Whether the terminal has the focus, asked now; what is typed meanwhile is no answer to anything yet."""
        said = b""
        with _quiet(self._fd):
            self._screen.tell_bytes(_REPORTS_ON)
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(ANSWER_S):
                    while b"\x1b[" not in said or not said.endswith((b"I", b"O")):
                        await readable(self._fd)
                        said += os.read(self._fd, 4096) or b"\x1b[O"  # a terminal that is gone looks at nothing
            self._screen.tell_bytes(_REPORTS_OFF)
        last_in, last_out = said.rfind(FOCUS_IN.encode()), said.rfind(FOCUS_OUT.encode())
        return None if last_in == last_out else last_in > last_out


@contextmanager
def _quiet(fd: int) -> Iterator[None]:
    """No echo, and bytes as they come."""
    try:
        before = termios.tcgetattr(fd)
    except termios.error:
        yield
        return
    tty.setcbreak(fd, termios.TCSANOW)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSANOW, before)
