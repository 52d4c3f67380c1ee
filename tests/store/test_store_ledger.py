from __future__ import annotations

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlsh.core.errors import StoreUnavailable
from nlsh.core.ports import RecordDraft
from nlsh.store.chain import GENESIS, chained, payload_of, read_record
from nlsh.store.database import Database
from nlsh.store.ledger import ChainedLedger

GONE = "999999999-1-gone"
HOSTILE = "\udcff\x1b]0;x\x07\r\n\"}\u202e{'seq':1}\x00é\\"

any_text = st.text(st.characters(codec=None), max_size=20)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)
drafts = st.builds(
    RecordDraft,
    phase=st.sampled_from(("open", "intent", "approval", "result", "recovered", "close")),
    turn=any_text,
    syscall=any_text,
    facts_digest=any_text,
    risk=any_text,
    verdict=any_text,
    rule=any_text,
    approval=any_text,
    outcome=any_text,
    intent=st.integers(0, 10**12),
    details=st.dictionaries(any_text, any_json, max_size=3),
)


def test_a_session_opens_once_and_everything_written_is_read_back(database: Database) -> None:
    ledger = ChainedLedger(database, clock=lambda: 1.23456789)
    assert ledger.head() is None
    assert ledger.tail(5) == ()
    draft = RecordDraft("intent", "t1", HOSTILE, "d", "R2", "ASK", "r", "a", "", 0, {"b": [1, None], "a": HOSTILE})
    record = ledger.append(draft)
    result = ledger.append(RecordDraft("result", intent=record.seq, outcome="done"))
    opened, intent, ended = ledger.tail(9)
    assert opened.draft == RecordDraft("open")
    assert (intent, ended) == (record, result)
    assert (record.seq, record.at, record.session, record.draft) == (2, 1.234568, ledger.session, draft)
    assert ledger.head() == result
    assert ledger.tail(1) == (result,)
    assert ledger.tail(-1) == ()


def test_an_explicit_open_is_not_doubled(database: Database) -> None:
    ledger = ChainedLedger(database)
    ledger.append(RecordDraft("open"))
    ledger.append(RecordDraft("close"))
    assert [record.draft.phase for record in ledger.tail(9)] == ["open", "close"]


def test_the_hash_covers_every_field(database: Database) -> None:
    ledger = ChainedLedger(database)
    ledger.append(RecordDraft("intent"))
    lines = [json.loads(line) for line in ledger.export()]
    fields = {field.name for field in dataclasses.fields(RecordDraft)}
    assert set(lines[0]) == fields | {"seq", "v", "at", "session", "hash"}
    payload = payload_of(1, lines[0]["at"], ledger.session, RecordDraft("open"))
    assert lines[0]["hash"] == chained(GENESIS, payload)


@given(st.integers(1, 10**9), st.floats(0, 1e11), any_text, drafts)
def test_a_payload_is_one_ascii_line_and_reads_back(seq: int, at: float, session: str, draft: RecordDraft) -> None:
    payload = payload_of(seq, at, session, draft)
    assert payload.isascii()
    assert payload.isprintable()
    record = read_record(payload, "h")
    assert (record.seq, record.at, record.session, record.draft) == (seq, at, session, draft)
    assert payload_of(seq, at, session, record.draft) == payload


@pytest.mark.parametrize("details", [{"a": object()}, {"a": float("nan")}, {"a": b"x"}, {1: 2, "a": 3}])
def test_what_is_no_json_is_not_written(database: Database, details: dict[Any, Any]) -> None:
    ledger = ChainedLedger(database)
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        ledger.append(RecordDraft("intent", details=details))
    assert ledger.head() is None


def test_long_records_stay_one_line_each(database: Database) -> None:
    ledger = ChainedLedger(database)
    ledger.append(RecordDraft("intent", syscall=HOSTILE * 50_000))
    lines = list(ledger.export())
    assert len(lines) == 2
    assert json.loads(lines[1])["syscall"] == HOSTILE * 50_000
    assert all("\n" not in line for line in lines)


@pytest.mark.parametrize("statement", ["DELETE FROM ledger", "UPDATE ledger SET payload = '{}' WHERE seq = 1"])
def test_the_ledger_only_grows(database: Database, statement: str) -> None:
    ledger = ChainedLedger(database)
    ledger.append(RecordDraft("intent"))
    with pytest.raises(StoreUnavailable, match="the ledger only grows"):
        database.write(lambda connection: connection.execute(statement))
    assert ledger.verify().count == 2


