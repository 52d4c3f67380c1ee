"""Every turn, stored; those that worked become episodes of the memory."""

from __future__ import annotations

import sqlite3
from typing import Final

from nlsh.core.ports import TurnRow
from nlsh.store.columns import to_column, to_text
from nlsh.store.database import Database
from nlsh.store.memories import insert

_STORE: Final = (
    "INSERT OR REPLACE INTO turns(id, at, cwd, line, route, plan, outcome, exit_code, elapsed_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LATEST: Final = (
    "SELECT id, at, cwd, line, route, plan, outcome, exit_code, elapsed_ms FROM turns"
    " WHERE CAST(line AS TEXT) LIKE CAST(? AS TEXT) ESCAPE '\\' ORDER BY at DESC, rowid DESC LIMIT ?"
)
_LONGEST_EPISODE: Final = 2000
"""Characters; a longer line is a pasted file, nothing to be reminded of."""


class StoredHistory:
    """The History port on `state.db`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: TurnRow) -> None:
        """Store a turn, or replace the row with its id. Lines that begin with a space are not stored.

        Raises:
            StoreUnavailable: it cannot be written.
        """
        if not row.line.startswith(" "):
            self._database.write(lambda connection: _add(connection, row), is_durable=False)

    def latest(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        """The newest turns first, optionally only those whose line contains a text (ASCII case set aside).

        Raises:
            StoreUnavailable: it cannot be read.
        """
        pattern = "%" + "".join("\\" + char if char in "\\%_" else char for char in containing) + "%"
        rows = self._database.read(
            lambda connection: connection.execute(_LATEST, (to_column(pattern), max(count, 0))).fetchall()
        )
        return tuple(_turn(row) for row in rows)


def _add(connection: sqlite3.Connection, row: TurnRow) -> None:
    values = [to_column(value) if isinstance(value, str) else value for value in vars(row).values()]
    connection.execute(_STORE, values)
    if _is_episode(row):
        insert(connection, "episode", row.line.strip(), row.at, row.cwd)


def _is_episode(row: TurnRow) -> bool:
    # What came out of the memory is not put into it again.
    is_memory = row.plan.startswith('[{"mem.')
    return row.outcome == "done" and not is_memory and 0 < len(row.line.strip()) <= _LONGEST_EPISODE


def _turn(row: tuple[str | bytes | float, ...]) -> TurnRow:
    return TurnRow(*(to_text(value) if isinstance(value, str | bytes) else value for value in row))  # type: ignore[arg-type]
