"""Who runs: one cheap look at every process, with cpu shares counted between two looks."""

from __future__ import annotations

import functools
import os
import pwd
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

_STALE_S: Final = 60.0
"""Shares counted since longer ago say nothing about now."""
_MAX_COMMAND_CHARS: Final = 4096


class Process(NamedTuple):
    """One process, as it was seen."""

    pid: int
    parent: int
    name: str
    uid: int
    """The real user id: whoever it runs for may signal it."""
    state: str
    """One letter, as `ps` shows it: R, S, D, T, Z, I."""
    cpu_percent: float
    """Of one core, since the look before (or since it started)."""
    cpu_s: float
    memory_bytes: int
    threads: int
    started_ns: int
    """Since the epoch; with the pid it names one process and no later one."""
    command: str
    arguments: tuple[str, ...]

    @property
    def user(self) -> str:
        """The user's name, or number where it has none."""
        return user_name(self.uid)

    @property
    def is_kernel(self) -> bool:
        """Whether it is a thread of the kernel, which has no program."""
        is_below_kthreadd = sys.platform == "linux" and 2 in (self.pid, self.parent)
        return is_below_kthreadd and not self.memory_bytes and not self.arguments

    @property
    def is_dead(self) -> bool:
        """Whether it has ended and only its parent has not noticed."""
        return self.state in ("Z", "X")


@functools.lru_cache(maxsize=256)
def user_name(uid: int) -> str:
    """A user's name, or number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@dataclass(frozen=True)
class _Known:
    """What does not change while a process runs the same program."""

    key: tuple[int, str]
    name: str
    uid: int
    command: str
    arguments: tuple[str, ...]


class Census:
    """Counts processes again and again; keeps what it needs to tell cpu shares. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, _Known] = {}
        self._before: dict[tuple[int, int], float] = {}
        self._counted_at = 0.0

    def is_warm(self) -> bool:
        """Whether the next count can tell shares over a recent stretch of time."""
        return 0.05 <= time.monotonic() - self._counted_at <= _STALE_S

    def count(self) -> list[Process]:
        """Every process that can be seen, by pid."""
        with self._lock:
            now = time.monotonic()
            elapsed_s = now - self._counted_at
            found = list(_LOOK(self._known))
            before = self._before if elapsed_s <= _STALE_S else {}
            self._before = {(one.pid, one.started_ns): one.cpu_s for one in found}
            self._counted_at = now
            live = {one.pid for one in found}
            for pid in [pid for pid in self._known if pid not in live]:
                del self._known[pid]
        return [one._replace(cpu_percent=_share(one, before, elapsed_s)) for one in found]


def _share(one: Process, before: dict[tuple[int, int], float], elapsed_s: float) -> float:
    """Percent of one core: since the look before, or over its life where there was none."""
    key = (one.pid, one.started_ns)
    if key in before and elapsed_s > 0:
        return max(0.0, 100 * (one.cpu_s - before[key]) / elapsed_s)
    return max(0.0, 100 * one.cpu_s / max(1.0, time.time() - one.started_ns / 1e9))


# ---- Linux: /proc, read directly, because a pane counts a thousand processes every second ---------------------------

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@functools.cache
def _booted_ns() -> int:
    """When the machine started; asked once, because the kernel's answer moves when the clock is set."""
    with open("/proc/stat", "rb") as file:
        line = next(line for line in file if line.startswith(b"btime "))
    return int(line.split()[1]) * 1_000_000_000


