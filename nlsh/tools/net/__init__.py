"""The net family: fetching, and reaching other hosts."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.net.fetching import Fetch
from nlsh.tools.net.reaching import Ping, Ports, Resolve

SYSCALLS: tuple[type[Syscall], ...] = (Fetch, Ping, Resolve, Ports)
