"""Leaving: with `exit` or Ctrl-D, and not past running jobs without a word."""

from __future__ import annotations

from nlsh.core.display import visible
from nlsh.core.ports import Session
from nlsh.repl.screen import Screen

_MOST_NAMED = 5


class Door:
    """Asks once where jobs still run: who wants to leave a second time, with no other line between, leaves."""

    def __init__(self, session: Session, screen: Screen) -> None:
        self._session = session
        self._screen = screen
        self._has_told = False

    def may_leave(self) -> bool:
        """Whether nlsh may end now; if not the person has been told why."""
        jobs = self._session.jobs() if self._screen.may_ask and not self._has_told else ()
        if not jobs:
            return True
        self._has_told = True
        self._screen.tell(f"{_count(len(jobs))} still here:", "warn")
        for job in jobs[:_MOST_NAMED]:
            self._screen.tell(f"  {job.pid}  {job.state}  {visible(job.command)}")
        if len(jobs) > _MOST_NAMED:
            self._screen.tell(f"  and {len(jobs) - _MOST_NAMED} more")
        self._screen.tell("exit or Ctrl-D once more leaves them behind", "dim")
        return False

    def forget(self) -> None:
        """Another line was run: ask again next time."""
        self._has_told = False


def _count(number: int) -> str:
    return "1 job is" if number == 1 else f"{number} jobs are"
