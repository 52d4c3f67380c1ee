"""Reaching hosts: ping, names, ports."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from nlsh.core.arguments import Host, Port
from nlsh.core.display import human_duration, visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Column, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.net import sayings
from nlsh.tools.net.hosts import addresses, host_facts, host_of, is_address
from nlsh.tools.net.waiting import aside, finish
from nlsh.tools.programs import capture, find_program

NETWORK: Final = frozenset({Effect.NETWORK})
_RESOLVE_S: Final = 10.0
_KNOCK_S: Final = 2.0
_MAX_COUNT: Final = 20
_COMMON: Final = (
    21,
    22,
    25,
    53,
    80,
    110,
    143,
    443,
    445,
    587,
    993,
    3000,
    3306,
    3389,
    5432,
    5900,
    6379,
    8000,
    8080,
    8443,
)
_ECHO: Final = re.compile(r"(?:icmp_)?seq[ =](\d+).*?time[=<]([\d.]+) ?ms")


@dataclass(frozen=True)
class Knock:
    """What came of trying one port."""

    port: int
    state: str
    """`open`, `closed` (the host answers, nobody listens) or `no answer`."""
    seconds: float


async def knock(address: str, port: int) -> Knock:
    """Try to connect, for up to _KNOCK_S."""
    started = time.monotonic()
    try:
        async with asyncio.timeout(_KNOCK_S):
            _, writer = await asyncio.open_connection(address, port)
        elapsed_s = time.monotonic() - started
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return Knock(port, "open", elapsed_s)
    except ConnectionRefusedError:
        return Knock(port, "closed", time.monotonic() - started)
    except OSError:
        return Knock(port, "no answer", time.monotonic() - started)


@dataclass(frozen=True, kw_only=True)
class Ping(Syscall):
    """Tell whether a host answers, and how fast."""

    name: ClassVar[str] = "net.ping"
    effects: ClassVar[frozenset[Effect]] = NETWORK
    examples: ClassVar[tuple[Example, ...]] = (
        Example("ping example.com", '[{"net.ping":{"host":"example.com"}}]'),
        Example("is 192.168.1.1 reachable", '[{"net.ping":{"host":"192.168.1.1"}}]'),
        Example("does nas.local answer?", '[{"net.ping":{"host":"nas.local"}}]'),
        Example("ping 8.8.8.8 ten times", '[{"net.ping":{"host":"8.8.8.8","count":10}}]'),
        Example("how fast is the connection to github.com", '[{"net.ping":{"host":"github.com"}}]'),
        Example("do I have internet, try 1.1.1.1", '[{"net.ping":{"host":"1.1.1.1"}}]'),
        Example("is my server web01 down", '[{"net.ping":{"host":"web01"}}]'),
        Example("ist fritz.box erreichbar", '[{"net.ping":{"host":"fritz.box"}}]'),
        Example("haz ping a example.es", '[{"net.ping":{"host":"example.es"}}]'),
        *sayings.PING,
    )

    host: Host
    count: int = 4

    def resolve(self, scope: Scope) -> Facts:
        """The host."""
        if not 1 <= self.count <= _MAX_COUNT:
            raise UsageError(f"a host cannot be asked {self.count} times", f"say a number from 1 to {_MAX_COUNT}")
        return host_facts(host_of(self.host), scope)

    def preview(self, facts: Facts) -> Preview:
        """The host."""
        return Preview(f"ask {facts.hosts[0]} {self.count} times whether it answers")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row an answer, then the sum of them."""
        host = facts.hosts[0]
        address = finish(lambda: addresses(host), scope, _RESOLVE_S, f"finding {visible(host)}")[0]
        rows = _echoes(address, self.count, scope) or list(_knocks(address, self.count, scope))
        if not rows:
            raise NlshError(f"{visible(host)} ({address}) does not answer", "it may be down, or not answer strangers")
        columns = (Column("attempt", "count"), Column("address"), Column("how"), Column("time", "duration"))
        yield Table(columns, tuple((number, address, how, seconds) for number, how, seconds in rows))
        mean = human_duration(sum(row[2] for row in rows) / len(rows))
        yield Note(f"{visible(host)} answered {len(rows)} of {self.count}, on average after {mean}")


def _echoes(address: str, count: int, scope: Scope) -> list[tuple[int, str, float]]:
    """The answers to ICMP, by the ping program; empty where there is none or it may not."""
    ping = find_program("ping6" if ":" in address else "ping", scope) or find_program("ping", scope)
    if not ping:
        return []
    said = capture([ping, "-n", "-c", str(count), address], scope, count + _RESOLVE_S)
    return [(int(number), "icmp", float(ms) / 1000) for number, ms in _ECHO.findall(said.text())]


def _knocks(address: str, count: int, scope: Scope) -> Iterator[tuple[int, str, float]]:
    """How long a TCP connection takes, or its refusal: either way the host answers."""
    for number in range(1, count + 1):
        for port in (443, 80):
            found = finish(lambda port=port: knock(address, port), scope, _RESOLVE_S, "connecting")  # type: ignore[misc]
            if found.state != "no answer":
                yield number, f"tcp port {port} {found.state}", found.seconds
                break
        else:
            return


