"""Output in batches: so that a flood costs a front end sixty events a second, not one for every 4 KiB."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from typing import Final

BATCH_S: Final = 1 / 60
_MOST_BYTES: Final = 32 << 10


def batches(pieces: queue.SimpleQueue[bytes | None]) -> Iterator[bytes]:
    """What comes, joined: at least every 1/60 s or 32 KiB; nothing (`b""`) where the queue holds None.

    Never ends by itself.
    """
    while True:
        piece = pieces.get()
        if piece is not None:
            batch, piece = _gathered(pieces, piece)
            yield batch
        if piece is None:
            yield b""


def _gathered(pieces: queue.SimpleQueue[bytes | None], first: bytes) -> tuple[bytes, bytes | None]:
    """The batch; and None where that is what came after it."""
    gathered = bytearray(first)
    due = time.monotonic() + BATCH_S
    while len(gathered) < _MOST_BYTES and (left_s := due - time.monotonic()) > 0:
        try:
            piece = pieces.get(timeout=left_s)
        except queue.Empty:
            break
        if piece is None:
            return bytes(gathered), None
        gathered += piece
    return bytes(gathered), b""
