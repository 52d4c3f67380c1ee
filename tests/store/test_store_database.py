from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from nlsh.core.errors import StoreUnavailable
from nlsh.core.ports import RecordDraft, TurnRow
from nlsh.store.database import Database
from nlsh.store.history import StoredHistory
from nlsh.store.ledger import ChainedLedger
from nlsh.store.memories import StoredMemories
from nlsh.store.migrations import INDEXES, KEPT, VERSION


def count(database: Database, table: str) -> int:
    return int(database.read(lambda connection: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))


def fill(database: Database, rows: int = 400) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT INTO grants VALUES (?, 's', ?, 1, 'rule', '')", grants)

    grants = [(f"g{number}", "x" * 200) for number in range(rows)]
    database.write(work)
    StoredMemories(database).add("fact", "the invoices are in docs", 1.0)


def checkpoint(database: Database) -> None:
    database.read(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())


def test_nothing_is_made_before_first_use_and_then_only_for_its_owner(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state"
    database = Database(str(state))
    assert not state.exists()
    ChainedLedger(database).append(RecordDraft("intent"))
    modes = {name: stat.S_IMODE(os.stat(state / name).st_mode) for name in os.listdir(state)}
    database.close()
    assert stat.S_IMODE(os.stat(state).st_mode) == 0o700
    assert {"state.db", "ledger.head"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_the_file_is_a_write_ahead_log_that_waits_for_the_disk(database: Database) -> None:
    def pragma(name: str) -> object:
        return database.read(lambda connection: connection.execute(f"PRAGMA {name}").fetchone()[0])

    assert (pragma("journal_mode"), pragma("user_version"), pragma("secure_delete")) == ("wal", VERSION, 1)
    for is_durable, level in ((True, 2), (False, 1), (True, 2)):
        database.write(lambda connection: None, is_durable=is_durable)
        assert pragma("synchronous") == level


def test_every_table_is_saved_after_damage_or_made_again(database: Database) -> None:
    rows = database.read(
        lambda connection: connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    )
    names = {name for (name,) in rows if not name.startswith(tuple(f"{index}_" for index in INDEXES))}
    assert names == {*KEPT, *INDEXES}


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO grants VALUES ('a', 's', 'f', 1, 'rule', '')")
        raise KeyError("stop")

    with pytest.raises(KeyError):
        database.write(work)
    assert count(database, "grants") == 0


def test_it_opens_again_after_closing(database: Database) -> None:
    fill(database, 3)
    database.close()
    assert count(database, "grants") == 3


def test_a_lock_that_lasts_is_a_sentence(database: Database) -> None:
    fill(database, 1)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable) as caught:
            fill(database, 1)
        assert caught.value.message == f"another program has kept {database.path} locked for 0.2 s"
        assert caught.value.hint
    fill(database, 0)


def test_a_lock_that_is_given_back_is_waited_for(tmp_path: Path) -> None:
    database = Database(str(tmp_path), busy_timeout_s=30)
    fill(database, 1)
    with closing(sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = threading.Thread(target=fill, args=(database, 0))
        writer.start()
        other.execute("COMMIT")
        writer.join()
    assert count(database, "memories") == 1
    database.close()


def test_reading_goes_on_while_another_program_writes(database: Database) -> None:
    fill(database, 2)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM grants")
        assert count(database, "grants") == 2
        other.execute("ROLLBACK")


def test_a_full_disk_is_a_sentence_and_what_was_there_stays(database: Database) -> None:
    ledger = ChainedLedger(database)
    ledger.append(RecordDraft("intent"))
    database.read(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchone())
    before = ledger.verify()
    with pytest.raises(StoreUnavailable, match=r"the disk of .* is full, so nothing was recorded"):
        ledger.append(RecordDraft("result", details={"text": "x" * 100_000}))
    assert ledger.verify() == before
    database.read(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchone())
    ledger.append(RecordDraft("result"))
    assert ledger.verify().count == before.count + 1


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        fill(Database(str(tmp_path / "file" / "state")))
    (tmp_path / "state.db").mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be opened or written"):
        fill(Database(str(tmp_path)))


def test_a_file_of_a_newer_nlsh_is_left_alone(database: Database) -> None:
    fill(database, 1)
    database.read(lambda connection: connection.execute("PRAGMA user_version = 99"))
    database.close()
    with pytest.raises(StoreUnavailable, match="made by a newer nlsh"):
        fill(database, 1)


def test_a_file_put_in_its_place_is_used(database: Database) -> None:
    fill(database, 2)
    os.rename(database.path, database.path + ".old")
    assert count(database, "grants") == 0
    fill(database, 1)
    assert count(database, "grants") == 1


@pytest.mark.parametrize("content", [b"this is no database" * 300, bytes(8192)])
def test_what_is_no_database_is_set_aside(database: Database, content: bytes) -> None:
    os.makedirs(database.state_dir)
    Path(database.path).write_bytes(content)
    fill(database, 1)
    assert count(database, "grants") == 1
    [notice] = database.notices
    [damaged] = [name for name in os.listdir(database.state_dir) if ".damaged-" in name]
    assert os.path.join(database.state_dir, damaged) in notice
    assert "rows kept: none" in notice
    assert Path(database.state_dir, damaged).read_bytes() == content


def page_of(database: Database, table: str) -> int:
    """A leaf in the middle of a table."""
    query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno"
    pages = [row[0] for row in database.read(lambda c: c.execute(query, (table,)).fetchall())]
    return int(pages[len(pages) // 2])


def test_rows_around_a_damaged_page_are_kept(database: Database) -> None:
    fill(database)
    ledger = ChainedLedger(database)
    ledger.append(RecordDraft("intent"))
    checkpoint(database)
    page = page_of(database, "grants")
    database.close()
    with open(database.path, "r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    rows = database.read(lambda connection: connection.execute("SELECT * FROM grants").fetchall())
    assert 300 < len(rows) < 400
    assert {len(row) for row in rows} == {6}
    assert StoredMemories(database).search(["invoices"], 5)[0].text == "the invoices are in docs"
    [notice] = database.notices
    assert f"{len(rows)} of grants" in notice
    assert "not every row could be read of: grants" in notice
    last = ledger.append(RecordDraft("result"))
    [told] = [record for record in ledger.tail(10) if record.draft.phase == "recovered"]
    assert told.draft.details == {"notice": notice}
    assert (told.seq, last.seq, ledger.verify().fault) == (3, 4, "")


def test_two_programs_that_meet_damage_mend_it_once(database: Database) -> None:
    os.makedirs(database.state_dir)
    Path(database.path).write_bytes(b"no database" * 1000)
    others = [Database(database.state_dir, busy_timeout_s=60) for _ in range(4)]
    threads = [
        threading.Thread(target=StoredHistory(other).add, args=(TurnRow(str(at), at, "/", "ls", "literal"),))
        for at, other in enumerate(others)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([name for name in os.listdir(database.state_dir) if ".damaged-" in name]) == 1
    assert count(database, "turns") == 4
    for other in others:
        other.close()


START = """
import sys
from nlsh.store.database import Database
from nlsh.store.ledger import ChainedLedger
from nlsh.core.ports import RecordDraft
ChainedLedger(Database(sys.argv[1], 60)).append(RecordDraft("intent"))
print("sqlite_utils" in sys.modules)
"""


def test_programs_that_start_together_make_one_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START, str(tmp_path)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [child.communicate()[0] and child.returncode for child in children] == [0, 0, 0]
    found = ChainedLedger(Database(str(tmp_path))).verify()
    assert (found.count, found.fault) == (6, "")


def test_migrations_are_loaded_only_where_they_are_needed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"
