"""Leaving while jobs of the person's shell are there: said once; whoever says it again soon means it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from nlsh.core.ports import Job

AGAIN_S: Final = 5.0
"""Leaving again within this leaves."""


def jobs_in_words(jobs: Sequence[Job]) -> str:
    """`2 jobs are running`, `1 job is stopped`, `1 job is running and 2 are stopped`."""
    parts: list[str] = []
    for state in ("running", "stopped"):
        count = sum(job.state == state for job in jobs)
        if count:
            noun = "" if parts else " job" + ("s" if count > 1 else "")
            parts.append(f"{count}{noun} {'are' if count > 1 else 'is'} {state}")
    return " and ".join(parts)


class Leaving:
    """Whether the person may leave."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said_at = float("-inf")

    @property
    def was_said(self) -> bool:
        """Whether it was said a moment ago that there are jobs."""
        return self._clock() - self._said_at <= AGAIN_S

    def objection(self, jobs: Sequence[Job]) -> str:
        """What is said instead of leaving; empty where nothing is."""
        if not jobs or self.was_said:
            return ""
        self._said_at = self._clock()
        return f"{jobs_in_words(jobs)}: quit again to leave {'them' if len(jobs) > 1 else 'it'}"
