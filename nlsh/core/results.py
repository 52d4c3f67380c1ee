"""What comes of a syscall: output, tables, progress; and the result a later step can take as `$1`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

ColumnKind = Literal["text", "path", "size", "count", "percent", "time", "duration", "mode"]
"""How a cell is shown: bytes, counts, percent of 100, seconds since the epoch, seconds, permission bits."""


@dataclass(frozen=True)
class Column:
    """One column; `kind` says what its raw values are."""

    name: str
    kind: ColumnKind = "text"


@dataclass(frozen=True)
class Table:
    """A listing: columns and rows of raw JSON values. The path column, if any, is what `$1` means to file syscalls."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    """What was left out and why, if anything: `stopped at 1,000,000 entries`."""

    def paths(self) -> tuple[str, ...]:
        """The values of the first path column; empty if there is none."""
        index = next((i for i, column in enumerate(self.columns) if column.kind == "path"), None)
        return () if index is None else tuple(str(row[index]) for row in self.rows)

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows as JSON objects."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class Chunk:
    """A piece of output, as bytes: untrusted, shown escaped."""

    data: bytes
    is_error: bool = False


@dataclass(frozen=True)
class Note:
    """A sentence of the tool's own about what it did: `moved 3 files to docs`."""

    text: str


@dataclass(frozen=True)
class Progress:
    """How far long work has come; `total` 0 means unknown. `unit` is `files` or `bytes`."""

    done: int
    total: int
    unit: Literal["files", "bytes"] = "files"


@dataclass(frozen=True)
class Exit:
    """The exit code of a program that was run; a step without one exits 0."""

    code: int


Emission = Chunk | Table | Note | Progress | Exit


@dataclass(frozen=True)
class Result:
    """The whole of a finished step, as later steps see it."""

    table: Table | None = None
    output: bytes = b""
    """Its standard output, bounded by the kernel."""

    def text(self) -> str:
        """As text: the output, or a table's rows, cells tab-separated."""
        if self.table is None or self.output:
            return self.output.decode("utf-8", "surrogateescape")
        return "".join("\t".join(str(cell) for cell in row) + "\n" for row in self.table.rows)

    def paths(self) -> tuple[str, ...]:
        """As paths: a table's path column, or the non-empty lines of the output."""
        if self.table is not None and self.table.paths():
            return self.table.paths()
        return tuple(line for line in self.text().splitlines() if line) if self.output else ()
