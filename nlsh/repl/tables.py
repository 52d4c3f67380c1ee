"""Listings as text: through rich on a terminal, plain aligned columns anywhere else."""

from __future__ import annotations

import io
import unicodedata
from typing import Final

from nlsh.core.display import is_numeric, table_cells, visible
from nlsh.core.results import Table
from nlsh.repl.screen import Screen, has_colour

_GAP: Final = "  "
_RICH_ROWS: Final = 1000
"""Above this many rows plain columns are laid out instead: they cost a fraction."""
_LEAST_CELLS: Final = 12
"""No column is cut shorter than this."""


def table_text(table: Table, screen: Screen) -> str:
    """The listing as the screen can show it, with a newline at its end; empty for an empty listing."""
    if not table.rows:
        return ""
    if screen.is_rich and len(table.rows) <= _RICH_ROWS:
        return _rich_text(table, screen.width(), has_colour(screen.is_out_terminal, screen.env))
    return plain_text(table)


def plain_text(table: Table) -> str:
    """Aligned columns with nothing cut off; a single column stands bare, one value a line."""
    rows = table_cells(table)
    if len(table.columns) > 1:
        rows.insert(0, [visible(column.name) for column in table.columns])
    widths = [max(cells(row[index]) for row in rows) for index in range(len(table.columns))]
    numeric = [is_numeric(column.kind) for column in table.columns]
    return "".join(_line(row, widths, numeric) for row in rows)


def _line(row: list[str], widths: list[int], numeric: list[bool]) -> str:
    padded = (pad(text, width, flush_right) for text, width, flush_right in zip(row, widths, numeric, strict=True))
    return _GAP.join(padded).rstrip() + "\n"


def pad(text: str, width: int, flush_right: bool) -> str:
    """The text filled up to a width in terminal cells."""
    space = " " * max(0, width - cells(text))
    return space + text if flush_right else text + space


def cells(text: str) -> int:
    """How many terminal cells a safe text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def cut_middle(text: str, width: int) -> str:
    """At most `width` cells of the text, its middle left out: the end of a path tells as much as its start."""
    if cells(text) <= width:
        return text
    head = _take(text, (width - 1) // 3)
    tail = _take(text[::-1], width - 1 - cells(head))[::-1]
    return f"{head}…{tail}"


def _take(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += _cells_of(char)
        if used > width:
            return text[:index]
    return text


def _rich_text(table: Table, width: int, is_coloured: bool) -> str:
    # Only here: loading rich costs more than laying out most listings.
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(box=None, pad_edge=False, padding=(0, len(_GAP), 0, 0), show_edge=False, header_style="bold")
    for column in table.columns:
        justify = "right" if is_numeric(column.kind) else "left"
        grid.add_column(Text(visible(column.name)), justify=justify, no_wrap=True, overflow="crop")  # type: ignore[arg-type]
    for row in fit(table, width):
        grid.add_row(*(Text(text, no_wrap=True, overflow="crop") for text in row))
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=is_coloured,
        color_system="standard" if is_coloured else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    console.print(grid)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def fit(table: Table, width: int) -> list[list[str]]:
    """The rows as safe text, the widest text columns cut in their middle until a line fits the width."""
    rows = table_cells(table)
    heads = [visible(column.name) for column in table.columns]
    widths = [
        max(cells(text) for text in (head, *column))
        for head, column in zip(heads, zip(*rows, strict=True), strict=True)
    ]
    limits = _limits(widths, [not is_numeric(column.kind) for column in table.columns], width)
    return [[cut_middle(text, limit) for text, limit in zip(row, limits, strict=True)] for row in rows]


def _limits(widths: list[int], may_shrink: list[bool], width: int) -> list[int]:
    limits = list(widths)
    excess = sum(limits) + len(_GAP) * len(limits) - width
    while excess > 0:
        shrinkable = [i for i, may in enumerate(may_shrink) if may and limits[i] > _LEAST_CELLS]
        if not shrinkable:
            break
        widest = max(shrinkable, key=lambda i: limits[i])
        second = max((limits[i] for i in shrinkable if i != widest), default=_LEAST_CELLS)
        step = min(excess, max(1, limits[widest] - max(second, _LEAST_CELLS)))
        limits[widest] -= step
        excess -= step
    return limits
