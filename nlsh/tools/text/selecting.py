"""Keeping some of the lines: those that hold a pattern, or those at a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

from nlsh.core.arguments import Pattern
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Chunk, Emission, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks, encoded
from nlsh.tools.patterns import Look, Matcher, Place
from nlsh.tools.spans import Span
from nlsh.tools.text import sayings
from nlsh.tools.text.feed import MAX_HELD_LINES, Feed, Stage, bounded, row_text
from nlsh.tools.text.plural import Plurally, singular


@dataclass(frozen=True, kw_only=True)
class Grep(Stage):
    """Keep the lines (or rows) that hold a text, of one file, of what was piped in, or of the step before.

    `invert` keeps the others, `only_matches` prints the matching parts alone, one a line. To search folders or many
    files by name use fs.grep.
    """

    name: ClassVar[str] = "text.grep"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "list what is in this folder but only show me the ones with draft in the name",
            '[{"fs.list":{}},{"text.grep":{"source":"$1","pattern":"draft"}}]',
        ),
        Example("keep only the lines of what I piped in that mention timeout", '[{"text.grep":{"pattern":"timeout"}}]'),
        Example(
            "print server.conf without the lines that start with #",
            '[{"text.grep":{"source":"server.conf","pattern":"#","invert":true,"at":"start"}}]',
        ),
        Example(
            "drop every line of hosts.txt containing localhost",
            '[{"text.grep":{"source":"hosts.txt","pattern":"localhost","invert":true}}]',
        ),
        Example(
            "lines in words.txt that end with ing",
            '[{"text.grep":{"source":"words.txt","pattern":"ing","at":"end"}}]',
        ),
        Example(
            "how many times does the word whale appear in moby.txt",
            '[{"text.grep":{"source":"moby.txt","pattern":"whale","only_matches":true}},'
            '{"text.count":{"source":"$1"}}]',
        ),
        Example(
            'pull everything matching "[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+" out of access.log',
            '[{"text.grep":{"source":"access.log","pattern":"[0-9]+\\\\.[0-9]+\\\\.[0-9]+\\\\.[0-9]+",'
            '"regex":true,"only_matches":true}}]',
        ),
        Example(
            "zeig nur die zeilen aus namen.txt, in denen Bauer steht",
            '[{"text.grep":{"source":"namen.txt","pattern":"Bauer"}}]',
        ),
    )

    pattern: Pattern
    invert: bool = False
    ignore_case: bool = False
    regex: bool = False
    at: Place = "anywhere"
    only_matches: bool = False

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the kept rows as a table, or the kept lines as output."""
        look = Look(self.pattern, self.regex, self.ignore_case, place=self.at)
        feed = self.feed(scope, facts)
        if feed.table is None and self._is_plural:
            yield from self._plurally(feed, scope)
            return
        with Matcher(look, scope, "find" if self.only_matches else "test") as matcher:
            if feed.table is not None and not self.only_matches:
                yield self._rows(feed.table, matcher)
            else:
                yield from chunks(self._lines(feed, matcher))

    @property
    def _is_plural(self) -> bool:
        is_plain = not (self.regex or self.invert or self.only_matches) and self.at == "anywhere"
        return is_plain and singular(self.pattern) != ""

    def _plurally(self, feed: Feed, scope: Scope) -> Iterator[Emission]:
        found = Plurally(self.pattern, scope, ignore_case=self.ignore_case)
        yield from chunks(found.lines(feed.lines()))
        if found.is_loose:
            yield Chunk(encoded(f"no line holds {self.pattern}; these hold {singular(self.pattern)}\n"), is_error=True)

    def _rows(self, table: Table, matcher: Matcher) -> Table:
        if matcher.look.place == "anywhere":
            tests: Iterable[bool] = (found for _, found in matcher.each(map(row_text, table.rows)))
        else:
            tests = (any(matcher.treat([str(cell) for cell in row])) for row in table.rows)
        pairs = zip(table.rows, tests, strict=True)
        return replace(table, rows=tuple(row for row, found in pairs if found != self.invert))

    def _lines(self, feed: Feed, matcher: Matcher) -> Iterator[str]:
        for line, found in matcher.each(feed.lines()):
            if self.only_matches:
                yield from found
            elif found != self.invert:
                yield line


