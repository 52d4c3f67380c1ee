"""Ending a command with everything it started: INT to the whole family, then TERM, then KILL."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass
from typing import Final

from nlsh.core.scope import Cancellation

_TERM_AFTER_S: Final = 0.15
_KILL_AFTER_S: Final = 1.0
_REAPED_S: Final = 2.0
_STEP_S: Final = 0.01


@dataclass(frozen=True)
class _Process:
    """A living process; `started` tells it from a later one with the same id."""

    pid: int
    parent: int
    group: int
    started: str


def end(leader: int) -> None:
    """End the process group of `leader` and its descendants, in other groups too; returns when none is left.

    Takes at most two seconds. The leader itself is reaped by whoever waits for it.
    """
    family: set[_Process] = set()
    started = time.monotonic()
    for number, after_s in (
        (signal.SIGINT, _TERM_AFTER_S),
        (signal.SIGTERM, _KILL_AFTER_S),
        (signal.SIGKILL, _REAPED_S),
    ):
        family |= _family(leader)
        _send(leader, family, number)
        if _are_gone(leader, family, started + after_s):
            return


def _send(leader: int, family: set[_Process], number: signal.Signals) -> None:
    """A signal to the group and the strays; a stopped process is woken to meet it."""
    for one in (number, signal.SIGCONT):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, one)
        for process in family:
            if process.group != leader and _is_alive(process):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process.pid, one)


def _are_gone(leader: int, family: set[_Process], deadline: float) -> bool:
    while time.monotonic() < deadline:
        family |= _family(leader)
        if not any(_is_alive(process) for process in family) and not _has_group(leader):
            return True
        time.sleep(_STEP_S)
    return False


def _has_group(leader: int) -> bool:
    """Whether signals still reach the group; asked only where /proc does not tell the living from zombies."""
    if os.path.isdir("/proc/self"):
        return False
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _process(pid: int) -> _Process | None:
    """A living process by its id; None if it is gone, a zombie, or there is no /proc."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="surrogateescape") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else _Process(pid, int(fields[1]), int(fields[2]), fields[19])


def _is_alive(process: _Process) -> bool:
    now = _process(process.pid)
    return now is not None and now.started == process.started


def _family(leader: int) -> set[_Process]:
    """The group of the leader and everything below it, by one look at /proc."""
    living = [process for name in _names() if (process := _process(int(name))) is not None]
    below: dict[int, list[_Process]] = {}
    for process in living:
        below.setdefault(process.parent, []).append(process)
    found = {process for process in living if process.group == leader}
    waiting = [leader, *(process.pid for process in found)]
    while waiting:
        fresh = set(below.get(waiting.pop(), ())) - found
        found |= fresh
        waiting += [process.pid for process in fresh]
    return found


def _names() -> list[str]:
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


class EndOnCancel:
    """While it is entered, cancelling ends the family of `leader`; leaving waits until that is done."""

    def __init__(self, leader: int, cancellation: Cancellation) -> None:
        self._leader = leader
        self._cancellation = cancellation
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        self._forget = self._cancellation.on_cancel(self._begin)

    def __exit__(self, *_: object) -> None:
        self._forget()
        if self._thread is not None:
            self._thread.join(_REAPED_S)

    def _begin(self) -> None:
        self._thread = threading.Thread(target=end, args=(self._leader,), name="nlsh-ending", daemon=True)
        self._thread.start()
