"""Advisory locks between processes, with a deadline."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from nlsh.core.errors import StoreUnavailable


@contextmanager
def exclusive(path: str, timeout_s: float) -> Iterator[None]:
    """Hold the lock file alone. Raises StoreUnavailable where somebody else keeps it past the deadline."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, path, time.monotonic() + timeout_s)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: str, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise StoreUnavailable(f"another nlsh keeps {path} locked", "end it, then say it again") from error
            time.sleep(0.01)
        else:
            return
