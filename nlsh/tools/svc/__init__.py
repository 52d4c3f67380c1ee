"""The svc family: services, where systemd runs them."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.svc.changing import Disable, Enable, Restart, Start, Stop
from nlsh.tools.svc.looking import List, Status

SYSCALLS: tuple[type[Syscall], ...] = (List, Status, Start, Stop, Restart, Enable, Disable)
