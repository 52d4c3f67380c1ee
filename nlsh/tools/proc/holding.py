"""What processes hold: ports and open files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from nlsh.core.arguments import Path, Port
from nlsh.core.arguments import Process as ProcessName
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.paths import expand
from nlsh.tools.proc import sayings
from nlsh.tools.proc.census import Process
from nlsh.tools.proc.files import Looking, OpenFile, held
from nlsh.tools.proc.matching import everyone, meant
from nlsh.tools.proc.sockets import listening

_MAX_FILES = 5000


@dataclass(frozen=True, kw_only=True)
class Ports(Syscall):
    """Show the ports of this machine that are in use, and which process listens on each."""

    name: ClassVar[str] = "proc.ports"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what is listening on port 8080", '[{"proc.ports":{"port":8080}}]'),
        Example("which ports are open here", '[{"proc.ports":{}}]'),
        Example("who is using 5432?", '[{"proc.ports":{"port":5432}}]'),
        Example("on which port does grafana listen", '[{"proc.ports":{"process":"grafana"}}]'),
        Example("address already in use: 3000", '[{"proc.ports":{"port":3000}}]'),
        Example("list all listening sockets", '[{"proc.ports":{}}]'),
        Example("ports opened by node", '[{"proc.ports":{"process":"node"}}]'),
        Example(
            "find out what blocks port 9000 and kill it",
            '[{"proc.ports":{"port":9000}},{"proc.signal":{"port":9000}}]',
        ),
        Example("welcher Prozess lauscht auf Port 443", '[{"proc.ports":{"port":443}}]'),
        Example("哪个进程占用了 6379 端口", '[{"proc.ports":{"port":6379}}]'),
        *sayings.PORTS,
    )

    port: Port = 0
    process: ProcessName = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table; a socket whose process is hidden has an empty pid, and the note counts them."""
        wanted = {one.pid for one in meant((self.process,), scope)[0]} if self.process else None
        names = {one.pid: one.name for one in everyone()}
        found = [one for one in listening() if self.port in (0, one.port) and (wanted is None or one.pid in wanted)]
        hidden = sum(not one.pid for one in found)
        note = f"{hidden} of them belong to processes you may not see; only root may" if hidden else ""
        if not found:
            note = f"nothing listens on port {self.port}" if self.port else "nothing listens"
        rows = tuple((one.port, one.protocol, one.address, one.pid or None, names.get(one.pid)) for one in found)
        yield Table(
            (Column("port", "count"), Column("protocol"), Column("address"), Column("pid", "count"), Column("process")),
            rows,
            note,
        )


@dataclass(frozen=True, kw_only=True)
class OpenFiles(Syscall):
    """Show which processes have a file or folder open, or which files a process has open."""

    name: ClassVar[str] = "proc.open_files"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("who has report.docx open", '[{"proc.open_files":{"path":"report.docx"}}]'),
        Example("which files does nginx have open", '[{"proc.open_files":{"process":"nginx"}}]'),
        Example("why can't I unmount /mnt/usb", '[{"proc.open_files":{"path":"/mnt/usb"}}]'),
        Example("what process is writing to app.log", '[{"proc.open_files":{"path":"app.log"}}]'),
        Example("lsof for pid 3310", '[{"proc.open_files":{"process":"3310"}}]'),
        Example("files held by whatever runs on port 8000", '[{"proc.open_files":{"port":8000}}]'),
        Example("wer benutzt gerade daten.sqlite", '[{"proc.open_files":{"path":"daten.sqlite"}}]'),
        *sayings.OPEN_FILES,
    )

    path: Path = ""
    process: ProcessName = ""
    port: Port = 0

    def resolve(self, scope: Scope) -> Facts:
        """Something to look for must be named."""
        if not (self.path or self.process or self.port):
            raise UsageError("neither a file nor a process was named", "say which file, process or port")
        return Facts()

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table, files by process."""
        texts = (self.process,) if self.process else ()
        processes = meant(texts, scope, self.port)[0] if texts or self.port else everyone()
        looking = Looking()
        found = held(processes, scope, looking)
        if self.path:
            found = _below(os.path.realpath(expand(self.path, scope)), found)
        yield _table(sorted(set(found)), processes, looking)


def _below(place: str, found: Iterator[OpenFile]) -> Iterator[OpenFile]:
    return (one for one in found if one.path == place or one.path.startswith(place.rstrip("/") + "/"))


def _table(found: Sequence[OpenFile], processes: Sequence[Process], looking: Looking) -> Table:
    names = {one.pid: one.name for one in processes}
    rows = tuple((one.pid, names.get(one.pid, ""), one.path, one.way) for one in found[:_MAX_FILES])
    notes = (
        "nobody has it open" if not found and not looking.closed else "",
        f"stopped at {_MAX_FILES:,} files" if len(found) > _MAX_FILES else "",
        f"{looking.closed} processes could not be looked into; only root may" if looking.closed else "",
    )
    columns = (Column("pid", "count"), Column("process"), Column("path", "path"), Column("how"))
    return Table(columns, rows, "; ".join(note for note in notes if note))
