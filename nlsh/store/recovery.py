"""After damage: every row that can still be read goes to a new file, the damaged one is set aside."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, Final

from nlsh.store.columns import to_column
from nlsh.store.migrations import KEPT, migrate

_FAR: Final = 20_000
"""How many rows past the last readable one are tried where the end of a table cannot be found."""


def rebuild(path: str) -> str:
    """Replace a damaged database by one with its readable rows; returns what happened, for the person.

    Raises:
        sqlite3.Error, OSError: the new file could not be made; the damaged one then stays where it is.
    """
    fresh = path + ".new"
    _remove(fresh)
    kept, broken = _salvaged(path, fresh)
    damaged = f"{path}.damaged-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}"
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.rename(path + suffix, damaged + suffix)
    os.rename(path, damaged)
    os.rename(fresh, path)
    return _notice(damaged, kept, broken)


def _remove(path: str) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.unlink(path + suffix)


def _salvaged(path: str, fresh: str) -> tuple[dict[str, int], list[str]]:
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    kept: dict[str, int] = {}
    broken: list[str] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.text_factory = lambda raw: to_column(raw.decode("utf-8", "surrogateescape"))
        with closing(sqlite3.connect(fresh, isolation_level=None)) as new:
            new.execute("PRAGMA journal_mode = WAL")
            new.execute("BEGIN IMMEDIATE")
            migrate(new, 0)
            for table in KEPT:
                kept[table] = _copy(old, new, table, broken)
            new.execute("COMMIT")
    return kept, broken


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str, broken: list[str]) -> int:
    count = 0
    for row in _readable(old, table, broken):
        with suppress(sqlite3.IntegrityError):
            marks = ", ".join("?" * len(row))
            count += new.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row).rowcount  # noqa: S608
    return count


def _readable(old: sqlite3.Connection, table: str, broken: list[str]) -> Iterator[tuple[Any, ...]]:
    last = 0
    try:
        for row in old.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid"):  # noqa: S608
            last = row[0]
            yield row[1:]
    except sqlite3.Error:
        broken.append(table)
        yield from _one_by_one(old, table, last)


def _one_by_one(old: sqlite3.Connection, table: str, last: int) -> Iterator[tuple[Any, ...]]:
    for rowid in range(last + 1, _end(old, table, last) + 1):
        with suppress(sqlite3.Error):
            yield from old.execute(f"SELECT * FROM {table} WHERE rowid = ?", (rowid,)).fetchall()  # noqa: S608


def _end(old: sqlite3.Connection, table: str, last: int) -> int:
    try:
        found = old.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]  # noqa: S608
    except sqlite3.Error:
        found = None
    return int(found) if found else last + _FAR


def _notice(damaged: str, kept: dict[str, int], broken: list[str]) -> str:
    rows = ", ".join(f"{count} of {table}" for table, count in kept.items() if count)
    lost = f"; not every row could be read of: {', '.join(broken)}" if broken else ""
    return f"nlsh's database was damaged and now lies at {damaged}; rows kept: {rows or 'none'}{lost}"
