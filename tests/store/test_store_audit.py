from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.ports import RecordDraft, Verification
from nlsh.store.anchor import Anchor, Head
from nlsh.store.chain import GENESIS, chained
from nlsh.store.database import Database
from nlsh.store.ledger import ChainedLedger

RECORDS = 12


@pytest.fixture
def ledger(database: Database) -> ChainedLedger:
    ledger = ChainedLedger(database)
    for number in range(RECORDS - 1):
        ledger.append(RecordDraft("intent", turn=f"turn {number}", details={"text": "x" * number}))
    return ledger


def tampered(database: Database, *statements: str) -> None:
    def work(connection: sqlite3.Connection) -> None:
        for statement in (
            "DROP TRIGGER IF EXISTS ledger_stays",
            "DROP TRIGGER IF EXISTS ledger_keeps",
            *statements,
        ):
            connection.execute(statement)

    database.write(work)


def head_file(database: Database) -> Path:
    return Path(database.state_dir, "ledger.head")


def test_an_untouched_ledger_holds(ledger: ChainedLedger, database: Database) -> None:
    head = ledger.head()
    assert head is not None
    assert ledger.verify() == Verification(RECORDS, head.hash)
    assert head_file(database).read_text() == f"{RECORDS:020d} {head.hash}\n"


def test_an_empty_ledger_holds(database: Database) -> None:
    assert ChainedLedger(database).verify() == Verification(0, "")


def flipped(text: str, at: int, mask: int) -> str:
    raw = bytearray(text.encode())
    raw[at % len(raw)] ^= mask
    return f"CAST(x'{raw.hex()}' AS TEXT)"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, RECORDS), st.integers(0, 10_000), st.integers(0, 7), st.sampled_from(("payload", "hash")))
def test_a_flipped_bit_is_found_where_it_is(
    ledger: ChainedLedger, database: Database, seq: int, at: int, bit: int, column: str
) -> None:
    [(text,)] = database.read(lambda c: c.execute(f"SELECT {column} FROM ledger WHERE seq = {seq}").fetchall())
    tampered(database, f"UPDATE ledger SET {column} = {flipped(text, at, 1 << bit)} WHERE seq = {seq}")
    found = ledger.verify()
    tampered(database, f"UPDATE ledger SET {column} = '{text}' WHERE seq = {seq}")
    assert (found.broken_at, found.count) == (seq, seq - 1)
    assert f"record {seq} " in found.fault
    assert ledger.verify().fault == ""


SWAP = (
    "UPDATE ledger SET seq = -1 WHERE seq = 5",
    "UPDATE ledger SET seq = 5 WHERE seq = 6",
    "UPDATE ledger SET seq = 6 WHERE seq = -1",
)
LIFT = "UPDATE ledger SET seq = -seq WHERE seq >= 6"
CLOSE = "UPDATE ledger SET seq = -seq - 1 WHERE seq < 0"
WIDEN = "UPDATE ledger SET seq = -seq + 1 WHERE seq < 0"
DOUBLE = "INSERT INTO ledger SELECT 6, payload, hash FROM ledger WHERE seq = 5"


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        (("UPDATE ledger SET seq = 99 WHERE seq = 5",), 5),
        (("UPDATE ledger SET seq = 0 WHERE seq = 5",), 1),
        (("UPDATE ledger SET payload = 7 WHERE seq = 5",), 5),
        (("UPDATE ledger SET payload = x'00' WHERE seq = 5",), 5),
        (("UPDATE ledger SET hash = upper(hash) WHERE seq = 5",), 5),
        (("DELETE FROM ledger WHERE seq = 5",), 5),
        (("DELETE FROM ledger WHERE seq = 1",), 1),
        (("DELETE FROM ledger WHERE seq = 5", LIFT, CLOSE), 5),
        (
            (LIFT, WIDEN, DOUBLE),
            6,
        ),
        (SWAP, 5),
        (("INSERT INTO ledger SELECT 13, payload, hash FROM ledger WHERE seq = 12",), 13),
        (("DELETE FROM ledger",), 1),
        (("UPDATE anchors SET seq = 3",), 3),
        (("UPDATE anchors SET hash = hash || 'x'",), 12),
        (("DELETE FROM anchors",), 1),
    ],
)
def test_whatever_is_done_to_rows_is_found(
    ledger: ChainedLedger, database: Database, statements: tuple[str, ...], broken_at: int
) -> None:
    tampered(database, *statements)
    found = ledger.verify()
    assert found.broken_at == broken_at
    assert found.fault


def forged_anchor(database: Database, seq: int) -> str:
    return f"INSERT OR REPLACE INTO anchors SELECT 1, {seq}, coalesce((SELECT hash FROM ledger WHERE seq = {seq}), '')"


