"""One file for everything that is kept: `state.db`. Opened on first use; several processes may share it."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

from nlsh.core.errors import StoreUnavailable
from nlsh.store.faults import is_damage, unavailable
from nlsh.store.locks import exclusive
from nlsh.store.migrations import VERSION, migrate

T = TypeVar("T")

FILE: Final = "state.db"


class Database:
    """Transactions on `state.db` (0600, write-ahead log). Thread-safe: one at a time in this process."""

    def __init__(self, state_dir: str, busy_timeout_s: float = 10.0) -> None:
        self.state_dir = state_dir
        self.path = os.path.join(state_dir, FILE)
        self._busy_timeout_s = busy_timeout_s
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        self._is_durable = False
        self._notices: list[str] = []

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person should know: the file was damaged, what was kept, where the damaged one lies."""
        return tuple(self._notices)

    def write(self, work: Callable[[sqlite3.Connection], T], *, is_durable: bool = True) -> T:
        """Run `work` in a transaction that excludes every other writer; it may be run twice, so it only reads and
        writes rows. Durable: on disk before returning; else it survives a kill, but perhaps not a power cut.

        Raises:
            StoreUnavailable: locked too long, disk full, not writable, or damaged beyond use.
        """
        return self._attempt(lambda connection: self._transact(connection, work, is_durable))

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a short query. Raises StoreUnavailable."""
        return self._attempt(work)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own on one moment's state: long reads hold nobody up. Raises StoreUnavailable."""
        self.read(_version)
        connection = self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        except sqlite3.Error as error:
            raise unavailable(error, self.path, self._busy_timeout_s) from error
        finally:
            connection.close()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            self._drop()

    def _attempt(self, action: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return self._mended(action)
            except sqlite3.Error as error:
                raise unavailable(error, self.path, self._busy_timeout_s) from error
            except OSError as error:
                raise StoreUnavailable(
                    f"{self.state_dir} cannot be used: {error.strerror}", "set NLSH_HOME to a folder of your own"
                ) from error

    def _mended(self, action: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return action(self._connected())
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        self._recover()
        return action(self._connected())

    def _transact(self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], is_durable: bool) -> T:
        if is_durable is not self._is_durable:
            connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            self._is_durable = is_durable
        connection.execute("BEGIN IMMEDIATE")
        try:
            value = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            # SQLite itself has rolled back after some errors, a full disk for one.
            if connection.in_transaction:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            raise
        return value

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and self._is_in_place():
            return self._connection
        self._drop()
        self._connection = self._open()
        return self._connection

    def _is_in_place(self) -> bool:
        # Another process that found damage has put a new file here: writing on to the old one would lose records.
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def _open(self) -> sqlite3.Connection:
        os.makedirs(self.state_dir, mode=0o700, exist_ok=True)
        # Exclusive creation only: closing a second descriptor of a file in use would drop SQLite's locks on it.
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        status = os.stat(self.path)
        self._identity, self._is_durable = (status.st_dev, status.st_ino), False
        connection = self._connect()
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")
            self._bring_up_to_date(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False, cached_statements=64
        )

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        if _version(connection) == VERSION:
            return
        with exclusive(self.path + ".lock", self._busy_timeout_s):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            found = _version(connection)
            if found > VERSION:
                raise StoreUnavailable(f"{self.path} was made by a newer nlsh", "use that one, or set NLSH_HOME")
            migrate(connection, found)
            connection.execute("COMMIT")

    def _recover(self) -> None:
        from nlsh.store.recovery import rebuild

        self._drop()
        with exclusive(self.path + ".lock", self._busy_timeout_s):
            if self._is_in_place():
                self._notices.append(rebuild(self.path))

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
