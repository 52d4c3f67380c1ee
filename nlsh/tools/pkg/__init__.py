"""The pkg family: packages, through whichever manager this system has."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.pkg.changing import Install, Remove, Upgrade
from nlsh.tools.pkg.looking import Installed, Search

SYSCALLS: tuple[type[Syscall], ...] = (Installed, Search, Install, Remove, Upgrade)
