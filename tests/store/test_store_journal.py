from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.ports import UndoStep
from nlsh.store.database import Database
from nlsh.store.journal import StoredJournals

GONE = "999999999-1-gone"
names = st.text(st.characters(codec=None), min_size=1, max_size=20)


@pytest.fixture
def journals(database: Database) -> StoredJournals:
    return StoredJournals(database, clock=lambda: 5.0)


def done(journals: StoredJournals, name: str) -> int:
    operation, journal = journals.open("turn", name)
    journal.applied(journal.prepare(UndoStep("create", f"/{name}", "/slot")), {"inode": 1})
    journals.done(operation)
    return operation


def test_an_operation_keeps_its_steps_in_order(journals: StoredJournals) -> None:
    operation, journal = journals.open("t1", '{"fs.move":{}}')
    first = journal.prepare(UndoStep("rename", "/a", "/b", before={"mode": 1}))
    failed = journal.prepare(UndoStep("create", "/never"))
    second = journal.prepare(UndoStep("meta", "/c", before={"mode": 0o644}))
    assert journals.latest(5, "done") == ()
    journal.applied(first, {"inode": 7})
    journal.abandon(failed)
    journals.done(operation)
    [found] = journals.latest(5, "done")
    assert (found.id, found.turn, found.at, found.syscall, found.state) == (
        operation,
        "t1",
        5.0,
        '{"fs.move":{}}',
        "done",
    )
    assert found.steps == (
        (first, UndoStep("rename", "/a", "/b", {"mode": 1}, {"inode": 7})),
        (second, UndoStep("meta", "/c", before={"mode": 0o644})),
    )


def test_an_operation_without_steps_is_dropped(journals: StoredJournals) -> None:
    operation, journal = journals.open("t1", "{}")
    journal.abandon(journal.prepare(UndoStep("create", "/a")))
    journals.done(operation)
    assert journals.latest(5, "done") == ()
    assert journals.unfinished() == ()


def test_the_newest_is_undone_first_and_redone_last(journals: StoredJournals) -> None:
    a, b, c = (done(journals, name) for name in "abc")
    assert [operation.id for operation in journals.latest(9, "done")] == [c, b, a]
    assert [operation.id for operation in journals.latest(2, "done")] == [c, b]
    journals.mark(c, "undone")
    journals.mark(b, "undone")
    assert [operation.id for operation in journals.latest(9, "undone")] == [b, c]
    journals.mark(b, "done")
    d = done(journals, "d")
    assert [operation.id for operation in journals.latest(9, "done")] == [d, b, a]
    assert [operation.id for operation in journals.latest(9, "undone")] == [c]


def test_only_ended_sessions_leave_unfinished_operations(database: Database, journals: StoredJournals) -> None:
    gone = StoredJournals(database, GONE)
    first, journal = gone.open("a", "{}")
    step = journal.prepare(UndoStep("create", "/a"))
    second, _ = gone.open("b", "{}")
    journals.open("c", "{}")
    found = journals.unfinished()
    assert [(operation.id, operation.state) for operation in found] == [(second, "prepared"), (first, "prepared")]
    assert found[1].steps == ((step, UndoStep("create", "/a")),)
    assert gone.unfinished() == ()
    journals.done(first)
    assert [operation.id for operation in journals.latest(1, "done")] == [first]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names, names, names)
def test_any_name_round_trips(journals: StoredJournals, path: str, other: str, turn: str) -> None:
    operation, journal = journals.open(turn, '{"fs.move":{}}')
    step = UndoStep("rename", path, other, {path: other}, {other: path})
    journal.prepare(step)
    journals.done(operation)
    assert journals.latest(1, "done")[0].steps[0][1] == step


PREPARE = """
import sys
from nlsh.store.database import Database
from nlsh.store.journal import StoredJournals
from nlsh.core.ports import UndoStep
journals = StoredJournals(Database(sys.argv[1], 60))
operation, journal = journals.open("t", "{}")
for number in range(100_000):
    step = journal.prepare(UndoStep("create", str(number)))
    journal.applied(step, {"inode": number})
    print(step, flush=True)
"""


def test_a_kill_loses_no_prepared_step(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", PREPARE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    seen = [int(child.stdout.readline()) for _ in range(20)]
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    [operation] = StoredJournals(Database(str(tmp_path))).unfinished()
    steps = dict(operation.steps)
    assert [(steps[step].path, steps[step].after) for step in seen] == [
        (str(number), {"inode": number}) for number in range(20)
    ]
