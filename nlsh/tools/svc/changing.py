"""Changing services: start, stop, restart, enable, disable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from nlsh.core.arguments import Unit
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts, Preview, Target
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.svc import sayings
from nlsh.tools.svc.systemd import ACT_S, Service, show, systemctl


@dataclass(frozen=True, kw_only=True)
class _Change(Syscall):
    """What the five changes of a service share."""

    verb: ClassVar[str]
    unwanted: ClassVar[str] = ""
    """The state that means it did not work; empty where no state tells."""

    unit: tuple[Unit, ...]

    def resolve(self, scope: Scope) -> Facts:
        """Which services exactly, and how they are now."""
        services = [show(unit, scope) for unit in self.unit]
        is_systems = any(not service.is_users for service in services)
        return Facts(
            targets=tuple(Target(one.id, "unit", owner="" if one.is_users else "root") for one in services),
            count=len(services),
            privileged="services of the system are root's to change" if is_systems and os.geteuid() else "",
            irreversible="change it back with the opposite of what was said",
            details={
                "users": [one.is_users for one in services],
                "lines": [f"{one.id}: {one.state}, at boot: {one.asked.get('UnitFileState', '')}" for one in services],
            },
        )

    def preview(self, facts: Facts) -> Preview:
        """Each service with its state now."""
        names = ", ".join(target.name for target in facts.targets)
        return Preview(f"{self.verb} {names}", tuple(facts.details["lines"]))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Change each and look how it is afterwards."""
        for target, is_users in zip(facts.targets, facts.details["users"], strict=True):
            scope.check()
            said = systemctl([self.verb, "--", target.name], scope, ACT_S, is_users=is_users)
            if said.code:
                sudo = f"; as root: systemctl {self.verb} {target.name}" if os.geteuid() and not is_users else ""
                raise NlshError(
                    f"systemd could not {self.verb} {target.name}: {said.complaint()}", f"log.read tells more{sudo}"
                )
            yield self._outcome(show(target.name, scope))

    def _outcome(self, service: Service) -> Note:
        if self.unwanted and service.asked.get("ActiveState") == self.unwanted:
            raise NlshError(f"{service.id} is {service.state} after the {self.verb}", "log.read tells more")
        boot = service.asked.get("UnitFileState", "")
        return Note(f"{service.id} is {service.state} now" + (f", {boot} at boot" if boot else ""))


_CONFIGURES: Final = frozenset({Effect.CONFIGURE})


@dataclass(frozen=True, kw_only=True)
class Start(_Change):
    """Start services."""

    name: ClassVar[str] = "svc.start"
    effects: ClassVar[frozenset[Effect]] = _CONFIGURES
    verb: ClassVar[str] = "start"
    unwanted: ClassVar[str] = "failed"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("start nginx", '[{"svc.start":{"unit":"nginx"}}]'),
        Example("bring the docker service up", '[{"svc.start":{"unit":"docker"}}]'),
        Example("launch the mysql daemon please", '[{"svc.start":{"unit":"mysql"}}]'),
        Example("start redis and postgresql", '[{"svc.start":{"unit":["redis","postgresql"]}}]'),
        Example("the web server apache2 should run again", '[{"svc.start":{"unit":"apache2"}}]'),
        Example("starte den Dienst cups", '[{"svc.start":{"unit":"cups"}}]'),
        Example("arranca el servicio ssh", '[{"svc.start":{"unit":"ssh"}}]'),
        *sayings.START,
    )


