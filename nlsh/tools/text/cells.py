"""The parts of lines and rows: which column is meant, how a line is cut into fields, what number a cell holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from nlsh.core.display import visible
from nlsh.core.errors import UsageError
from nlsh.core.results import Column, ColumnKind, Table

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_UNIT = re.compile(r"([kKMGTP])(?:i?B)?\b")
_UNITS: Final = {"k": 10, "K": 10, "M": 20, "G": 30, "T": 40, "P": 50}
_SPOKEN: Final = {
    "comma": ",", "commas": ",", "tab": "\t", "tabs": "\t", "\\t": "\t", "colon": ":", "colons": ":", "pipe": "|",
    "pipes": "|", "semicolon": ";", "semicolons": ";", "space": "", "spaces": "", "newline": "\n", "\\n": "\n",
    "dash": "-", "hyphen": "-", "slash": "/", "dot": ".",
}  # fmt: skip
_MEANT: Final[tuple[tuple[frozenset[str], frozenset[ColumnKind]], ...]] = (
    (frozenset({"date", "time", "age", "when", "modification time", "last modified"}), frozenset({"time"})),
    (frozenset({"name", "file", "filename", "file name", "names"}), frozenset({"path"})),
    (frozenset({"size", "bytes"}), frozenset({"size"})),
    (frozenset({"number", "count", "how many"}), frozenset({"count"})),
)
NUMERIC: Final[frozenset[ColumnKind]] = frozenset({"size", "count", "percent", "time", "duration"})


def number_in(cell: object) -> int | float | None:
    """The number a cell is or begins with (a unit as in `1.5M` counts), else the first one in it, or None."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    text = str(cell)
    first = text.split(None, 1)[:1]
    if first and first[0].isdecimal() and len(first[0]) < 300:
        return int(first[0])
    match = _NUMBER.search(text)
    if match is None or len(match[0]) > 300:
        return None
    unit = _UNIT.match(text, match.end())
    digits = match[0]
    value: int | float = int(digits) if digits.lstrip("+-").isdigit() else float(digits)
    return value * (1 << _UNITS[unit[1]]) if unit else value


def is_bare_number(cells: Sequence[str]) -> bool:
    """Whether the cells of a first line are one number: then there is one column, and nothing that names it."""
    return len(cells) == 1 and _NUMBER.fullmatch(cells[0].strip()) is not None


def spoken_separator(text: str) -> str:
    """A separator as a person may write it: `,`, `comma`, `\\t`."""
    return _SPOKEN.get(text.lower(), text)


@dataclass(frozen=True)
class Splitter:
    """Cuts lines into fields and joins them again. An empty separator is any run of white space."""

    separator: str = ""

    def split(self, line: str) -> list[str]:
        """The fields of a line; a comma separates as in CSV, with quotes."""
        line = line.removesuffix("\r")
        if not self.separator:
            return line.split()
        if self.separator == "," and '"' in line:
            return next(csv.reader([line]), [])
        return line.split(self.separator)

    def join(self, cells: Sequence[str]) -> str:
        """The fields as a line again."""
        if self.separator == "," and any('"' in cell or "," in cell for cell in cells):
            written = io.StringIO()
            csv.writer(written, lineterminator="").writerow(cells)
            return written.getvalue()
        return (self.separator or " ").join(cells)


def splitter(said: str, path: str, first_line: str) -> Splitter:
    """How lines are cut: as said, else as the file's ending tells, else as the first line looks."""
    if said:
        return Splitter(spoken_separator(said))
    if path.lower().endswith(".csv"):
        is_semicolon = first_line.count(";") > first_line.count(",")
        return Splitter(";" if is_semicolon else ",")
    if path.lower().endswith((".tsv", ".tab")) or "\t" in first_line:
        return Splitter("\t")
    if " " in first_line:
        return Splitter()
    return Splitter(max(",:;|", key=first_line.count) if any(mark in first_line for mark in ",:;|") else "")


def place(index: int, width: int) -> int | None:
    """A field number (1 is the first, -1 the last) as an index, None where the line is shorter."""
    found = index - 1 if index > 0 else width + index
    return found if 0 <= found < width else None


def named(name: str, names: Sequence[str]) -> int:
    """Which of some names is meant: as written, without case, as a beginning or a part, or as a number.

    Raises:
        UsageError: none of them.
    """
    folded = [text.strip().casefold() for text in names]
    wanted = name.strip().casefold()
    for fits in (lambda text: text == wanted, lambda text: text.startswith(wanted), lambda text: wanted in text):
        found = [index for index, text in enumerate(folded) if fits(text)]
        if found:
            return found[0]
    if re.fullmatch(r"-?\d{1,4}", wanted):
        index = place(int(wanted), len(names))
        if index is not None:
            return index
    listed = ", ".join(visible(text) for text in names[:12])
    raise UsageError(f"there is no column {visible(name)}", f"there are: {listed}")


def column_of(table: Table, name: str, number: int = 0) -> int:
    """The column a name (or a number from 1) means. Raises UsageError."""
    if number:
        name = str(number)
    wanted = name.strip().casefold()
    names = [column.name for column in table.columns]
    for words, kinds in _MEANT:
        if wanted in words and wanted not in names:
            index = first_of_kind(table.columns, kinds)
            if index is not None:
                return index
    return named(name, names)


def first_of_kind(columns: Sequence[Column], kinds: frozenset[ColumnKind]) -> int | None:
    """The first column of one of some kinds."""
    return next((index for index, column in enumerate(columns) if column.kind in kinds), None)


def sort_key(value: Any) -> tuple[int, Any]:
    """Orders raw cells of any type: nothing first, then numbers, then text."""
    if value is None:
        return 0, 0
    if isinstance(value, (int, float)):
        return 1, value
    return 2, str(value)


def numeric_key(value: object) -> tuple[int, float]:
    """Orders by the number in a cell; cells without one come first."""
    number = number_in(value)
    return (0, 0.0) if number is None else (1, float(number) if isinstance(number, float) else number)
