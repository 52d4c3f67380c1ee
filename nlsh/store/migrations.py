"""The tables, as steps from one version to the next. A new table or column is one more step at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3

KEPT: Final = (
    *("ledger", "anchors", "open_intents", "operations", "steps", "turns", "grants", "memories"),
    "corrections",
)
"""The tables whose rows are saved out of a damaged database; every one has whole-number row ids."""

INDEXES: Final = ("memory_words", "memory_trigrams")
"""Full-text indexes over `memories`; made again from it."""


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring a database from a version to the newest, in the caller's transaction."""
    import sqlite_utils

    database = sqlite_utils.Database(connection)
    for step in STEPS[version:]:
        step(database)
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")


def _create(database: Any, table: str, columns: dict[str, type], **options: Any) -> None:
    # The library's own `create` commits; its SQL in the caller's transaction does not.
    database.execute(database.create_table_sql(table, columns, not_null=set(columns) - {"id", "seq"}, **options))


def _first(database: Any) -> None:
    _create(database, "ledger", {"seq": int, "payload": str, "hash": str}, pk="seq")
    _create(database, "anchors", {"id": int, "seq": int, "hash": str}, pk="id")
    _create(database, "open_intents", {"seq": int, "session": str}, pk="seq")
    operation = {"id": int, "turn": str, "at": float, "syscall": str, "state": str, "session": str, "undone": int}
    _create(database, "operations", operation, pk="id")
    _create(database, "steps", {"id": int, "operation": int, "step": str}, pk="id")
    turn = {"id": str, "at": float, "cwd": str, "line": str, "route": str, "plan": str, "outcome": str}
    _create(database, "turns", turn | {"exit_code": int, "elapsed_ms": float}, pk="id")
    grant = {"id": str, "syscall": str, "folder": str, "expires_at": float, "origin": str, "session": str}
    _create(database, "grants", grant, pk="id")
    _create(database, "memories", {"id": int, "kind": str, "text": str, "words": str, "at": float, "cwd": str}, pk="id")
    for statement in (*_GUARDS, *_LOOKUPS, *_SEARCH):
        database.execute(statement)


def _second(database: Any) -> None:
    correction = {"id": int, "at": float, "utterance": str, "planned": str, "corrected": str}
    _create(database, "corrections", correction, pk="id")


_GUARDS: Final = (
    "CREATE TRIGGER ledger_keeps BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    "CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
)

_LOOKUPS: Final = (
    "CREATE INDEX operations_state ON operations(state, undone, id)",
    "CREATE INDEX steps_operation ON steps(operation)",
    "CREATE INDEX turns_at ON turns(at)",
    "CREATE UNIQUE INDEX memories_text ON memories(text, kind)",
)

_SEARCH: Final = (
    "CREATE VIRTUAL TABLE memory_words USING fts5"
    "(words, content=memories, content_rowid=id, tokenize='unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE memory_trigrams USING fts5"
    "(text, content=memories, content_rowid=id, tokenize='trigram', detail=none)",
    "CREATE TRIGGER memories_added AFTER INSERT ON memories BEGIN"
    " INSERT INTO memory_words(rowid, words) VALUES (new.id, new.words);"
    " INSERT INTO memory_trigrams(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER memories_removed AFTER DELETE ON memories BEGIN"
    " INSERT INTO memory_words(memory_words, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO memory_trigrams(memory_trigrams, rowid, text) VALUES ('delete', old.id, old.text); END",
)

STEPS: Final[tuple[Callable[[Any], None], ...]] = (_first, _second)
VERSION: Final = len(STEPS)
"""What `user_version` says of a database that is up to date."""
