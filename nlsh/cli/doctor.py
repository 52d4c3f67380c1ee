"""`doctor`: what works here, what is missing, and how to get it."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from nlsh.cli.findings import Finding, has_module, recall_by_meaning, show_findings
from nlsh.cli.opening import opened
from nlsh.core.display import human_size
from nlsh.core.errors import NlshError
from nlsh.core.model import PACKAGE

if TYPE_CHECKING:
    from nlsh.boot import House

_LIBRARIES: Final = ("textual", "rich", "prompt_toolkit", "llama_cpp", "psutil", "sqlite_utils", "numpy", "httpx")
_MANAGERS: Final = ("apt-get", "dnf", "pacman", "zypper", "apk", "brew")
_PROBE_S: Final = 10.0
_INSTALL: Final = {
    "apt-get": "apt-get install",
    "dnf": "dnf install",
    "pacman": "pacman -S",
    "zypper": "zypper install",
    "apk": "apk add",
    "brew": "brew install",
}


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; 1 if something is missing that nlsh needs."""
    with opened(arguments) as house:
        return show_findings([*_machine(), *_house(house), *_helpers()], arguments)


def _machine() -> Iterator[Finding]:
    version = platform.python_version()
    is_recent = sys.version_info >= (3, 11)
    yield Finding("Python", "ok" if is_recent else "missing", version, "" if is_recent else "install Python 3.11")
    absent = [name for name in (*_LIBRARIES, "tree_sitter", "tree_sitter_bash") if not has_module(name)]
    yield _either("libraries", not absent, "all there", f"not there: {', '.join(absent)}", "make run", is_vital=True)
    yield _terminal()
    shell = os.environ.get("SHELL") or "/bin/sh"
    yield _either("shell", os.access(shell, os.X_OK), shell, f"{shell} cannot be run", "set SHELL", is_vital=True)


def _terminal() -> Finding:
    term = os.environ.get("TERM", "")
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    if term in ("", "dumb"):
        return Finding("terminal", "lacking", "no terminal that can draw", "the desk and line mode need one")
    if "utf" not in encoding:
        return Finding("terminal", "lacking", f"{term}, {encoding}", "set LANG to a UTF-8 locale, for example C.UTF-8")
    return Finding("terminal", "ok", f"{term}, {encoding}")


def _house(house: House) -> Iterator[Finding]:
    yield _attempt("settings", lambda: _settings(house))
    yield _attempt("theme and keys", lambda: _looks(house))
    yield _attempt("rules", lambda: f"{len(house.rules)} rules")
    yield _kept_shell(house)
    yield _attempt("state", lambda: _private(house.paths.make_state_dir()))
    yield _ledger(house)
    yield _attempt("memory (SQLite FTS5)", lambda: f"{len(house.memory.recall('anything', 1))} near a test word")
    yield _attempt("model", lambda: _model(house))
    yield _cached(house)


def _kept_shell(house: House) -> Finding:
    """How long the person's shell takes to its prompt, with their startup files."""
    subject = "shell session"
    shell = house.kept_shell()
    if shell is None:
        return Finding(subject, "lacking", "no bash from 4.4 on, zsh or fish: each line has a shell of its own")
    started = time.monotonic()
    try:
        shell.prepare()
        waited_ms = (time.monotonic() - started) * 1000
    except NlshError as error:
        return Finding(subject, "missing", error.message, error.hint)
    finally:
        shell.close()
    return Finding(subject, "ok", f"{shell.name}, at its prompt after {waited_ms:.0f} ms")


def _attempt(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, "ok", look())
    except NlshError as error:
        return Finding(subject, "missing", error.message, error.hint)


def _settings(house: House) -> str:
    """Where the settings are. Raises ConfigInvalid."""
    return f"{house.paths.config_file}, model {house.settings.model}"


def _looks(house: House) -> str:
    """The theme, if it can be read; keys are held against the desk's own names there. Raises ConfigInvalid."""
    from nlsh.config.themes import load_theme

    count = len(house.settings.keymap)
    return f"theme {load_theme(house.paths, house.settings.theme).name}, {count} keys of your own"


def _private(folder: str) -> str:
    return f"{folder}, mode {os.stat(folder).st_mode & 0o777:04o}"


def _ledger(house: House) -> Finding:
    try:
        found = house.ledger.verify()
    except NlshError as error:
        return Finding("ledger", "missing", error.message, error.hint)
    if found.fault:
        return Finding("ledger", "missing", f"broken at {found.broken_at}: {found.fault}", "nlsh audit export shows it")
    return Finding("ledger", "ok", f"{found.count} records, the chain holds")


def _model(house: House) -> str:
    """The model's name and where it is. Raises NlshError."""
    spec = house.model_spec
    if not spec.source.startswith(PACKAGE):
        return f"{spec.name}, {spec.source}"
    package = spec.source.removeprefix(PACKAGE)
    if not has_module(package):
        raise NlshError(f"{spec.name} comes with the package {package}, which is not installed", "make run")
    return f"{spec.name}, from the package {package}"


def _cached(house: House) -> Finding:
    """The weights as they are used, made once."""
    folder = house.paths.cache_dir
    found = [name for name in _names(folder) if name.endswith(".gguf")]
    if not found:
        return Finding("prepared model", "lacking", f"none in {folder} yet", "the first start makes it, once")
    sizes = [os.stat(os.path.join(folder, name)).st_size for name in found]
    return Finding("prepared model", "ok", f"{', '.join(found)}, {human_size(sum(sizes))}")


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _helpers() -> Iterator[Finding]:
    manager = next((name for name in _MANAGERS if shutil.which(name)), "")
    yield _bubblewrap(manager)
    has_systemd = os.path.isdir("/run/systemd/system") and shutil.which("systemctl") is not None
    yield _either("systemd", has_systemd, "services can be managed", "svc and log have no systemd to talk to", "")
    yield _either("package manager", bool(manager), manager, "none that nlsh knows", "")
    yield _trash()
    yield recall_by_meaning()


def _bubblewrap(manager: str) -> Finding:
    if shutil.which("bwrap") is None:
        remedy = f"{_INSTALL[manager]} bubblewrap" if manager else "install bubblewrap"
        return Finding("bubblewrap", "lacking", "not installed: nothing can be run walled off", remedy)
    if not _succeeds("bwrap", "--ro-bind", "/", "/", "true"):
        return Finding("bubblewrap", "lacking", "installed, but this system lets it make no namespace")
    return Finding("bubblewrap", "ok", "works")


def _succeeds(*argv: str) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, timeout=_PROBE_S, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _trash() -> Finding:
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    while not os.path.exists(data):
        data = os.path.dirname(data)
    return _either("trash", os.access(data, os.W_OK), "deleted things are kept", f"{data} cannot be written", "", True)


def _either(subject: str, is_well: bool, well: str, ill: str, remedy: str, is_vital: bool = False) -> Finding:
    if is_well:
        return Finding(subject, "ok", well)
    return Finding(subject, "missing" if is_vital else "lacking", ill, remedy)
