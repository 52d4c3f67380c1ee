"""How full the file systems are."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

from nlsh.core.arguments import Path
from nlsh.core.display import visible
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.machine import sayings
from nlsh.tools.paths import expand

PATIENCE_S: Final = 2.0
"""How long a file system may take to answer: a dead network mount never does."""
# fmt: off
_PSEUDO: Final = frozenset((
    "aufs", "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devfs", "devpts", "devtmpfs",
    "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "overlay", "proc", "pstore", "ramfs", "rpc_pipefs",
    "securityfs", "selinuxfs", "squashfs", "sysfs", "tmpfs", "tracefs",
))
# fmt: on
"""File systems that hold no files of a person; an overlay counts only where it is all there is."""

_BORROWED: Final = ("/etc/", "/dev/", "/proc/", "/sys/")
"""Where containers are lent single files of the machine they run on."""


class Mount(NamedTuple):
    """One mounted file system."""

    device: str
    place: str
    kind: str


class Usage(NamedTuple):
    """How full one is."""

    mount: Mount
    size: int
    used: int
    free: int
    """What an ordinary user may still fill."""


def mounts() -> list[Mount]:
    """Everything mounted, in the order it was mounted."""
    import psutil

    return [Mount(one.device, one.mountpoint, one.fstype) for one in psutil.disk_partitions(all=True)]


def worth_showing(all_mounts: Sequence[Mount]) -> list[Mount]:
    """Each real file system once, at its shortest place; the root always; never nothing."""
    found: dict[str, Mount] = {}
    for one in sorted(all_mounts, key=lambda one: (len(one.place), one.place)):
        if one.kind not in _PSEUDO and not one.place.startswith(_BORROWED):
            found.setdefault(one.device if one.device.startswith("/") else f"{one.device} {one.place}", one)
    shown = list(found.values())
    if not any(one.place == "/" for one in shown):
        root = next((one for one in reversed(all_mounts) if one.place == "/"), Mount("root", "/", ""))
        shown.insert(0, root)
    return sorted(shown, key=lambda one: one.place)


def holding(path: str, all_mounts: Iterable[Mount]) -> Mount:
    """The file system a path lies on."""
    place = os.path.realpath(path)
    below = [one for one in all_mounts if place == one.place or place.startswith(one.place.rstrip("/") + "/")]
    return max(below, key=lambda one: len(one.place), default=Mount("root", "/", ""))


def usage(mount: Mount) -> Usage | None:
    """How full a file system is; None when it does not answer within PATIENCE_S."""
    answers: list[os.statvfs_result] = []

    def ask() -> None:
        try:
            answers.append(os.statvfs(mount.place))
        except OSError:
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE_S)
    if not answers:
        return None
    found = answers[0]
    size = found.f_blocks * found.f_frsize
    return Usage(mount, size, size - found.f_bfree * found.f_frsize, found.f_bavail * found.f_frsize)


@dataclass(frozen=True, kw_only=True)
class Disk(Syscall):
    """Tell how much disk space there is, used and free, on every file system or on the one that holds a path."""

    name: ClassVar[str] = "sys.disk"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("how much disk space is left", '[{"sys.disk":{}}]'),
        Example("is the disk full?", '[{"sys.disk":{}}]'),
        Example("free space on /home", '[{"sys.disk":{"path":"/home"}}]'),
        Example("df -h", '[{"sys.disk":{}}]'),
        Example("which drives are mounted", '[{"sys.disk":{}}]'),
        Example("how much room is there where Downloads lives", '[{"sys.disk":{"path":"Downloads"}}]'),
        Example("I get no space left on device in /var/log", '[{"sys.disk":{"path":"/var/log"}}]'),
        Example("wie voll ist die Festplatte", '[{"sys.disk":{}}]'),
        Example("cuánto espacio queda en /mnt/datos", '[{"sys.disk":{"path":"/mnt/datos"}}]'),
        Example("磁盘还剩多少空间", '[{"sys.disk":{}}]'),
        *sayings.DISK,
    )

    path: Path = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row a file system."""
        every = mounts()
        wanted = [holding(self._place(scope), every)] if self.path else worth_showing(every)
        found = [(mount, usage(mount)) for mount in wanted]
        silent = [visible(mount.place) for mount, one in found if one is None]
        yield _table([one for _, one in found if one], f"no answer from {', '.join(silent)}" if silent else "")

    def _place(self, scope: Scope) -> str:
        place = expand(self.path, scope)
        if not os.path.exists(place):
            raise NlshError(f"there is no {visible(self.path)}", "name a file or folder that exists")
        return place


def _table(found: Sequence[Usage], note: str) -> Table:
    sizes = (Column(name, "size") for name in ("size", "used", "free"))
    columns = (Column("device"), Column("mount", "path"), *sizes, Column("used share", "percent"), Column("kind"))
    return Table(columns, tuple(_row(one) for one in found), note)


def _row(one: Usage) -> tuple[Any, ...]:
    reachable = one.used + one.free
    share = 100 * one.used / reachable if reachable else 0.0
    return one.mount.device, one.mount.place, one.size, one.used, one.free, share, one.mount.kind
