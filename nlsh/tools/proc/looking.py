"""Looking at processes: list, find, tree, info."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from nlsh.core.arguments import Process as ProcessName
from nlsh.core.arguments import User
from nlsh.core.display import human_duration, human_size, visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.proc import sayings
from nlsh.tools.proc.census import Process
from nlsh.tools.proc.jobs import STATES
from nlsh.tools.proc.listing import Order, ordered, sampled, table, tops, tree_table
from nlsh.tools.proc.matching import ancestry, meant, named
from nlsh.tools.proc.sockets import listening


def _found(text: str, processes: Sequence[Process]) -> list[Process]:
    """Those a text means; nlsh's own line holds the text too and does not count."""
    kin = ancestry(processes)
    found = named(text, processes, [one for one in processes if one.pid not in kin])
    if not found:
        raise NlshError(f"no process is called {visible(text)}", "proc.list shows what runs")
    return found


@dataclass(frozen=True, kw_only=True)
class List(Syscall):
    """List the processes that run, the busiest first, with their share of cpu and memory."""

    name: ClassVar[str] = "proc.list"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what is running on this machine", '[{"proc.list":{}}]'),
        Example("which process eats all my memory", '[{"proc.list":{"sort":"memory"}}]'),
        Example("top 5 processes by cpu", '[{"proc.list":{"limit":5}}]'),
        Example("show the ten biggest memory hogs", '[{"proc.list":{"sort":"memory","limit":10}}]'),
        Example("everything postgres is running", '[{"proc.list":{"user":"postgres"}}]'),
        Example("list the java processes", '[{"proc.list":{"name":"java"}}]'),
        Example("my laptop is slow, what is using the processor?", '[{"proc.list":{"limit":10}}]'),
        Example("show what was started last", '[{"proc.list":{"sort":"started","limit":10}}]'),
        Example("welche Prozesse brauchen am meisten Speicher", '[{"proc.list":{"sort":"memory"}}]'),
        Example("查看正在运行的进程", '[{"proc.list":{}}]'),
        *sayings.LIST,
    )

    name_: ProcessName = ""
    user: User = ""
    sort: Order = "cpu"
    limit: int = 0
    tree: bool = False

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table."""
        everyone = sampled(scope)
        found = _found(self.name_, everyone) if self.name_ else [one for one in everyone if not one.is_kernel]
        if self.user:
            found = _of_user(self.user, found)
        found = ordered(found, self.sort)
        if self.tree:
            yield tree_table(tops(found), found)
            return
        kernel = "" if self.name_ or self.user else _kernel_note(everyone)
        yield table(found[: self.limit] if self.limit > 0 else found, kernel)


def _of_user(user: str, processes: Sequence[Process]) -> list[Process]:
    import pwd

    try:
        uid = int(user) if user.isdigit() else pwd.getpwnam(user).pw_uid
    except KeyError as error:
        raise UsageError(f"there is no user {visible(user)}", "sys.users shows who there is") from error
    return [one for one in processes if one.uid == uid]


def _kernel_note(processes: Sequence[Process]) -> str:
    count = sum(one.is_kernel for one in processes)
    return f"{count} threads of the kernel are not shown" if count else ""


@dataclass(frozen=True, kw_only=True)
class Find(Syscall):
    """Find processes by name, or by a part of their command line."""

    name: ClassVar[str] = "proc.find"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("is firefox running", '[{"proc.find":{"name":"firefox"}}]'),
        Example("find the process called gunicorn", '[{"proc.find":{"name":"gunicorn"}}]'),
        Example("what is the pid of nginx?", '[{"proc.find":{"name":"nginx"}}]'),
        Example("which processes have manage.py in their command line", '[{"proc.find":{"name":"manage.py"}}]'),
        Example("did sshd start", '[{"proc.find":{"name":"sshd"}}]'),
        Example("pgrep redis", '[{"proc.find":{"name":"redis"}}]'),
        Example("läuft docker gerade?", '[{"proc.find":{"name":"docker"}}]'),
        Example("busca el proceso chrome", '[{"proc.find":{"name":"chrome"}}]'),
        *sayings.FIND,
    )

    name_: ProcessName

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """A table, or a sentence when there is none: that is an answer too."""
        everyone = sampled(scope)
        try:
            yield table(ordered(_found(self.name_, everyone), "pid"))
        except NlshError as error:
            yield Note(error.message)


@dataclass(frozen=True, kw_only=True)
class Tree(Syscall):
    """Show which process started which."""

    name: ClassVar[str] = "proc.tree"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("show the process tree", '[{"proc.tree":{}}]'),
        Example("which processes did apache2 spawn", '[{"proc.tree":{"process":"apache2"}}]'),
        Example("children of 2231", '[{"proc.tree":{"process":"2231"}}]'),
        Example("who started what, as a tree", '[{"proc.tree":{}}]'),
        Example("what hangs below tmux", '[{"proc.tree":{"process":"tmux"}}]'),
        Example("pstree of systemd please", '[{"proc.tree":{"process":"systemd"}}]'),
        Example("affiche l'arbre des processus", '[{"proc.tree":{}}]'),
        *sayings.TREE,
    )

    process: ProcessName = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table, children indented below their parents."""
        everyone = sampled(scope)
        people = [one for one in everyone if not one.is_kernel]
        roots = tops(_found(self.process, everyone)) if self.process else tops(people)
        yield tree_table(roots, everyone if self.process else people)


