"""Ctrl-C and Esc: whatever runs, it stops, once, and leaves a clean house."""

from __future__ import annotations

import shutil

import pexpect
import pytest

from tests.flows.conftest import Program, assert_tidy, left, wait_for

pytestmark = pytest.mark.terminal


def test_in_the_middle_of_a_plan(program: Program) -> None:
    sign = program.folder / "thinks"
    running = program.terminal("-c", "please think about it", FLOW_HANGS=str(sign))
    wait_for(sign)
    running.sendintr()
    assert left(running) == 130
    assert program("audit", "verify").returncode == 0


def test_in_the_middle_of_long_work(program: Program) -> None:
    program.plans = {"please follow it": [{"fs.hash": {"path": "/usr"}}]}
    running = program.terminal("-c", "please follow it")
    running.expect("fs.hash")
    running.sendintr()
    assert left(running) == 130
    assert_tidy(running.before)
    outcomes = [record["outcome"] for record in program.records() if record["phase"] == "result"]
    assert outcomes == ["cancelled"]


@pytest.mark.parametrize(
    "line", ["echo ready; sleep 100", "echo ready; sleep 60; echo went on", "cd /; echo ready; sleep 60"]
)
def test_a_command_is_interrupted_the_moment_it_speaks(program: Program, line: str) -> None:
    for _ in range(4):
        running = program.terminal("-c", line)
        running.expect_exact("ready")
        running.sendintr()
        running.expect(pexpect.EOF, timeout=20)
        assert "went on" not in running.before
        assert left(running) == 130


def test_line_mode_survives_any_number(program: Program) -> None:
    running = program.terminal("--inline")
    running.expect("❯ ")
    for _ in range(8):
        running.send("\x03")
        running.send("sleep 100\r")
        running.expect_exact("\x1b[?2004l")
        running.send("\x03")
        running.expect("[$❯] ")
    running.send("\x03")
    running.send("echo al''ive\r")
    running.expect("alive\r\n")
    running.expect("[$❯] ")
    running.send("exit 9\r")
    assert left(running) == 9


def test_a_document_in_line_mode(program: Program) -> None:
    running = program.terminal("--inline")
    running.expect("❯ ")
    running.send("cat <<X\r")
    running.expect("> ")
    running.send("number $((6 * 7))\rX\r")
    running.expect("number 42\r\n")
    running.send("echo 'a\r")
    running.expect("\n.*> ")
    running.send("\x03")
    running.send("echo fr''ee\r")
    running.expect("free\r\n")
    running.close(force=True)


def test_output_of_a_command_is_untouched_and_of_a_plan_is_shown(program: Program) -> None:
    program.plans = {"please read it": [{"fs.read": {"path": "esc"}}]}
    (program.work / "esc").write_bytes(b"a\x1b[31mred\x07\n")
    running = program.terminal("-c", "please read it")
    running.expect(r"a\\x1b\[31mred\\x07")
    assert left(running) == 0
    running = program.terminal("-c", "cat esc")
    running.expect_exact("a\x1b[31mred\x07")
    assert left(running) == 0


def test_the_desk_stops_with_escape_and_lives_in_a_corner(program: Program) -> None:
    running = program.terminal(size=(30, 100))
    running.expect("Say what you want")
    running.send("echo ready; sleep 100\r")
    running.expect("ready.*ready")
    running.send("\x1b")
    running.expect("cancelled")
    running.send("for i in $(seq 30000); do echo line $i; done\r")
    for rows, columns in ((5, 20), (30, 100), (2, 2), (60, 200), (5, 20), (30, 100)):
        running.setwinsize(rows, columns)
    running.expect("line 30000")
    running.send("exit 7\r")
    assert left(running) == 7
    assert program.crashes() == []


def test_the_desk_needs_the_stream_it_is_drawn_on(program: Program) -> None:
    bash = shutil.which("bash") or "/bin/sh"
    words = " ".join(f"'{word}'" for word in program.argv)
    running = pexpect.spawn(
        bash,
        ["-c", f"{words} 2> said"],
        env=program.environment(),
        cwd=str(program.work),
        encoding="utf-8",
        timeout=30,
    )
    running.send("exit 4\r")
    assert left(running) == 4
    assert (program.work / "said").stat().st_size < 4000
