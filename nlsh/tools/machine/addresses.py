"""The machine's interfaces, addresses, gateways and name servers."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.machine import sayings_of_surroundings as sayings
from nlsh.tools.machine.facts import small_file
from nlsh.tools.programs import capture, find_program

_NAMESERVER: Final = re.compile(r"^\s*nameserver\s+(\S+)", re.MULTILINE)
_UP: Final = 0x1
_GATEWAY: Final = 0x2


def gateways(routes: str, routes6: str) -> dict[tuple[str, int], str]:
    """The default gateway of each (interface, IP version), from the kernel's route tables as text."""
    found: dict[tuple[str, int], str] = {}
    for line in routes.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 3 and fields[1] == "00000000" and int(fields[3], 16) & _GATEWAY:
            found.setdefault((fields[0], 4), socket.inet_ntoa(struct.pack("=L", int(fields[2], 16))))
    for line in routes6.splitlines():
        fields = line.split()
        is_default = len(fields) > 9 and fields[0] == "0" * 32 and fields[1] == "00"
        if is_default and int(fields[8], 16) & (_UP | _GATEWAY) == _UP | _GATEWAY:
            found.setdefault((fields[9], 6), str(ipaddress.IPv6Address(int(fields[4], 16))))
    return found


def primary_address() -> str:
    """The first address of this machine that is not its own loop, or empty."""
    import psutil

    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family == socket.AF_INET and not ipaddress.ip_address(one.address).is_loopback:
                return str(one.address)
    return ""


@dataclass(frozen=True, kw_only=True)
class Network(Syscall):
    """Show the network interfaces of this machine: link, addresses, gateway, name servers."""

    name: ClassVar[str] = "sys.network"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what is my ip address", '[{"sys.network":{}}]'),
        Example("list the network interfaces", '[{"sys.network":{}}]'),
        Example("which gateway do I use?", '[{"sys.network":{}}]'),
        Example("is eth0 up", '[{"sys.network":{}}]'),
        Example("show me the mac address of this laptop", '[{"sys.network":{}}]'),
        Example("am I connected to a network", '[{"sys.network":{}}]'),
        Example("which dns server is configured here", '[{"sys.network":{}}]'),
        Example("wie lautet meine IP-Adresse", '[{"sys.network":{}}]'),
        Example("quelle est mon adresse ip", '[{"sys.network":{}}]'),
        Example("我的 IP 地址是什么", '[{"sys.network":{}}]'),
        *sayings.NETWORK,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row an address."""
        columns = ("interface", "link", "kind", "address", "gateway")
        yield Table(tuple(Column(name) for name in columns), tuple(_rows(scope)))


def _rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    import psutil

    links = psutil.net_if_stats()
    ways = _gateways(scope)
    for name, addresses in sorted(psutil.net_if_addrs().items(), key=lambda item: (item[0] != "lo", item[0])):
        link = _link(links.get(name))
        for one in addresses:
            kind, version = _KINDS.get(one.family, ("hardware", 0))
            yield name, link, kind, one.address.partition("%")[0], ways.get((name, version), "")
    for server in _NAMESERVER.findall(small_file("/etc/resolv.conf")):
        yield "", "", "name server", server, ""


_KINDS: Final = {socket.AF_INET: ("IPv4", 4), socket.AF_INET6: ("IPv6", 6)}


def _link(stats: Any) -> str:
    if stats is None or not stats.isup:
        return "down"
    return f"up, {stats.speed} Mbit/s" if stats.speed > 0 else "up"


def _gateways(scope: Scope) -> dict[tuple[str, int], str]:
    if sys.platform == "linux":
        return gateways(_routes("/proc/net/route"), _routes("/proc/net/ipv6_route"))
    route = find_program("route", scope)
    if not route:
        return {}
    said = dict(
        re.findall(r"^\s*(gateway|interface): (\S+)", capture([route, "-n", "get", "default"], scope, 3).text(), re.M)
    )
    return {(said["interface"], 4): said["gateway"]} if len(said) == 2 else {}


def _routes(path: str) -> str:
    return small_file(path) if os.path.exists(path) else ""
