"""The aliases and functions of the person's interactive shell, taken once and cached until its startup files change."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import time
from collections.abc import Mapping
from typing import Final

from nlsh.shell.carried import Carried, Report, read_report, without_completion
from nlsh.shell.dialects import Dialect
from nlsh.shell.ending import end
from nlsh.shell.scrolls import Scroll

_DEADLINE_S: Final = 5.0
_FRESH_S: Final = 86400.0
_STARTUP_FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "bash": ("/etc/bash.bashrc", "/etc/bashrc", "~/.bashrc", "~/.bash_aliases"),
    "zsh": ("/etc/zsh/zshrc", "/etc/zshrc", "~/.zshenv", "~/.zshrc"),
}


def interactive_state(dialect: Dialect, cwd: str, env: Mapping[str, str], folder: str) -> Carried:
    """What an interactive shell of this person would know; empty where it cannot be found out in five seconds."""
    if dialect.name not in _STARTUP_FILES:
        return Carried()
    path = os.path.join(folder, f"aliases-{_key(dialect, env)}")
    data = _cached(path) or _store(path, _take(dialect, cwd, env, folder))
    report = read_report(data)
    return Carried() if report is None else without_completion(_startup(dialect, report))


def _startup(dialect: Dialect, report: Report) -> Carried:
    """Aliases, functions, and of the options those that decide how a line is read."""
    carried = dialect.carry(report)
    options = carried.options if dialect.name == "zsh" else _shopts(carried.options)
    return Carried(carried.aliases, carried.functions, {}, options)


def _shopts(options: str) -> str:
    return "\n".join(line for line in options.splitlines() if line.startswith("shopt -s"))


def _key(dialect: Dialect, env: Mapping[str, str]) -> str:
    """Changes when a startup file does."""
    home = env.get("ZDOTDIR" if dialect.name == "zsh" else "HOME") or env.get("HOME", "/")
    seen = [dialect.path]
    for name in _STARTUP_FILES[dialect.name]:
        path = name.replace("~", home, 1)
        with contextlib.suppress(OSError):
            status = os.stat(path)
            seen.append(f"{path} {status.st_mtime_ns} {status.st_size}")
    return hashlib.sha256(os.fsencode("\n".join(seen))).hexdigest()[:16]


def _cached(path: str) -> bytes:
    with contextlib.suppress(OSError):
        if time.time() - os.stat(path).st_mtime < _FRESH_S:
            with open(path, "rb") as file:
                return file.read()
    return b""


def _store(path: str, data: bytes) -> bytes:
    """Keep it without environment and variables, which may hold secrets; on a full disk it is taken again."""
    report = read_report(data)
    bare = b"" if report is None else os.fsencode("\0".join(("/", "", *report.sections[:3], "")))
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        new = f"{path}.{os.getpid()}"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(bare)
        os.replace(new, path)
    return bare


def _take(dialect: Dialect, cwd: str, env: Mapping[str, str], folder: str) -> bytes:
    """Start an interactive shell without a terminal and let it report."""
    with Scroll((folder,)) as scroll:
        process = subprocess.Popen(
            (dialect.name, "-i", "-c", dialect.to(scroll.path)),
            executable=dialect.path,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(_DEADLINE_S)
        except subprocess.TimeoutExpired:
            end(process.pid)
            process.wait()
        return scroll.read()
