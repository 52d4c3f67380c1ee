"""One line that runs: where its output goes, and who has the real terminal meanwhile."""

from __future__ import annotations

import queue
import termios
import time
from dataclasses import dataclass, field
from typing import Any, Final

from nlsh.shell.loan import Loan
from nlsh.shell.screens import ScreenScanner

_RAW_S: Final = 0.08
"""How long a terminal must be raw, or without echo, before it is taken for a program that reads keys itself."""
_COOKED_S: Final = 0.2
"""How long it must read lines again before the real terminal is taken back."""
_MOST_LINE: Final = 4096
_MOST_QUEUED: Final = 16
_COOKED: Final = termios.ICANON | termios.ECHO


@dataclass
class Run:
    """The thread that talks with the shell gives; the one that waits for the line takes from `pieces`."""

    line: str
    loan: Loan | None = None
    """The real terminal, while the line has it."""
    is_lasting: bool = False
    """Whether the loan lasts to the line's end, as in line mode."""
    pieces: queue.SimpleQueue[bytes | None] = field(default_factory=queue.SimpleQueue)
    """Output; None when something else is to be looked at: the end, or that the terminal is wanted."""
    code: int = 0
    is_over: bool = False
    is_unfinished: bool = False
    has_died: bool = False
    wants_terminal: bool = False
    has_asked: bool = False
    """Whether it asked the terminal something: what was typed and not read may be the answer."""
    _is_refused: bool = False
    _replay: bytes = b""
    """What belongs on the terminal that is wanted."""
    _line: bytes = b""
    """The line that output stands in: a prompt, mostly."""
    _scanner: ScreenScanner = field(default_factory=ScreenScanner)
    _raw_since: float = 0.0
    _cooked_since: float = 0.0

    @property
    def has_room(self) -> bool:
        """Whether more output can be taken."""
        if self.loan is not None:
            return self.loan.has_room
        return not self.wants_terminal and self.pieces.qsize() < _MOST_QUEUED

    def give(self, data: bytes) -> None:
        """Output: onto the terminal, or to whoever waits."""
        if self.loan is not None:
            self._line = b""
            self.loan.show(data)
        elif self.wants_terminal:
            self._replay += data
        elif self._is_refused:
            self.pieces.put(data)
        else:
            shown, replay = self._scanner.feed(data)
            if shown:
                self._line = (self._line + shown).rpartition(b"\n")[2][-_MOST_LINE:]
                self.pieces.put(shown)
            if replay is not None:
                self._want_terminal(replay)

    def _want_terminal(self, replay: bytes) -> None:
        self.wants_terminal, self._replay = True, replay
        self.pieces.put(None)

    def lend(self, loan: Loan) -> None:
        """The terminal it wanted."""
        replay, self._replay, self.wants_terminal = self._scanner.rest() + self._replay, b"", False
        if self.is_over:
            loan.end()
            return
        self.loan, self._cooked_since = loan, 0.0
        loan.show(self._line, is_known=True)
        loan.show(replay)

    def refuse(self) -> None:
        """The terminal cannot be lent: what belongs there is output like any other."""
        self._is_refused, self.wants_terminal = True, False
        self.pieces.put(self._scanner.rest() + self._replay)
        self._replay = b""

    def mind(self, settings: list[Any] | None) -> bytes:
        """Want the terminal for a program that reads keys itself, and give it back when that reads lines again.

        Returns keys that came while it was given back.
        """
        now = time.monotonic()
        is_raw = settings is not None and settings[3] & _COOKED != _COOKED
        self._raw_since = (self._raw_since or now) if is_raw else 0.0
        if self.loan is None:
            if is_raw and now - self._raw_since > _RAW_S and not (self._is_refused or self.wants_terminal):
                self._want_terminal(b"")
            return b""
        is_done = not is_raw and not self.loan.modes.is_on_screen and not self.is_lasting
        self._cooked_since = (self._cooked_since or now) if is_done else 0.0
        return self._give_back() if is_done and now - self._cooked_since > _COOKED_S else b""

    def _give_back(self) -> bytes:
        loan, self.loan = self.loan, None
        if loan is None:
            return b""
        late = loan.end()
        self.has_asked |= loan.modes.has_asked
        return late

    def conclude(self) -> bytes:
        """It is over; returns keys that came too late."""
        late = self._give_back()
        if rest := self._replay + self._scanner.rest():
            self.pieces.put(rest)
        self._replay, self.is_over = b"", True
        self.pieces.put(None)
        return late
