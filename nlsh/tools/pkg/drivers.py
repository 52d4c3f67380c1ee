"""The package managers nlsh can drive: for each the argv of every act, and how what it says is read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from nlsh.core.errors import NlshError
from nlsh.core.scope import Scope
from nlsh.tools.programs import find_program

Act = Literal["install", "remove", "upgrade"]
Rows = list[tuple[str, str, str]]
"""Package, version, description or size."""


@dataclass(frozen=True)
class Driver:
    """One package manager. Package names are put at the end of an argv."""

    name: str
    program: str
    """Where this stands, the manager is taken to be here."""
    installed: tuple[str, ...]
    search: tuple[str, ...]
    acts: Mapping[Act, tuple[str, ...]]
    upgrade_some: tuple[str, ...]
    read_installed: Callable[[str], Rows]
    read_search: Callable[[str], Rows]
    simulate: tuple[str, ...] = ()
    """Put behind the program of an act to have it only say what it would do; empty where that is not cheap."""
    simulates_full_upgrade: bool = True
    read_simulated: Callable[[str], list[str]] = field(default=lambda text: text.splitlines())
    hosts: tuple[str, ...] = ()
    """Put behind the program of an act to have it say the addresses it would load from."""
    env: Mapping[str, str] = field(default_factory=dict)
    needs_root: bool = True

    def argv(self, act: Act, packages: Sequence[str]) -> list[str]:
        """The argv of an act; an upgrade without packages is of everything."""
        words = self.upgrade_some if act == "upgrade" and packages else self.acts[act]
        return [*words, *packages]

    def only_saying(self, act: Act, packages: Sequence[str]) -> list[str]:
        """The argv that simulates an act, or empty."""
        program, *rest = self.argv(act, packages)
        can = self.simulate and (packages or self.simulates_full_upgrade)
        return [program, *self.simulate, *rest] if can else []

    def only_naming(self, act: Act, packages: Sequence[str]) -> list[str]:
        """The argv that names what would be loaded, or empty."""
        program, *rest = self.argv(act, packages)
        return [program, *self.hosts, *rest] if self.hosts else []


# ---- how what they say is read ---------------------------------------------------------------------------------------

_APT_ACT: Final = re.compile(r"(Inst|Remv|Purg) (\S+)(?: \[(\S+)\])?(?: \((\S+))?")
_APT_WORDS: Final = {"Inst": "install", "Remv": "remove", "Purg": "remove with its settings"}


def _rows(text: str, separator: str | None = None) -> Rows:
    """Lines of up to three fields."""
    found: Rows = []
    for line in text.splitlines():
        parts = line.split(separator, 2)
        if len(parts) >= 2:
            found.append((parts[0], parts[1], parts[2].strip() if len(parts) > 2 else ""))
    return found


def _tabbed(text: str) -> Rows:
    return _rows(text, "\t")


def read_dpkg(text: str) -> Rows:
    """`dpkg-query` lines of state, package, version, summary: those that are installed."""
    fields = (line.split("\t", 3) for line in text.splitlines())
    return [(parts[1], parts[2], parts[3]) for parts in fields if len(parts) == 4 and parts[0].startswith("ii")]


def read_apt_search(text: str) -> Rows:
    """`apt-cache search`: `name - summary`."""
    pairs = (line.partition(" - ") for line in text.splitlines())
    return [(name, "", summary) for name, dash, summary in pairs if dash]


def read_apt_simulated(text: str) -> list[str]:
    """`apt-get -s`: what would be installed, upgraded and removed, in words."""
    found = []
    for match in _APT_ACT.finditer(text):
        act, name, old, new = match.groups()
        word = "upgrade" if act == "Inst" and old else _APT_WORDS[act]
        versions = f"{old} to {new}" if old and new else new or old or ""
        found.append(f"{word} {name} {versions}".strip())
    return found


def read_dnf_search(text: str) -> Rows:
    """`dnf search`: `name.arch : summary`, headings left out."""
    pairs = (line.partition(":") for line in text.splitlines() if not line.startswith(("=", " ", "Last")))
    return [(name.strip(), "", summary.strip()) for name, colon, summary in pairs if colon]


def read_pacman_search(text: str) -> Rows:
    """`pacman -Ss`: `repo/name version`, then an indented summary."""
    found: Rows = []
    for line in text.splitlines():
        if line.startswith(" ") and found:
            name, version, _ = found[-1]
            found[-1] = (name, version, line.strip())
        elif len(line.split()) >= 2:
            name, version = line.split()[:2]
            found.append((name.rpartition("/")[2], version, ""))
    return found


def read_names(text: str) -> Rows:
    """Names alone, headings left out."""
    names = (name for line in text.splitlines() if not line.startswith("=") for name in line.split())
    return [(name, "", "") for name in names]


# ---- the table of managers -------------------------------------------------------------------------------------------

_APT: Final = ("apt-get", "-y", "-q", "-o", "Dpkg::Use-Pty=0")

DRIVERS: Final = (
    Driver(
        name="apt",
        program="apt-get",
        installed=("dpkg-query", "-W", "-f", "${db:Status-Abbrev}\t${Package}\t${Version}\t${binary:Summary}\n"),
        search=("apt-cache", "search", "--"),
        acts={"install": (*_APT, "install"), "remove": (*_APT, "remove"), "upgrade": (*_APT, "upgrade")},
        upgrade_some=(*_APT, "--only-upgrade", "install"),
        read_installed=read_dpkg,
        read_search=read_apt_search,
        simulate=("-s",),
        read_simulated=read_apt_simulated,
        hosts=("--print-uris", "-qq"),
        env={"DEBIAN_FRONTEND": "noninteractive", "APT_LISTCHANGES_FRONTEND": "none", "NEEDRESTART_MODE": "l"},
    ),
    Driver(
        name="dnf",
        program="dnf",
        installed=("rpm", "-qa", "--qf", "%{NAME}\t%{VERSION}-%{RELEASE}\t%{SUMMARY}\n"),
        search=("dnf", "-q", "search"),
        acts={
            "install": ("dnf", "-y", "install"),
            "remove": ("dnf", "-y", "remove"),
            "upgrade": ("dnf", "-y", "upgrade"),
        },
        upgrade_some=("dnf", "-y", "upgrade"),
        read_installed=_tabbed,
        read_search=read_dnf_search,
    ),
    Driver(
        name="pacman",
        program="pacman",
        installed=("pacman", "-Q"),
        search=("pacman", "-Ss"),
        acts={
            "install": ("pacman", "-S", "--noconfirm", "--needed"),
            "remove": ("pacman", "-R", "--noconfirm"),
            "upgrade": ("pacman", "-Syu", "--noconfirm"),
        },
        upgrade_some=("pacman", "-S", "--noconfirm", "--needed"),
        read_installed=_rows,
        read_search=read_pacman_search,
        simulate=("--print", "--print-format", "%n %v"),
        simulates_full_upgrade=False,
    ),
    Driver(
        name="brew",
        program="brew",
        installed=("brew", "list", "--versions"),
        search=("brew", "search"),
        acts={"install": ("brew", "install"), "remove": ("brew", "uninstall"), "upgrade": ("brew", "upgrade")},
        upgrade_some=("brew", "upgrade"),
        read_installed=_rows,
        read_search=read_names,
        env={"HOMEBREW_NO_AUTO_UPDATE": "1", "HOMEBREW_NO_ENV_HINTS": "1", "NONINTERACTIVE": "1"},
        needs_root=False,
    ),
)


def driver(scope: Scope) -> Driver:
    """The package manager of this system. Raises NlshError where there is none of those nlsh knows."""
    known = sorted(DRIVERS, key=lambda one: one.name != "brew") if sys.platform == "darwin" else DRIVERS
    for one in known:
        if find_program(one.program, scope):
            return one
    names = ", ".join(one.name for one in DRIVERS)
    raise NlshError(f"no package manager was found: none of {names} is here", "run yours as a command")


def may_change(one: Driver) -> bool:
    """Whether this user may install and remove with it."""
    return not one.needs_root or os.geteuid() == 0
