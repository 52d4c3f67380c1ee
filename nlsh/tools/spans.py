"""Which of many lines are meant: the first or last few, or from one number to another."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Final

from nlsh.tools.tree import Checked

_BACK_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class Span:
    """Numbers count from 1 and both ends are kept; 0 means not said.

    `skip` leaves out so many at the beginning, `drop` at the end; `last` is taken of what the others leave.
    """

    first: int = 0
    last: int = 0
    start: int = 0
    end: int = 0
    skip: int = 0
    drop: int = 0

    @property
    def is_all(self) -> bool:
        """Whether nothing was said."""
        return not any((self.first, self.last, self.start, self.end, self.skip, self.drop))

    @property
    def is_tail(self) -> bool:
        """Whether only the last few are meant."""
        return self.last > 0 and not any((self.first, self.start, self.end, self.skip, self.drop))

    def of(self, length: int) -> slice:
        """What is kept of something `length` long."""
        begin, stop = self._bounds()
        begin, stop = min(begin, length), min(stop, length - max(self.drop, 0))
        return slice(max(begin, stop - self.last) if self.last > 0 else begin, max(begin, stop))

    def _bounds(self) -> tuple[int, int]:
        begin = min(max(self.start - 1, self.skip, 0), sys.maxsize)
        stop = min(self.end if self.end > 0 else sys.maxsize, begin + self.first if self.first > 0 else sys.maxsize)
        return begin, max(begin, stop)

    def lines(self, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The kept ones of numbered lines, reading no further than need be and holding only a tail."""
        begin, stop = self._bounds()
        if self.drop > 0:
            lines = _all_but(lines, self.drop)
        kept: Iterator[tuple[int, str]] = islice(lines, begin, min(stop, sys.maxsize))
        return iter(deque(kept, min(self.last, sys.maxsize))) if self.last > 0 else kept


def _all_but(lines: Iterator[tuple[int, str]], count: int) -> Iterator[tuple[int, str]]:
    waiting: deque[tuple[int, str]] = deque()
    for line in lines:
        waiting.append(line)
        if len(waiting) > count:
            yield waiting.popleft()


def seek_tail(file: BinaryIO, count: int, checked: Checked) -> None:
    """Move to where the last `count` lines of a file begin, reading backwards from its end. Raises Cancelled."""
    end = position = file.seek(0, os.SEEK_END)
    missing = count
    while position > 0:
        checked.check()
        size = min(_BACK_BYTES, position)
        position -= size
        file.seek(position)
        block = file.read(size)
        at = len(block) - 1 if position + size == end and block.endswith(b"\n") else len(block)
        while missing > 0 and (at := block.rfind(b"\n", 0, at)) >= 0:
            missing -= 1
        if missing == 0:
            file.seek(position + at + 1)
            return
    file.seek(0)
