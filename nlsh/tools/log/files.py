"""Reading log files from their end: the newest lines first, never more than needed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from nlsh.core.errors import UsageError
from nlsh.core.scope import Scope
from nlsh.tools.faults import explaining
from nlsh.tools.tree import open_file

Level = Literal["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"]
READ_BYTES: Final = 256 << 20
"""So much of a file is searched from its end; what lies before is not looked at."""
_BLOCK: Final = 1 << 18
_MAX_LINE: Final = 1 << 16
_ISO: Final = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?")
_BSD: Final = re.compile(rb"([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)")
_CLF: Final = re.compile(rb"\[(\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})")
_WORDS: Final = (
    ("emergency", "emerg|panic"),
    ("alert", "alert"),
    ("critical", "crit|fatal"),
    ("error", "err|error|errors|fail|failed|failure|exception|traceback"),
    ("warning", "warn|warning"),
    ("notice", "notice"),
    ("info", "info"),
    ("debug", "debug"),
)


@dataclass(frozen=True)
class Wanted:
    """Which lines are wanted."""

    lines: int
    since_s: float = 0.0
    """Seconds since the epoch; 0 for no limit."""
    grep: re.Pattern[bytes] | None = None
    level: re.Pattern[bytes] | None = None
    unit: re.Pattern[bytes] | None = None

    def holds(self, line: bytes) -> bool:
        """Whether a line passes, time apart."""
        return all(pattern is None or pattern.search(line) for pattern in (self.grep, self.level, self.unit))


def grep_pattern(text: str) -> re.Pattern[bytes]:
    """What to look for, whatever its case: a regular expression if it is one, else the text itself."""
    raw = os.fsencode(text)
    try:
        return re.compile(raw, re.IGNORECASE)
    except re.error:
        return re.compile(re.escape(raw), re.IGNORECASE)


def level_pattern(level: Level | None) -> re.Pattern[bytes] | None:
    """Lines that say they are of a level or graver. Everything for `info` and `debug`: plain files seldom say those."""
    if level in (None, "info", "debug"):
        return None
    names = [name for name, _ in _WORDS]
    words = "|".join(words for _, words in _WORDS[: names.index(level) + 1])
    return re.compile(rf"(?<![a-z])({words})(?![a-z])".encode(), re.IGNORECASE)


def unit_pattern(unit: str) -> re.Pattern[bytes]:
    """The lines a program wrote: `name[12]:`, `name:`, or with more behind the name."""
    name = re.escape(os.fsencode(unit.removesuffix(".service")))
    return re.compile(rb"(?<![\w-])" + name + rb"[\w./@-]*(\[\d+\])?:", re.IGNORECASE)


def newest(path: str, wanted: Wanted, scope: Scope) -> list[bytes]:
    """The newest wanted lines of a file, oldest first, without newlines.

    Raises:
        NlshError: it cannot be read.
    """
    found: list[bytes] = []
    pending: list[bytes] = []
    for line in _backwards(path, scope):
        moment = moment_of(line)
        pending += [line] if wanted.holds(line) else []
        if moment is None and wanted.since_s and len(found) + len(pending) < wanted.lines:
            continue
        if moment is not None and moment < wanted.since_s:
            pending = []
            break
        found, pending = found + pending, []
        if len(found) >= wanted.lines:
            break
    return (found + pending)[: wanted.lines][::-1]


def moment_of(line: bytes) -> float | None:
    """When a line says it was written, in seconds since the epoch; None where it says nothing that is known."""
    head = line[:160]
    try:
        if match := _ISO.search(head):
            return datetime.fromisoformat(match[0].decode()).timestamp()
        if match := _CLF.search(head):
            return datetime.strptime(match[1].decode(), "%d/%b/%Y:%H:%M:%S %z").timestamp()
        if match := _BSD.match(head):
            return _this_year(b" ".join(match.groups()).decode())
    except ValueError:
        return None
    return None


def _this_year(text: str) -> float:
    """A date without a year: the last time it was that day."""
    now = time.time()
    year = time.localtime(now).tm_year
    moment = datetime.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S")
    return moment.timestamp() if moment.timestamp() < now + 86400 else moment.replace(year=year - 1).timestamp()


def _backwards(path: str, scope: Scope) -> Iterator[bytes]:
    """The lines of a file, last first; a monstrous line is cut."""
    with open_file(path) as file, explaining("read", path):
        size = end = file.seek(0, os.SEEK_END)
        rest = b""
        is_last = True
        least = max(0, end - READ_BYTES)
        while end > least:
            scope.check()
            start = max(least, end - _BLOCK)
            file.seek(start)
            lines = (file.read(end - start) + rest).split(b"\n")
            rest, end = lines[0][:_MAX_LINE], start
            if is_last and lines[-1] == b"" and len(lines) > 1:
                lines.pop()
            is_last = False
            yield from reversed(lines[1:])
        if size and not least:
            yield rest


def wanted_lines(lines: int) -> int:
    """A usable number of lines. Raises UsageError."""
    if not 1 <= lines <= 100_000:
        raise UsageError(f"{lines} lines cannot be shown", "say a number from 1 to 100,000")
    return lines