@pytest.mark.parametrize("seq", range(RECORDS))
@pytest.mark.parametrize("is_forged", [False, True])
def test_a_cut_at_any_record_is_found(ledger: ChainedLedger, database: Database, seq: int, is_forged: bool) -> None:
    tampered(database, f"DELETE FROM ledger WHERE seq > {seq}", *([forged_anchor(database, seq)] if is_forged else []))
    found = ledger.verify()
    assert (found.count, found.broken_at) == (seq, seq + 1)
    assert found.fault.startswith(f"records {seq + 1} to {RECORDS} are missing")


def test_going_on_after_a_cut_does_not_hide_it(ledger: ChainedLedger, database: Database) -> None:
    tampered(database, "DELETE FROM ledger WHERE seq > 9", forged_anchor(database, 9))
    for _ in range(6):
        ledger.append(RecordDraft("close"))
        assert ledger.verify().fault
    assert ledger.verify().fault == "record 12 is not the one that the file ledger.head names"


def test_a_new_chain_in_place_of_the_old_one_is_found(ledger: ChainedLedger, database: Database) -> None:
    database.close()
    for suffix in ("", "-wal", "-shm"):
        Path(database.path + suffix).unlink(missing_ok=True)
    other = ChainedLedger(database)
    other.append(RecordDraft("close"))
    assert other.verify().fault == "records 3 to 12 are missing: the file ledger.head names 12"


def test_a_chain_forged_from_one_record_on_is_found(ledger: ChainedLedger, database: Database) -> None:
    rows = database.read(lambda c: c.execute("SELECT seq, payload, hash FROM ledger ORDER BY seq").fetchall())
    previous, statements = GENESIS, []
    for seq, payload, _ in rows:
        changed = payload.replace("turn 3", "turn X")
        previous = chained(previous, changed)
        statements.append(f"UPDATE ledger SET payload = '{changed}', hash = '{previous}' WHERE seq = {seq}")
    tampered(database, *statements, forged_anchor(database, RECORDS))
    found = ledger.verify()
    assert found.fault == "record 12 is not the one that the file ledger.head names"


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda path: path.unlink(), "the file ledger.head is missing"),
        (lambda path: path.write_text("0 0\n"), "the file ledger.head cannot be used: it is not an anchor"),
        (lambda path: path.write_bytes(b""), "the file ledger.head cannot be used: it is not an anchor"),
        (
            lambda path: path.write_text(path.read_text() + "x"),
            "the file ledger.head cannot be used: it is not an anchor",
        ),
    ],
)
def test_a_spoilt_anchor_is_reported_and_stays_so(
    ledger: ChainedLedger, database: Database, spoil: Callable[[Path], object], fault: str
) -> None:
    spoil(head_file(database))
    assert ledger.verify().fault == fault
    ledger.append(RecordDraft("close"))
    assert ledger.verify().fault == fault


def test_an_anchor_left_behind_by_a_kill_is_taken_up_again(ledger: ChainedLedger, database: Database) -> None:
    before = head_file(database).read_text()
    ledger.append(RecordDraft("close"))
    ledger.append(RecordDraft("close"))
    head_file(database).write_text(before)
    assert ledger.verify() == Verification(RECORDS + 2, ledger.tail(1)[0].hash)
    ledger.append(RecordDraft("close"))
    assert head_file(database).read_text().startswith(f"{RECORDS + 3:020d} ")


def test_an_anchor_is_never_lowered(tmp_path: Path) -> None:
    anchor = Anchor(str(tmp_path / "a"))
    one, two, three = (Head(seq, f"{seq:064x}") for seq in (1, 2, 3))
    anchor.advance(Head(), two, lambda head: True)
    assert anchor.read() == two
    anchor.advance(Head(), one, lambda head: True)
    assert anchor.read() == two
    anchor.advance(one, three, lambda head: False)
    assert anchor.read() == two
    anchor.advance(one, three, lambda head: head == two)
    assert anchor.read() == three


def test_a_damaged_page_is_named_by_its_first_record(tmp_path: Path) -> None:
    database = Database(str(tmp_path))
    ledger = ChainedLedger(database)
    for number in range(60):
        ledger.append(RecordDraft("intent", details={"text": "x" * 300, "number": number}))
    query = "SELECT pageno FROM dbstat WHERE name = 'ledger' AND pagetype = 'leaf' ORDER BY pageno"
    pages = [row[0] for row in database.read(lambda connection: connection.execute(query).fetchall())]
    database.read(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    database.close()
    with open(database.path, "r+b") as file:
        os.pwrite(file.fileno(), b"\xff" * 4096, (pages[2] - 1) * 4096)
    found = ledger.verify()
    assert 2 < found.broken_at < 40
    assert found.fault.startswith(f"record {found.broken_at} cannot be read: ")
    database.close()
