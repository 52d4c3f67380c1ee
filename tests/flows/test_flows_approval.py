"""A yes is deliberate: whatever is not, changes nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing

import pexpect
import pytest

from tests.flows.conftest import Program, left

terminal = pytest.mark.terminal
DROP = "please drop it"


@pytest.fixture
def asking(program: Program) -> Program:
    """A program that is asked to delete a file."""
    program.plans = {DROP: [{"fs.remove": {"path": "a.txt"}}], "please drop all": [{"fs.remove": {"path": "/"}}]}
    program.plans["please stop it"] = [{"proc.signal": {"process": "1"}}]
    (program.work / "a.txt").write_text("old")
    return program


def is_there(program: Program) -> bool:
    return (program.work / "a.txt").exists()


def test_without_a_terminal_the_answer_is_no(asking: Program) -> None:
    done = asking("-c", DROP, stdin=b"y\ny\ny\n")
    assert done.returncode == 126
    assert b"--yes" in done.stderr
    assert is_there(asking)


@pytest.mark.parametrize("line", ["please drop all", "please stop it"])
def test_yes_does_not_reach_r4_and_r5(asking: Program, line: str) -> None:
    done = asking("-c", line, "--yes")
    assert done.returncode == 126
    assert b"refused" in done.stderr or b"--yes agrees only up to R3" in done.stderr


@terminal
@pytest.mark.parametrize("words", [("-c", DROP), ("--inline",)])
def test_a_yes_typed_ahead_is_none(asking: Program, words: tuple[str, ...]) -> None:
    running = asking.terminal(*words)
    if words == ("--inline",):
        running.expect("❯ ")
        running.send(f"{DROP}\r")
    running.send("y\ry\ry\r")
    running.expect("y/N")
    running.send("\r")
    running.expect("declined")
    assert is_there(asking)
    running.close(force=True)


@terminal
@pytest.mark.parametrize(("keys", "code"), [("\r", 126), ("\x04", 126), ("\x1b[200~y\r\x1b[201~", 126), ("\x03", 130)])
def test_what_is_no_yes(asking: Program, keys: str, code: int) -> None:
    running = asking.terminal("-c", DROP)
    running.expect("y/N")
    running.send(keys)
    assert left(running) == code
    assert is_there(asking)


@terminal
def test_a_yes_is_a_yes(asking: Program) -> None:
    running = asking.terminal("-c", DROP)
    running.expect("y/N")
    running.send("y\r")
    assert left(running) == 0
    assert not is_there(asking)


@terminal
def test_a_hang_up_is_a_no(asking: Program) -> None:
    running = asking.terminal("-c", DROP)
    running.expect("y/N")
    os.kill(running.pid, signal.SIGHUP)
    assert left(running) == 129
    assert is_there(asking)


@terminal
def test_what_changes_while_the_question_is_open_is_asked_again(asking: Program) -> None:
    running = asking.terminal("-c", DROP)
    running.expect("y/N")
    (asking.work / "a.txt").write_text("something else by now")
    running.send("y\r")
    running.expect("something changed")
    running.expect("y/N")
    running.send("n\r")
    running.expect(pexpect.EOF)
    assert is_there(asking)


@terminal
@pytest.mark.parametrize("words", [("-c", DROP), ("--inline",)])
def test_an_edited_step_is_what_runs_and_the_correction_is_kept(asking: Program, words: tuple[str, ...]) -> None:
    (asking.work / "b.txt").write_text("other")
    running = asking.terminal(*words)
    if words == ("--inline",):
        running.expect("❯ ")
        running.send(f"{DROP}\r")
    running.expect("y/N")
    running.send("e\r")
    running.expect_exact('fs.remove(path="a.txt")')
    running.send('\x15fs.remove(path="c.txt")\r')
    running.expect("c.txt.*y/N")
    running.send("e\r")
    running.expect_exact('fs.remove(path="c.txt")')
    running.send("\x7f" * 7 + 'b.txt")\r')
    running.expect("b.txt.*y/N")
    running.send("y\r")
    running.expect("undo takes it back")
    running.close(force=True) if words == ("--inline",) else left(running)
    assert is_there(asking)
    assert not (asking.work / "b.txt").exists()
    with closing(sqlite3.connect(asking.state / "state.db")) as database:
        rows = database.execute("SELECT utterance, planned, corrected FROM corrections").fetchall()
    assert rows == [(DROP, '[{"fs.remove":{"path":"a.txt"}}]', '[{"fs.remove":{"path":"b.txt"}}]')]
    outcomes = [row["outcome"] for row in asking.records() if row["phase"] in ("approval", "result")]
    assert outcomes == ["edit", "edit", "edited", "once", "done"]
