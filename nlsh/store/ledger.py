"""The ledger: what was meant, decided, answered and done, in a chain that shows every change."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Final

from nlsh.core.ports import Record, RecordDraft, Verification
from nlsh.store.anchor import Anchor, Head
from nlsh.store.audit import audit
from nlsh.store.chain import GENESIS, chained, exported, payload_of, read_record
from nlsh.store.database import Database
from nlsh.store.sessions import is_alive, this_session

ANCHOR_FILE: Final = "ledger.head"
_CLOSING: Final = ("result", "recovered")


class ChainedLedger:
    """The Ledger port on `state.db`. A session's first append writes its `open` record too."""

    def __init__(self, database: Database, session: str = "", clock: Callable[[], float] = time.time) -> None:
        self.session = session or this_session()
        self._database = database
        self._clock = clock
        self._anchor = Anchor(os.path.join(database.state_dir, ANCHOR_FILE))
        self._is_open = False
        self._told = 0

    def append(self, draft: RecordDraft) -> Record:
        """Write one record durably before returning. Raises StoreUnavailable: then nothing may run."""
        notices = self._database.notices
        drafts = [*self._opening(draft), *self._news(notices), draft]
        previous, records = self._database.write(lambda connection: self._insert(connection, drafts))
        self._is_open, self._told = True, len(notices)
        head = Head(records[-1].seq, records[-1].hash)
        self._anchor.advance(previous, head, self._has)
        return records[-1]

    def tail(self, count: int) -> tuple[Record, ...]:
        """The newest records, oldest first. Raises StoreUnavailable."""
        rows = self._database.read(
            lambda connection: connection.execute(
                "SELECT payload, hash FROM ledger ORDER BY seq DESC LIMIT ?", (max(count, 0),)
            ).fetchall()
        )
        return tuple(read_record(payload, digest) for payload, digest in reversed(rows))

    def head(self) -> Record | None:
        """The newest record. Raises StoreUnavailable."""
        return next(iter(self.tail(1)), None)

    def verify(self) -> Verification:
        """Check the whole chain against itself and against its anchors, streaming. Raises StoreUnavailable."""
        return audit(self._database, self._anchor)

    def export(self) -> Iterator[str]:
        """Every record as one line of JSON, with its hash. Raises StoreUnavailable."""
        with self._database.snapshot() as connection:
            for payload, digest in connection.execute("SELECT payload, hash FROM ledger ORDER BY seq"):
                yield exported(payload, digest)

    def uncertain(self) -> tuple[Record, ...]:
        """Intents of ended sessions without a result: it is not known whether they took effect."""
        rows = self._database.read(
            lambda connection: connection.execute(
                "SELECT payload, hash, session FROM open_intents JOIN ledger USING (seq) ORDER BY seq"
            ).fetchall()
        )
        ended = {session for _, _, session in rows if session != self.session and not is_alive(session)}
        return tuple(read_record(payload, digest) for payload, digest, session in rows if session in ended)

    def _opening(self, draft: RecordDraft) -> list[RecordDraft]:
        return [] if self._is_open or draft.phase == "open" else [RecordDraft("open")]

    def _news(self, notices: tuple[str, ...]) -> list[RecordDraft]:
        return [RecordDraft("recovered", details={"notice": notice}) for notice in notices[self._told :]]

    def _insert(self, connection: sqlite3.Connection, drafts: list[RecordDraft]) -> tuple[Head, list[Record]]:
        row = connection.execute("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
        previous = Head(*row) if row else Head()
        digest, records = previous.hash or GENESIS, list[Record]()
        for seq, draft in enumerate(drafts, previous.seq + 1):
            at = round(self._clock(), 6)
            payload = payload_of(seq, at, self.session, draft)
            digest = chained(digest, payload)
            connection.execute("INSERT INTO ledger VALUES (?, ?, ?)", (seq, payload, digest))
            self._track(connection, seq, draft)
            records.append(Record(seq, at, self.session, draft, digest))
        connection.execute("INSERT OR REPLACE INTO anchors VALUES (1, ?, ?)", (records[-1].seq, digest))
        return previous, records

    def _track(self, connection: sqlite3.Connection, seq: int, draft: RecordDraft) -> None:
        if draft.phase == "intent":
            connection.execute("INSERT OR REPLACE INTO open_intents VALUES (?, ?)", (seq, self.session))
        elif draft.phase in _CLOSING and draft.intent:
            connection.execute("DELETE FROM open_intents WHERE seq = ?", (draft.intent,))

    def _has(self, head: Head) -> bool:
        found = self._database.read(
            lambda connection: connection.execute("SELECT hash FROM ledger WHERE seq = ?", (head.seq,)).fetchone()
        )
        return found is not None and found[0] == head.hash
