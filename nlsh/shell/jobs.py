"""Jobs: commands stopped by Ctrl-Z, and the lines `fg`, `bg` and `jobs` that speak of them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from nlsh.core.display import visible
from nlsh.core.results import Column, Emission, Exit, Note, Table
from nlsh.core.scope import Cancellation
from nlsh.shell.children import Child
from nlsh.shell.ending import end
from nlsh.shell.running import STOPPED_CODE, wait_in_front

_ORDER: Final = re.compile(r"\s*(fg|bg|jobs)(?:\s+%?(\d+|[%+]))?\s*")


@dataclass
class _Job:
    number: int
    command: str
    child: Child
    finish: Callable[[], None]
    state: str = "stopped"


class Jobs:
    """The stopped and resumed commands of one shell, newest last."""

    def __init__(self) -> None:
        self._jobs: list[_Job] = []

    def add(self, command: str, child: Child, finish: Callable[[], None]) -> Note:
        """Remember a stopped command; `finish` is called when it has ended."""
        job = _Job(max((job.number for job in self._jobs), default=0) + 1, command, child, finish)
        self._jobs.append(job)
        return _stopped(job)

    def knows(self, command: str) -> bool:
        """Whether a line is about these jobs; without any the shell itself answers."""
        self._forget_ended()
        return bool(self._jobs) and _ORDER.fullmatch(command) is not None

    def execute(self, command: str, cancellation: Cancellation) -> Iterator[Emission]:
        """Carry such a line out; ends with Exit."""
        order = _ORDER.fullmatch(command)
        assert order is not None
        job = self._find(order[2])
        if order[1] == "jobs":
            yield Table(
                (Column("job", "count"), Column("pid", "count"), Column("state"), Column("command")),
                tuple((job.number, job.child.pid, job.state, job.command) for job in self._jobs),
            )
            yield Exit(0)
        elif job is None:
            yield Note("there is no such job")
            yield Exit(1)
        else:
            yield from self._resume(job, cancellation, is_front=order[1] == "fg")

    def close(self) -> None:
        """End all of them."""
        for job in self._jobs:
            end(job.child.pid)
            job.child.wait()
            job.finish()
        self._jobs.clear()

    def _resume(self, job: _Job, cancellation: Cancellation, *, is_front: bool) -> Iterator[Emission]:
        yield Note(visible(job.command))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.child.pid, signal.SIGCONT)
        job.state = "running"
        if not is_front:
            yield Exit(0)
            return
        code = wait_in_front(job.child, cancellation, may_become_job=True)
        if code is None:
            job.state = "stopped"
            yield _stopped(job)
        else:
            self._forget_ended()
        yield Exit(STOPPED_CODE if code is None else code)

    def _find(self, number: str | None) -> _Job | None:
        if number is None or not number.isdigit():
            return self._jobs[-1]
        return next((job for job in self._jobs if job.number == int(number)), None)

    def _forget_ended(self) -> None:
        for job in [job for job in self._jobs if job.child.has_ended()]:
            job.finish()
            self._jobs.remove(job)


def _stopped(job: _Job) -> Note:
    return Note(f"stopped [{job.number}]: {visible(job.command)} (fg goes on with it, bg lets it run)")
