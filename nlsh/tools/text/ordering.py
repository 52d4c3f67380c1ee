"""Putting lines and rows in order, and finding those that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Literal

from nlsh.core.arguments import Name, Source, Text
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks
from nlsh.tools.text import sayings
from nlsh.tools.text.cells import Splitter, column_of, is_bare_number, named, numeric_key, place, sort_key, splitter
from nlsh.tools.text.feed import Feed, Stage, bounded, feed, source_facts


@dataclass(frozen=True, kw_only=True)
class _ByField(Stage):
    """What stages share that look at one field: `by` names a column, `field` counts it from 1."""

    by: Name = ""
    field: int = 0
    separator: Text = ""

    def _cutter(self, lines: list[str], path: str) -> tuple[Callable[[str], str], int]:
        """How to take the field out of a line, and how many header lines stand above the data."""
        if not (self.by or self.field) or not lines:
            return _itself, 0
        cut = splitter(self.separator, path, lines[0])
        if not self.field and is_bare_number(cut.split(lines[0])):
            return _itself, 0
        if self.field or self.by.lstrip("-").isdigit():
            return _field_of(cut, self.field or int(self.by)), 0
        return _field_of(cut, named(self.by, cut.split(lines[0])) + 1), 1


@dataclass(frozen=True, kw_only=True)
class Sort(_ByField):
    """Sort lines, or the rows of a table by a column.

    By default as text; `numeric` by the numbers they begin with (units as in 1.5M count). `by` names a column or is
    `length`. A header line stays on top when a column of it is named.
    """

    name: ClassVar[str] = "text.sort"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("sort the lines of names.txt", '[{"text.sort":{"source":"names.txt"}}]'),
        Example("sort scores.txt numerically", '[{"text.sort":{"source":"scores.txt","numeric":true}}]'),
        Example(
            "order the numbers in prices.txt from high to low",
            '[{"text.sort":{"source":"prices.txt","numeric":true,"reverse":true}}]',
        ),
        Example("alphabetize fruits.txt and drop duplicates", '[{"text.sort":{"source":"fruits.txt","unique":true}}]'),
        Example(
            "people.csv sorted by age, oldest on top",
            '[{"text.sort":{"source":"people.csv","by":"age","numeric":true,"reverse":true}}]',
        ),
        Example(
            "list this folder, then put it in order of size",
            '[{"fs.list":{}},{"text.sort":{"source":"$1","by":"size"}}]',
        ),
        Example("lines of poem.txt from z to a", '[{"text.sort":{"source":"poem.txt","reverse":true}}]'),
        Example(
            "sort data.txt on its second field as numbers",
            '[{"text.sort":{"source":"data.txt","field":2,"numeric":true}}]',
        ),
        Example("ordena las líneas de lista.txt", '[{"text.sort":{"source":"lista.txt"}}]'),
        *sayings.SORT,
    )

    numeric: bool = False
    reverse: bool = False
    unique: bool = False

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the sorted rows as a table, or the sorted lines. Raises NlshError: too many to hold in memory."""
        feed = self.feed(scope, facts)
        if feed.table is not None:
            yield self._rows(feed.table)
        else:
            yield from chunks(self._lines(feed))

    def _rows(self, table: Table) -> Table:
        index = column_of(table, self.by, self.field) if self.by or self.field else 0
        order = numeric_key if self.numeric else sort_key
        rows = sorted(table.rows, key=lambda row: order(row[index]), reverse=self.reverse)
        return replace(table, rows=tuple(dict.fromkeys(map(_hashable, rows))) if self.unique else tuple(rows))

    def _lines(self, feed: Feed) -> list[str]:
        lines = feed.held()
        if self.by == "length":
            lines.sort(key=lambda line: (len(line), line), reverse=self.reverse)
            return list(dict.fromkeys(lines)) if self.unique else lines
        take, skipped = self._cutter(lines, feed.name)
        order: Callable[[str], Any] = (
            (lambda line: (numeric_key(take(line)), line)) if self.numeric else (lambda line: (take(line), line))
        )
        body = sorted(lines[skipped:], key=order, reverse=self.reverse)
        return lines[:skipped] + (list(dict.fromkeys(body)) if self.unique else body)


