"""The text family: typed stages over text and tables, so that pipelines need no shell."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.text import (
    changing,
    counting,
    encoding,
    layout,
    ordering,
    picking,
    selecting,
    structured,
)

SYSCALLS: tuple[type[Syscall], ...] = (
    *selecting.SYSCALLS,
    *picking.SYSCALLS,
    *ordering.SYSCALLS,
    *counting.SYSCALLS,
    *changing.SYSCALLS,
    *layout.SYSCALLS,
    *structured.SYSCALLS,
    *encoding.SYSCALLS,
)
