"""SQLite's errors as sentences."""

from __future__ import annotations

import os
import sqlite3
from typing import Final

from nlsh.core.errors import StoreUnavailable

_BUSY: Final = (5, 6)
_DAMAGED: Final = (11, 26)
_FULL: Final = 13
_READ_ONLY: Final = (3, 8, 14, 23)
_DISK: Final = 10


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error means that the file itself is damaged, or is no database."""
    return _code(error) in _DAMAGED


def unavailable(error: sqlite3.Error, path: str, busy_timeout_s: float) -> StoreUnavailable:
    """The error as one sentence and what to do."""
    folder, code = os.path.dirname(path), _code(error)
    if code in _BUSY:
        return StoreUnavailable(
            f"another program has kept {path} locked for {busy_timeout_s:g} s", "end it, then say it again"
        )
    if code == _FULL or (code == _DISK and _is_full(folder)):
        return StoreUnavailable(f"the disk of {folder} is full, so nothing was recorded", "free some space there")
    if code in _READ_ONLY:
        return StoreUnavailable(f"{path} cannot be opened or written", f"check who owns {folder}")
    if code == _DISK:
        return StoreUnavailable(f"the disk reported an error at {path}: {error}", f"check the disk of {folder}")
    if code in _DAMAGED:
        return StoreUnavailable(f"{path} is damaged: {error}", "move it away; nlsh begins a new one")
    return StoreUnavailable(f"{path} cannot be used: {error}", "nlsh doctor tells more")


def _is_full(folder: str) -> bool:
    """SQLite's shared memory on a full disk fails as any other fault of the disk would."""
    try:
        return os.statvfs(folder).f_bavail == 0
    except OSError:
        return False


def _code(error: sqlite3.Error) -> int:
    # The low byte is the kind; the rest tells where inside SQLite it arose.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
