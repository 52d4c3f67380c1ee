"""Memories as rows, and finding them by their words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from nlsh.core.ports import MemoryRow
from nlsh.store.columns import to_column, to_text
from nlsh.store.database import Database

Kind = Literal["episode", "fact"]

_UNSPACED: Final = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
MOST_MATCHES: Final = 1000
"""Ranking reads every match, some microseconds each: what more memories share is no clue, and is not ranked."""

_INSERT: Final = (
    "INSERT INTO memories(kind, text, words, at, cwd) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT(text, kind) DO UPDATE SET at = max(at, excluded.at), cwd = excluded.cwd RETURNING id"
)
_RANKED: Final = (
    "SELECT memories.id, kind, memories.text, at, cwd, -bm25(memory_words)"
    " FROM memory_words JOIN memories ON memories.id = memory_words.rowid"
    " WHERE memory_words MATCH ? ORDER BY rank LIMIT ?"
)
_MATCHING: Final = (
    "SELECT memories.id, kind, memories.text, at, cwd"
    " FROM memory_words JOIN memories ON memories.id = memory_words.rowid"
    " WHERE memory_words MATCH ? ORDER BY memory_words.rowid DESC LIMIT ?"
)
_COUNT: Final = "SELECT count(*) FROM (SELECT 1 FROM memory_words WHERE memory_words MATCH ? LIMIT ?)"
_NEWEST: Final = "SELECT id, kind, text, at, cwd FROM memories WHERE ? IN ('', kind) ORDER BY at DESC, id DESC LIMIT ?"
_FORGET_TURNS: Final = "DELETE FROM turns WHERE trim(line, char(9, 10, 11, 12, 13, 32)) = ?"
_FORGET_CORRECTIONS: Final = "DELETE FROM corrections WHERE trim(utterance, char(9, 10, 11, 12, 13, 32)) = ?"
_RESEMBLING: Final = (
    "SELECT memories.id, kind, memories.text, at, cwd"
    " FROM memory_trigrams JOIN memories ON memories.id = memory_trigrams.rowid"
    " WHERE memory_trigrams MATCH ? ORDER BY memory_trigrams.rowid DESC LIMIT ?"
)


class StoredMemories:
    """The MemoryRows port on `state.db`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: Kind, text: str, at: float, cwd: str = "") -> MemoryRow:
        """Keep one; a text that is kept already is renewed. Raises StoreUnavailable."""
        number = self._database.write(lambda connection: insert(connection, kind, text, at, cwd))
        return MemoryRow(number, kind, text, at, cwd)

    def commonness(self, terms: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """How many memories there are, about, and in how many each term stands (up to a bound)."""
        return self._database.read(lambda connection: (_about(connection), _counts(connection, terms)))

    def search(self, terms: Sequence[str], limit: int) -> tuple[MemoryRow, ...]:
        """Memories with at least one term: ranked by BM25, or where too many have one, those with all, then the newest.

        Raises:
            StoreUnavailable: they cannot be read.
        """
        quoted = [_quoted(term) for term in terms]
        return self._database.read(lambda connection: _search(connection, quoted, limit)) if quoted else ()

    def resembling(self, word: str, limit: int) -> tuple[MemoryRow, ...]:
        """Memories that may hold the word misspelt by one slip, or within another word; newest first."""
        query = _slips(word.casefold())
        if not query:
            return ()
        rows = self._database.read(lambda connection: connection.execute(_RESEMBLING, (query, limit)).fetchall())
        return tuple(_row(row) for row in rows)

    def newest(self, count: int, kind: Literal["", "episode", "fact"] = "") -> tuple[MemoryRow, ...]:
        """The newest memories first. Raises StoreUnavailable."""
        rows = self._database.read(lambda connection: connection.execute(_NEWEST, (kind, max(count, 0))).fetchall())
        return tuple(_row(row) for row in rows)

    def forget(self, ids: Sequence[int]) -> int:
        """Remove memories, and the turns and corrections they came from, wholly; returns how many there were."""
        count = self._database.write(lambda connection: _forget(connection, set(ids)))
        if count:
            # The write-ahead log still holds the old pages until it is folded into the file and cut.
            self._database.read(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        return count


def insert(connection: sqlite3.Connection, kind: Kind, text: str, at: float, cwd: str) -> int:
    """Keep a memory, in the caller's transaction; returns its id."""
    row = (kind, to_column(text), _spaced(text), at, to_column(cwd))
    return int(connection.execute(_INSERT, row).fetchone()[0])


def _spaced(text: str) -> str:
    """What is indexed: valid text, and each character of scripts without spaces a word of its own."""
    return _UNSPACED.sub(r" \1 ", _valid(text))


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _quoted(term: str) -> str:
    return _literal(_spaced(term.removesuffix("*"))) + ("*" if term.endswith("*") else "")


def _literal(text: str) -> str:
    # In quotes nothing is an operator; a quote within is doubled; a null byte would end the query.
    return '"' + text.replace('"', '""').replace("\0", " ") + '"'


def _about(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT max(id) FROM memories").fetchone()[0] or 0)


def _counts(connection: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    return {term: _count(connection, _quoted(term)) for term in terms}


def _count(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(_COUNT, (query, MOST_MATCHES)).fetchone()[0])


def _search(connection: sqlite3.Connection, quoted: Sequence[str], limit: int) -> tuple[MemoryRow, ...]:
    anyone, everyone = " OR ".join(quoted), " AND ".join(quoted)
    if _count(connection, anyone) < MOST_MATCHES:
        return tuple(_row(row[:5], row[5]) for row in connection.execute(_RANKED, (anyone, limit)))
    found = [_row(row) for query in (everyone, anyone) for row in connection.execute(_MATCHING, (query, limit))]
    return tuple({row.id: row for row in found}.values())[:limit]


def _slips(word: str) -> str:
    """One slip leaves the first or the last third of a word whole, so one of them is looked for."""
    size = max(len(word) // 3, 3)
    parts = (word[:size], word[-size:]) if len(word) >= 5 else (word,)
    return " OR ".join(f"({' AND '.join(_trigrams(part))})" for part in parts if len(part) >= 3)


def _trigrams(text: str) -> list[str]:
    return [_literal(_valid(text[at : at + 3])) for at in range(len(text) - 2)]


def _row(row: Sequence[Any], score: float = 0.0) -> MemoryRow:
    number, kind, text, at, cwd = row
    return MemoryRow(number, kind, to_text(text), at, to_text(cwd), score)


def _forget(connection: sqlite3.Connection, ids: Iterable[int]) -> int:
    count = 0
    for number in ids:
        row = connection.execute("SELECT kind, text FROM memories WHERE id = ?", (number,)).fetchone()
        if row is None:
            continue
        count += 1
        connection.execute("DELETE FROM memories WHERE id = ?", (number,))
        if row[0] == "episode":
            connection.execute(_FORGET_TURNS, (row[1],))
            connection.execute(_FORGET_CORRECTIONS, (row[1],))
    if count:
        # A removed word stays in the old parts of an index until they are merged.
        for index in ("memory_words", "memory_trigrams"):
            connection.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")  # noqa: S608
    return count
