"""What the machine says about itself: small readings that several syscalls share."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from nlsh.core.results import Column, Table
from nlsh.core.scope import Scope

_PAIR: Final = (Column("what"), Column("value"))
_SMALL: Final = 1 << 16


def pairs(rows: Iterable[tuple[str, str]], note: str = "") -> Table:
    """A table of facts; what is unknown (empty) is left out."""
    return Table(_PAIR, tuple(row for row in rows if row[1]), note)


def small_file(path: str) -> str:
    """The start of a small text file; empty where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read(_SMALL)
    except OSError:
        return ""


def system_name() -> str:
    """`Debian GNU/Linux 12 (bookworm)`, `macOS 15.1`."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    with suppress(OSError):
        return platform.freedesktop_os_release().get("PRETTY_NAME", "") or platform.system()
    return platform.system()


def cpu_model() -> str:
    """The processor's name, as far as the system tells it."""
    for line in small_file("/proc/cpuinfo").splitlines():
        key, _, value = line.partition(":")
        if key.strip() in ("model name", "Model", "Hardware", "cpu model"):
            return value.strip()
    return platform.processor() or platform.machine()


def allowed_cpus() -> int:
    """How many cores this process may use: fewer than there are in many containers."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def container() -> str:
    """The kind of container or virtual machine this is, or empty."""
    if os.path.exists("/.dockerenv"):
        return "docker"
    if os.path.exists("/run/.containerenv"):
        return "podman"
    return small_file("/run/systemd/container").strip()


def shell_of(scope: Scope) -> str:
    """The person's shell, as the environment names it."""
    return scope.env.get("SHELL", "")
