"""The proc family: processes, what they hold, and acting on them."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.proc.holding import OpenFiles, Ports
from nlsh.tools.proc.jobs import session_jobs, sessions
from nlsh.tools.proc.listing import process_table
from nlsh.tools.proc.looking import Find, Info, List, Tree
from nlsh.tools.proc.signalling import Nice, Signal

__all__ = ["SYSCALLS", "process_table", "session_jobs", "sessions"]

SYSCALLS: tuple[type[Syscall], ...] = (List, Find, Info, Ports, OpenFiles, Tree, Signal, Nice)
