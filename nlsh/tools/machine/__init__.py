"""The sys family: the machine, its parts, its surroundings."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.machine.addresses import Network
from nlsh.tools.machine.disks import Disk
from nlsh.tools.machine.hardware import Hardware
from nlsh.tools.machine.people import Users
from nlsh.tools.machine.schedule import Schedule
from nlsh.tools.machine.summary import Cpu, Memory, Os, Overview, Uptime
from nlsh.tools.machine.surroundings import Env, Time, Which

SYSCALLS: tuple[type[Syscall], ...] = (
    Overview,
    Cpu,
    Memory,
    Disk,
    Uptime,
    Os,
    Hardware,
    Users,
    Env,
    Which,
    Time,
    Network,
    Schedule,
)
