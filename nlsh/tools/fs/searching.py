"""Searching inside files."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, Final

from nlsh.core.arguments import Glob, Paths, Pattern
from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import head_of, is_binary, line_blocks, split_lines
from nlsh.tools.fs import sayings
from nlsh.tools.fs.below import Tally, counted, entries, places, reading
from nlsh.tools.fs.conditions import NameTest, name_test
from nlsh.tools.listed import listed
from nlsh.tools.paths import sensitive
from nlsh.tools.patterns import Look, Matcher
from nlsh.tools.tree import Entry, open_entry, open_file

MAX_ROWS: Final = 1_000_000
MAX_TEXT: Final = 1_000
_METADATA: Final = frozenset({".git", ".hg", ".svn"})
_LINES: Final = (Column("path", "path"), Column("line", "count"), Column("text"))


@dataclass(frozen=True, kw_only=True)
class Grep(Syscall):
    """Search for text inside files: in one file, or in all files of a folder and below it.

    The pattern is plain text unless `regex`. `name` searches only files of that name. `names_only` tells which files
    hold it, `counts` how many lines of each do, `context` shows lines around each. Binary files, version control
    metadata and keys are passed over, and it is said.
    """

    name: ClassVar[str] = "fs.grep"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("search for TODO in this folder", '[{"fs.grep":{"pattern":"TODO"}}]'),
        Example("where in src is connect_db used?", '[{"fs.grep":{"pattern":"connect_db","path":"src"}}]'),
        Example("lines containing error in server.log", '[{"fs.grep":{"pattern":"error","path":"server.log"}}]'),
        Example(
            "find timeout in app.log no matter upper or lower case",
            '[{"fs.grep":{"pattern":"timeout","path":"app.log","ignore_case":true}}]',
        ),
        Example(
            "how many lines of access.log have 404 in them",
            '[{"fs.grep":{"pattern":"404","path":"access.log","counts":true}}]',
        ),
        Example(
            "count all the lines with WARN across logs",
            '[{"fs.grep":{"pattern":"WARN","path":"logs"}},{"text.count":{"source":"$1"}}]',
        ),
        Example(
            "which python files mention deprecated",
            '[{"fs.grep":{"pattern":"deprecated","name":"*.py","names_only":true}}]',
        ),
        Example(
            'grep "fatal error" in build.log with 3 lines around it',
            '[{"fs.grep":{"pattern":"fatal error","path":"build.log","context":3}}]',
        ),
        Example(
            "show me every line of hosts without localhost",
            '[{"fs.grep":{"pattern":"localhost","path":"hosts","invert":true}}]',
        ),
        Example(
            "look for the whole word id in schema.sql", '[{"fs.grep":{"pattern":"id","path":"schema.sql","word":true}}]'
        ),
        Example(
            'match the regex "user_[0-9]+" in dump.txt',
            '[{"fs.grep":{"pattern":"user_[0-9]+","path":"dump.txt","regex":true}}]',
        ),
        Example("suche nach Rechnung in allen txt Dateien", '[{"fs.grep":{"pattern":"Rechnung","name":"*.txt"}}]'),
        Example("busca la palabra factura en correo.txt", '[{"fs.grep":{"pattern":"factura","path":"correo.txt"}}]'),
        *sayings.GREP,
    )

    pattern: Pattern
    path: Paths = ()
    name_: tuple[Glob, ...] = ()
    ignore_case: bool = False
    word: bool = False
    regex: bool = False
    invert: bool = False
    names_only: bool = False
    counts: bool = False
    context: int = 0

    def piped(self) -> tuple[Syscall, ...]:
        """The lines that hold it, or how many; no names of files, and no lines around, can be told of it."""
        from nlsh.tools.text.counting import Count
        from nlsh.tools.text.selecting import Grep as Lines

        if self.names_only or self.name_ or self.context:
            return ()
        pattern, is_regex = self.pattern, self.regex
        if self.word:
            pattern, is_regex = rf"(?<!\w)(?:{pattern if is_regex else re.escape(pattern)})(?!\w)", True
        lines = Lines(pattern=pattern, regex=is_regex, ignore_case=self.ignore_case, invert=self.invert)
        return (lines, Count(source=("$1",))) if self.counts else (lines,)

    def resolve(self, scope: Scope) -> Facts:
        """Where the search begins. Raises NlshError: a place is not there, or the regular expression is none."""
        _ = self._look.compiled
        return reading(self.path, scope)

    @property
    def _look(self) -> Look:
        if not self.pattern:
            raise UsageError("search for what?", "say the text to look for")
        return Look(self.pattern, self.regex, self.ignore_case, self.word)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield a table of path, line number and text; of paths; or of counts. Raises NlshError."""
        tally = Tally()
        files = _Files(self, scope, tally, is_agreed=bool(facts.sensitive))
        with Matcher(self._look, scope) as matcher:
            search = _Search(self, scope, matcher, tally)
            tops = places(facts)
            for path, opener, is_named in files.below(tops):
                search.file(path, opener, is_named and len(tops) == 1)
                if len(search.rows) >= MAX_ROWS:
                    tally.others.append(f"stopped at {MAX_ROWS:,} rows")
                    break
        yield search.table()


