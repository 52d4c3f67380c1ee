"""Keys on their way to the shell, and those that the line they were meant for did not read."""

from __future__ import annotations

from typing import Final

from nlsh.core.answers import without_answers
from nlsh.shell.seat import Seat

_MOST_WAITING: Final = 64 << 10


class Keys:
    """All but `take` belongs to the thread that talks with the shell."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._waiting = b""
        self._has_pressed = False
        self._early = b""

    @property
    def is_waiting(self) -> bool:
        """Whether there are some that the terminal has not taken."""
        return bool(self._waiting)

    @property
    def has_room(self) -> bool:
        """Whether more may be pressed."""
        return len(self._waiting) < _MOST_WAITING

    def begin(self) -> None:
        """A line begins."""
        self._has_pressed, self._early, self._waiting = False, b"", b""

    def press(self, keys: bytes) -> None:
        """Keys of the person's."""
        self._has_pressed |= bool(keys)
        self.type(keys)

    def type(self, keys: bytes = b"") -> None:
        """Keys of nlsh's own; and type what the terminal takes."""
        self._waiting += keys
        if self._waiting:
            self._waiting = self._waiting[self._seat.type(self._waiting) :]

    def set_aside(self, keys: bytes) -> None:
        """Keys that belong to the next line."""
        self._early += keys

    def recall(self) -> None:
        """The line has ended: what it did not read belongs to the next."""
        if self._has_pressed:
            self._early += self._seat.untyped()
        self._early += self._waiting
        self._waiting, self._has_pressed = b"", False

    def sift(self) -> None:
        """Leave out what the terminal answered to a line that has asked it."""
        self._early = without_answers(self._early)

    def take(self) -> bytes:
        """What belongs to the next line. Once."""
        early, self._early = self._early, b""
        return early
