"""Checking the ledger in the database: the chain, its order, and both anchors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from nlsh.core.ports import Verification
from nlsh.store.anchor import Anchor, Head
from nlsh.store.chain import GENESIS
from nlsh.store.database import Database

_Marks = Mapping[int, Sequence[tuple[bytes, str]]]
"""Hashes that must stand at given records, each with who says so."""


class _Walk:
    """The chain, record by record, as far as it holds."""

    def __init__(self) -> None:
        self.count = 0
        self.head = GENESIS.encode()
        self.broken_at = 0
        self.fault = ""

    def follow(self, rows: Iterable[tuple[Any, Any, Any]], marks: _Marks) -> None:
        """Stops at the first record that does not fit."""
        previous = self.head
        for number, (seq, payload, digest) in enumerate(rows, 1):
            if seq != number or not isinstance(payload, bytes) or not payload.startswith(b'{"seq":%d,' % number):
                return self._misplaced(number, seq)
            previous = sha256(previous + payload).hexdigest().encode()
            if previous != digest:
                return self._breaks(seq, f"record {seq} does not match its hash: it or one before it was changed")
            for expected, name in marks.get(number, ()):
                if expected != digest:
                    return self._breaks(seq, f"record {seq} is not the one that {name} names")
            self.count, self.head = number, digest
        return None

    def _misplaced(self, expected: int, seq: Any) -> None:
        what = f"record {expected} says that it is another" if seq == expected else f"record {expected} is missing"
        self._breaks(expected, what)

    def _breaks(self, seq: int, fault: str) -> None:
        self.broken_at, self.fault = seq, fault

    def reach(self, seq: int, name: str) -> None:
        """The chain must be at least so long."""
        if not self.fault and self.count < seq:
            self._breaks(self.count + 1, f"records {self.count + 1} to {seq} are missing: {name} names {seq}")

    def end(self, seq: int, name: str) -> None:
        """The chain must be exactly so long."""
        self.reach(seq, name)
        if not self.fault and self.count > seq:
            self._breaks(seq + 1, f"record {seq + 1} was added past the one that {name} names")


def audit(database: Database, anchor: Anchor) -> Verification:
    """Check every record. Raises StoreUnavailable where the database cannot be opened at all."""
    try:
        # Read before the records: the file may fall behind them while others append, never run ahead.
        outer, complaint = anchor.read(), ""
    except (OSError, ValueError) as error:
        outer, complaint = None, f"the file ledger.head cannot be used: {error}"
    walk = _Walk()
    with database.snapshot() as connection:
        connection.text_factory = bytes
        try:
            _walk(connection, walk, outer)
        except sqlite3.DatabaseError as error:
            walk.broken_at, walk.fault = walk.count + 1, f"record {walk.count + 1} cannot be read: {error}"
    if walk.count and outer is None and not walk.fault:
        walk.broken_at, walk.fault = walk.count, complaint or "the file ledger.head is missing"
    return Verification(walk.count, walk.head.decode() if walk.count else "", walk.broken_at, walk.fault)


def _walk(connection: sqlite3.Connection, walk: _Walk, outer: Head | None) -> None:
    row = connection.execute("SELECT seq, hash FROM anchors WHERE id = 1").fetchone() or (0, b"")
    marks = {row[0]: [(row[1], "the database's anchor")]}
    if outer is not None:
        marks.setdefault(outer.seq, []).append((outer.hash.encode(), "the file ledger.head"))
    walk.follow(connection.execute("SELECT seq, payload, hash FROM ledger ORDER BY seq"), marks)
    walk.reach(outer.seq if outer else 0, "the file ledger.head")
    walk.end(row[0], "the database's anchor")
