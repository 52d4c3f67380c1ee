"""Picking fields of lines and columns of tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from nlsh.core.arguments import Name, Text
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Emission, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks
from nlsh.tools.text import sayings
from nlsh.tools.text.cells import Splitter, column_of, named, number_in, place, splitter
from nlsh.tools.text.feed import Feed, Stage


@dataclass(frozen=True, kw_only=True)
class Columns(Stage):
    """Pick fields of every line (or columns of a table), and only the rows where one compares as said.

    `fields` are numbers (1 is the first, -1 the last, as is `last`), `names` those in a header. `where` is the column
    to compare, by name or number: with `equals` or `contains` as text, with `above` or `below` as a number.
    """

    name: ClassVar[str] = "text.columns"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("column 2 of sales.csv", '[{"text.columns":{"source":"sales.csv","fields":2}}]'),
        Example(
            "from people.csv give me just name and email",
            '[{"text.columns":{"source":"people.csv","names":["name","email"]}}]',
        ),
        Example(
            "print fields 1 and 3 of /etc/passwd, colon separated",
            '[{"text.columns":{"source":"/etc/passwd","fields":[1,3],"separator":"colon"}}]',
        ),
        Example("last word on each line of names.txt", '[{"text.columns":{"source":"names.txt","last":true}}]'),
        Example(
            "which rows in orders.csv have a total above 100?",
            '[{"text.columns":{"source":"orders.csv","where":"total","above":100}}]',
        ),
        Example(
            "show the name column of staff.csv for everyone whose city equals Paris",
            '[{"text.columns":{"source":"staff.csv","names":"name","where":"city","equals":"Paris"}}]',
        ),
        Example(
            "from the listing of this folder keep just the path and size columns",
            '[{"fs.list":{}},{"text.columns":{"source":"$1","names":["path","size"]}}]',
        ),
        Example("zeig mir die Spalte 1 von daten.tsv", '[{"text.columns":{"source":"daten.tsv","fields":1}}]'),
        *sayings.COLUMNS,
    )

    fields: tuple[int, ...] = ()
    last: bool = False
    names: tuple[Name, ...] = ()
    separator: Text = ""
    where: Name = ""
    equals: Text = ""
    contains: Text = ""
    above: float | None = None
    below: float | None = None

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield a table of the picked columns, or the picked fields as lines. Raises UsageError: no such column."""
        if not (self._numbers or self.names or self.where):
            raise UsageError("which columns?", "say their numbers or their names")
        feed = self.feed(scope, facts)
        if feed.table is not None:
            yield self._table(feed.table)
        else:
            yield from chunks(self._lines(feed))

    @property
    def _numbers(self) -> tuple[int, ...]:
        return (*self.fields, -1) if self.last else self.fields

    def _table(self, table: Table) -> Table:
        width = len(table.columns)
        wanted = [column_of(table, "", number) for number in self._numbers]
        wanted += [column_of(table, name) for name in self.names]
        wanted = wanted or list(range(width))
        tested = column_of(table, self.where) if self.where else wanted[0]
        rows = (row for row in table.rows if self.holds(row[tested]))
        picked = tuple(tuple(row[index] for index in wanted) for row in rows)
        return Table(tuple(table.columns[index] for index in wanted), picked, table.note)

    def _lines(self, feed: Feed) -> Iterator[str]:
        lines = feed.lines()
        first = next(lines, None)
        if first is None:
            return
        cut = splitter(self.separator, feed.name, first)
        header = cut.split(first)
        has_header = bool(self.names) or (bool(self.where) and not self.where.lstrip("-").isdigit())
        if has_header:
            yield cut.join(self._picker(header)(header))
        picker = self._picker(header)
        tested = self._tested(header) if self.where or self._compares() else None
        for line in lines if has_header else itertools.chain((first,), lines):
            cells = cut.split(line)
            if tested is None or self.holds(_at(cells, tested)):
                yield self._joined(picker(cells), line, cut)

    def _joined(self, cells: Sequence[str], line: str, cut: Splitter) -> str:
        return cut.join(cells) if self._numbers or self.names else line

    def _picker(self, header: Sequence[str]) -> Callable[[Sequence[str]], list[str]]:
        numbers = (*self._numbers, *(named(name, header) + 1 for name in self.names))
        return lambda cells: [_at(cells, number) for number in numbers] if numbers else list(cells)

    def _tested(self, header: Sequence[str]) -> int:
        if self.where:
            is_number = self.where.lstrip("-").isdigit()
            return int(self.where) if is_number and self.where not in header else named(self.where, header) + 1
        return self._numbers[0] if self._numbers else named(self.names[0], header) + 1

    def _compares(self) -> bool:
        return bool(self.equals or self.contains) or self.above is not None or self.below is not None

    def holds(self, cell: Any) -> bool:
        """Whether a cell compares as said; with no comparison, whether there is anything in it."""
        if not self._compares():
            return not self.where or cell not in ("", None)
        if self.equals and str(cell).strip() != self.equals and not _same_number(cell, self.equals):
            return False
        if self.contains and self.contains.casefold() not in str(cell).casefold():
            return False
        return self._in_range(number_in(cell))

    def _in_range(self, number: float | None) -> bool:
        if self.above is None and self.below is None:
            return True
        if number is None:
            return False
        return (self.above is None or number > self.above) and (self.below is None or number < self.below)


def _same_number(cell: Any, text: str) -> bool:
    try:
        return float(cell) == float(text)
    except (TypeError, ValueError, OverflowError):
        return False


def _at(cells: Sequence[str], number: int) -> str:
    index = place(number, len(cells)) if number else None
    return "" if index is None else cells[index]


SYSCALLS: tuple[type[Syscall], ...] = (Columns,)
