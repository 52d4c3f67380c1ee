"""log.read: the journal where it is kept, else the files."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from nlsh.core.arguments import Age, Path, Pattern, Unit, read_moment
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Chunk, Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.log import sayings
from nlsh.tools.log.files import Level, Wanted, grep_pattern, level_pattern, newest, unit_pattern, wanted_lines
from nlsh.tools.paths import expand, facts, shown
from nlsh.tools.programs import find_program, lines_of

JOURNALS: Final = ("/run/log/journal", "/var/log/journal")
"""Where systemd keeps its journal; a folder of it holds a `.journal` file where it is in use."""
LOGS: Final = "/var/log"
_FILES: Final = ("syslog", "messages", "system.log", "kern.log")
_DEADLINE_S: Final = 20.0
_UNIT: Final = re.compile(r"[\w@][\w:.@\\-]*")
_PRIORITIES: Final = {"emergency": "emerg", "critical": "crit", "error": "err"}


@dataclass(frozen=True, kw_only=True)
class Read(Syscall):
    """Read logs: of the system, of one service, or of a file; the newest lines, filtered."""

    name: ClassVar[str] = "log.read"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("show the system log", '[{"log.read":{}}]'),
        Example("last 50 log lines of nginx", '[{"log.read":{"unit":"nginx","lines":50}}]'),
        Example("any errors in the log since yesterday?", '[{"log.read":{"since":"yesterday","level":"error"}}]'),
        Example("what did sshd log in the last hour", '[{"log.read":{"unit":"sshd","since":"1h"}}]'),
        Example("why did docker crash, show its log", '[{"log.read":{"unit":"docker"}}]'),
        Example("search the system log for oom-killer", '[{"log.read":{"grep":"oom-killer"}}]'),
        Example("tail of /var/log/dpkg.log", '[{"log.read":{"path":"/var/log/dpkg.log"}}]'),
        Example("kernel messages about usb", '[{"log.read":{"unit":"kernel","grep":"usb"}}]'),
        Example("zeig die letzten Warnungen im Systemlog", '[{"log.read":{"level":"warning"}}]'),
        Example("registros del servicio cron de hoy", '[{"log.read":{"unit":"cron","since":"today"}}]'),
        *sayings.READ,
    )

    unit: Unit = ""
    path: Path = ""
    since: Age = ""
    grep: Pattern = ""
    lines: int = 100
    level: Level | None = None

    def resolve(self, scope: Scope) -> Facts:
        """Whether the file said may be read without asking."""
        wanted_lines(self.lines)
        if self.unit and not _UNIT.fullmatch(self.unit):
            raise UsageError(f"{visible(self.unit)} is not the name of a service", "svc.list shows the services")
        return facts([self._place(scope)], scope, recursive=False, mutates=False) if self.path else Facts()

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """The lines as output, oldest first; a sentence where there are none."""
        source, found = self._found(scope)
        if found:
            yield Chunk(b"\n".join(found) + b"\n")
        else:
            yield Note(f"no such lines in {source}")

    def _found(self, scope: Scope) -> tuple[str, list[bytes]]:
        """Where the lines come from, and the lines."""
        wanted = self._wanted()
        if self.path:
            place = self._place(scope)
            return shown(place, scope), newest(place, wanted, scope)
        if has_journal() and find_program("journalctl", scope):
            return "the journal", list(self._of_journal(wanted, scope))[::-1]
        return self._of_files(wanted, scope)

    def _place(self, scope: Scope) -> str:
        """The file said: as a path, else as a name below /var/log."""
        place = expand(self.path, scope)
        below = os.path.join(LOGS, self.path)
        if not os.path.lexists(place) and not self.path.startswith(("/", "~", ".")) and os.path.lexists(below):
            return below
        return place

    def _wanted(self) -> Wanted:
        return Wanted(
            lines=self.lines,
            since_s=read_moment(self.since, time.time()) if self.since else 0.0,
            grep=grep_pattern(self.grep) if self.grep else None,
            level=level_pattern(self.level),
        )

    def _of_journal(self, wanted: Wanted, scope: Scope) -> Iterator[bytes]:
        """The newest lines first; reading stops when there are enough."""
        argv = ["journalctl", "--no-pager", "--quiet", "--reverse", "--output=short-iso"]
        argv += ["--dmesg"] if self.unit == "kernel" else [f"--unit={self.unit}"] if self.unit else []
        argv += [f"--since=@{wanted.since_s:.0f}"] if wanted.since_s else []
        argv += [f"--priority={_PRIORITIES.get(self.level, self.level)}"] if self.level else []
        argv += [] if wanted.grep else [f"--lines={wanted.lines}"]
        plain = Wanted(wanted.lines, grep=wanted.grep)
        count = 0
        for line in lines_of(argv, scope, _DEADLINE_S):
            if plain.holds(line):
                count += 1
                yield line
            if count >= wanted.lines:
                return

    def _of_files(self, wanted: Wanted, scope: Scope) -> tuple[str, list[bytes]]:
        """The file of the unit, else the lines of the unit in the system's log; without one the kernel's ring."""
        if self.unit == "kernel":
            return "the kernel's messages", self._of_kernel(wanted, scope)
        own = _file_of(self.unit) if self.unit else ""
        place = own or next((path for name in _FILES if os.path.isfile(path := os.path.join(LOGS, name))), "")
        if self.unit and not own:
            wanted = Wanted(wanted.lines, wanted.since_s, wanted.grep, wanted.level, unit_pattern(self.unit))
        if place:
            return place, newest(place, wanted, scope)
        if self.unit:
            raise NlshError(
                f"there is no log of {visible(self.unit)}: no journal, no {LOGS}/syslog, no file of its own",
                f"name the file, if it has one; {LOGS} holds the logs of this system",
            )
        return "the kernel's messages (there is no journal and no system log)", self._of_kernel(wanted, scope)

    def _of_kernel(self, wanted: Wanted, scope: Scope) -> list[bytes]:
        argv = ["dmesg", "--time-format=iso"] if os.path.isdir("/proc/sys/kernel") else ["dmesg"]
        plain = Wanted(wanted.lines, grep=wanted.grep, level=wanted.level)
        since = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(wanted.since_s)).encode()
        found = [line for line in lines_of(argv, scope, _DEADLINE_S) if plain.holds(line)]
        return [line for line in found if not wanted.since_s or line[:19] >= since][-wanted.lines :]


def has_journal() -> bool:
    """Whether systemd keeps a journal on this machine."""
    return any(
        name.endswith(".journal")
        for top in JOURNALS
        for folder in (top, *_folders(top))
        for name in (os.listdir(folder) if os.access(folder, os.R_OK) else ())
    )


def _folders(top: str) -> list[str]:
    try:
        return [entry.path for entry in os.scandir(top) if entry.is_dir()]
    except OSError:
        return []


def _file_of(unit: str) -> str:
    """A log file that carries the unit's name."""
    name = unit.removesuffix(".service")
    places = (f"{name}.log", f"{name}/error.log", f"{name}/{name}.log", f"{name}/access.log", name)
    return next((path for place in places if os.path.isfile(path := os.path.join(LOGS, place))), "")
