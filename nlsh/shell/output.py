"""Reading in batches what a command writes to pipes."""

from __future__ import annotations

import contextlib
import os
import selectors
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from nlsh.core.results import Chunk

_READ_BYTES: Final = 32 << 10
"""Passing on as soon as this much is there keeps a chunk within 64 KiB."""
BATCH_S: Final = 1 / 60
_SILENCE_S: Final = 0.5
"""How long to wait, once the shell has ended, for a process it left behind that still holds the output open."""
_POLL_S: Final = 0.05


@dataclass
class _Batch:
    """Output waiting to be passed on: runs of bytes, in order, of one stream each."""

    chunks: list[tuple[bool, bytearray]] = field(default_factory=list)
    size: int = 0
    due: float = 0.0

    def add(self, data: bytes, is_error: bool) -> None:
        if not data:
            return
        if not self.chunks:
            self.due = time.monotonic() + BATCH_S
        if not self.chunks or self.chunks[-1][0] != is_error:
            self.chunks.append((is_error, bytearray()))
        self.chunks[-1][1].extend(data)
        self.size += len(data)

    def is_due(self) -> bool:
        return self.size >= _READ_BYTES or (bool(self.chunks) and time.monotonic() >= self.due)

    def wait_s(self) -> float:
        return max(0.0, self.due - time.monotonic()) if self.chunks else _POLL_S

    def take(self) -> Iterator[Chunk]:
        chunks, self.chunks, self.size = self.chunks, [], 0
        return (Chunk(bytes(data), is_error) for is_error, data in chunks)


class Pump:
    """Reads descriptors to their end, or to a little after the shell's end."""

    def __init__(self, sources: Mapping[int, bool], has_ended: Callable[[], bool]) -> None:
        self._sources = sources
        self._has_ended = has_ended
        self._batch = _Batch()
        self._quiet_since = 0.0

    def run(self) -> Iterator[Chunk]:
        """Chunks of at most 64 KiB, at least every 1/60 s while there is output."""
        with selectors.DefaultSelector() as selector:
            for fd, is_error in self._sources.items():
                selector.register(fd, selectors.EVENT_READ, is_error)
            while selector.get_map() and not self._is_abandoned():
                for key, _ in selector.select(self._batch.wait_s()):
                    self._read(selector, key.fd, bool(key.data))
                if self._batch.is_due():
                    yield from self._batch.take()
        yield from self._batch.take()

    def _read(self, selector: selectors.BaseSelector, fd: int, is_error: bool) -> None:
        data = b""
        with contextlib.suppress(OSError):  # a pty whose last user is gone ends with EIO
            data = os.read(fd, _READ_BYTES)
        if not data:
            selector.unregister(fd)
            return
        self._quiet_since = 0.0
        self._batch.add(data, is_error)

    def _is_abandoned(self) -> bool:
        """Whether the shell has ended and nothing came for a while."""
        if self._batch.chunks or not self._has_ended():
            return False
        now = time.monotonic()
        self._quiet_since = self._quiet_since or now
        return now - self._quiet_since > _SILENCE_S
