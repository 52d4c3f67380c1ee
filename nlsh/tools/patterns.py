"""Looking for what the person wrote. A pattern that could take for ever is matched where it can be stopped.

Python's regular expressions cannot be interrupted and hold every other thread while they run. The cost of a pattern
is estimated from its repeats and the length of the line; what might cost too much goes to a child process with a
deadline, everything else is matched in place.
"""

from __future__ import annotations

import json
import os
import re
import select
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.scope import Scope
from nlsh.tools import pattern_child

if TYPE_CHECKING:
    import subprocess

Place = Literal["anywhere", "start", "end", "whole"]
"""Where in a line a pattern must stand."""
Work = Literal["test", "find", "replace"]

DEADLINE_S: Final = 5.0
"""For one batch of lines in the child."""
_MAX_COST: Final = 5_000_000
"""Backtracking steps allowed in place: about a quarter of a second at the very worst."""
_BATCH_LINES: Final = 512
_BATCH_CHARS: Final = 1 << 18
_MAX_PATTERN: Final = 2000
_TOKEN = re.compile(
    r"""\\.                                          # an escape
    | \[\^?\]?(?:\\.|[^\]\\])*\]                     # a class
    | \(\?(?:P<\w+>|:)? | \( | \) | \|               # groups and choices
    | [*+?][?+]? | \{\d*,?\d*\}[?+]?                 # repeats
    """,
    re.VERBOSE | re.DOTALL,
)
_BACK = re.compile(r"\\[1-9]|\(\?P=")


@dataclass(frozen=True)
class Look:
    """What to look for in lines. `word` wants it between non-word characters.

    Raises:
        UsageError: on `compiled`, where the regular expression is not one.
    """

    text: str
    is_regex: bool = False
    ignore_case: bool = False
    is_word: bool = False
    place: Place = "anywhere"

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern as Python's `re` takes it. Raises UsageError."""
        if len(self.text) > _MAX_PATTERN:
            raise UsageError(f"the pattern is longer than {_MAX_PATTERN} characters", "look for a part of it")
        try:
            inner = self.text if self.is_regex else re.escape(self.text)
            re.compile(inner)
            return re.compile(self._around(f"(?:{inner})"), re.IGNORECASE if self.ignore_case else 0)
        except (re.error, OverflowError, RecursionError) as error:
            raise UsageError(f"{visible(self.text)} is not a regular expression: {error}", "correct it") from error

    def _around(self, inner: str) -> str:
        if self.is_word:
            inner = rf"(?<!\w){inner}(?!\w)"
        before = "^" if self.place in ("start", "whole") else ""
        after = r"(?=\r?$)" if self.place in ("end", "whole") else ""
        return before + inner + after

    @cached_property
    def needle(self) -> bytes | None:
        """Bytes every match must hold, where they are known: lets whole blocks be skipped."""
        is_plain = not self.is_regex and not self.ignore_case
        return self.text.encode("utf-8", "surrogateescape") if is_plain and self.text else None

    @cached_property
    def _weight(self) -> tuple[float, int]:
        return weight(self.text) if self.is_regex else (1.0, 0)

    def is_tame(self, length: int) -> bool:
        """Whether a line of `length` characters can be matched in place."""
        factor, power = self._weight
        return factor * float(length + 1) ** (power + 1) <= _MAX_COST


def weight(pattern: str) -> tuple[float, int]:
    """The worst cost of a search as `factor * length ** (power + 1)`; an infinite factor where it may explode."""
    scan = _Scan()
    if _BACK.search(pattern) or not all(scan.takes(token) for token in _TOKEN.findall(pattern)):
        return float("inf"), 0
    return scan.factor, scan.power


