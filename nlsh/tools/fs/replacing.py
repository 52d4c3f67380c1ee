"""Replacing text inside files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, ClassVar, Final

from nlsh.core.arguments import Paths, Pattern, Text
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note, Progress
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import HEAD_BYTES, encoded, is_binary, line_blocks
from nlsh.tools.faults import explaining
from nlsh.tools.fs import found, wishes
from nlsh.tools.fs.wording import MOST_DIFF_LINES, counted, recheck
from nlsh.tools.fs.writing import dress_like
from nlsh.tools.paths import expand_many, facts, shown
from nlsh.tools.patterns import Look, Matcher
from nlsh.tools.staging import Staging
from nlsh.tools.tree import open_file

_ROW_CHARS: Final = 200


@dataclass
class _Outcome:
    """What replacing did, or would do."""

    lines: int = 0
    files: int = 0
    skipped: int = 0
    diff: list[str] = field(default_factory=list)

    def note(self, number: int, old: str, new: str) -> None:
        """One changed line, as a hunk of a unified diff."""
        self.lines += 1
        if len(self.diff) < MOST_DIFF_LINES:
            self.diff += [f"@@ -{number} +{number} @@", *_rows("-", old), *_rows("+", new)]


def _rows(sign: str, line: str) -> list[str]:
    return [sign + visible(part)[:_ROW_CHARS] for part in line.split("\n")]


@dataclass(frozen=True, kw_only=True)
class Replace(Syscall):
    """Replace text in files, line by line: everywhere, or only the `first` time in each file.

    The pattern is plain text; with `regex` a regular expression, and `\\1` in the replacement its first group.
    An empty replacement takes the text out. Files that are not text are left alone.
    """

    name: ClassVar[str] = "fs.replace"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ, Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "replace foo with bar in main.c", '[{"fs.replace":{"path":"main.c","pattern":"foo","replacement":"bar"}}]'
        ),
        Example(
            "change localhost to example.org in all the conf files",
            '[{"fs.replace":{"path":"*.conf","pattern":"localhost","replacement":"example.org"}}]',
        ),
        Example(
            "every 2023 in report.md should be 2024",
            '[{"fs.replace":{"path":"report.md","pattern":"2023","replacement":"2024"}}]',
        ),
        Example(
            "swap only the first TODO in notes.txt for DONE",
            '[{"fs.replace":{"path":"notes.txt","pattern":"TODO","replacement":"DONE","first":true}}]',
        ),
        Example("take the word very out of essay.txt", '[{"fs.replace":{"path":"essay.txt","pattern":"very"}}]'),
        Example(
            "strip trailing spaces from script.py",
            '[{"fs.replace":{"path":"script.py","pattern":"[ \\\\t]+$","regex":true}}]',
        ),
        Example(
            "sed s/http/https/ on links.txt",
            '[{"fs.replace":{"path":"links.txt","pattern":"http","replacement":"https"}}]',
        ),
        Example(
            "rename the function load_data to read_data in the python sources",
            '[{"fs.replace":{"path":"**/*.py","pattern":"load_data","replacement":"read_data"}}]',
        ),
        Example(
            "ersetze rot durch blau in farben.txt",
            '[{"fs.replace":{"path":"farben.txt","pattern":"rot","replacement":"blau"}}]',
        ),
        Example(
            "reemplaza gato por perro en cuento.txt",
            '[{"fs.replace":{"path":"cuento.txt","pattern":"gato","replacement":"perro"}}]',
        ),
        *wishes.REPLACE,
        *found.REPLACE,
    )

    path: Paths
    pattern: Pattern
    replacement: Text = ""
    regex: bool = False
    first: bool = False

    def piped(self) -> tuple[Syscall, ...]:
        """What was piped in, with the replacement made; nowhere is it made the `first` time only."""
        from nlsh.tools.text.changing import Replace as Shown

        shown = Shown(pattern=self.pattern, replacement=self.replacement, regex=self.regex)
        return () if self.first else (shown,)

    def resolve(self, scope: Scope) -> Facts:
        """Go through the files without changing them: how many lines, and how they would read."""
        paths = self._paths(scope)
        outcome = _Outcome()
        changed = [path for path in paths if self._rewrite(path, None, outcome, scope)]
        if not changed:
            where = shown(paths[0], scope) if len(paths) == 1 else counted(len(paths), "file")
            raise NlshError(f"{visible(self.pattern)} is not in {where}", "check the spelling; nothing was changed")
        found = facts(changed, scope, recursive=False, mutates=True)
        details = {**found.details, "diff": outcome.diff, "lines": outcome.lines}
        return replace(found, is_reversible=True, details=details)

    def preview(self, facts: Facts) -> Preview:
        """Counts and the diff."""
        where = self.path[0] if len(self.path) == facts.count == 1 else counted(facts.count, "file")
        title = f"replace {visible(self.pattern)} with {visible(self.replacement)!r} in {where}"
        more = ["…"] if facts.details.get("lines", 0) * 3 > len(facts.details.get("diff", ())) else []
        return Preview(f"{title} ({counted(facts.details.get('lines', 0), 'line')})", (*facts.details["diff"], *more))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Write every changed file beside the old one, then exchange them all."""
        recheck(facts)
        outcome = _Outcome()
        paths = [path for path, _, _ in facts.details["items"]]
        with Staging(scope) as staging:
            for number, path in enumerate(paths, 1):
                self._rewrite(path, staging.beside(path), outcome, scope)
                yield Progress(number, len(paths))
            staging.place()
        where = shown(paths[0], scope) if len(paths) == 1 else counted(len(paths), "file")
        yield Note(f"changed {counted(outcome.lines, 'line')} in {where}")

    def _paths(self, scope: Scope) -> Sequence[str]:
        if not self.pattern:
            raise UsageError("it was not said what to replace", "name the text")
        found = dict.fromkeys(map(os.path.realpath, expand_many(self.path, scope)))
        paths = [path for path in found if os.path.isfile(path)]
        if not paths:
            raise UsageError(f"{visible(', '.join(self.path))} is no file", "name files, such as *.txt or **/*.py")
        return paths

    def _rewrite(self, path: str, staged: str | None, outcome: _Outcome, scope: Scope) -> bool:
        """Replace in one file into a staged one (None: only look); whether anything changed. Raises NlshError."""
        before = outcome.lines
        with open_file(path) as reading:
            if is_binary(reading.peek(HEAD_BYTES) if hasattr(reading, "peek") else b""):
                outcome.skipped += 1
                return False
            if staged is None:
                for _ in self._pieces(reading, path, outcome, scope):
                    pass
            else:
                self._write(reading, path, staged, outcome, scope)
        return outcome.lines > before

    def _write(self, reading: BinaryIO, path: str, staged: str, outcome: _Outcome, scope: Scope) -> None:
        with explaining("write", path):
            fd = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(fd, "wb") as stream:
                stream.writelines(self._pieces(reading, path, outcome, scope))
                stream.flush()
                dress_like(fd, path)
                os.fsync(fd)

    def _pieces(self, reading: BinaryIO, path: str, outcome: _Outcome, scope: Scope) -> Iterator[bytes]:
        """The new content, block by block."""
        if "\n" in self.pattern and not self.regex:
            yield self._whole(reading, outcome)
            return
        look = Look(self.pattern, is_regex=self.regex)
        number, is_open = 0, True
        with Matcher(look, scope, "replace", self.replacement) as matcher:
            for block in line_blocks(reading, scope, path):
                lines = block.decode("utf-8", "surrogateescape").split("\n")
                fresh = self._replaced(lines, matcher, is_open=is_open)
                for offset, (old, new) in enumerate(zip(lines, fresh, strict=True), 1):
                    if old != new:
                        outcome.note(number + offset, old, new)
                        is_open = not self.first
                number += len(lines) - 1
                yield encoded("\n".join(fresh))

    def _replaced(self, lines: list[str], matcher: Matcher, *, is_open: bool) -> list[str]:
        """New lines for old. The piece after the last newline is no line unless it holds something."""
        if not is_open:
            return lines
        ends = ["\r" if line.endswith("\r") else "" for line in lines]
        bare = [line[: len(line) - len(end)] for line, end in zip(lines, ends, strict=True)]
        count = len(lines) if bare[-1] else len(lines) - 1
        fresh = [new for _, new in matcher.each(bare[:count])] + bare[count:]
        if self.first:
            at = next((i for i, (old, new) in enumerate(zip(bare, fresh, strict=True)) if old != new), None)
            fresh = list(bare)
            if at is not None:
                fresh[at] = matcher.look.compiled.sub(matcher.replacement, bare[at], count=1)
        return [new + end for new, end in zip(fresh, ends, strict=True)]

    def _whole(self, reading: BinaryIO, outcome: _Outcome) -> bytes:
        """Text of several lines is looked for in the file as a whole."""
        text = reading.read().decode("utf-8", "surrogateescape")
        count = min(text.count(self.pattern), 1 if self.first else text.count(self.pattern))
        at = text.find(self.pattern)
        for _ in range(count):
            outcome.note(text.count("\n", 0, at) + 1, self.pattern, self.replacement)
            at = text.find(self.pattern, at + len(self.pattern))
        return encoded(text.replace(self.pattern, self.replacement, count))


SYSCALLS: tuple[type[Syscall], ...] = (Replace,)
