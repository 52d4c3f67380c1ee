"""What runs by the clock: cron tables and timers of systemd."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.machine import sayings_of_surroundings as sayings
from nlsh.tools.machine.facts import small_file
from nlsh.tools.programs import capture, find_program

Row = tuple[str, str, str, str]
"""Where it stands, when it runs, as whom, what."""
_SYSTEM_TABLES: Final = ("/etc/crontab", "/etc/cron.d")
_PERIODS: Final = {"hourly": "every hour", "daily": "every day", "weekly": "every week", "monthly": "every month"}
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*\s*=")
_SYSTEMD: Final = "/run/systemd/system"


def cron_rows(text: str, where: str, *, has_user: bool) -> Iterator[Row]:
    """The jobs of one cron table; comments and settings are left out."""
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#") or _VARIABLE.match(line):
            continue
        fields = 1 if line.startswith("@") else 5
        parts = line.split(None, fields + has_user)
        if len(parts) == fields + has_user + 1:
            yield where, " ".join(parts[:fields]), parts[fields] if has_user else "", parts[-1]


def timer_rows(text: str) -> Iterator[Row]:
    """The timers of `systemctl list-timers --output=json`."""
    for one in json.loads(text or "[]"):
        next_us = one.get("next") or 0
        when = datetime.fromtimestamp(next_us / 1e6).strftime("next %Y-%m-%d %H:%M") if next_us else "not scheduled"
        yield one.get("unit", ""), when, "", one.get("activates", "")


@dataclass(frozen=True, kw_only=True)
class Schedule(Syscall):
    """Show what runs by the clock: cron jobs and timers."""

    name: ClassVar[str] = "sys.schedule"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("list my cron jobs", '[{"sys.schedule":{}}]'),
        Example("what is scheduled on this machine", '[{"sys.schedule":{}}]'),
        Example("show the crontab", '[{"sys.schedule":{}}]'),
        Example("which timers does systemd have?", '[{"sys.schedule":{}}]'),
        Example("is there a job that runs every night", '[{"sys.schedule":{}}]'),
        Example("when does the backup timer fire next", '[{"sys.schedule":{}}]'),
        Example("welche Cronjobs gibt es", '[{"sys.schedule":{}}]'),
        Example("qué tareas están programadas", '[{"sys.schedule":{}}]'),
        *sayings.SCHEDULE,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row a job."""
        rows = (*_own(scope), *_system(), *_timers(scope))
        columns = tuple(Column(name) for name in ("where", "when", "user", "what"))
        yield Table(columns, rows, "" if rows else "nothing is scheduled: no cron table and no timer was found")


def _own(scope: Scope) -> list[Row]:
    crontab = find_program("crontab", scope)
    said = capture([crontab, "-l"], scope, 5) if crontab else None
    return list(cron_rows(said.text(), "your crontab", has_user=False)) if said and said.code == 0 else []


def _system() -> Iterator[Row]:
    for place in _SYSTEM_TABLES:
        names = sorted(os.listdir(place)) if os.path.isdir(place) else [""]
        for path in (os.path.join(place, name) if name else place for name in names):
            yield from cron_rows(small_file(path), path, has_user=True)
    for period, when in _PERIODS.items():
        folder = f"/etc/cron.{period}"
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if not name.startswith("."):
                yield folder, when, "root", name


def _timers(scope: Scope) -> list[Row]:
    if not os.path.isdir(_SYSTEMD):
        return []
    try:
        said = capture(["systemctl", "list-timers", "--all", "--no-pager", "--output=json"], scope, 5)
        return list(timer_rows(said.text())) if said.code == 0 else []
    except (NlshError, ValueError):
        return []
