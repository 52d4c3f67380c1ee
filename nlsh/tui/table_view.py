"""A listing in a turn: aligned columns, numbers flush right, the first rows at once and the rest on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from nlsh.core.display import is_numeric
from nlsh.core.results import Column, Table
from nlsh.tui.rows import Piece, RowsView
from nlsh.tui.safe import fit, one_line, table_cell

FIRST_ROWS: Final = 20
"""Rows shown before the person asks for more."""
MEASURED_ROWS: Final = 500
"""Rows looked at to find out how wide a column is."""
_GAP: Final = 2
_LEAST: Final = 6
"""A column of text is not made narrower than this while another can give."""


def column_widths(table: Table, rows: int, width: int) -> list[int]:
    """How wide each column is: as its content wants, the widest columns of text giving way first."""
    widths = [cell_len(one_line(column.name)) for column in table.columns]
    for row in table.rows[: min(rows, MEASURED_ROWS)]:
        for at, (value, column) in enumerate(zip(row, table.columns, strict=False)):
            widths[at] = max(widths[at], cell_len(table_cell(value, column.kind)))
    surplus = sum(widths) + _GAP * (len(widths) - 1) - width
    while surplus > 0:
        at = _widest(table.columns, widths)
        others = sorted((size for index, size in enumerate(widths) if index != at and size < widths[at]), reverse=True)
        target = max(others[0] if others else _LEAST, _LEAST, widths[at] - surplus)
        taken = widths[at] - target
        if taken <= 0:
            break
        widths[at] = target
        surplus -= taken
    return widths


def _widest(columns: Sequence[Column], widths: list[int]) -> int:
    """The column that gives way: the widest, those of text before numbers."""
    return max(
        range(len(widths)), key=lambda at: (not is_numeric(columns[at].kind) and widths[at] > _LEAST, widths[at])
    )


def table_row(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    """One row of safe cells, aligned."""
    parts = [
        fit(text, width, is_right=is_numeric(column.kind))
        for text, column, width in zip(cells, columns, widths, strict=False)
    ]
    return (" " * _GAP).join(parts).rstrip()


class TableView(RowsView, can_focus=True):
    """A table; enter or a click shows the rows held back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "expand", "Show all rows", id="table.expand"),
    ]
    DEFAULT_CSS = "TableView:focus { background: $foreground 6%; }"

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        self.is_expanded = len(table.rows) <= FIRST_ROWS
        self.can_focus = not self.is_expanded
        self._widths: tuple[tuple[int, int], list[int]] = ((0, 0), [])

    @property
    def shown(self) -> int:
        """How many rows are shown."""
        return len(self.table.rows) if self.is_expanded else FIRST_ROWS

    def row_count(self) -> int:
        """The heading, the rows shown, and what is said below them; no heading over nothing."""
        return self._body + len(self._notes())

    @property
    def _body(self) -> int:
        return 1 + self.shown if self.table.rows else 0

    def _notes(self) -> list[str]:
        notes = []
        if not self.table.rows:
            notes.append("nothing")
        if not self.is_expanded:
            notes.append(f"… {len(self.table.rows) - self.shown:,} more, enter to show")
        if self.table.note:
            notes.append(one_line(self.table.note))
        return notes

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """The heading, a row, or a note."""
        if y >= self._body:
            return [(self._notes()[y - self._body], "muted")]
        columns, widths = self.table.columns, self._column_widths(width)
        if y == 0:
            return [(table_row([one_line(column.name) for column in columns], columns, widths), "muted")]
        values = self.table.rows[y - 1]
        cells = [table_cell(value, column.kind) for value, column in zip(values, columns, strict=False)]
        return [(table_row(cells, columns, widths), "plain")]

    def _column_widths(self, width: int) -> list[int]:
        key = (width, self.shown)
        if self._widths[0] != key:
            self._widths = (key, column_widths(self.table, self.shown, width))
        return self._widths[1]

    def on_click(self, event: events.Click) -> None:
        """A click on the last row shows the rest."""
        if not self.is_expanded and event.y >= self._body:
            self.action_expand()

    def action_expand(self) -> None:
        """Show every row."""
        self.is_expanded = True
        self.can_focus = False
        self.rows_changed()
