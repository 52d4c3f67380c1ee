"""What is kept: locked, damaged, forged, shared; killed in the middle; undone."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
from contextlib import closing

import pytest

from tests.flows.conftest import Program, sentence

PLANS = {
    "please drop it": [{"fs.remove": {"path": "a.txt"}}],
    "please write it": [{"fs.write": {"path": "a.txt", "text": "new"}}],
    "please list it": [{"fs.list": {}}],
}
UNCERTAIN = "it is not known whether this took effect"


@pytest.fixture
def kept(program: Program) -> Program:
    """A program that has done something."""
    program.plans = PLANS
    (program.work / "a.txt").write_text("old")
    assert program("-c", "true").returncode == 0
    return program


def lock(program: Program) -> sqlite3.Connection:
    connection = sqlite3.connect(program.state / "state.db", check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    return connection


def test_locked_for_too_long_runs_nothing(kept: Program) -> None:
    with closing(lock(kept)):
        done = kept("-c", "touch made", FLOW_BUSY_S="0.2")
    assert "locked for 0.2 s" in sentence(done)
    assert done.returncode == 1
    assert not (kept.work / "made").exists()


def test_locked_for_a_moment_waits(kept: Program) -> None:
    connection = lock(kept)
    running = kept.start("-c", "echo ran", FLOW_BUSY_S="30")
    threading.Timer(0.5, connection.close).start()
    out, error = running.communicate(timeout=30)
    assert (out, error, running.returncode) == (b"ran\n", b"", 0)


@pytest.mark.parametrize("words", [("-c", "true"), ("-c", "please list it"), ("audit", "tail"), ("undo",), ()])
def test_damage_is_told_once_and_the_rest_goes_on(kept: Program, words: tuple[str, ...]) -> None:
    for file in kept.state.glob("state.db*"):
        file.unlink()
    (kept.state / "state.db").write_bytes(b"this is no database" * 500)
    done = kept(*words)
    assert b"was damaged and now lies at" in done.stderr
    assert b"damaged" not in kept(*words).stderr
    assert kept("-c", "echo on").stdout == b"on\n"


def test_a_damaged_page_is_told_and_the_next_line_runs(kept: Program) -> None:
    with closing(sqlite3.connect(kept.state / "state.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray((kept.state / "state.db").read_bytes())
    raw[100:4096] = os.urandom(3996)
    (kept.state / "state.db").write_bytes(raw)
    done = kept("-c", "echo on")
    assert done.stdout == b"on\n"
    assert b"damaged" in done.stderr


def test_one_changed_byte_of_the_ledger_is_named(kept: Program) -> None:
    with closing(sqlite3.connect(kept.state / "state.db")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE ledger SET payload = replace(payload, 'true', 'trve') WHERE seq = 2")
        database.commit()
    done = kept("audit", "verify")
    assert b"broken at record 2" in done.stdout
    assert done.returncode == 1


def test_two_at_once_make_one_chain(kept: Program) -> None:
    script = "\n".join(f": {number}" for number in range(15)).encode()
    running = [
        subprocess.Popen(
            [*kept.argv], env=kept.environment(), cwd=kept.work, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    threads = [threading.Thread(target=one.communicate, args=(script,)) for one in running]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [one.returncode for one in running] == [0, 0]
    assert b"the chain holds" in kept("audit", "verify").stdout
    assert sum(record["phase"] == "result" for record in kept.records()) == 31


@pytest.mark.parametrize("words", [("-c", "please list it"), ("--inline",), ()])
def test_killed_between_intent_and_result_is_told_once_and_never_repeated(
    kept: Program, words: tuple[str, ...]
) -> None:
    running = kept.start("-c", "echo ran >> log; echo ready; exec sleep 20")
    assert running.stdout is not None
    assert running.stdout.readline() == b"ready\n"
    os.kill(running.pid, signal.SIGKILL)
    running.wait()  # not for the end of its output: the command it started lives on, as under any shell
    for stream in filter(None, (running.stdin, running.stdout, running.stderr)):
        stream.close()
    assert UNCERTAIN not in kept("-c", "true").stderr.decode()  # the short way of a command does not look back
    done = kept(*words)
    assert done.stderr.decode().count(UNCERTAIN) == 1
    assert UNCERTAIN not in kept(*words).stderr.decode()
    assert (kept.work / "log").read_text() == "ran\n"


def test_nothing_to_undo(kept: Program) -> None:
    for verb in ("undo", "redo"):
        done = kept(verb)
        assert sentence(done).startswith(f"there is nothing to {verb}\n")
        assert done.returncode == 1


def test_undo_twice(kept: Program) -> None:
    assert kept("-c", "please drop it", "--yes").returncode == 0
    assert not (kept.work / "a.txt").exists()
    assert kept("undo").returncode == 0
    assert (kept.work / "a.txt").read_text() == "old"
    assert kept("undo").returncode == 1
    assert (kept.work / "a.txt").read_text() == "old"


def test_undo_leaves_what_somebody_else_has_changed(kept: Program) -> None:
    assert kept("-c", "please write it", "--yes").returncode == 0
    (kept.work / "a.txt").write_text("theirs")
    done = kept("undo")
    assert "has been changed since" in sentence(done)
    assert done.returncode == 1
    assert (kept.work / "a.txt").read_text() == "theirs"