@dataclass(frozen=True, kw_only=True)
class Stop(_Change):
    """Stop services."""

    name: ClassVar[str] = "svc.stop"
    effects: ClassVar[frozenset[Effect]] = _CONFIGURES
    verb: ClassVar[str] = "stop"
    unwanted: ClassVar[str] = "active"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("stop the nginx service", '[{"svc.stop":{"unit":"nginx"}}]'),
        Example("shut down mysql", '[{"svc.stop":{"unit":"mysql"}}]'),
        Example("turn bluetooth off", '[{"svc.stop":{"unit":"bluetooth"}}]'),
        Example("I don't want the cups daemon running now", '[{"svc.stop":{"unit":"cups"}}]'),
        Example("systemctl stop docker", '[{"svc.stop":{"unit":"docker"}}]'),
        Example(
            "stop avahi-daemon and disable it",
            '[{"svc.stop":{"unit":"avahi-daemon"}},{"svc.disable":{"unit":"avahi-daemon"}}]',
        ),
        Example("halte den Dienst apache2 an", '[{"svc.stop":{"unit":"apache2"}}]'),
        Example("arrête le service postgresql", '[{"svc.stop":{"unit":"postgresql"}}]'),
        *sayings.STOP,
    )


@dataclass(frozen=True, kw_only=True)
class Restart(_Change):
    """Stop services and start them again."""

    name: ClassVar[str] = "svc.restart"
    effects: ClassVar[frozenset[Effect]] = _CONFIGURES
    verb: ClassVar[str] = "restart"
    unwanted: ClassVar[str] = "failed"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("restart nginx", '[{"svc.restart":{"unit":"nginx"}}]'),
        Example("bounce the ssh service", '[{"svc.restart":{"unit":"ssh"}}]'),
        Example("stop and start apache2 again", '[{"svc.restart":{"unit":"apache2"}}]'),
        Example("postgresql needs a restart", '[{"svc.restart":{"unit":"postgresql"}}]'),
        Example("kick NetworkManager, the wifi is stuck", '[{"svc.restart":{"unit":"NetworkManager"}}]'),
        Example("starte docker neu", '[{"svc.restart":{"unit":"docker"}}]'),
        Example("重启 nginx 服务", '[{"svc.restart":{"unit":"nginx"}}]'),
        *sayings.RESTART,
    )


@dataclass(frozen=True, kw_only=True)
class Enable(_Change):
    """Have services start by themselves at boot."""

    name: ClassVar[str] = "svc.enable"
    effects: ClassVar[frozenset[Effect]] = _CONFIGURES
    verb: ClassVar[str] = "enable"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("enable docker at boot", '[{"svc.enable":{"unit":"docker"}}]'),
        Example("make nginx start automatically", '[{"svc.enable":{"unit":"nginx"}}]'),
        Example("ssh should come up after every reboot", '[{"svc.enable":{"unit":"ssh"}}]'),
        Example("autostart for syncthing", '[{"svc.enable":{"unit":"syncthing"}}]'),
        Example(
            "enable and start fail2ban",
            '[{"svc.enable":{"unit":"fail2ban"}},{"svc.start":{"unit":"fail2ban"}}]',
        ),
        Example("aktiviere cron beim Hochfahren", '[{"svc.enable":{"unit":"cron"}}]'),
        *sayings.ENABLE,
    )


@dataclass(frozen=True, kw_only=True)
class Disable(_Change):
    """Have services no longer start by themselves at boot."""

    name: ClassVar[str] = "svc.disable"
    effects: ClassVar[frozenset[Effect]] = _CONFIGURES
    verb: ClassVar[str] = "disable"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("disable bluetooth at boot", '[{"svc.disable":{"unit":"bluetooth"}}]'),
        Example("don't start apache2 automatically any more", '[{"svc.disable":{"unit":"apache2"}}]'),
        Example("keep cups from starting with the machine", '[{"svc.disable":{"unit":"cups"}}]'),
        Example("no autostart for snapd", '[{"svc.disable":{"unit":"snapd"}}]'),
        Example("turn off mysql on boot", '[{"svc.disable":{"unit":"mysql"}}]'),
        Example("desactiva el inicio automático de postfix", '[{"svc.disable":{"unit":"postfix"}}]'),
        *sayings.DISABLE,
    )
