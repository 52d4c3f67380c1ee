"""Who listens where. Works without root: what belongs to processes closed to us is listed without its process."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any, NamedTuple


class Listener(NamedTuple):
    """One socket that waits for others."""

    port: int
    protocol: str
    address: str
    pid: int
    """0 where the process may not be seen."""


def listening() -> list[Listener]:
    """Listening TCP sockets and unconnected UDP sockets, by port."""
    found = {
        Listener(one.laddr.port, "tcp" if one.type == socket.SOCK_STREAM else "udp", one.laddr.ip, pid)
        for one, pid in _connections()
        if one.laddr and _is_waiting(one)
    }
    return sorted(found)


def _is_waiting(one: Any) -> bool:
    return one.status == "LISTEN" if one.type == socket.SOCK_STREAM else not one.raddr


def _connections() -> list[tuple[Any, int]]:
    import psutil

    try:
        return [(one, one.pid or 0) for one in psutil.net_connections(kind="inet")]
    except psutil.AccessDenied:
        return _one_by_one()


def _one_by_one() -> list[tuple[Any, int]]:
    """Where the system tells all sockets only to root: those of the processes that may be asked."""
    import psutil

    found: list[tuple[Any, int]] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            found += [(one, process.pid) for one in process.net_connections(kind="inet")]
    return found
