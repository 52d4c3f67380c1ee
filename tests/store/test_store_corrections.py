from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.foundry.sources import corrections, sources
from nlsh.core.ports import Correction, TurnRow
from nlsh.store.corrections import StoredCorrections
from nlsh.store.database import Database
from nlsh.store.history import StoredHistory
from nlsh.store.memories import StoredMemories
from nlsh.store.migrations import STEPS, migrate

PLANNED, CORRECTED = '[{"fs.remove":{"path":"*.tmp"}}]', '[{"fs.remove":{"path":"caf\\u00e9.tmp"}}]'


def test_corrections_are_kept_oldest_first(database: Database) -> None:
    now = 1.0
    kept = StoredCorrections(database, lambda: now)
    kept.add("drop \udcff", PLANNED, CORRECTED)
    now = 2.0
    kept.add("drop it", PLANNED, PLANNED)
    expected = (Correction("drop \udcff", PLANNED, CORRECTED, 1.0), Correction("drop it", PLANNED, PLANNED, 2.0))
    assert kept.all() == expected
    database.close()
    assert StoredCorrections(Database(database.state_dir)).all() == expected


def test_what_begins_with_a_space_is_not_kept(database: Database) -> None:
    kept = StoredCorrections(database)
    kept.add(" drop it", PLANNED, CORRECTED)
    assert kept.all() == ()


def test_a_forgotten_episode_takes_its_corrections_with_it(database: Database) -> None:
    kept, memories = StoredCorrections(database), StoredMemories(database)
    StoredHistory(database).add(TurnRow("a", 1.0, "/", "drop it\t", "utterance", CORRECTED, "done"))
    kept.add("drop it\t", PLANNED, CORRECTED)
    kept.add("drop another", PLANNED, CORRECTED)
    memories.forget([row.id for row in memories.newest(1)])
    assert [one.utterance for one in kept.all()] == ["drop another"]
    assert b"drop it" not in Path(database.path).read_bytes()


def test_a_database_from_before_corrections_takes_them(database: Database) -> None:
    Path(database.state_dir).mkdir(parents=True)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as old:
        migrate(old, 0)
        old.execute("DROP TABLE corrections")
        old.execute(f"PRAGMA user_version = {len(STEPS) - 1}")
        old.execute("INSERT INTO grants VALUES ('g', 's', 'f', 1, 'rule', '')")
    kept = StoredCorrections(database)
    kept.add("drop it", PLANNED, CORRECTED)
    assert len(kept.all()) == 1
    assert database.read(lambda connection: connection.execute("SELECT count(*) FROM grants").fetchone()) == (1,)


def test_training_reads_them_only_where_the_person_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = StoredCorrections(database)
    kept.add("drop the café file", PLANNED, CORRECTED)
    kept.add("of another time", PLANNED, '[{"no.such":{}}]')
    before = Path(database.path).read_bytes()
    [pair] = corrections(database.state_dir)
    assert (pair.utterance, pair.plan) == ("drop the café file", '[{"fs.remove":{"path":"café.tmp"}}]')
    assert corrections(database.path) == [pair]
    assert Path(database.path).read_bytes() == before
    assert pair not in [one for source in sources() for one in source.pairs]
    monkeypatch.setenv("NLSH_TRAIN_ON_CORRECTIONS", database.state_dir)
    assert pair in [one for source in sources() for one in source.pairs]
