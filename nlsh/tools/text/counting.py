"""Counting what is in a text, and calculating."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, ClassVar, Final, Literal

from nlsh.core.arguments import Name, Paths, Text
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, ColumnKind, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import encoded
from nlsh.tools.listed import listed
from nlsh.tools.text import sayings
from nlsh.tools.text.arithmetic import evaluate
from nlsh.tools.text.cells import NUMERIC, column_of, first_of_kind, is_bare_number, named, number_in, place, splitter
from nlsh.tools.text.feed import Feed, Stage, answer, bounded, feed, source_facts

What = Literal["lines", "words", "chars", "bytes", "distinct", "longest"]
MAX_NUMBERS: Final = 5_000_000


@dataclass(frozen=True, kw_only=True)
class Count(Syscall):
    """Count the lines, words, characters or bytes of files, of a text, or of what came before (rows of a table).

    `distinct` counts different lines, `longest` measures the longest line. Several files are counted each, with a
    total. To count files themselves use fs.count.
    """

    name: ClassVar[str] = "text.count"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how many lines does main.py have", '[{"text.count":{"source":"main.py"}}]'),
        Example("word count of essay.txt", '[{"text.count":{"source":"essay.txt","what":"words"}}]'),
        Example("number of characters in tweet.txt?", '[{"text.count":{"source":"tweet.txt","what":"chars"}}]'),
        Example("count the lines of every csv file here", '[{"text.count":{"source":"*.csv"}}]'),
        Example(
            'how long is "the quick brown fox", in characters',
            '[{"text.count":{"what":"chars","text":"the quick brown fox"}}]',
        ),
        Example(
            "how many different lines are in names.txt", '[{"text.count":{"source":"names.txt","what":"distinct"}}]'
        ),
        Example(
            "find all the pdfs in docs and tell me how many there are",
            '[{"fs.find":{"path":"docs","name":"*.pdf"}},{"text.count":{"source":"$1"}}]',
        ),
        Example("wie viele Wörter hat brief.txt", '[{"text.count":{"source":"brief.txt","what":"words"}}]'),
        Example("¿cuántas líneas tiene registro.log?", '[{"text.count":{"source":"registro.log"}}]'),
        *sayings.COUNT,
    )

    source: Paths = ()
    what: What = "lines"
    text: Text = ""

    def piped(self) -> tuple[Syscall, ...]:
        """The same without a source."""
        return (replace(self, source=()),)

    def resolve(self, scope: Scope) -> Facts:
        """The files that will be read; none for a text given. Raises NlshError."""
        return Facts() if self.text and not self.source else source_facts(self.source or ("",), scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield a table: one cell, or one row a file and a note with the total. Raises NlshError."""
        if self.text and not self.source:
            yield answer(self.what, self._measure(Feed(scope, data=encoded(self.text))), self._kind())
            return
        feeds = [feed(source, scope, facts) for source in self.source or ("",)]
        files = tuple(dict.fromkeys(path for each in feeds for path in each.files))
        if len(files) < 2:
            yield answer(self.what, sum(map(self._measure, feeds)), self._kind())
            return
        rows = tuple((self._measure(Feed(scope, files=(path,))), listed(path, scope)) for path in files)
        note = f"{sum(row[0] for row in rows)} in all" if self.what not in ("distinct", "longest") else ""
        yield Table((Column(self.what, self._kind()), Column("path", "path")), rows, note)

    def _kind(self) -> ColumnKind:
        return "size" if self.what == "bytes" else "count"

    def _measure(self, feed: Feed) -> int:
        if feed.table is not None and self.what == "lines":
            return len(feed.table.rows)
        if self.what == "distinct":
            return len(set(bounded(feed.lines())))
        if self.what == "longest":
            return max(map(len, feed.lines()), default=0)
        if self.what == "bytes":
            return sum(map(len, feed.raw()))
        pieces = (encoded(line + "\n") for line in feed.lines()) if feed.table is not None else feed.blocks()
        return sum(map(_MEASURES[self.what], pieces))


def _lines(block: bytes) -> int:
    return block.count(b"\n") + (not block.endswith(b"\n"))


_MEASURES: Final[dict[str, Callable[[bytes], int]]] = {
    "lines": _lines,
    "words": lambda block: len(block.split()),
    "chars": lambda block: len(block.decode("utf-8", "surrogateescape")),
}