@dataclass(frozen=True, kw_only=True)
class Resolve(Syscall):
    """Tell the addresses of a host, or the name behind an address."""

    name: ClassVar[str] = "net.resolve"
    effects: ClassVar[frozenset[Effect]] = NETWORK
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what is the ip of example.com", '[{"net.resolve":{"host":"example.com"}}]'),
        Example("resolve mail.example.org", '[{"net.resolve":{"host":"mail.example.org"}}]'),
        Example("dns lookup for github.com", '[{"net.resolve":{"host":"github.com"}}]'),
        Example("which host is 8.8.4.4?", '[{"net.resolve":{"host":"8.8.4.4"}}]'),
        Example("where does www.example.net point to", '[{"net.resolve":{"host":"www.example.net"}}]'),
        Example("nslookup localhost", '[{"net.resolve":{"host":"localhost"}}]'),
        Example("welche Adresse hat heise.de", '[{"net.resolve":{"host":"heise.de"}}]'),
        Example("quelle est l'adresse ip de example.fr", '[{"net.resolve":{"host":"example.fr"}}]'),
        *sayings.RESOLVE,
    )

    host: Host

    def resolve(self, scope: Scope) -> Facts:
        """The host."""
        return host_facts(host_of(self.host), scope)

    def preview(self, facts: Facts) -> Preview:
        """The host."""
        return Preview(f"look up {facts.hosts[0]}")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row an address."""
        host = facts.hosts[0]
        what = f"finding {visible(host)}"
        if is_address(host):
            names = finish(lambda: _names(host), scope, _RESOLVE_S, what)
            rows = [(name, _kind(host), host) for name in names]
        else:
            rows = [(host, _kind(one), one) for one in finish(lambda: addresses(host), scope, _RESOLVE_S, what)]
        yield Table((Column("name"), Column("kind"), Column("address")), tuple(rows))


def _kind(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


async def _names(address: str) -> list[str]:
    """The names behind an address. Raises NlshError where it has none."""
    try:
        name, aliases, _ = await aside(lambda: socket.gethostbyaddr(address))
    except OSError as error:
        raise NlshError(f"no name is known for {address}", "not every address has one") from error
    return list(dict.fromkeys((name, *aliases)))


@dataclass(frozen=True, kw_only=True)
class Ports(Syscall):
    """Tell which ports of a host are open: those named, or the most common ones."""

    name: ClassVar[str] = "net.ports"
    effects: ClassVar[frozenset[Effect]] = NETWORK
    examples: ClassVar[tuple[Example, ...]] = (
        Example("is port 443 open on example.com", '[{"net.ports":{"host":"example.com","port":443}}]'),
        Example("can I reach db01 on 5432?", '[{"net.ports":{"host":"db01","port":5432}}]'),
        Example("which ports does 192.168.1.10 have open", '[{"net.ports":{"host":"192.168.1.10"}}]'),
        Example("check ports 80 and 8080 of web01", '[{"net.ports":{"host":"web01","port":[80,8080]}}]'),
        Example(
            "does ssh answer at backup.example.org port 22", '[{"net.ports":{"host":"backup.example.org","port":22}}]'
        ),
        Example(
            "test the connection to mail.example.net 587", '[{"net.ports":{"host":"mail.example.net","port":587}}]'
        ),
        Example("ist Port 3306 auf dbserver offen", '[{"net.ports":{"host":"dbserver","port":3306}}]'),
        Example("qué puertos tiene abiertos nas.local", '[{"net.ports":{"host":"nas.local"}}]'),
        *sayings.PORTS,
    )

    host: Host
    port: tuple[Port, ...] = ()

    def resolve(self, scope: Scope) -> Facts:
        """The host; so many ports and no more."""
        wrong = [port for port in self.port if not 1 <= port <= 65535]
        if wrong or len(self.port) > len(_COMMON):
            raise UsageError(f"these ports cannot be tried: {self.port}", f"say up to {len(_COMMON)}, from 1 to 65535")
        return replace(host_facts(host_of(self.host), scope), details={"ports": list(self.port or _COMMON)})

    def preview(self, facts: Facts) -> Preview:
        """The host and the ports."""
        ports = ", ".join(map(str, facts.details["ports"]))
        return Preview(f"try to connect to {facts.hosts[0]}", (f"ports {ports}",))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row a port; of the common ones only those that are not silent or closed."""
        host, ports = facts.hosts[0], facts.details["ports"]
        found = finish(lambda: _try_all(host, ports), scope, 2 * _RESOLVE_S, f"asking {visible(host)}")
        shown = [one for one in found if self.port or one.state == "open"]
        rows = tuple((one.port, _service(one.port), one.state, one.seconds) for one in shown)
        left = len(found) - len(shown)
        note = f"{left} other common ports are closed or do not answer" if left else ""
        columns = (Column("port", "count"), Column("service"), Column("state"), Column("time", "duration"))
        yield Table(columns, rows, note)


async def _try_all(host: str, ports: Sequence[int]) -> list[Knock]:
    """All at once; the first address that answers at all tells."""
    found: list[Knock] = []
    for address in (await addresses(host))[:2]:
        found = await asyncio.gather(*(knock(address, port) for port in ports))
        if any(one.state != "no answer" for one in found):
            break
    return found


def _service(port: int) -> str:
    try:
        return socket.getservbyport(port, "tcp")
    except OSError:
        return ""
