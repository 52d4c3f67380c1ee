"""The question on a terminal: a person who reads it can say yes; type-ahead, a paste, a script or silence cannot."""

from __future__ import annotations

import asyncio
import os
import select
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from nlsh.core.approval import Answer, Approval, Choice, EditableStep
from nlsh.repl.choices import Heard, Key, heard, keys, offer
from nlsh.repl.question import heading, show, show_grounds
from nlsh.repl.screen import Screen

DEAD_S: Final = 0.3
"""After the question appears no key counts for so long: fingers may still be on their way."""
_PASTE_ON: Final = b"\x1b[?2004h"
_PASTE_OFF: Final = b"\x1b[?2004l"
_OUT: Final = "-"
"""On a plain screen, what takes a step out of the plan: an empty line leaves it there."""


class _Left(Exception):
    """The person left the lines they were editing as they were."""


class _Interrupted(Exception):
    """The person pressed Ctrl-C, or the terminal is gone."""


class Asker:
    """Puts approvals to the person at the terminal. `interrupt` ends a waiting question with "no, and stop"."""

    def __init__(self, screen: Screen, *, may_remember: bool, fd: int | None = None) -> None:
        self._screen = screen
        self._may_remember = may_remember
        self._fd = fd
        self._waiting: asyncio.Future[str | None] | None = None

    async def ask(self, approval: Approval) -> Answer:
        """Show the question and wait for the answer; anything but a plain yes is a no."""
        show(self._screen, approval)
        fd = sys.stdin.fileno() if self._fd is None else self._fd
        while True:
            text = await self._line(fd, offer(approval, self._keys(approval), is_plain=self._is_plain))
            if text is None:
                return Answer(Choice.STOP)
            said = self.read(approval, text)
            if said.choice == "why":
                show_grounds(self._screen, approval)
            elif said.choice is not Choice.EDIT:
                return Answer(said.choice, said.phrase, said=said.said)
            elif answer := await self._edit(fd, approval, said.step):
                return answer

    def interrupt(self) -> None:
        """The person pressed Ctrl-C, or the terminal is gone."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def read(self, approval: Approval, text: str) -> Heard:
        """What the typed line says; a line that was cut off by an end of input says no."""
        if not text.endswith("\n"):
            return Heard()
        return heard(approval, self._keys(approval), text, is_plain=self._is_plain)

    @property
    def _is_plain(self) -> bool:
        return self._screen.is_plain

    def _keys(self, approval: Approval) -> tuple[Key, ...]:
        return keys(approval, may_remember=self._may_remember)

    async def _edit(self, fd: int, approval: Approval, number: int) -> Answer | None:
        """The steps as the person edited them, one after the other; None where they left all as it was."""
        lines = {step.number: step.text for step in approval.steps if not step.is_fixed}
        try:
            for step in approval.steps:
                if step.number in lines and number in (0, step.number):
                    self._screen.tell(heading(step, approval, is_plain=self._is_plain), "dim")
                    lines[step.number] = await self._edited(fd, step)
        except _Left:
            return None
        except _Interrupted:
            return Answer(Choice.STOP)
        if not any(lines.values()):
            self._screen.tell("  nothing would be left to do; n declines it", "warn")
        return approval.edited(lines)

    async def _edited(self, fd: int, step: EditableStep) -> str:
        """One line as the person edited it. Raises _Left, _Interrupted."""
        return await (self._retyped(fd, step) if self._is_plain else self._in_place(fd, step))

    async def _retyped(self, fd: int, step: EditableStep) -> str:
        text = await self._line(fd, "  > ")
        if text is None:
            raise _Interrupted
        if not text.endswith("\n"):
            raise _Left
        word = text.strip()
        return "" if word == _OUT else word or step.text

    async def _in_place(self, fd: int, step: EditableStep) -> str:
        from nlsh.repl.editing import edited  # prompt_toolkit, only where a line is edited

        self._waiting = asyncio.get_running_loop().create_future()
        line = asyncio.ensure_future(edited(step.text, fd, self._screen, is_command=step.is_command))
        try:
            await asyncio.wait((line, self._waiting), return_when=asyncio.FIRST_COMPLETED)
            if not line.done():
                raise _Interrupted
            text = line.result()
        finally:
            self._waiting = None
            line.cancel()
            await asyncio.wait((line,))  # it puts the terminal back
        if text is None:
            raise _Left
        return text

    async def _line(self, fd: int, prompt: str) -> str | None:
        with _deaf(fd):
            await asyncio.sleep(DEAD_S)
            termios.tcflush(fd, termios.TCIFLUSH)
        self._screen.tell(prompt, "bold", end="")
        with self._paste_marked(), _read_when_ready(fd) as waiting:
            self._waiting = waiting
            text = await waiting
        self._waiting = None
        if text is None or not text.endswith("\n"):
            self._screen.tell("")
        return text

    @contextmanager
    def _paste_marked(self) -> Iterator[None]:
        # The terminal brackets pastes for us: a pasted `y` arrives as more than `y`, so it is no yes.
        mark = not self._screen.is_dumb
        self._screen.tell_bytes(_PASTE_ON if mark else b"")
        try:
            yield
        finally:
            self._screen.tell_bytes(_PASTE_OFF if mark else b"")


@contextmanager
def _deaf(fd: int) -> Iterator[None]:
    """No echo and no line editing, so that what is typed meanwhile leaves no trace and can be thrown away."""
    before = termios.tcgetattr(fd)
    quiet = termios.tcgetattr(fd)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(fd, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        before[3] |= termios.ECHO | termios.ICANON | termios.ISIG
        termios.tcsetattr(fd, termios.TCSAFLUSH, before)


@contextmanager
def _read_when_ready(fd: int) -> Iterator[asyncio.Future[str | None]]:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[str | None] = loop.create_future()
    loop.add_reader(fd, _take(fd, waiting))
    try:
        yield waiting
    finally:
        loop.remove_reader(fd)


def _take(fd: int, waiting: asyncio.Future[str | None]) -> Callable[[], None]:
    def take() -> None:
        if waiting.done():
            return
        text = ""
        with suppress(OSError):  # the terminal is gone: silence is a no
            text = os.read(fd, 4096).decode("utf-8", "surrogateescape")
        if select.select([fd], [], [], 0)[0] and text:
            termios.tcflush(fd, termios.TCIFLUSH)  # more lines at once: a paste, and no answer
            text = ""
        waiting.set_result(text)

    return take