@dataclass(frozen=True, kw_only=True)
class Calc(Stage):
    """Calculate an expression, or the sum, mean, median, least or greatest of the numbers in a source.

    An expression may be as a person writes it: `15% of 240`, `12 x 7`, `2^10`, `sqrt(2)`, `255 in hex`. Of a source
    the first number of every line counts, or the column that `by` names or `field` counts.
    """

    name: ClassVar[str] = "text.calc"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what is 15% of 240", '[{"text.calc":{"expression":"15% of 240"}}]'),
        Example("work out 12 * (7 + 3) / 2 for me", '[{"text.calc":{"expression":"12 * (7 + 3) / 2"}}]'),
        Example("square root of 2 please", '[{"text.calc":{"expression":"square root of 2"}}]'),
        Example("convert 255 in hex", '[{"text.calc":{"expression":"255 in hex"}}]'),
        Example("calculate 3 times 19", '[{"text.calc":{"expression":"3 times 19"}}]'),
        Example("add up the numbers in costs.txt", '[{"text.calc":{"source":"costs.txt"}}]'),
        Example(
            "average price in items.csv?", '[{"text.calc":{"source":"items.csv","operation":"mean","by":"price"}}]'
        ),
        Example("what is the highest value in temps.txt", '[{"text.calc":{"source":"temps.txt","operation":"max"}}]'),
        Example(
            "how much space do all the mp4 files take together",
            '[{"fs.find":{"name":"*.mp4"}},{"text.calc":{"source":"$1"}}]',
        ),
        Example("was ist 2^16 minus 1", '[{"text.calc":{"expression":"2^16 minus 1"}}]'),
        *sayings.CALC,
    )

    expression: Text = ""
    operation: Literal["sum", "mean", "median", "min", "max", "count"] = "sum"
    by: Name = ""
    field: int = 0
    separator: Text = ""

    def resolve(self, scope: Scope) -> Facts:
        """The files that will be read; none for an expression. Raises NlshError."""
        return Facts() if self.expression and not self.source else super().resolve(scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield one cell. Raises NlshError: no number was found, or the expression is none."""
        if self.expression and not self.source:
            yield answer("result", evaluate(self.expression), "text")
            return
        source = self.feed(scope, facts)
        if source.table is not None:
            kind, cells = self._column(source.table)
        else:
            kind, cells = "text", self._cells(source)
        numbers = _Numbers(cells, self.operation == "median")
        note = f"{numbers.skipped} without a number left out" if numbers.skipped else ""
        yield answer(
            self.operation, numbers.result(self.operation), "count" if self.operation == "count" else kind, note
        )

    def _column(self, table: Table) -> tuple[ColumnKind, Iterable[Any]]:
        if self.by or self.field:
            index = column_of(table, self.by, self.field)
        else:
            index = first_of_kind(table.columns, NUMERIC) or 0
        return table.columns[index].kind, (row[index] for row in table.rows)

    def _cells(self, feed: Feed) -> Iterator[str]:
        lines = feed.lines()
        first = next(lines, None)
        if first is None:
            return
        cut = splitter(self.separator, feed.name, first)
        if not self.field and (not self.by or is_bare_number(cut.split(first))):
            yield from chain((first,), lines)
            return
        number = self.field or (int(self.by) if self.by.lstrip("-").isdigit() else 0)
        if not number:
            number = named(self.by, cut.split(first)) + 1
            first = ""
        for line in chain((first,), lines) if first else lines:
            cells = cut.split(line)
            index = place(number, len(cells))
            yield "" if index is None else cells[index]


class _Numbers:
    """Running sums over cells; the numbers themselves are kept only for a median."""

    def __init__(self, cells: Iterable[Any], keeps: bool) -> None:
        self.count = self.skipped = 0
        self.total: int | float = 0
        self.least: int | float | None = None
        self.most: int | float | None = None
        self.kept: list[int | float] = []
        for cell in cells:
            self._take(number_in(cell), bool(str(cell).strip()), keeps)

    def _take(self, number: int | float | None, is_filled: bool, keeps: bool) -> None:
        if number is None:
            self.skipped += is_filled
            return
        self.count += 1
        self.total += number
        self.least = number if self.least is None else min(self.least, number)
        self.most = number if self.most is None else max(self.most, number)
        if keeps:
            if len(self.kept) >= MAX_NUMBERS:
                raise NlshError(f"more than {MAX_NUMBERS:,} numbers", "take a part of them")
            self.kept.append(number)

    def result(self, operation: str) -> int | float | None:
        """The answer. Raises UsageError: there was no number."""
        if operation == "count":
            return self.count
        if not self.count:
            raise UsageError("there is no number to calculate with", "name the column, or another file")
        if operation == "median":
            return tidy(_median(self.kept))
        results = {"sum": self.total, "mean": self.total / self.count, "min": self.least, "max": self.most}
        return tidy(results[operation] or 0)


def _median(numbers: list[int | float]) -> int | float:
    numbers.sort()
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def tidy(number: int | float) -> int | float:
    """A float without the noise of binary fractions, and whole where it is."""
    if isinstance(number, int):
        return number
    rounded = float(f"{number:.12g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


SYSCALLS: tuple[type[Syscall], ...] = (Count, Calc)