@dataclass(frozen=True, kw_only=True)
class Info(Syscall):
    """Tell all about one process: what it is, who runs it, since when, what it uses and where it listens."""

    name: ClassVar[str] = "proc.info"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("tell me about process 4711", '[{"proc.info":{"process":"4711"}}]'),
        Example("how long has postgres been running", '[{"proc.info":{"process":"postgres"}}]'),
        Example("details of pid 812", '[{"proc.info":{"process":"812"}}]'),
        Example("who started dockerd and when", '[{"proc.info":{"process":"dockerd"}}]'),
        Example("how much ram does firefox use", '[{"proc.info":{"process":"firefox"}}]'),
        Example("what is this 9920 thing doing", '[{"proc.info":{"process":"9920"}}]'),
        Example("wie viele Threads hat mysqld", '[{"proc.info":{"process":"mysqld"}}]'),
        *sayings.INFO,
    )

    process: ProcessName

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts; where several are meant, the listing of them."""
        found, _ = meant((self.process,), scope)
        pids = {one.pid for one in found}
        sampled_now = [one for one in sampled(scope) if one.pid in pids]
        if not sampled_now:
            raise NlshError(f"{visible(self.process)} has just ended", "proc.list shows what runs")
        yield _about(sampled_now[0]) if len(sampled_now) == 1 else table(ordered(sampled_now, "cpu"))


def _about(one: Process) -> Table:
    import time

    rows: list[tuple[str, Any]] = [
        ("pid", str(one.pid)),
        ("name", one.name),
        ("user", one.user),
        ("state", STATES.get(one.state, one.state)),
        ("parent", str(one.parent)),
        ("started", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.started_ns / 1e9))),
        ("running for", human_duration(max(0.0, time.time() - one.started_ns / 1e9))),
        ("cpu", f"{one.cpu_percent:.1f} %"),
        ("cpu time", human_duration(one.cpu_s)),
        ("memory", human_size(one.memory_bytes)),
        ("threads", str(one.threads)),
        *_asked(one.pid),
        ("listens on", ", ".join(sorted({f"{at.address}:{at.port}" for at in listening() if at.pid == one.pid}))),
        ("command", one.command),
    ]
    return Table((Column("what"), Column("value")), tuple(row for row in rows if row[1]))


def _asked(pid: int) -> Iterator[tuple[str, str]]:
    """What only its owner and root may know, as far as we may."""
    import psutil

    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        yield "priority", f"nice {process.nice()}"
        yield "program", process.exe()
        yield "folder", process.cwd()
        yield "open files", str(process.num_fds())
