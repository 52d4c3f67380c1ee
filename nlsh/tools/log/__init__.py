"""The log family: what the system, a service or a program wrote down."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.log.reading import Read

SYSCALLS: tuple[type[Syscall], ...] = (Read,)
