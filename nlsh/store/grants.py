"""Remembered answers, until they expire."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Final

from nlsh.core.approval import Grant
from nlsh.store.columns import to_column, to_text
from nlsh.store.database import Database
from nlsh.store.sessions import is_alive, this_session

_ROWS: Final = "SELECT id, syscall, folder, expires_at, origin, session FROM grants WHERE expires_at > ? ORDER BY rowid"


class StoredGrants:
    """The Grants port on `state.db`. A grant `session` counts in the session that gave it, and ends with it."""

    def __init__(self, database: Database, session: str = "", clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._session = session or this_session()
        self._clock = clock

    def live(self) -> tuple[Grant, ...]:
        """Those that have not expired and count in this session. Raises StoreUnavailable."""
        return tuple(grant for grant, session in self._rows() if grant.origin == "rule" or session == self._session)

    def everywhere(self) -> tuple[Grant, ...]:
        """Those that have not expired, of every session that still runs: for listing. Raises StoreUnavailable."""
        ours = self._session
        return tuple(
            grant for grant, session in self._rows() if grant.origin == "rule" or session == ours or is_alive(session)
        )

    def add(self, grant: Grant) -> None:
        """Remember one, or replace the one with its id. Raises StoreUnavailable."""
        row = (grant.id, grant.syscall, to_column(grant.folder), grant.expires_at, grant.origin, self._session)
        self._database.write(lambda connection: self._add(connection, row))

    def revoke(self, grant_id: str) -> bool:
        """Forget one; False if there is none. Raises StoreUnavailable."""
        return self._database.write(
            lambda connection: connection.execute("DELETE FROM grants WHERE id = ?", (grant_id,)).rowcount > 0
        )

    def _add(self, connection: sqlite3.Connection, row: tuple[str | bytes | float, ...]) -> None:
        connection.execute("DELETE FROM grants WHERE expires_at <= ?", (self._clock(),))
        connection.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?, ?)", row)

    def _rows(self) -> list[tuple[Grant, str]]:
        now = self._clock()
        rows = self._database.read(lambda connection: connection.execute(_ROWS, (now,)).fetchall())
        return [
            (Grant(name, syscall, to_text(folder), end, origin), by) for name, syscall, folder, end, origin, by in rows
        ]
