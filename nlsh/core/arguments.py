"""The kinds of argument a syscall can take, and how their spoken forms are read.

A kind is metadata on a type: `path: Path` means "a string that names one place in the file tree".
The grammar, the validation, completion and the help are derived from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from nlsh.core.errors import UsageError


class Kind(StrEnum):
    """What an argument stands for; decides how the grammar offers values and how text is validated."""

    PATH = "path"  # one place: relative, absolute, `~`, or `$1` (the result of step 1)
    PATHS = "paths"  # several places: names, globs, braces, `$1`
    NEW_PATH = "new_path"  # a place that may not exist yet
    GLOB = "glob"  # a name pattern: `*.pdf`
    SIZE = "size"  # `10M`, `>1M`, `<4k`, `1M..2M`
    AGE = "age"  # `7d`, `2h`, `2024-05-01`, `today`
    DURATION = "duration"  # `10s`, `5m`
    TEXT = "text"  # free text taken from the utterance
    PROSE = "prose"  # words of the model's own: an answer, a question
    PATTERN = "pattern"  # text or regular expression to look for
    SOURCE = "source"  # what a text stage works on: a path or `$1`
    MODE = "mode"  # `755`, `u+x`, `+x`
    SIGNAL = "signal"  # `TERM`, `KILL`, `9`
    PROCESS = "process"  # a process name or pid
    PORT = "port"  # 1 to 65535
    HOST = "host"  # a host name, address or URL's host
    URL = "url"
    USER = "user"  # a user or group name
    UNIT = "unit"  # a service name
    PACKAGE = "package"
    COMMAND = "command"  # a shell command line
    NAME = "name"  # any other name: a variable, a column, a format
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"  # one of a Literal


Path = Annotated[str, Kind.PATH]
Paths = Annotated[tuple[str, ...], Kind.PATHS]
NewPath = Annotated[str, Kind.NEW_PATH]
Glob = Annotated[str, Kind.GLOB]
Size = Annotated[str, Kind.SIZE]
Age = Annotated[str, Kind.AGE]
Duration = Annotated[str, Kind.DURATION]
Text = Annotated[str, Kind.TEXT]
Prose = Annotated[str, Kind.PROSE]
Pattern = Annotated[str, Kind.PATTERN]
Source = Annotated[str, Kind.SOURCE]
Mode = Annotated[str, Kind.MODE]
Signal = Annotated[str, Kind.SIGNAL]
Process = Annotated[str, Kind.PROCESS]
Port = Annotated[int, Kind.PORT]
Host = Annotated[str, Kind.HOST]
Url = Annotated[str, Kind.URL]
User = Annotated[str, Kind.USER]
Unit = Annotated[str, Kind.UNIT]
Package = Annotated[str, Kind.PACKAGE]
Command = Annotated[str, Kind.COMMAND]
Name = Annotated[str, Kind.NAME]

_SIZE_UNITS: Final = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_SIZE = re.compile(r"([<>]=?|)\s*(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?", re.IGNORECASE)
_SECONDS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 2592000, "y": 31536000}
_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|mo|m|h|d|w|y)", re.IGNORECASE)
_WORDS: Final = {"now": 0, "today": 86400, "yesterday": 172800, "week": 604800, "month": 2592000, "year": 31536000}
RESULT = re.compile(r"\$(\d{1,2})")
"""A reference to the result of an earlier step: `$1`."""


@dataclass(frozen=True)
class SizeRange:
    """An inclusive range of bytes; `None` is unbounded."""

    least_bytes: int | None
    most_bytes: int | None

    def holds(self, size_bytes: int) -> bool:
        """Whether a size lies in the range."""
        above = self.least_bytes is None or size_bytes >= self.least_bytes
        return above and (self.most_bytes is None or size_bytes <= self.most_bytes)


def read_bytes(text: str) -> int:
    """`1.5M` to bytes, units of 1024. Raises UsageError."""
    match = _SIZE.fullmatch(text.strip())
    if match is None or match[1]:
        raise UsageError(f"not a size: {text}", "write it like 500, 10k, 1.5M or 2G")
    return int(float(match[2]) * _SIZE_UNITS[match[3].lower()])


def read_size(text: str) -> SizeRange:
    """`>1M`, `<4k`, `10M` (exactly), `1M..2M` to a range of bytes. Raises UsageError."""
    low, dots, high = text.partition("..")
    if dots:
        return SizeRange(read_bytes(low), read_bytes(high))
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"not a size: {text}", "write it like >1M, <4k or 1M..2M")
    size = read_bytes(text.strip().lstrip("<>="))
    ranges = {"": (size, size), ">": (size + 1, None), ">=": (size, None), "<": (None, size - 1), "<=": (None, size)}
    return SizeRange(*ranges[match[1]])


def read_seconds(text: str) -> float:
    """`7d`, `2h`, `90s`, `3mo`, `today` to seconds. `m` is a minute, `mo` a month of 30 days. Raises UsageError."""
    word = text.strip().lower()
    if word in _WORDS:
        return float(_WORDS[word])
    match = _AGE.fullmatch(word)
    if match is None:
        raise UsageError(f"not a length of time: {text}", "write it like 30s, 10m, 2h, 7d, 3w, 6mo or 1y")
    return float(match[1]) * _SECONDS[match[2].lower()]


def read_moment(text: str, now: float) -> float:
    """An age (`7d`) or a date (`2024-05-01`, `2024-05-01T10:30`) to seconds since the epoch. Raises UsageError."""
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except ValueError:
        return now - read_seconds(text)


def results_used(value: object) -> frozenset[int]:
    """The step numbers an argument value refers to by `$n`."""
    if isinstance(value, str):
        match = RESULT.fullmatch(value)
        return frozenset({int(match[1])}) if match else frozenset()
    if isinstance(value, (list, tuple)):
        return frozenset().union(*(results_used(item) for item in value))
    return frozenset()