def _read_small(path: str) -> bytes:
    """A file of /proc in one read; empty where the process is gone or closed to us."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(fd, 1 << 13)
    except OSError:
        return b""
    finally:
        os.close(fd)


def _look_linux(known: dict[int, _Known]) -> Iterator[Process]:
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        one = _look_at(pid, known)
        if one is not None:
            yield one


def _look_at(pid: int, known: dict[int, _Known]) -> Process | None:
    stat = _read_small(f"/proc/{pid}/stat")
    opened, closed = stat.find(b"("), stat.rfind(b")")
    if closed < 0:
        return None
    short = os.fsdecode(stat[opened + 1 : closed])
    # From field 3 of proc_pid_stat(5) on: state 0, parent 1, utime 11, stime 12, threads 17, start 19, rss 21.
    rest = stat[closed + 2 :].split(None, 22)
    ticks = int(rest[19])
    same = known.get(pid)
    if same is None or same.key != (ticks, short):
        same = known[pid] = _meet(pid, short, ticks)
    return Process(
        pid=pid,
        parent=int(rest[1]),
        name=same.name,
        uid=same.uid,
        state=rest[0].decode(),
        cpu_percent=0.0,
        cpu_s=(int(rest[11]) + int(rest[12])) / _TICKS,
        memory_bytes=int(rest[21]) * _PAGE,
        threads=int(rest[17]),
        started_ns=_booted_ns() + ticks * 1_000_000_000 // _TICKS,
        command=same.command,
        arguments=same.arguments,
    )


def _meet(pid: int, short: str, ticks: int) -> _Known:
    """What is asked once of a process: user, full name, command line."""
    arguments = tuple(os.fsdecode(part) for part in _read_small(f"/proc/{pid}/cmdline").rstrip(b"\0").split(b"\0"))
    name, command = _spoken(short, arguments)
    return _Known((ticks, short), name, _real_uid(pid), command, arguments if arguments != ("",) else ())


def _spoken(short: str, arguments: tuple[str, ...]) -> tuple[str, str]:
    """The name (the kernel keeps 15 bytes of it) and the command line on one line."""
    program = os.path.basename(arguments[0])
    name = program if len(os.fsencode(short)) >= 15 and program.startswith(short) else short
    command = " ".join(arguments)[:_MAX_COMMAND_CHARS].strip()
    return name, command or f"[{name}]"


def _real_uid(pid: int) -> int:
    for line in _read_small(f"/proc/{pid}/status").splitlines():
        if line.startswith(b"Uid:"):
            return int(line.split()[1])
    return -1


# ---- elsewhere: psutil -----------------------------------------------------------------------------------------------

_FIELDS: Final = ["pid", "ppid", "name", "uids", "status", "cpu_times", "memory_info", "num_threads", "create_time"]
_STATES: Final = {"running": "R", "sleeping": "S", "disk-sleep": "D", "stopped": "T", "zombie": "Z", "idle": "I"}


def _look_elsewhere(_known: dict[int, _Known]) -> Iterator[Process]:
    import psutil

    for process in psutil.process_iter([*_FIELDS, "cmdline"]):
        info = process.info
        uids, times, memory = info["uids"], info["cpu_times"], info["memory_info"]
        arguments = tuple(info["cmdline"] or ())
        name = info["name"] or "?"
        yield Process(
            pid=info["pid"],
            parent=info["ppid"] or 0,
            name=name,
            uid=uids.real if uids else -1,
            state=_STATES.get(info["status"], "?"),
            cpu_percent=0.0,
            cpu_s=times.user + times.system if times else 0.0,
            memory_bytes=memory.rss if memory else 0,
            threads=info["num_threads"] or 0,
            started_ns=int((info["create_time"] or 0) * 1e9),
            command=" ".join(arguments)[:_MAX_COMMAND_CHARS] or f"[{name}]",
            arguments=arguments,
        )


_LOOK: Final[Callable[[dict[int, _Known]], Iterator[Process]]] = (
    _look_linux if sys.platform == "linux" else _look_elsewhere
)


def seen(pid: int) -> Process | None:
    """One process, looked at afresh; None when it is gone."""
    if sys.platform == "linux":
        return _look_at(pid, {})
    return next((one for one in _look_elsewhere({}) if one.pid == pid), None)


CENSUS: Final = Census()
"""The one that everybody here asks, so that each look makes the next one's shares real."""