@dataclass
class _Scan:
    """Reads the tokens of a pattern from left to right, adding up what its repeats can cost."""

    factor: float = 1.0
    power: int = 0
    is_variable: list[bool] = field(default_factory=lambda: [False])
    """For each open group whether what it matches can vary in length."""
    is_after_variable: bool = False

    def takes(self, piece: str) -> bool:
        """False where the pattern may explode: a repeat of something that varies, or a lookaround."""
        if piece[0] in "*+?{" and piece != "{}":
            return self._repeat(piece)
        self.is_after_variable = piece == ")" and self._closes()
        if piece == "|":
            self.is_variable[-1] = True
        elif piece.startswith("("):
            self.is_variable.append(False)
        return piece != "(?"

    def _repeat(self, piece: str) -> bool:
        most = _most(piece)
        self.factor *= most or 1
        self.power += most == 0
        self.is_variable[-1] = True
        return not self.is_after_variable

    def _closes(self) -> bool:
        if len(self.is_variable) == 1:
            return False
        inner = self.is_variable.pop()
        self.is_variable[-1] = self.is_variable[-1] or inner
        return inner


def _most(repeat: str) -> float:
    """How many times a repeat may turn, 0 for without end."""
    if repeat[0] in "*+":
        return 0
    if repeat[0] == "?":
        return 2
    low, comma, high = repeat.rstrip("?+")[1:-1].partition(",")
    return float(high) + 1 if high else 0 if comma else float(low or 1)


@dataclass
class Matcher:
    """Applies one Look to many lines, in order. A context manager: the child, if one was needed, ends with it."""

    look: Look
    scope: Scope
    work: Work = "test"
    replacement: str = ""
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        self._check_replacement()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _check_replacement(self) -> None:
        if not self.look.is_regex:
            self.replacement = self.replacement.replace("\\", "\\\\")
        try:
            self.look.compiled.sub(self.replacement, "")
        except (re.error, IndexError) as error:
            raise UsageError(
                f"{visible(self.replacement)} cannot replace it: {error}", "\\1 is the first group"
            ) from error

    def each(self, lines: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """Every line with what came of it: a bool, the matches, or the new line.

        Raises:
            UsageError: the pattern takes too long on a line.
            Cancelled: the turn was cancelled.
        """
        for batch in _batches(lines):
            self.scope.check()
            yield from zip(batch, self.treat(batch), strict=True)

    def treat(self, batch: list[str]) -> list[Any]:
        """What comes of each of a few lines; a carriage return at the end is not matched. Raises as `each`."""
        if self.work != "replace":
            batch = [line.removesuffix("\r") for line in batch]
        if self.look.is_tame(max(map(len, batch), default=0)):
            return list(map(self._inner, batch))
        return self._ask(batch)

    @cached_property
    def _inner(self) -> Any:
        return pattern_child.worker(self.look.compiled, self.work, self.replacement)

    def _ask(self, batch: list[str]) -> list[Any]:
        child = self._child or self._start()
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps(batch).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError as error:
            raise NlshError("the process that matches patterns ended early", "try again") from error
        answer: list[Any] = json.loads(self._answer(child))
        return answer

    def _answer(self, child: subprocess.Popen[bytes]) -> bytes:
        assert child.stdout is not None
        end = time.monotonic() + DEADLINE_S
        pieces: list[bytes] = []
        while not (pieces and pieces[-1].endswith(b"\n")):
            self.scope.check()
            if time.monotonic() > end:
                raise UsageError(f"{visible(self.look.text)} takes too long to match", "write it with fewer repeats")
            if select.select([child.stdout], [], [], 0.05)[0]:
                pieces.append(os.read(child.stdout.fileno(), 1 << 16))
                if not pieces[-1]:
                    raise NlshError("the process that matches patterns ended early", "try again")
        return b"".join(pieces)

    def _start(self) -> subprocess.Popen[bytes]:
        import subprocess

        self._child = subprocess.Popen(
            [sys.executable, "-I", "-S", pattern_child.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._child.stdin is not None
        compiled = self.look.compiled
        order = {"pattern": compiled.pattern, "flags": compiled.flags & re.IGNORECASE.value, "work": self.work}
        self._child.stdin.write(json.dumps(order | {"replacement": self.replacement}).encode() + b"\n")
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) >= _BATCH_LINES or size >= _BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
