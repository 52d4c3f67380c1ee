"""What this session's shell left running: what hangs from nlsh, and what lost its parent since nlsh began."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import nlsh
from nlsh.core.results import Column, Table
from nlsh.tools.proc.census import Process
from nlsh.tools.proc.listing import MAX_ROWS
from nlsh.tools.proc.matching import everyone

STATES: Final = {
    "R": "running",
    "S": "sleeping",
    "D": "waiting for a device",
    "T": "stopped",
    "t": "stopped by a debugger",
    "Z": "ended, not yet collected by its parent",
    "I": "idle",
}
"""The letters `ps` shows, in words."""
_COLUMNS: Final = (Column("pid", "count"), Column("name"), Column("state"), Column("since", "time"), Column("command"))
_SESSION_COLUMNS: Final = (
    Column("pid", "count"),
    Column("kind"),
    Column("state"),
    Column("memory", "size"),
    Column("since", "time"),
    Column("command"),
)


def session_jobs() -> Table:
    """The processes this session's shell left running, the oldest first; nlsh's own workers are not among them.

    They are everything below this process, and whatever lost its parent in a session of this process or of something
    below it, if it started after this process did: that is where the background jobs of a finished shell end up.
    """
    found = sorted(_left(everyone()), key=lambda one: (one.started_ns, one.pid))
    rows = tuple((one.pid, one.name, _job_state(one), one.started_ns / 1e9, one.command) for one in found[:MAX_ROWS])
    more = f"{len(found) - MAX_ROWS:,} more processes" if len(found) > MAX_ROWS else ""
    return Table(_COLUMNS, rows, more)


def sessions() -> Table:
    """What runs of nlsh for this person: every session, its model's process, the shell it keeps and that one's jobs.

    The oldest session comes first; the process that asks is left out.
    """
    processes = everyone()
    by_pid = {one.pid: one for one in processes}
    found = sorted((one for one in processes if _is_session(one)), key=lambda one: (one.started_ns, one.pid))
    rows = [row for session in found for row in _rows(session, by_pid, processes)]
    return Table(_SESSION_COLUMNS, tuple(rows))


def _rows(session: Process, by_pid: dict[int, Process], processes: Sequence[Process]) -> list[tuple[object, ...]]:
    models = [one for one in processes if one.parent == session.pid and _MODEL in one.arguments]
    shells = _shells(session.pid, processes)
    found = _below({session.pid}, processes) | {one.pid for one in processes if _session(one.pid) in shells}
    jobs = [by_pid[pid] for pid in sorted(found - shells)]
    kinds = [
        ("session", session),
        *(("model", one) for one in models),
        *(("shell", by_pid[pid]) for pid in sorted(shells)),
        *(("job", one) for one in jobs if not _is_session(one)),
    ]
    return [
        (one.pid, kind, _state(kind, one), one.memory_bytes, one.started_ns / 1e9, one.command)
        for kind, one in kinds
        if not one.is_dead and one.pid != os.getpid()
    ]


def _state(kind: str, one: Process) -> str:
    return _job_state(one) if kind == "job" else STATES.get(one.state, one.state)


def _job_state(one: Process) -> str:
    """As a shell says it: a job that waits for something runs too."""
    return STATES[one.state] if one.state in "Tt" else "running"


def _shells(session: int, processes: Sequence[Process]) -> set[int]:
    """The shell that a session of nlsh keeps at a terminal of its own: it leads a session, and is no job."""
    children = (one for one in processes if one.parent == session and one.name in _KEPT)
    return {one.pid for one in children if _session(one.pid) == one.pid}


def _is_session(one: Process) -> bool:
    """Whether it is another nlsh of this person: `nlsh …` or `python -m nlsh …`, whatever python."""
    words = one.arguments[:4]
    is_module = any(pair == ("-m", "nlsh") for pair in itertools.pairwise(words))
    if one.uid != os.getuid() or one.pid == os.getpid():
        return False
    return is_module or any(os.path.basename(word) == "nlsh" for word in words[:2])


def _left(processes: Sequence[Process]) -> list[Process]:
    by_pid = {one.pid: one for one in processes}
    here = by_pid.get(os.getpid())
    if here is None:
        return []
    below = _below({here.pid}, processes)
    sessions = {_session(pid) for pid in {here.pid, *below}} - {_GONE}
    orphans = {one.pid for one in processes if _is_orphan(one, here, by_pid) and _session(one.pid) in sessions}
    left = (below | orphans | _below(orphans, processes)) - _shells(here.pid, processes)
    return [by_pid[pid] for pid in left if not by_pid[pid].is_dead and not _is_own_worker(by_pid[pid])]


def _below(roots: set[int], processes: Sequence[Process]) -> set[int]:
    """The pids of all that hang from the roots, without the roots and without nlsh's own workers."""
    found: set[int] = set()
    fresh = set(roots)
    while fresh:
        fresh = {one.pid for one in processes if one.parent in fresh and not _is_own_worker(one)} - found - roots
        found |= fresh
    return found


def _is_orphan(one: Process, here: Process, by_pid: dict[int, Process]) -> bool:
    """Whether its parent ended and somebody adopted it. Not nlsh, nor anything older.

    Whoever adopts stands outside its session, or is an ancestor of nlsh (in a container, where one session holds
    everything). An ancestor has children of its own too: those share a process group with it or with nlsh.
    """
    if one.uid != here.uid or one.started_ns < here.started_ns:
        return False
    above = {here.pid, *_above(here, by_pid)}
    if one.pid in above:
        return False
    if one.parent not in by_pid or _session(one.parent) != _session(one.pid) != one.pid:
        return True
    return one.parent in above - {here.pid} and _group(one.pid) not in {_group(pid) for pid in above}


def _above(one: Process, by_pid: dict[int, Process]) -> Iterator[int]:
    """The pids of its ancestors, the nearest first."""
    seen: set[int] = set()
    while one.parent in by_pid and one.parent not in seen:
        seen.add(one.parent)
        yield one.parent
        one = by_pid[one.parent]


_GONE: Final = -1


def _session(pid: int) -> int:
    """The session a process belongs to: 0 where it began outside this container, -1 where the process is gone."""
    with suppress(OSError):
        return os.getsid(pid)
    return _GONE


def _group(pid: int) -> int:
    """The process group it belongs to, in the same numbers."""
    with suppress(OSError):
        return os.getpgid(pid)
    return _GONE


_KEPT: Final = frozenset({"bash", "zsh", "fish"})
_MODEL: Final = "nlsh.inference.worker"
_OURS: Final = os.path.dirname(os.path.abspath(nlsh.__file__)) + os.sep


def _is_own_worker(one: Process) -> bool:
    """Whether nlsh itself runs it (the model, the pattern matcher): the person did not start it."""
    return any(word.startswith((_OURS, "nlsh.")) for word in one.arguments[1:5])
