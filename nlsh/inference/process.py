"""What the worker does to itself first: it dies with its parent, before the shell, without a core, in silence."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import BinaryIO, Final

_PR_SET_PDEATHSIG: Final = 1
_OOM_SCORE: Final = "500"


def settle(parent: int) -> None:
    """Tie this process to its parent; ends it at once if that is gone already."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write(_OOM_SCORE)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def private_stdout() -> BinaryIO:
    """Stdout as a file of our own; what any library prints goes nowhere."""
    mine = os.dup(1)
    os.set_inheritable(mine, False)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return os.fdopen(mine, "wb")
