"""Hosts: which one is meant, who named it, where it is, and whether it may be asked."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final

from nlsh.core.display import visible
from nlsh.core.errors import NlshError, Refused, UsageError
from nlsh.core.facts import Facts, Target
from nlsh.core.scope import Scope
from nlsh.tools.net.waiting import aside

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAME: Final = re.compile(r"(?!-)(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*")
_TAIL: Final = re.compile(r"^[a-z][a-z0-9+.-]*://|[/?#].*$", re.IGNORECASE)
_METADATA: Final = frozenset(
    {"169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"}
)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def host_of(text: str) -> str:
    """The host a person means: a name, an address, or that of a URL; lower case, without port. Raises UsageError."""
    host = _TAIL.sub("", text.strip()).rpartition("@")[2].casefold().rstrip(".")
    if host.startswith("[") and "]" in host:
        host = host[1 : host.index("]")]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    if not (is_address(host) or _NAME.fullmatch(host)):
        raise UsageError(f"{visible(text)} is not the name of a host", "say a name like example.org, or an address")
    return host


def is_address(text: str) -> bool:
    """Whether a text is an IP address in its usual spelling."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_typed(host: str, utterance: str) -> bool:
    """Whether the person typed that very host: as a word of its own, not as a part of another name."""
    end = r"(?![\w:-]|\.\w)" if ":" in host else r"(?![\w-]|\.\w)"
    start = r"(?<![\w.:-])" if ":" in host else r"(?<![\w.-])"
    return bool(host) and re.search(start + re.escape(host.casefold()) + end, utterance.casefold()) is not None


def host_facts(host: str, scope: Scope) -> Facts:
    """The facts of talking to a host: where the person did not name it, that is said."""
    why = "" if is_typed(host, scope.utterance) else f"you did not name the host {visible(host)}"
    return Facts(targets=(Target(host, "host"),), count=1, hosts=(host,), sensitive=why, is_reversible=True)


def private_reason(address: str) -> str:
    """Why an address is not one of the public internet, or empty. Addresses wrapped in others are unwrapped."""
    found = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    if str(found) in _METADATA:
        return "it hands out the credentials of this machine"
    for is_so, why in (
        (found.is_loopback, "it is this machine"),
        (found.is_link_local, "it is only reached on this link"),
        (found.is_multicast, "it is a multicast address"),
        (found.is_unspecified, "it is no address at all"),
        (found.is_private or found.is_reserved or not found.is_global, "it belongs to a private network"),
    ):
        if is_so:
            return why
    return ""


def is_metadata(host: str) -> bool:
    """Whether a host is where clouds hand out the credentials of a machine."""
    return host in _METADATA or host.startswith("metadata.") or host == "metadata"


def _unwrapped(address: IP) -> IP:
    """The IPv4 address that an IPv6 address stands for, where it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def resolver(host: str, port: int) -> list[str]:
    """What the system's resolver says: every address once, in its order. Blocks; raises OSError."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


async def addresses(host: str, port: int = 0) -> list[str]:
    """The addresses of a host. Raises NlshError where it has none."""
    try:
        found = await aside(lambda: resolver(host, port))
    except (OSError, UnicodeError) as error:
        raise NlshError(f"the host {visible(host)} cannot be found", "check its name and your network") from error
    if not found:
        raise NlshError(f"the host {visible(host)} has no address", "check its name")
    return found


async def named_addresses(host: str, port: int = 0) -> list[str]:
    """The addresses of a host the person typed: wherever they meant, but no credentials behind another name.

    Raises:
        Refused: a name leads to where credentials are handed out.
        NlshError: it has none.
    """
    found = await addresses(host, port)
    if not is_metadata(host) and any(one in _METADATA for one in found):
        raise Refused(f"refused to ask {visible(host)}: it leads to the credentials of this machine")
    return found


async def public_addresses(host: str, port: int = 0) -> list[str]:
    """The addresses of a host, all of them public: one that is not among them is a sign of a trick.

    Raises:
        Refused: one is not public.
        NlshError: it has none.
    """
    found = await addresses(host, port)
    for address in found:
        why = private_reason(address)
        if why:
            name = visible(host) if host == address else f"{visible(host)} ({address})"
            raise Refused(f"refused to ask {name}: {why}", "type the host yourself if you mean it")
    return found