def test_intents_of_ended_sessions_without_a_result_are_uncertain(database: Database) -> None:
    gone, here = ChainedLedger(database, GONE), ChainedLedger(database)
    first = gone.append(RecordDraft("intent", turn="a"))
    ended = gone.append(RecordDraft("intent", turn="b"))
    gone.append(RecordDraft("result", intent=ended.seq))
    here.append(RecordDraft("intent", turn="c"))
    assert here.uncertain() == (first,)
    assert gone.uncertain() == ()
    assert ChainedLedger(database, "other").uncertain() == (first,)
    here.append(RecordDraft("recovered", intent=first.seq))
    assert here.uncertain() == ()


def test_threads_share_one_chain(database: Database) -> None:
    ledger = ChainedLedger(database)

    def append(name: str) -> None:
        for number in range(20):
            ledger.append(RecordDraft("intent", turn=f"{name}{number}"))

    threads = [threading.Thread(target=append, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = ledger.verify()
    assert found.fault == ""
    turns = [record.draft.turn for record in ledger.tail(1000) if record.draft.phase == "intent"]
    assert {name: [turn for turn in turns if turn[0] == name] for name in "abcd"} == {
        name: [f"{name}{number}" for number in range(20)] for name in "abcd"
    }


APPEND = """
import sys
from nlsh.store.database import Database
from nlsh.store.ledger import ChainedLedger
from nlsh.core.ports import RecordDraft
ledger = ChainedLedger(Database(sys.argv[1], 60))
for number in range(int(sys.argv[2])):
    record = ledger.append(RecordDraft("intent", turn=str(number), details={"text": "x" * (number % 7 * 200)}))
    print(record.seq, record.hash, flush=True)
"""


def spawn(folder: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", APPEND, str(folder), str(count)], stdout=subprocess.PIPE, text=True)


def acknowledged(output: str) -> dict[int, str]:
    whole = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return {int(seq): digest for seq, digest in whole}


def test_several_programs_share_one_chain(tmp_path: Path) -> None:
    children = [spawn(tmp_path, 200) for _ in range(4)]
    seen = [acknowledged(child.communicate()[0]) for child in children]
    ledger = ChainedLedger(Database(str(tmp_path)))
    found = ledger.verify()
    assert (found.count, found.fault) == (4 * 201, "")
    stored = {record.seq: record for record in ledger.tail(1000)}
    for child, one in zip(children, seen, strict=True):
        assert len(one) == 200
        assert [stored[seq].hash for seq in one] == list(one.values())
        assert [int(stored[seq].draft.turn) for seq in sorted(one)] == list(range(200))
        assert {stored[seq].session.split("-")[0] for seq in one} == {str(child.pid)}


@pytest.mark.parametrize("after", [1, 2, 7, 23, 60])
def test_a_kill_loses_no_acknowledged_record(tmp_path: Path, after: int) -> None:
    child = spawn(tmp_path, 100_000)
    assert child.stdout is not None
    output = "".join(child.stdout.readline() for _ in range(after))
    os.kill(child.pid, signal.SIGKILL)
    output += child.communicate()[0]
    ledger = ChainedLedger(Database(str(tmp_path)))
    found = ledger.verify()
    stored = {record.seq: record.hash for record in ledger.tail(1_000_000)}
    seen = acknowledged(output)
    assert len(seen) >= after
    assert seen.items() <= stored.items()
    assert found.fault == ""
    assert [record.seq for record in ledger.uncertain()] == list(range(2, found.count + 1))
    ledger.append(RecordDraft("intent"))
    assert ledger.verify().fault == ""


@settings(deadline=None, max_examples=25)
@given(st.lists(drafts, min_size=1, max_size=5))
def test_any_records_make_a_chain_that_holds(tmp_path_factory: pytest.TempPathFactory, rows: list[RecordDraft]) -> None:
    database = Database(str(tmp_path_factory.mktemp("any")))
    ledger = ChainedLedger(database)
    written = [ledger.append(draft) for draft in rows]
    assert ledger.tail(len(rows)) == tuple(written)
    assert ledger.verify().fault == ""
    database.close()


def test_a_payload_that_was_tampered_with_is_a_sentence(database: Database) -> None:
    ledger = ChainedLedger(database)
    ledger.append(RecordDraft("intent"))

    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TRIGGER ledger_stays")
        connection.execute("UPDATE ledger SET payload = '[]'")

    database.write(tamper)
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        ledger.tail(1)
