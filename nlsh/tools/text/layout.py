"""Setting text out anew, and printing a text that was given."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import ClassVar, Final, Literal

from nlsh.core.arguments import Text
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Chunk, Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks, encoded
from nlsh.tools.text import sayings
from nlsh.tools.text.cells import splitter, spoken_separator
from nlsh.tools.text.feed import Feed, Stage, bounded

Operation = Literal["join", "split", "fold", "number", "reverse", "mirror", "shuffle", "columns", "align"]
MAX_TIMES: Final = 100_000


@dataclass(frozen=True, kw_only=True)
class Layout(Stage):
    """Set lines out anew: join them, split or fold them, number, reverse or shuffle them, set them in columns.

    `join` puts `separator` between lines (a space by default), `split` starts a line at each `separator`, `fold`
    wraps at `width`, `mirror` writes each line backwards, `columns` fills `width` side by side, `align` makes the
    fields of all lines stand below each other.
    """

    name: ClassVar[str] = "text.layout"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("number the lines of code.py", '[{"text.layout":{"source":"code.py","operation":"number"}}]'),
        Example(
            "print log.txt upside down, last line first", '[{"text.layout":{"source":"log.txt","operation":"reverse"}}]'
        ),
        Example(
            "join the lines of ids.txt with commas",
            '[{"text.layout":{"source":"ids.txt","operation":"join","separator":"commas"}}]',
        ),
        Example(
            "wrap readme.txt at 72 characters",
            '[{"text.layout":{"source":"readme.txt","operation":"fold","width":72}}]',
        ),
        Example("shuffle the lines in songs.txt", '[{"text.layout":{"source":"songs.txt","operation":"shuffle"}}]'),
        Example(
            "pick a random line from quotes.txt",
            '[{"text.layout":{"source":"quotes.txt","operation":"shuffle"}},{"text.slice":{"source":"$1","first":1}}]',
        ),
        Example(
            "one tag per line for tags.txt, they are separated by semicolons",
            '[{"text.layout":{"source":"tags.txt","operation":"split","separator":"semicolons"}}]',
        ),
        Example(
            "make people.csv readable as aligned columns",
            '[{"text.layout":{"source":"people.csv","operation":"align"}}]',
        ),
        Example(
            "write each line of name.txt backwards", '[{"text.layout":{"source":"name.txt","operation":"mirror"}}]'
        ),
        Example("dreh die Zeilen von liste.txt um", '[{"text.layout":{"source":"liste.txt","operation":"reverse"}}]'),
        *sayings.LAYOUT,
    )

    operation: Operation
    width: int = 80
    separator: Text = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the text, or a reordered table. Raises NlshError: too many lines to hold in memory."""
        feed = self.feed(scope, facts)
        if feed.table is not None and self.operation in _ROW_OPERATIONS:
            yield _ROW_OPERATIONS[self.operation](feed.table)
            return
        if not 1 <= self.width <= 10_000:
            raise UsageError(f"a width of {self.width} does not work", "use 1 to 10000")
        yield from self._emitted(feed)

    def _emitted(self, feed: Feed) -> Iterator[Emission]:
        if self.operation == "join":
            cells = feed.table.paths() if feed.table is not None else ()
            lines = iter(cells) if cells else feed.lines()
            yield Chunk(encoded((spoken_separator(self.separator) or " ").join(bounded(lines)) + "\n"))
        else:
            yield from chunks(self._lines(feed))

    def _lines(self, feed: Feed) -> Iterator[str]:
        lines = feed.lines()
        if self.operation == "split":
            mark = spoken_separator(self.separator)
            return chain.from_iterable(line.split(mark) if mark else line.split() for line in lines)
        if self.operation == "fold":
            return chain.from_iterable(fold(line, self.width) for line in lines)
        if self.operation == "number":
            return (f"{number:6}\t{line}" for number, line in enumerate(lines, 1))
        if self.operation == "mirror":
            return (line[::-1] for line in lines)
        return iter(self._held(list(bounded(lines)), feed.name))

    def _held(self, lines: list[str], path: str) -> Iterable[str]:
        if self.operation == "reverse":
            return reversed(lines)
        if self.operation == "shuffle":
            import random

            random.shuffle(lines)
            return lines
        if self.operation == "columns":
            return _in_columns(lines, self.width)
        return _aligned(lines, self.separator, path)


def fold(line: str, width: int) -> list[str]:
    """A line broken at spaces so that no piece is wider than `width`, where words allow."""
    if len(line) <= width:
        return [line]
    from textwrap import wrap

    return wrap(line, width, break_long_words=True, break_on_hyphens=False) or [""]


def wide(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _in_columns(lines: list[str], width: int) -> Iterator[str]:
    cell = max(map(wide, lines), default=0) + 2
    count = max(1, width // cell)
    rows = -(-len(lines) // count) if lines else 0
    for row in range(rows):
        items = lines[row::rows]
        yield "".join(item + " " * (cell - wide(item)) for item in items).rstrip()


def _aligned(lines: list[str], separator: str, path: str) -> Iterator[str]:
    if not lines:
        return
    cut = splitter(separator, path, lines[0])
    rows = [cut.split(line) for line in lines]
    widths = [max(map(wide, column)) for column in zip_longest(*rows, fillvalue="")]
    for row in rows:
        cells = zip(row, widths, strict=False)
        yield "  ".join(text + " " * (width - wide(text)) for text, width in cells).rstrip()


def _shuffled(table: Table) -> Table:
    import random

    return replace(table, rows=tuple(random.sample(table.rows, len(table.rows))))


def _numbered(table: Table) -> Table:
    rows = tuple((number, *row) for number, row in enumerate(table.rows, 1))
    return Table((Column("number", "count"), *table.columns), rows, table.note)


_ROW_OPERATIONS: Final[dict[str, Callable[[Table], Table]]] = {
    "reverse": lambda table: replace(table, rows=table.rows[::-1]),
    "shuffle": _shuffled,
    "number": _numbered,
}


@dataclass(frozen=True, kw_only=True)
class Print(Syscall):
    """Print a text, or write it down for a later step; `times` repeats it."""

    name: ClassVar[str] = "text.print"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example('print "hello world"', '[{"text.print":{"text":"hello world"}}]'),
        Example("echo build finished", '[{"text.print":{"text":"build finished"}}]'),
        Example("write good morning 3 times on the screen", '[{"text.print":{"text":"good morning","times":3}}]'),
        Example("just output the words ready to go", '[{"text.print":{"text":"ready to go"}}]'),
        Example(
            'sort these words alphabetically: "pear apple fig"',
            '[{"text.print":{"text":"pear apple fig"}},{"text.layout":{"source":"$1","operation":"split"}},'
            '{"text.sort":{"source":"$2"}}]',
        ),
        Example(
            'reverse the string "stressed"',
            '[{"text.print":{"text":"stressed"}},{"text.layout":{"source":"$1","operation":"mirror"}}]',
        ),
        Example("imprime hola a todos en pantalla", '[{"text.print":{"text":"hola a todos"}}]'),
        *sayings.PRINT,
    )

    text: Text
    times: int = 1

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the text with a newline. Raises UsageError: too many times."""
        if not 0 <= self.times <= MAX_TIMES:
            raise UsageError(f"{self.times} times is too often", f"at most {MAX_TIMES:,}")
        yield from chunks(self.text for _ in range(self.times))


SYSCALLS: tuple[type[Syscall], ...] = (Layout, Print)