Opener = Callable[[], BinaryIO]


class _Files:
    """The files that are to be searched, with how to open each."""

    def __init__(self, grep: Grep, scope: Scope, tally: Tally, *, is_agreed: bool) -> None:
        self._scope = scope
        self._tally = tally
        self._is_agreed = is_agreed
        self._metadata = 0
        self._named: NameTest | None = name_test(grep.name_, ignore_case=False) if grep.name_ else None

    def below(self, tops: list[str]) -> Iterator[tuple[str, Opener, bool]]:
        """Path, opener, and whether the file was named itself."""
        for top in tops:
            skip = len(top.rstrip("/")) + 1
            for entry in entries(top, self._scope, self._tally, self._enters):
                if entry.depth == 0 and entry.kind != "folder":
                    yield top, lambda top=top: open_file(top), True  # type: ignore[misc]
                elif entry.kind == "file" and self._is_wanted(entry, skip):
                    yield entry.path, lambda entry=entry: open_entry(entry.dirfd, entry.name, entry.path), False  # type: ignore[misc]
        if self._metadata:
            self._tally.others.append(f"{counted(self._metadata, 'folder')} of version control not looked into")

    def _enters(self, entry: Entry) -> bool:
        if entry.depth and entry.name in _METADATA:
            self._metadata += 1
            return False
        return True

    def _is_wanted(self, entry: Entry, skip: int) -> bool:
        if self._named is not None and not self._named(entry.name, entry.path[skip:]):
            return False
        if not self._is_agreed and sensitive(entry.path):
            self._tally.delicate += 1
            return False
        return True


class _Search:
    """Goes through files one by one and gathers rows."""

    def __init__(self, grep: Grep, scope: Scope, matcher: Matcher, tally: Tally) -> None:
        self.rows: list[tuple[str, int, str]] = []
        self._counts: list[tuple[str, int]] = []
        self._grep = grep
        self._scope = scope
        self._matcher = matcher
        self._tally = tally
        self._is_alone = False
        self._needle = None if grep.invert or grep.context else matcher.look.needle

    def file(self, path: str, opener: Opener, is_alone: bool) -> None:
        """Search one file. Raises NlshError: it is the one that was named; UsageError: the pattern takes too long."""
        self._is_alone = is_alone
        with ExitStack() as stack:
            try:
                file = stack.enter_context(opener())
                is_data = is_binary(head_of(file, path))
            except NlshError as error:
                self._fail(error)
                return
            if is_data:
                self._tally.binary += 1
            else:
                self._lines(path, file)

    def _fail(self, error: NlshError) -> None:
        if self._is_alone or isinstance(error, Cancelled):
            raise error
        self._tally.fail(error.message)

    def _blocks(self, file: BinaryIO, path: str) -> Iterator[bytes]:
        try:
            yield from line_blocks(file, self._scope, path)
        except NlshError as error:
            self._fail(error)

    def _lines(self, path: str, file: BinaryIO) -> None:
        name = listed(path, self._scope)
        found = 0
        for number, text in self._around(self._tested(file, path)):
            if number < 0:
                self.rows.append((name, -number, text[:MAX_TEXT]))
                continue
            found += 1
            if self._grep.names_only:
                break
            if not self._grep.counts:
                self.rows.append((name, number, text[:MAX_TEXT]))
            if len(self.rows) >= MAX_ROWS:
                break
        if found or (self._is_alone and self._grep.counts):
            self._counts.append((name, found))

    def _tested(self, file: BinaryIO, path: str) -> Iterator[tuple[int, str, bool]]:
        """Every line with its number and whether it is wanted; blocks that cannot hold a match are skipped whole."""
        number = 0
        for block in self._blocks(file, path):
            if self._needle is not None and self._needle not in block:
                number += block.count(b"\n")
                continue
            for line, found in self._matcher.each(split_lines(block)):
                number += 1
                yield number, line.removesuffix("\r"), found != self._grep.invert

    def _around(self, lines: Iterator[tuple[int, str, bool]]) -> Iterator[tuple[int, str]]:
        """The wanted lines, and those around them with negative numbers."""
        context = 0 if self._grep.names_only or self._grep.counts else min(max(self._grep.context, 0), 1000)
        before: deque[tuple[int, str]] = deque(maxlen=context)
        after = 0
        for number, line, is_wanted in lines:
            if is_wanted:
                yield from ((-earlier, text) for earlier, text in before)
                before.clear()
                yield number, line
                after = context
            elif after > 0:
                after -= 1
                yield -number, line
            else:
                before.append((number, line))

    def table(self) -> Table:
        """What was found."""
        if self._grep.names_only:
            return Table((Column("path", "path"),), tuple((path,) for path, _ in self._counts), self._tally.note())
        if not self._grep.counts:
            return Table(_LINES, tuple(self.rows), self._tally.note())
        total = sum(number for _, number in self._counts)
        if len(self._counts) > 1:
            self._tally.others.append(f"{counted(total, 'line')} in {counted(len(self._counts), 'file')}")
        return Table((Column("path", "path"), Column("lines", "count")), tuple(self._counts), self._tally.note())


SYSCALLS: tuple[type[Syscall], ...] = (Grep,)
