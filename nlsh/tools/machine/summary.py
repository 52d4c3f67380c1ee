"""The machine in words: overview, system, uptime, cpu, memory."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from nlsh.core.display import human_duration, human_size
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.machine import sayings
from nlsh.tools.machine.addresses import primary_address
from nlsh.tools.machine.facts import allowed_cpus, container, cpu_model, pairs, shell_of, system_name

SAMPLE_S: Final = 0.2
"""How long cpu use is watched."""
_READ: Final = frozenset({Effect.READ})


def _load() -> str:
    try:
        return "  ".join(f"{value:.2f}" for value in os.getloadavg())
    except OSError:
        return ""


def _up_s() -> float:
    import psutil

    return max(0.0, time.time() - psutil.boot_time())


def cpu_shares(scope: Scope) -> list[float]:
    """Percent busy of each core over SAMPLE_S. Raises Cancelled."""
    import psutil

    before = psutil.cpu_times(percpu=True)
    scope.cancellation.wait(SAMPLE_S)
    return [_busy(old, new) for old, new in zip(before, psutil.cpu_times(percpu=True), strict=False)]


def _busy(old: Any, new: Any) -> float:
    """Percent of the time between two readings not spent idle. Guest time is part of user time already."""
    spent = {name: getattr(new, name) - getattr(old, name) for name in new._fields if not name.startswith("guest")}
    total = sum(spent.values())
    idle = spent.get("idle", 0.0) + spent.get("iowait", 0.0)
    return min(100.0, max(0.0, 100 * (total - idle) / total)) if total > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Overview(Syscall):
    """Tell how the machine is doing, all in one: system, cpu, memory, disk, network, uptime."""

    name: ClassVar[str] = "sys.overview"
    effects: ClassVar[frozenset[Effect]] = _READ
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how is my computer doing", '[{"sys.overview":{}}]'),
        Example("give me a summary of this machine", '[{"sys.overview":{}}]'),
        Example("system status", '[{"sys.overview":{}}]'),
        Example("is everything all right with the server?", '[{"sys.overview":{}}]'),
        Example("what kind of box am I on", '[{"sys.overview":{}}]'),
        Example("health check", '[{"sys.overview":{}}]'),
        Example("wie geht es dem Rechner", '[{"sys.overview":{}}]'),
        Example("resumen del sistema", '[{"sys.overview":{}}]'),
        *sayings.OVERVIEW,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts."""
        import psutil

        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        disk = psutil.disk_usage("/")
        shares = cpu_shares(scope)
        busy = sum(shares) / max(1, len(shares))
        yield pairs(
            (
                ("computer", platform.node()),
                ("system", system_name()),
                ("kernel", f"{platform.system()} {platform.release()}"),
                ("up for", human_duration(_up_s())),
                ("processor", f"{cpu_model()}, {len(shares)} cores"),
                ("cpu use", f"{busy:.0f} %"),
                ("load", _load()),
                ("memory", f"{human_size(memory.used)} of {human_size(memory.total)} used ({memory.percent:.0f} %)"),
                ("swap", f"{human_size(swap.used)} of {human_size(swap.total)} used" if swap.total else "none"),
                ("disk /", f"{human_size(disk.free)} of {human_size(disk.total)} free ({disk.percent:.0f} % used)"),
                ("address", primary_address()),
                ("processes", str(len(psutil.pids()))),
            )
        )


