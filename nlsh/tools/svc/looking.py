"""Looking at services: list, status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from nlsh.core.arguments import Unit
from nlsh.core.display import human_size
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.svc import sayings
from nlsh.tools.svc.systemd import enabled, show, units


@dataclass(frozen=True, kw_only=True)
class List(Syscall):
    """List the services of the system and their states."""

    name: ClassVar[str] = "svc.list"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("list all services", '[{"svc.list":{}}]'),
        Example("which services are running", '[{"svc.list":{"state":"running"}}]'),
        Example("did any service fail?", '[{"svc.list":{"state":"failed"}}]'),
        Example("what starts at boot", '[{"svc.list":{"state":"enabled"}}]'),
        Example("show stopped daemons", '[{"svc.list":{"state":"stopped"}}]'),
        Example("broken units", '[{"svc.list":{"state":"failed"}}]'),
        Example("welche Dienste laufen", '[{"svc.list":{"state":"running"}}]'),
        Example("lista de servicios activos", '[{"svc.list":{"state":"running"}}]'),
        *sayings.LIST,
    )

    state: Literal["all", "running", "failed", "stopped", "enabled"] = "all"

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row a service."""
        rows = [row for row in units(scope) if self._wants(row)]
        if self.state == "enabled":
            known, starting = {row[0]: row for row in rows}, enabled(scope)
            rows = [known.get(unit, (unit, "inactive", "dead", "")) for unit in sorted(starting)]
        columns = tuple(Column(name) for name in ("service", "state", "more exactly", "description"))
        yield Table(columns, tuple(rows), "" if rows else f"no service is {self.state}")

    def _wants(self, row: tuple[str, str, str, str]) -> bool:
        wanted = {"running": row[2] == "running", "failed": row[1] == "failed", "stopped": row[1] == "inactive"}
        return wanted.get(self.state, True)


@dataclass(frozen=True, kw_only=True)
class Status(Syscall):
    """Tell how one service is doing: running or not, since when, with what."""

    name: ClassVar[str] = "svc.status"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("is nginx up", '[{"svc.status":{"unit":"nginx"}}]'),
        Example("status of the ssh service", '[{"svc.status":{"unit":"ssh"}}]'),
        Example("how is the docker daemon doing?", '[{"svc.status":{"unit":"docker"}}]'),
        Example("did the postgresql service crash", '[{"svc.status":{"unit":"postgresql"}}]'),
        Example("systemctl status cron", '[{"svc.status":{"unit":"cron"}}]'),
        Example("does bluetooth start at boot", '[{"svc.status":{"unit":"bluetooth"}}]'),
        Example("läuft der Dienst mariadb", '[{"svc.status":{"unit":"mariadb"}}]'),
        Example("estado del servicio cups", '[{"svc.status":{"unit":"cups"}}]'),
        *sayings.STATUS,
    )

    unit: Unit

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts."""
        service = show(self.unit, scope)
        asked = service.asked
        memory = asked.get("MemoryCurrent", "")
        rows = (
            ("service", service.id),
            ("description", asked.get("Description", "")),
            ("state", service.state),
            ("since", asked.get("ActiveEnterTimestamp", "") if asked.get("ActiveState") == "active" else ""),
            ("at boot", asked.get("UnitFileState", "")),
            ("last result", asked.get("Result", "")),
            ("restarts", asked.get("NRestarts", "")),
            ("process", "" if asked.get("MainPID") == "0" else asked.get("MainPID", "")),
            ("memory", human_size(int(memory)) if memory.isdigit() and int(memory) < 1 << 60 else ""),
            ("defined in", asked.get("FragmentPath", "")),
            ("belongs to", "you" if service.is_users else "the system"),
        )
        yield Table((Column("what"), Column("value")), tuple(row for row in rows if row[1]))
