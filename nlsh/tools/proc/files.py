"""Which files processes hold open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple

from nlsh.core.scope import Scope
from nlsh.tools.proc.census import Process

_WAYS: Final = {os.O_RDONLY: "read", os.O_WRONLY: "write", os.O_RDWR: "read and write"}


class OpenFile(NamedTuple):
    """One file a process holds."""

    pid: int
    path: str
    way: str
    """`read`, `write`, `read and write`, `folder` (its working directory) or `program`."""


@dataclass
class Looking:
    """What could not be seen while looking."""

    closed: int = 0
    """How many processes may not be looked into."""


def held(processes: Sequence[Process], scope: Scope, looking: Looking) -> Iterator[OpenFile]:
    """What each process holds, with the process's working directory and program."""
    for one in processes:
        scope.check()
        found = list(_of(one.pid))
        looking.closed += not found and not one.is_kernel and not one.is_dead
        yield from found


def _of(pid: int) -> Iterator[OpenFile]:
    return _of_linux(pid) if sys.platform == "linux" else _of_elsewhere(pid)


def _of_linux(pid: int) -> Iterator[OpenFile]:
    for link, way in (("cwd", "folder"), ("exe", "program")):
        with suppress(OSError):
            yield OpenFile(pid, os.readlink(f"/proc/{pid}/{link}"), way)
    try:
        numbers = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return
    for number in numbers:
        with suppress(OSError):
            path = os.readlink(f"/proc/{pid}/fd/{number}")
            if path.startswith("/"):
                yield OpenFile(pid, path, _way(pid, number))


def _way(pid: int, number: str) -> str:
    with open(f"/proc/{pid}/fdinfo/{number}", "rb") as file:
        flags = next((int(line.split()[1], 8) for line in file if line.startswith(b"flags:")), 0)
    return _WAYS.get(flags & os.O_ACCMODE, "read")


def _of_elsewhere(pid: int) -> Iterator[OpenFile]:
    import psutil

    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        yield OpenFile(pid, process.cwd(), "folder")
        yield OpenFile(pid, process.exe(), "program")
        for one in process.open_files():
            yield OpenFile(pid, one.path, "read")
