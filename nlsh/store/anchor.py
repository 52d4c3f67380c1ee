"""The head of the ledger in a file beside the database: what makes a cut-off end visible."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(rb"(\d{20}) ([0-9a-f]{64})\n")
_SIZE: Final = 86


@dataclass(frozen=True)
class Head:
    """How far the chain reached, and the hash there; 0 and empty before the first record."""

    seq: int = 0
    hash: str = ""


class Anchor:
    """`ledger.head`: one line, replaced in a single write under a lock, never lowered."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self) -> Head | None:
        """What the file says; None if there is no file. Raises ValueError if it is not an anchor, OSError."""
        try:
            with self._locked(os.O_RDONLY, fcntl.LOCK_SH) as descriptor:
                return _parsed(os.pread(descriptor, _SIZE + 1, 0))
        except FileNotFoundError:
            return None

    def advance(self, previous: Head, head: Head, is_held: Callable[[Head], bool]) -> None:
        """Name a new head. Left as it is where it does not fit the chain: overwriting it would hide the loss.

        Args:
            previous: the head before the records just written.
            head: the head after them.
            is_held: whether the chain still has a record with that number and hash.
        """
        flags = os.O_RDWR | (os.O_CREAT if previous.seq == 0 else 0)
        try:
            with self._locked(flags, fcntl.LOCK_EX) as descriptor:
                self._advance(descriptor, previous, head, is_held)
        except (OSError, ValueError):
            return  # `verify` reports an anchor that is missing, foreign or behind; the record itself is safe.

    def _advance(self, descriptor: int, previous: Head, head: Head, is_held: Callable[[Head], bool]) -> None:
        content = os.pread(descriptor, _SIZE + 1, 0)
        is_new = content == b"" and previous.seq == 0
        if not is_new:
            found = _parsed(content)
            if found != previous and not (found.seq < head.seq and is_held(found)):
                return
        os.pwrite(descriptor, b"%020d %s\n" % (head.seq, head.hash.encode()), 0)
        if is_new:
            os.fsync(descriptor)

    @contextmanager
    def _locked(self, flags: int, kind: int) -> Iterator[int]:
        descriptor = os.open(self._path, flags | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, kind)
            yield descriptor
        finally:
            os.close(descriptor)


def _parsed(content: bytes) -> Head:
    found = _LINE.fullmatch(content)
    if found is None:
        raise ValueError("it is not an anchor")
    return Head(int(found[1]), found[2].decode())
