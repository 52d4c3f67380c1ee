"""Which processes a person means: by pid, by name, by the port they listen on; and which must be left alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from nlsh.core.arguments import RESULT
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.scope import Scope
from nlsh.tools.proc.census import Census, Process
from nlsh.tools.proc.sockets import listening

_PID: Final = re.compile(r"(?:pid\s*)?#?(\d{1,10})", re.IGNORECASE)


def everyone() -> list[Process]:
    """Every process, looked at afresh: nothing remembered from an earlier look."""
    return Census().count()


def ancestry(processes: Iterable[Process]) -> dict[int, str]:
    """The pids of nlsh and of everything it hangs from, with why each must be left alone."""
    parents = {one.pid: one.parent for one in processes}
    kept = {1: "it is process 1, which everything else depends on", os.getpid(): "it is nlsh itself"}
    pid = parents.get(os.getpid(), os.getppid())
    while pid > 1 and pid not in kept:
        kept[pid] = "nlsh runs inside it"
        pid = parents.get(pid, 0)
    return kept


def named(text: str, processes: Sequence[Process], strangers: Sequence[Process] | None = None) -> list[Process]:
    """Those a name or pid means: a pid, else the exact name, else whatever its case, else part of the command line.

    `strangers` are those the last, loosest reading may pick from.
    """
    pid = _PID.fullmatch(text.strip())
    if pid:
        return [one for one in processes if one.pid == int(pid[1])]
    wanted = text.strip()
    folded = wanted.casefold()
    loose = processes if strangers is None else strangers
    readings: tuple[tuple[Sequence[Process], Callable[[Process], bool]], ...] = (
        (processes, lambda one: wanted in _names(one)),
        (processes, lambda one: folded in {name.casefold() for name in _names(one)}),
        (loose, lambda one: not one.is_kernel and folded in one.command.casefold()),
    )
    return next((found for pool, holds in readings if (found := [one for one in pool if holds(one)])), [])


def _names(one: Process) -> set[str]:
    """What it calls itself, and what its program file is called: `python3 app.py` is also `app.py`."""
    names = {one.name}
    if one.arguments:
        names.add(os.path.basename(one.arguments[0]))
    if len(one.arguments) > 1 and _is_interpreter(one.arguments[0]) and not one.arguments[1].startswith("-"):
        names.add(os.path.basename(one.arguments[1]))
    return names


def _is_interpreter(program: str) -> bool:
    return os.path.basename(program).rstrip("0123456789.") in ("python", "perl", "ruby", "node", "sh", "bash", "java")


def meant(texts: Sequence[str], scope: Scope, port: int = 0) -> tuple[list[Process], list[Process]]:
    """The processes that names, pids, `$1` and a port mean, each once; and, second, everyone there is.

    Raises:
        UsageError: nothing was said.
        NlshError: a name, pid or port means no process.
    """
    if not texts and not port:
        raise UsageError("no process was named", "say its name, its pid or its port")
    processes = everyone()
    kin = ancestry(processes)
    strangers = [one for one in processes if one.pid not in kin]
    found: dict[int, Process] = {}
    for text in texts:
        found |= {one.pid: one for one in _one_text(text, scope, processes, strangers)}
    if port:
        found |= {one.pid: one for one in _on_port(port, processes)}
    return [found[pid] for pid in sorted(found)], processes


def _one_text(text: str, scope: Scope, processes: Sequence[Process], strangers: Sequence[Process]) -> list[Process]:
    if RESULT.fullmatch(text):
        return _of_result(text, scope, processes)
    found = named(text, processes, strangers)
    if not found:
        what = f"pid {text}" if text.isdigit() else f"name {visible(text)!r}"
        raise NlshError(f"there is no process with the {what}", "proc.list shows what runs")
    return found


def _of_result(text: str, scope: Scope, processes: Sequence[Process]) -> list[Process]:
    """The processes an earlier step listed in a column `pid`."""
    table = scope.result(int(text[1:])).table
    pids = {row.get("pid") for row in table.records()} if table else set()
    found = [one for one in processes if one.pid in pids]
    if not found:
        raise NlshError(f"the step {text} refers to found no process that still runs", "there is nothing to work on")
    return found


def _on_port(port: int, processes: Sequence[Process]) -> list[Process]:
    sockets = [one for one in listening() if one.port == port]
    if not sockets:
        raise NlshError(f"nothing listens on port {port}", "proc.ports shows the ports in use")
    pids = {one.pid for one in sockets if one.pid}
    if not pids:
        raise NlshError(
            f"whatever listens on port {port} belongs to a process you may not see", "only root may look there"
        )
    return [one for one in processes if one.pid in pids]
