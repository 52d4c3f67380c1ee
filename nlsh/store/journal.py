"""The journal: what undo needs, on disk before each effect."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from nlsh.core.ports import Operation, UndoStep
from nlsh.store.columns import to_column, to_text
from nlsh.store.database import Database
from nlsh.store.sessions import is_alive, this_session

_OPERATION: Final = "SELECT id, turn, at, syscall, state FROM operations"


class StepJournal:
    """The Journal port for one operation."""

    def __init__(self, database: Database, operation: int) -> None:
        self._database = database
        self._operation = operation

    def prepare(self, step: UndoStep) -> int:
        """Write the step durably; returns its id. Raises StoreUnavailable: then the change must not be made."""
        row = (self._operation, _to_json(step))
        return self._database.write(
            lambda connection: _new_id(connection.execute("INSERT INTO steps(operation, step) VALUES (?, ?)", row))
        )

    def applied(self, step_id: int, after: Mapping[str, Any]) -> None:
        """The change was made; `after` is the state undo must find. Raises StoreUnavailable."""
        self._database.write(lambda connection: _complete(connection, step_id, after), is_durable=False)

    def abandon(self, step_id: int) -> None:
        """The change was not made (it failed). Raises StoreUnavailable."""
        self._database.write(
            lambda connection: connection.execute("DELETE FROM steps WHERE id = ?", (step_id,)), is_durable=False
        )


class StoredJournals:
    """The Journals port on `state.db`."""

    def __init__(self, database: Database, session: str = "", clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._session = session or this_session()
        self._clock = clock

    def open(self, turn: str, syscall: str) -> tuple[int, StepJournal]:
        """Begin an operation; returns its id and its journal. Raises StoreUnavailable."""
        row = (to_column(turn), self._clock(), to_column(syscall), self._session)
        # Not durable: nothing happens to files before `prepare`, which makes this durable as well.
        operation = self._database.write(lambda connection: _begin(connection, row), is_durable=False)
        return operation, StepJournal(self._database, operation)

    def done(self, operation: int) -> None:
        """The syscall ended; the operation can be undone from now on. Operations without steps are dropped."""
        self._database.write(lambda connection: _end(connection, operation), is_durable=False)

    def latest(self, count: int, state: Literal["done", "undone"]) -> tuple[Operation, ...]:
        """The newest operations in a state (for `undone`: the most recently undone first). Raises StoreUnavailable."""
        query = f"{_OPERATION} WHERE state = ? ORDER BY undone DESC, id DESC LIMIT ?"
        return self._database.read(lambda connection: _operations(connection, query, (state, max(count, 0))))

    def mark(self, operation: int, state: Literal["done", "undone"]) -> None:
        """The operation was redone or undone. Raises StoreUnavailable."""
        self._database.write(lambda connection: _mark(connection, operation, state), is_durable=False)

    def unfinished(self) -> tuple[Operation, ...]:
        """Operations of ended sessions that were never closed. Raises StoreUnavailable."""
        return self._database.read(self._unfinished)

    def _unfinished(self, connection: sqlite3.Connection) -> tuple[Operation, ...]:
        sessions = connection.execute("SELECT DISTINCT session FROM operations WHERE state = 'prepared'").fetchall()
        ended = [name for (name,) in sessions if name != self._session and not is_alive(name)]
        query = f"{_OPERATION} WHERE state = 'prepared' AND session = ?"
        found = [operation for name in ended for operation in _operations(connection, query, (name,))]
        return tuple(sorted(found, key=lambda operation: -operation.id))


def _new_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _begin(connection: sqlite3.Connection, row: tuple[str | bytes, float, str | bytes, str]) -> int:
    insert = "INSERT INTO operations(turn, at, syscall, state, session, undone) VALUES (?, ?, ?, 'prepared', ?, 0)"
    return _new_id(connection.execute(insert, row))


def _complete(connection: sqlite3.Connection, step_id: int, after: Mapping[str, Any]) -> None:
    row = connection.execute("SELECT step FROM steps WHERE id = ?", (step_id,)).fetchone()
    if row is not None:
        step = replace(_from_json(row[0]), after=after)
        connection.execute("UPDATE steps SET step = ? WHERE id = ?", (_to_json(step), step_id))


def _end(connection: sqlite3.Connection, operation: int) -> None:
    if connection.execute("SELECT 1 FROM steps WHERE operation = ? LIMIT 1", (operation,)).fetchone():
        connection.execute("UPDATE operations SET state = 'done' WHERE id = ?", (operation,))
    else:
        connection.execute("DELETE FROM operations WHERE id = ?", (operation,))


def _mark(connection: sqlite3.Connection, operation: int, state: str) -> None:
    newest = connection.execute("SELECT max(undone) FROM operations WHERE state = 'undone'").fetchone()[0] or 0
    undone = newest + 1 if state == "undone" else 0
    connection.execute("UPDATE operations SET state = ?, undone = ? WHERE id = ?", (state, undone, operation))


def _operations(connection: sqlite3.Connection, query: str, values: Iterable[Any]) -> tuple[Operation, ...]:
    rows = connection.execute(query, tuple(values)).fetchall()
    return tuple(
        Operation(number, to_text(turn), at, to_text(syscall), state, _steps(connection, number))
        for number, turn, at, syscall, state in rows
    )


def _steps(connection: sqlite3.Connection, operation: int) -> tuple[tuple[int, UndoStep], ...]:
    rows = connection.execute("SELECT id, step FROM steps WHERE operation = ? ORDER BY id", (operation,))
    return tuple((number, _from_json(step)) for number, step in rows)


def _to_json(step: UndoStep) -> str:
    return json.dumps(vars(step) | {"before": dict(step.before), "after": dict(step.after)}, separators=(",", ":"))


def _from_json(text: str) -> UndoStep:
    return UndoStep(**json.loads(text))
