"""The process pane: the process table, newest sample, drawn by visible row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from nlsh.core.display import is_numeric
from nlsh.core.ports import Job
from nlsh.core.results import Column, Table
from nlsh.tui.rows import Piece, RowsScroll
from nlsh.tui.safe import fit, one_line, table_cell

_WIDTHS: Final = {"count": 7, "percent": 7, "size": 9, "duration": 9, "time": 16, "mode": 10}
_TEXT_WIDTH: Final = 10
_GAP: Final = 1


def chosen_columns(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """Which columns there is room for and how wide: numbers first, the last column takes the rest.

    The first and the last column always stay; of those between, text gives way before numbers.
    """
    chosen = [(at, _wanted(column)) for at, column in enumerate(columns)]
    middle = sorted(range(1, len(columns) - 1), key=lambda at: (is_numeric(columns[at].kind), -at))
    for at in middle:
        if _used(chosen) <= width:
            break
        chosen = [(index, size) for index, size in chosen if index != at]
    if chosen:
        last, size = chosen[-1]
        chosen[-1] = (last, max(size, size + width - _used(chosen)))
    return chosen


def _wanted(column: Column) -> int:
    return max(_WIDTHS.get(column.kind, _TEXT_WIDTH), 0 if is_numeric(column.kind) else len(column.name))


def _used(chosen: list[tuple[int, int]]) -> int:
    return sum(size for _, size in chosen) + _GAP * (len(chosen) - 1)


def busiest_first(table: Table) -> list[tuple[Any, ...]]:
    """The rows, those that use the processor most first; as they came where there is no such column."""
    at = next((index for index, column in enumerate(table.columns) if column.kind == "percent"), None)
    if at is None:
        return list(table.rows)
    return sorted(table.rows, key=lambda row: -(row[at] or 0.0))


def job_marks(jobs: Sequence[Job]) -> dict[int, str]:
    """What marks the person's own jobs, by process id."""
    return {job.pid: "job" if job.state == "running" else "stopped" for job in jobs}


def jobs_first(table: Table, jobs: Sequence[Job]) -> list[tuple[Any, ...]]:
    """The person's jobs, then the others, the busiest first; a job that was not sampled has a row all the same."""
    rows = busiest_first(table)
    at = _pid_column(table)
    if at is None:
        return rows
    marks = job_marks(jobs)
    sampled = {row[at] for row in rows}
    missing = [_row_of(job, table) for job in jobs if job.pid not in sampled]
    mine = [row for row in rows if row[at] in marks]
    return [*mine, *missing, *(row for row in rows if row[at] not in marks)]


def _pid_column(table: Table) -> int | None:
    return next((at for at, column in enumerate(table.columns) if column.name == "pid"), None)


def _row_of(job: Job, table: Table) -> tuple[Any, ...]:
    known = {"pid": job.pid, "command": job.command}
    return tuple(known.get(column.name) for column in table.columns)


def short_command(command: str) -> str:
    """A command line without the folder of its program, which would take the room of its arguments."""
    program, space, arguments = command.partition(" ")
    return program.rstrip("/").rpartition("/")[2] + space + arguments if program.startswith("/") else command


class ProcessPane(RowsScroll):
    """The processes; sampled by the desk while it can be seen."""

    BORDER_TITLE = "Processes"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.table = Table((), ())
        self._rows: list[tuple[Any, ...]] = []
        self._marks: dict[int, str] = {}

    def show(self, table: Table, jobs: Sequence[Job] = ()) -> None:
        """Show a new sample; `jobs` of the person's shell come first and are marked."""
        self.table = table
        self._rows = jobs_first(table, jobs)
        self._marks = job_marks(jobs)
        self.rows_changed()

    def row_count(self) -> int:
        """The heading and the processes."""
        return 1 + len(self._rows)

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """The heading or a process."""
        if not self.table.columns:
            return [("not sampled yet", "muted")]
        columns = chosen_columns(self.table.columns, width)
        values: Sequence[Any] = () if y == 0 else self._rows[y - 1]
        pieces: list[Piece] = []
        mark = self._mark(values) if y else ""
        for at, size in columns:
            column = self.table.columns[at]
            text = one_line(column.name, 20) if y == 0 else self._cell(values[at], column)
            if mark and at == columns[-1][0]:
                pieces.append((mark, "accent"))
                size -= len(mark)
            role = "muted" if y == 0 else "plain"
            pieces.append((fit(text, size, is_right=is_numeric(column.kind)) + " " * _GAP, role))
        return pieces

    def _mark(self, values: Sequence[Any]) -> str:
        at = _pid_column(self.table)
        mark = self._marks.get(values[at]) if at is not None else None
        return f"{mark}: " if mark else ""

    def _cell(self, value: Any, column: Column) -> str:
        text = table_cell(value, column.kind)
        return short_command(text) if column.name == "command" else text
