"""The fs family: the file tree, looked at, changed, and changed back."""

from __future__ import annotations

from nlsh.core.syscall import Syscall
from nlsh.tools.fs import (
    archives,
    comparing,
    describing,
    finding,
    hashing,
    listing,
    making,
    metadata,
    moving,
    naming,
    reading,
    removing,
    replacing,
    searching,
    sizing,
    syncing,
    writing,
)

SYSCALLS: tuple[type[Syscall], ...] = (
    *listing.SYSCALLS,
    *finding.SYSCALLS,
    *reading.SYSCALLS,
    *searching.SYSCALLS,
    *comparing.SYSCALLS,
    *describing.SYSCALLS,
    *sizing.SYSCALLS,
    *hashing.SYSCALLS,
    *writing.SYSCALLS,
    *replacing.SYSCALLS,
    *making.SYSCALLS,
    *moving.SYSCALLS,
    *naming.SYSCALLS,
    *metadata.SYSCALLS,
    *archives.SYSCALLS,
    *syncing.SYSCALLS,
    *removing.SYSCALLS,
)
