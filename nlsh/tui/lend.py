"""Lending the real terminal to a full-screen program: raw bytes both ways until its own terminal hangs up.

What the program, or the line around it, writes after leaving the alternate screen for the last time comes back as
text, so that the transcript misses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import re
import select
import termios
import tty
from collections.abc import Iterator
from typing import Any, Final

from textual.app import App

from nlsh.core.ports import Lending

_READ_BYTES: Final = 64 * 1024
_TYPED_BYTES: Final = 256
"""Small enough that a pty which can be written to takes it whole, without blocking."""
_TICK_S: Final = 0.1
_TAIL_LIMIT: Final = 64 * 1024
_LEAVES: Final = re.compile(rb"\x1b\[\?(?:\d+;)*(?:1049|1047|47)(?:;\d+)*l")
_ENTERS: Final = re.compile(rb"\x1b\[\?(?:\d+;)*(?:1049|1047|47)(?:;\d+)*h")
_RESET: Final = b"\x1b[?1l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h\x1b>\x1b[0m"
"""Modes a program may have left on: keypad, mouse, paste, its screen, a hidden cursor, colours."""


async def lend(app: App[Any], lending: Lending) -> str | None:
    """Lend the terminal and take it back; returns what was written after the program's screen was left.

    None where the terminal cannot be lent (tests, a browser): it is given back at once.
    """
    driver = app._driver
    if driver is None or not driver.can_suspend:
        lending.give_back()
        return None
    terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    try:
        with app.suspend(), app.batch_update():
            # A thread, and nothing drawn meanwhile: awaiting inside `suspend` alone would wait for ever, because the
            # driver's writer has no reader while suspended.
            tail = await asyncio.to_thread(proxy, lending.fd, lending.replay, terminal)
    finally:
        os.close(terminal)
        lending.give_back()
    app.refresh(layout=True)
    return tail.decode("utf-8", "surrogateescape")


class Tail:
    """Keeps what comes after the alternate screen was left for the last time, bounded."""

    def __init__(self) -> None:
        self._seen = b""
        self._is_outside = False

    def feed(self, data: bytes) -> None:
        """Look at what the program wrote."""
        self._seen += data
        left = list(_LEAVES.finditer(self._seen))
        entered = list(_ENTERS.finditer(self._seen))
        last_left = left[-1].end() if left else -1
        last_entered = entered[-1].end() if entered else -1
        if last_entered > last_left:
            self._is_outside = False
        elif last_left >= 0:
            self._is_outside = True
            self._seen = self._seen[last_left:]
        self._seen = self._seen[-_TAIL_LIMIT:] if self._is_outside else self._seen[-32:]

    def text(self) -> bytes:
        """What is to be shown in the transcript."""
        return self._seen if self._is_outside else b""


def proxy(fd: int, replay: bytes, terminal: int) -> bytes:
    """Copy bytes between the terminal and a pty's master until the pty hangs up; returns the tail.

    The terminal's modes and settings are put back as they were, and what was typed too late is thrown away.
    """
    fd = os.dup(fd)
    try:
        with _raw(terminal):
            return _Copying(fd, terminal).run(replay)
    finally:
        os.close(fd)


class _Copying:
    """One lending: the program's output to the terminal, the keys to the program, the size as it changes."""

    def __init__(self, fd: int, terminal: int) -> None:
        self._fd = fd
        self._terminal = terminal
        self._tail = Tail()
        self._typed = b""
        self._size = b""
        self._had_leader = _has_leader(fd)

    def run(self, replay: bytes) -> bytes:
        self._follow_size()
        self._show(replay)
        while self._turn():
            self._follow_size()
        return self._tail.text()

    def _turn(self) -> bool:
        """Wait a little, copy what there is; whether to go on."""
        may_type = len(self._typed) < _READ_BYTES
        sources = (self._fd, self._terminal) if may_type else (self._fd,)
        ready, writable, _ = select.select(sources, (self._fd,) if self._typed else (), (), _TICK_S)
        if self._fd in ready:
            data = _read(self._fd)
            self._show(data)
            if not data:
                return False
        elif self._had_leader and not _has_leader(self._fd):
            return False
        if writable:
            self._type()
        return self._terminal not in ready or self._take_keys()

    def _show(self, data: bytes) -> None:
        _write_all(self._terminal, data)
        self._tail.feed(data)

    def _take_keys(self) -> bool:
        keys = _read(self._terminal)
        self._typed += keys
        return bool(keys)

    def _type(self) -> None:
        with contextlib.suppress(OSError):
            self._typed = self._typed[os.write(self._fd, self._typed[:_TYPED_BYTES]) :]

    def _follow_size(self) -> None:
        """Setting the pty's size sends SIGWINCH to the program."""
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(self._terminal, termios.TIOCGWINSZ, b"\0" * 8)
            if size != self._size:
                self._size = size
                fcntl.ioctl(self._fd, termios.TIOCSWINSZ, size)


def _has_leader(fd: int) -> bool:
    """Whether a session still has the pty: a process left in the background may hold it open for ever."""
    try:
        return os.tcgetpgrp(fd) > 0
    except OSError:
        return False


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, _READ_BYTES)
    except OSError:  # a pty whose last user is gone ends with EIO
        return b""


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


@contextlib.contextmanager
def _raw(terminal: int) -> Iterator[None]:
    settings = termios.tcgetattr(terminal)
    tty.setraw(terminal)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, termios.error):
            _write_all(terminal, _RESET)
            termios.tcflush(terminal, termios.TCIFLUSH)
            termios.tcsetattr(terminal, termios.TCSANOW, settings)
