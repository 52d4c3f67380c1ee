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

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.display import visible
from nlsh.core.risk import Risk
from nlsh.repl.screen import Screen

DEAD_S: Final = 0.3
"""After the question appears no key counts for so long: fingers may still be on their way."""
_PASTE_ON: Final = b"\x1b[?2004h"
_PASTE_OFF: Final = b"\x1b[?2004l"
_YES: Final = frozenset({"y", "yes"})
_ALWAYS: Final = frozenset({"a", "always"})
_EDIT: Final = frozenset({"e", "edit"})
_STOP: Final = frozenset({"s", "stop"})


class Asker:
    """Puts approvals to the person at the terminal. `interrupt` ends a waiting question with "no, and stop"."""

    def __init__(self, screen: Screen, *, may_remember: bool, fd: int | None = None) -> None:
        self._screen = screen
        self._may_remember = may_remember
        self._fd = fd
        self._waiting: asyncio.Future[str | None] | None = None

    async def ask(self, approval: Approval) -> Answer:
        """Show the question and wait for the answer; anything but a plain yes is a no."""
        self._show(approval)
        fd = sys.stdin.fileno() if self._fd is None else self._fd
        while True:
            text = await self._line(fd, self._prompt(approval))
            if text is None:
                return Answer(Choice.STOP)
            answer = self.read(approval, text)
            if answer.choice is Choice.EDIT:
                answer = await self._edit(fd, approval.call)
            if answer.choice is not Choice.EDIT or answer.edited:
                return answer

    def interrupt(self) -> None:
        """The person pressed Ctrl-C, or the terminal is gone."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def read(self, approval: Approval, text: str) -> Answer:
        """What the typed line says."""
        word = text.strip()
        if word.lower() in _EDIT and self._is_editable(approval):
            return Answer(Choice.EDIT)
        if approval.preview.phrase:
            is_said = word == approval.preview.phrase
            return Answer(Choice.ONCE, word) if is_said else Answer(Choice.NO)
        if word.lower() in _ALWAYS and self._is_grantable(approval):
            return Answer(Choice.SESSION)
        if word.lower() in _STOP:
            return Answer(Choice.STOP)
        return Answer(Choice.ONCE if word.lower() in _YES else Choice.NO)

    def _is_grantable(self, approval: Approval) -> bool:
        return self._may_remember and approval.risk <= Risk.R2

    def _is_editable(self, approval: Approval) -> bool:
        return bool(approval.call) and not self._screen.is_dumb

    async def _edit(self, fd: int, call: str) -> Answer:
        """The call as the person edited it; nothing where they left it as it was."""
        from nlsh.repl.editing import edited  # prompt_toolkit, only where a call is edited

        self._waiting = asyncio.get_running_loop().create_future()
        line = asyncio.ensure_future(edited(call, fd, self._screen))
        try:
            await asyncio.wait((line, self._waiting), return_when=asyncio.FIRST_COMPLETED)
            return Answer(Choice.EDIT, edited=line.result()) if line.done() else Answer(Choice.STOP)
        finally:
            self._waiting = None
            line.cancel()
            await asyncio.wait((line,))  # it puts the terminal back

    def _show(self, approval: Approval) -> None:
        tell = self._screen.tell
        tell(f"? {visible(approval.preview.title)}", "warn")
        for line in approval.preview.lines:
            tell(f"  {visible(line)}")
        effects = ", ".join(approval.effects).lower()
        tell(
            f"  {approval.risk.name} ({effects}) · {visible(approval.reversible)} · rule {visible(approval.rule)}",
            "dim",
        )
        if approval.reason:
            tell(f"  {visible(approval.reason)}", "dim")
        if approval.complaint:
            tell(f"  {visible(approval.complaint)}", "bad")

    def _prompt(self, approval: Approval) -> str:
        if approval.preview.phrase:
            edit = "  e = edit it first\n" if self._is_editable(approval) else ""
            return f"{edit}  To go ahead type: {visible(approval.preview.phrase)}\n  > "
        always = " · a = yes, here, for this session" if self._is_grantable(approval) else ""
        edit = " · e = edit it first" if self._is_editable(approval) else ""
        return f"  y = yes, once{always}{edit} · s = no, and stop [y/N] "

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
            text = os.read(fd, 4096).decode("utf-8", "replace")
        if select.select([fd], [], [], 0)[0] and text:
            termios.tcflush(fd, termios.TCIFLUSH)  # more lines at once: a paste, and no answer
            text = ""
        waiting.set_result(text)

    return take
