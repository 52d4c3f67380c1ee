"""Changing packages: install, remove, upgrade. Never raises its rights: without root it says what root would type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import urlsplit

from nlsh.core.arguments import Package
from nlsh.core.display import visible
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts, Preview, Target
from nlsh.core.results import Chunk, Emission, Exit, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.pkg import sayings
from nlsh.tools.pkg.drivers import Act, Driver, driver, may_change
from nlsh.tools.pkg.looking import checked
from nlsh.tools.programs import capture, stream

_SIMULATE_S: Final = 30.0
_ACT_S: Final = 1800.0
_SHOWN: Final = 40


def _simulated(manager: Driver, act: Act, packages: Sequence[str], scope: Scope) -> list[str] | None:
    """What would be done, one line each; None where it is not cheap to know. Raises NlshError."""
    argv = manager.only_saying(act, packages)
    if not argv:
        return None
    said = capture(argv, scope, _SIMULATE_S, manager.env)
    if said.code:
        raise NlshError(f"{manager.name} cannot {act} that: {said.complaint()}", "pkg.search finds packages")
    return manager.read_simulated(said.text())


def _hosts(manager: Driver, act: Act, packages: Sequence[str], scope: Scope) -> tuple[str, ...]:
    """Where it would be loaded from."""
    argv = manager.only_naming(act, packages)
    if not argv:
        return (f"the package servers {manager.name} is set up with",)
    addresses = (line.split()[0].strip("'") for line in capture(argv, scope, _SIMULATE_S).text().splitlines() if line)
    return tuple(sorted({urlsplit(address).hostname or "" for address in addresses} - {""}))


@dataclass(frozen=True, kw_only=True)
class _Change(Syscall):
    """What the changes of packages share."""

    act: ClassVar[Act]
    done: ClassVar[str]

    name_: tuple[Package, ...]

    def resolve(self, scope: Scope) -> Facts:
        """What the package manager would do, without doing it."""
        packages = checked(self.name_)
        manager = driver(scope)
        lines = _simulated(manager, self.act, packages, scope)
        if lines == []:
            raise NlshError(f"there is nothing to {self.act}", "pkg.installed shows what is installed")
        return Facts(
            targets=tuple(Target(name, "package", owner="root") for name in packages),
            count=len(packages) if lines is None else len(lines),
            privileged="" if may_change(manager) else "packages are root's to change",
            irreversible="packages are changed back by hand",
            hosts=_hosts(manager, self.act, packages, scope) if Effect.NETWORK in self.effects else (),
            details={
                "manager": manager.name,
                "lines": (lines or [])[:_SHOWN],
                "more": max(0, len(lines or []) - _SHOWN),
            },
        )

    def preview(self, facts: Facts) -> Preview:
        """The simulated list, where there is one."""
        what = " ".join(self.name_) or "everything"
        more = (f"and {facts.details['more']} more",) if facts.details["more"] else ()
        count = f": {facts.count} changes" if facts.details["lines"] else ""
        return Preview(f"{self.act} {what} with {facts.details['manager']}{count}", (*facts.details["lines"], *more))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Have the package manager do it, showing what it says."""
        manager = driver(scope)
        argv = manager.argv(self.act, self.name_)
        if not may_change(manager):
            raise NlshError(f"only root may {self.act} packages", f"as root: {shlex.join(argv)}")
        last = b""
        for emission in stream(argv, scope, _ACT_S, manager.env):
            if isinstance(emission, Exit):
                _check(emission.code, manager, self.act, last)
                continue
            if isinstance(emission, Chunk):
                last = (last + emission.data)[-2000:]
            yield emission
        yield Note(f"{manager.name} {self.done} {' '.join(self.name_) or 'everything'}")


def _check(code: int, manager: Driver, act: Act, last: bytes) -> None:
    if code:
        lines = last.decode("utf-8", "replace").strip().splitlines()
        hint = visible(lines[-1].strip()[:300]) if lines else ""
        raise NlshError(f"{manager.name} could not {act} it (exit code {code})", hint)


_CHANGES: Final = frozenset({Effect.CONFIGURE, Effect.NETWORK})


@dataclass(frozen=True, kw_only=True)
class Install(_Change):
    """Install packages."""

    name: ClassVar[str] = "pkg.install"
    effects: ClassVar[frozenset[Effect]] = _CHANGES
    act: ClassVar[Act] = "install"
    done: ClassVar[str] = "installed"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("install htop", '[{"pkg.install":{"name":"htop"}}]'),
        Example("I need ffmpeg on this machine", '[{"pkg.install":{"name":"ffmpeg"}}]'),
        Example("get me git and tmux", '[{"pkg.install":{"name":["git","tmux"]}}]'),
        Example("please set up the package nginx", '[{"pkg.install":{"name":"nginx"}}]'),
        Example("apt install build-essential", '[{"pkg.install":{"name":"build-essential"}}]'),
        Example("add jq to the system", '[{"pkg.install":{"name":"jq"}}]'),
        Example("installiere bitte gimp", '[{"pkg.install":{"name":"gimp"}}]'),
        Example("instala el paquete vlc", '[{"pkg.install":{"name":"vlc"}}]'),
        Example("安装 neovim", '[{"pkg.install":{"name":"neovim"}}]'),
        *sayings.INSTALL,
    )


@dataclass(frozen=True, kw_only=True)
class Remove(_Change):
    """Uninstall packages."""

    name: ClassVar[str] = "pkg.remove"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.CONFIGURE})
    act: ClassVar[Act] = "remove"
    done: ClassVar[str] = "removed"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("uninstall vlc", '[{"pkg.remove":{"name":"vlc"}}]'),
        Example("remove the package apache2", '[{"pkg.remove":{"name":"apache2"}}]'),
        Example("get rid of snapd", '[{"pkg.remove":{"name":"snapd"}}]'),
        Example("I no longer need libreoffice installed", '[{"pkg.remove":{"name":"libreoffice"}}]'),
        Example("apt remove nodejs", '[{"pkg.remove":{"name":"nodejs"}}]'),
        Example("deinstalliere gimp und inkscape", '[{"pkg.remove":{"name":["gimp","inkscape"]}}]'),
        Example("désinstalle le paquet telnet", '[{"pkg.remove":{"name":"telnet"}}]'),
        *sayings.REMOVE,
    )


@dataclass(frozen=True, kw_only=True)
class Upgrade(_Change):
    """Upgrade packages to their newest versions: those named, or all."""

    name: ClassVar[str] = "pkg.upgrade"
    effects: ClassVar[frozenset[Effect]] = _CHANGES
    act: ClassVar[Act] = "upgrade"
    done: ClassVar[str] = "upgraded"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("update all packages", '[{"pkg.upgrade":{}}]'),
        Example("upgrade openssl", '[{"pkg.upgrade":{"name":"openssl"}}]'),
        Example("bring the system up to date", '[{"pkg.upgrade":{}}]'),
        Example("install the latest security updates", '[{"pkg.upgrade":{}}]'),
        Example("is there a newer firefox? get it", '[{"pkg.upgrade":{"name":"firefox"}}]'),
        Example("apt upgrade", '[{"pkg.upgrade":{}}]'),
        Example("aktualisiere das ganze System", '[{"pkg.upgrade":{}}]'),
        Example("actualiza el paquete curl", '[{"pkg.upgrade":{"name":"curl"}}]'),
        *sayings.UPGRADE,
    )

    name_: tuple[Package, ...] = ()
