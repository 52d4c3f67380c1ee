"""Which run of nlsh wrote a row, and whether that run is still alive."""

from __future__ import annotations

import os
from functools import cache
from typing import Final

_BOOT_ID: Final = "/proc/sys/kernel/random/boot_id"


def this_session() -> str:
    """The session of this process: `PID-START-BOOT`, so that a process number used again is another session."""
    return f"{os.getpid()}-{_started(os.getpid())}-{_boot()}"


def is_alive(session: str) -> bool:
    """Whether the process of a session still runs; False for a text that names none."""
    pid, _, rest = session.partition("-")
    start, _, boot = rest.partition("-")
    if not pid.isdigit() or boot != _boot():
        return False
    return _exists(int(pid)) and start == _started(int(pid))


def _started(pid: int) -> str:
    # Field 22 of /proc/PID/stat, in ticks since boot; the name before it may hold spaces and brackets.
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return "0"


@cache
def _boot() -> str:
    try:
        with open(_BOOT_ID, encoding="ascii") as file:
            return file.read(8)
    except OSError:
        return "0"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
