"""The tables of processes: flat, filtered, sorted, or as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal

from nlsh.core.results import Column, Table
from nlsh.core.scope import Scope
from nlsh.tools.proc.census import CENSUS, Process

Order = Literal["cpu", "memory", "name", "pid", "started"]
MAX_ROWS: Final = 2000
"""More rows than this help nobody; those that weigh least are left out, and the note says so."""
_SAMPLE_S: Final = 0.15
_COLUMNS: Final = (
    Column("pid", "count"),
    Column("name"),
    Column("user"),
    Column("cpu", "percent"),
    Column("memory", "size"),
    Column("memory share", "percent"),
    Column("command"),
)
_KEYS: Final[dict[str, Callable[[Process], Any]]] = {
    "cpu": lambda one: (-one.cpu_percent, -one.memory_bytes, one.pid),
    "memory": lambda one: (-one.memory_bytes, one.pid),
    "name": lambda one: (one.name.casefold(), one.pid),
    "pid": lambda one: one.pid,
    "started": lambda one: (-one.started_ns, one.pid),
}


def sampled(scope: Scope) -> list[Process]:
    """Everyone, with cpu shares over a stretch of time that has just passed. Raises Cancelled."""
    if not CENSUS.is_warm():
        CENSUS.count()
        scope.cancellation.wait(_SAMPLE_S)
    return CENSUS.count()


def ordered(processes: Iterable[Process], order: Order) -> list[Process]:
    """Sorted as a person means it: the largest share and the newest first, names and pids upwards."""
    return sorted(processes, key=_KEYS[order])


def table(processes: Sequence[Process], left_out: str = "") -> Table:
    """The rows, at most MAX_ROWS of them."""
    total = memory_total()
    rows = tuple(_row(one, one.name, total) for one in processes[:MAX_ROWS])
    more = f"{len(processes) - MAX_ROWS:,} more processes" if len(processes) > MAX_ROWS else ""
    return Table(_COLUMNS, rows, "; ".join(note for note in (more, left_out) if note))


def _row(one: Process, name: str, total: int) -> tuple[Any, ...]:
    share = 100 * one.memory_bytes / total
    return one.pid, name, one.user, one.cpu_percent, one.memory_bytes, share, one.command


def memory_total() -> int:
    """The machine's memory in bytes."""
    import psutil

    return max(1, psutil.virtual_memory().total)


def tree_table(roots: Sequence[Process], processes: Sequence[Process]) -> Table:
    """Each root and all below it, indented by how deep they stand."""
    children: dict[int, list[Process]] = {}
    for one in processes:
        children.setdefault(one.parent, []).append(one)
    total = memory_total()
    rows: list[tuple[Any, ...]] = []
    seen: set[int] = set()
    stack = [(one, 0) for one in reversed(roots)]
    while stack and len(rows) < MAX_ROWS:
        one, depth = stack.pop()
        if one.pid not in seen:
            seen.add(one.pid)
            rows.append(_row(one, "  " * depth + one.name, total))
            stack += [(child, depth + 1) for child in reversed(children.get(one.pid, []))]
    return Table(_COLUMNS, tuple(rows), "more processes were left out" if stack else "")


def tops(processes: Sequence[Process]) -> list[Process]:
    """Those whose parent is not among them."""
    pids = {one.pid for one in processes}
    return [one for one in processes if one.parent not in pids or one.parent == one.pid]


_PANE_COLUMNS: Final = (*_COLUMNS[:5], _COLUMNS[6])


def process_table() -> Table:
    """The table for panes: pid, name, user, cpu, memory, command; the busiest first, without kernel threads.

    Shares are counted since the call before; a first call tells them over each process's life. Never waits.
    """
    people = [one for one in CENSUS.count() if not one.is_kernel]
    rows = tuple(
        (one.pid, one.name, one.user, one.cpu_percent, one.memory_bytes, one.command)
        for one in ordered(people, "cpu")[:MAX_ROWS]
    )
    more = f"{len(people) - MAX_ROWS:,} more processes" if len(people) > MAX_ROWS else ""
    return Table(_PANE_COLUMNS, rows, more)