@dataclass(frozen=True, kw_only=True)
class Os(Syscall):
    """Tell which operating system, kernel and architecture this is, and what the machine is called."""

    name: ClassVar[str] = "sys.os"
    effects: ClassVar[frozenset[Effect]] = _READ
    examples: ClassVar[tuple[Example, ...]] = (
        Example("which kernel am I running", '[{"sys.os":{}}]'),
        Example("what linux distribution is this", '[{"sys.os":{}}]'),
        Example("show the os version", '[{"sys.os":{}}]'),
        Example("hostname please", '[{"sys.os":{}}]'),
        Example("am I on arm or x86?", '[{"sys.os":{}}]'),
        Example("uname", '[{"sys.os":{}}]'),
        Example("is this ubuntu or debian", '[{"sys.os":{}}]'),
        Example("welches Betriebssystem läuft hier", '[{"sys.os":{}}]'),
        Example("quel est le nom de cette machine", '[{"sys.os":{}}]'),
        *sayings.OS,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts."""
        yield pairs(
            (
                ("system", system_name()),
                ("kernel", f"{platform.system()} {platform.release()}"),
                ("kernel build", platform.version()),
                ("architecture", platform.machine()),
                ("name of the machine", platform.node()),
                ("container", container()),
                ("shell", shell_of(scope)),
                ("python", platform.python_version()),
            )
        )


@dataclass(frozen=True, kw_only=True)
class Uptime(Syscall):
    """Tell how long the machine has been running, and its load."""

    name: ClassVar[str] = "sys.uptime"
    effects: ClassVar[frozenset[Effect]] = _READ
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how long has this machine been up", '[{"sys.uptime":{}}]'),
        Example("uptime", '[{"sys.uptime":{}}]'),
        Example("when was the last reboot?", '[{"sys.uptime":{}}]'),
        Example("when did the server boot", '[{"sys.uptime":{}}]'),
        Example("did somebody restart this computer today", '[{"sys.uptime":{}}]'),
        Example("seit wann läuft der Server", '[{"sys.uptime":{}}]'),
        Example("系统运行了多久", '[{"sys.uptime":{}}]'),
        *sayings.UPTIME,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts."""
        up_s = _up_s()
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(time.time() - up_s))
        rows = (("up for", human_duration(up_s)), ("since", since), ("load 1, 5, 15 min", _load()))
        yield pairs(rows)


@dataclass(frozen=True, kw_only=True)
class Cpu(Syscall):
    """Tell how busy the processor is: load, each core, model and clock."""

    name: ClassVar[str] = "sys.cpu"
    effects: ClassVar[frozenset[Effect]] = _READ
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how busy is the cpu", '[{"sys.cpu":{}}]'),
        Example("how many cores do I have?", '[{"sys.cpu":{}}]'),
        Example("show the load average", '[{"sys.cpu":{}}]'),
        Example("processor model", '[{"sys.cpu":{}}]'),
        Example("cpu usage per core", '[{"sys.cpu":{}}]'),
        Example("is the machine under heavy load right now", '[{"sys.cpu":{}}]'),
        Example("wie ausgelastet ist der Prozessor", '[{"sys.cpu":{}}]'),
        Example("cuántos núcleos tiene este equipo", '[{"sys.cpu":{}}]'),
        *sayings.CPU,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts, watched for SAMPLE_S."""
        import psutil

        shares = cpu_shares(scope)
        physical = psutil.cpu_count(logical=False) or len(shares)
        usable = allowed_cpus()
        rows = [
            ("model", cpu_model()),
            ("cores", f"{len(shares)} logical, {physical} physical"),
            ("usable here", str(usable) if usable != len(shares) else ""),
            ("clock", _clock()),
            ("load 1, 5, 15 min", _load()),
            ("use", f"{sum(shares) / max(1, len(shares)):.1f} %"),
        ]
        yield pairs([*rows, *((f"core {number}", f"{share:.1f} %") for number, share in enumerate(shares))])


def _clock() -> str:
    import psutil

    with suppress(OSError, NotImplementedError, AttributeError):
        frequency = psutil.cpu_freq()
        return f"{frequency.current:,.0f} MHz" if frequency else ""
    return ""


@dataclass(frozen=True, kw_only=True)
class Memory(Syscall):
    """Tell how much memory and swap there is, used and free."""

    name: ClassVar[str] = "sys.memory"
    effects: ClassVar[frozenset[Effect]] = _READ
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how much memory is free", '[{"sys.memory":{}}]'),
        Example("how much ram do I have?", '[{"sys.memory":{}}]'),
        Example("memory usage", '[{"sys.memory":{}}]'),
        Example("am I swapping", '[{"sys.memory":{}}]'),
        Example("is there enough ram left for another vm", '[{"sys.memory":{}}]'),
        Example("free -h in plain words", '[{"sys.memory":{}}]'),
        Example("wie viel Arbeitsspeicher ist noch frei", '[{"sys.memory":{}}]'),
        Example("还剩多少内存", '[{"sys.memory":{}}]'),
        *sayings.MEMORY,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Two rows: memory and swap."""
        import psutil

        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        columns = (Column("kind"), *(Column(name, "size") for name in ("total", "used", "available")))
        rows = (
            ("memory", memory.total, memory.total - memory.available, memory.available, memory.percent),
            ("swap", swap.total, swap.used, swap.free, swap.percent),
        )
        yield Table((*columns, Column("used share", "percent")), rows)