@dataclass(frozen=True, kw_only=True)
class Uniq(_ByField):
    """Drop repeated lines or rows wherever they stand, keeping the first of each.

    `counts` tells how often each occurs, most frequent first; `duplicates_only` keeps what occurs more than once,
    `singles_only` what occurs once. With `by` or `field` only that column is looked at (and counted).
    """

    name: ClassVar[str] = "text.uniq"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("remove duplicate lines from emails.txt and show the rest", '[{"text.uniq":{"source":"emails.txt"}}]'),
        Example("how often does each line occur in votes.txt", '[{"text.uniq":{"source":"votes.txt","counts":true}}]'),
        Example("which lines of ids.txt are repeated?", '[{"text.uniq":{"source":"ids.txt","duplicates_only":true}}]'),
        Example("lines that appear only once in list.txt", '[{"text.uniq":{"source":"list.txt","singles_only":true}}]'),
        Example(
            "count the requests per address in access.log (first field)",
            '[{"text.uniq":{"source":"access.log","field":1,"counts":true}}]',
        ),
        Example(
            "how many people per city are in staff.csv",
            '[{"text.uniq":{"source":"staff.csv","by":"city","counts":true}}]',
        ),
        Example("every distinct entry of tags.txt once", '[{"text.uniq":{"source":"tags.txt"}}]'),
        Example("supprime les doublons de liste.txt à l'affichage", '[{"text.uniq":{"source":"liste.txt"}}]'),
        *sayings.UNIQ,
    )

    counts: bool = False
    duplicates_only: bool = False
    singles_only: bool = False

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield a table of counts, the distinct rows, or the distinct lines. Raises NlshError: too many to hold."""
        feed = self.feed(scope, facts)
        if feed.table is not None:
            yield self._of_table(feed.table)
        elif self.counts:
            tally = Counter(self._values(feed))
            title = self.by or (f"field {self.field}" if self.field else "line")
            yield _count_table((Column(title),), self._kept(tally), lambda value: (value,))
        elif self.by or self.field:
            tally = Counter(self._values(feed))
            yield from chunks(value for value, _ in self._kept(tally))
        else:
            yield from chunks(self._distinct(feed))

    def _values(self, feed: Feed) -> Iterator[str]:
        lines = bounded(feed.lines())
        first = next(lines, None)
        if first is None:
            return
        take, skipped = self._cutter([first], feed.name)
        if not skipped:
            yield take(first)
        yield from map(take, lines)

    def _distinct(self, feed: Feed) -> Iterator[str]:
        if self.duplicates_only or self.singles_only:
            yield from (line for line, _ in self._kept(Counter(bounded(feed.lines()))))
            return
        yield from bounded(_fresh(feed.lines()))

    def _kept(self, tally: Counter[Any]) -> list[tuple[Any, int]]:
        """What is kept, with how often it occurs; most frequent first where counts are asked for."""
        pairs = tally.most_common() if self.counts else list(tally.items())
        if self.duplicates_only:
            return [pair for pair in pairs if pair[1] > 1]
        return [pair for pair in pairs if pair[1] == 1] if self.singles_only else pairs

    def _of_table(self, table: Table) -> Table:
        indexes = [column_of(table, self.by, self.field)] if self.by or self.field else list(range(len(table.columns)))
        tally = Counter(_hashable(tuple(row[index] for index in indexes)) for row in table.rows)
        columns = tuple(table.columns[index] for index in indexes)
        if self.counts:
            return _count_table(columns, self._kept(tally), tuple)
        return replace(table, columns=columns, rows=tuple(row for row, _ in self._kept(tally)))


@dataclass(frozen=True, kw_only=True)
class SetOps(Stage):
    """Compare two sources as sets of lines: what both have, what only one has, or all together, each once."""

    name: ClassVar[str] = "text.setops"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "which lines do a.txt and b.txt have in common", '[{"text.setops":{"source":"a.txt","other":"b.txt"}}]'
        ),
        Example(
            "lines in old.txt that are not in new.txt",
            '[{"text.setops":{"source":"old.txt","other":"new.txt","operation":"only_first"}}]',
        ),
        Example(
            "what does members.txt lack that guests.txt has",
            '[{"text.setops":{"source":"members.txt","other":"guests.txt","operation":"only_second"}}]',
        ),
        Example(
            "merge list1.txt and list2.txt without repeating anything",
            '[{"text.setops":{"source":"list1.txt","other":"list2.txt","operation":"union"}}]',
        ),
        Example(
            "is there any name that stands both in paid.txt and in open.txt?",
            '[{"text.setops":{"source":"paid.txt","other":"open.txt"}}]',
        ),
        Example(
            "welche Zeilen stehen nur in alt.txt und nicht in neu.txt",
            '[{"text.setops":{"source":"alt.txt","other":"neu.txt","operation":"only_first"}}]',
        ),
        *sayings.SETOPS,
    )

    other: Source
    operation: Literal["common", "only_first", "only_second", "union"] = "common"

    def resolve(self, scope: Scope) -> Facts:
        """The files that will be read. Raises NlshError where there is none."""
        return source_facts((self.source, self.other), scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the lines, in the order of the source they come from. Raises NlshError: too many to hold."""
        first = dict.fromkeys(bounded(self.feed(scope, facts).lines()))
        second = dict.fromkeys(bounded(feed(self.other, scope, facts).lines()))
        yield from chunks(_SETS[self.operation](first, second))


_Lines = dict[str, None]
_SETS: Final[dict[str, Callable[[_Lines, _Lines], Iterable[str]]]] = {
    "common": lambda first, second: (line for line in first if line in second),
    "only_first": lambda first, second: (line for line in first if line not in second),
    "only_second": lambda first, second: (line for line in second if line not in first),
    "union": lambda first, second: first | second,
}


def _fresh(lines: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for line in lines:
        if line not in seen:
            seen.add(line)
            yield line


def _itself(line: str) -> str:
    return line


def _field_of(cut: Splitter, number: int) -> Callable[[str], str]:
    def take(line: str) -> str:
        cells = cut.split(line)
        index = place(number, len(cells)) if number else None
        return "" if index is None else cells[index]

    return take


def _hashable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(cell if isinstance(cell, Hashable) else str(cell) for cell in row)


def _count_table(
    columns: tuple[Column, ...], pairs: list[tuple[Any, int]], row: Callable[[Any], tuple[Any, ...]]
) -> Table:
    return Table((Column("count", "count"), *columns), tuple((count, *row(value)) for value, count in pairs))


SYSCALLS: tuple[type[Syscall], ...] = (Sort, Uniq, SetOps)