@dataclass(frozen=True, kw_only=True)
class Slice(Stage):
    """Keep the lines (or rows) at a place: the first or last few, or from one number to another.

    Numbers count from 1 and both ends are kept. `skip` leaves out so many at the beginning, `drop` at the end. With
    `first` and `last` together, `last` is taken of the first ones. `unit` chars cuts every line; bytes cuts the whole.
    """

    name: ClassVar[str] = "text.slice"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "sort scores.txt numerically, biggest first, and give me the top 3",
            '[{"text.sort":{"source":"scores.txt","numeric":true,"reverse":true}},'
            '{"text.slice":{"source":"$1","first":3}}]',
        ),
        Example(
            "list this folder, but only the first 5 entries",
            '[{"fs.list":{}},{"text.slice":{"source":"$1","first":5}}]',
        ),
        Example("skip the first line of people.csv", '[{"text.slice":{"source":"people.csv","skip":1}}]'),
        Example(
            "take lines 10 through 20 of what is piped in",
            '[{"text.slice":{"start":10,"end":20}}]',
        ),
        Example("everything in todo.txt except the last 2 lines", '[{"text.slice":{"source":"todo.txt","drop":2}}]'),
        Example(
            "cut every line of long.txt down to its first 40 characters",
            '[{"text.slice":{"source":"long.txt","first":40,"unit":"chars"}}]',
        ),
        Example(
            "the first 100 bytes of header.txt please",
            '[{"text.slice":{"source":"header.txt","first":100,"unit":"bytes"}}]',
        ),
        Example(
            "muéstrame solo el renglón 3 de notas.txt",
            '[{"text.slice":{"source":"notas.txt","start":3,"end":3}}]',
        ),
        *sayings.SLICE,
    )

    first: int = 0
    last: int = 0
    start: int = 0
    end: int = 0
    skip: int = 0
    drop: int = 0
    unit: Literal["lines", "chars", "bytes"] = "lines"

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the kept rows as a table, or the kept text as output. Raises UsageError: nothing says which."""
        span = Span(self.first, self.last, self.start, self.end, self.skip, self.drop)
        if span.is_all:
            raise UsageError("which lines?", "say the first 10, the last 5, or from 3 to 8")
        feed = self.feed(scope, facts)
        if self.unit == "bytes":
            data = self._bytes(feed)
            yield Chunk(data[span.of(len(data))])
        elif self.unit == "chars":
            yield from chunks(line[span.of(len(line))] for line in feed.lines())
        elif feed.table is not None:
            rows = feed.table.rows
            yield replace(feed.table, rows=rows[span.of(len(rows))])
        else:
            is_huge = max(self.last, self.drop) > MAX_HELD_LINES
            lines = bounded(feed.lines()) if is_huge else feed.lines()
            yield from chunks(line for _, line in span.lines(enumerate(lines, 1)))

    def _bytes(self, feed: Feed) -> bytes:
        """The bytes from the beginning, as far as they are needed. Raises NlshError: that is too far."""
        stop = max(self.start - 1, self.skip, 0) + self.first if self.first > 0 else self.end
        if stop <= 0 or self.drop > 0 or stop > _WHOLE_BYTES:
            return feed.whole(_WHOLE_BYTES)
        kept = b""
        for block in feed.raw():
            kept += block
            if len(kept) >= stop:
                break
        return kept


_WHOLE_BYTES: Final = 64 << 20

SYSCALLS: tuple[type[Syscall], ...] = (Grep, Slice)
