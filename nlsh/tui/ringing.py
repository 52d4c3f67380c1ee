"""Calling the person back: once when a long turn ends, once for each question, and only while they look elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from nlsh.core.approval import Approval
from nlsh.core.display import human_duration
from nlsh.core.events import TurnEnded
from nlsh.core.notices import notice

LONG_S: Final = 10.0
"""A turn that took longer has its end announced."""


class Ringer:
    """Decides when to ring; `write` brings the bytes to the terminal, None where nobody wants to be rung for."""

    def __init__(
        self, clock: Callable[[], float], env: Mapping[str, str], write: Callable[[bytes], None] | None
    ) -> None:
        self._clock = clock
        self._env = env
        self._write = write
        self._line = ""
        self._since = clock()
        self._asked: set[str] = set()

    def turn_started(self, line: str) -> None:
        """A line was sent."""
        self._line, self._since = line, self._clock()
        self._asked.clear()

    def turn_ended(self, event: TurnEnded, is_looking: bool) -> None:
        """Tell of the end of a long turn, unless the person saw it."""
        took = self._clock() - self._since
        if took > LONG_S and not is_looking:
            outcome = f"{event.outcome}, exit {event.exit_code}," if event.exit_code else event.outcome
            self._ring(f"{outcome} after {human_duration(took)}: {self._line}")

    def question(self, approval: Approval, is_looking: bool) -> None:
        """Tell of a question that waits, once, unless the person sees it."""
        if not is_looking and approval.id not in self._asked:
            self._asked.add(approval.id)
            self._ring(f"a question waits: {approval.preview.title}")

    def _ring(self, text: str) -> None:
        if self._write is not None:
            self._write(notice(text, self._env))
