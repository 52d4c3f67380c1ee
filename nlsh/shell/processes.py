"""The kept shell as the system knows it: its folder, and its jobs, the process groups of its session."""

from __future__ import annotations

import os

from nlsh.core.ports import Job


def jobs_of(shell: int, *, in_front: int) -> tuple[Job, ...]:
    """The groups of the shell's session but its own and the one in front, oldest first; nothing without /proc."""
    groups: dict[int, Job] = {}
    for name in _names():
        fields = _fields(name)
        if fields is None or int(fields[3]) != shell or int(fields[2]) in (shell, in_front) or fields[0] in "ZX":
            continue
        group, pid = int(fields[2]), int(name)
        if group not in groups or pid == group:
            groups[group] = Job(group, "stopped" if fields[0] in "Tt" else "running", _command(name))
    return tuple(groups[group] for group in sorted(groups))


def folder_of(pid: int) -> str:
    """The folder a process is in; empty where the system does not say."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""


def _names() -> list[str]:
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _fields(pid: str) -> list[str] | None:
    """State, parent, group, session … of /proc/PID/stat; None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="surrogateescape") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def _command(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="surrogateescape") as file:
            return file.read().replace("\0", " ").strip()
    except OSError:
        return ""
