"""The shell on a real terminal: the foreground, Ctrl-C, Ctrl-Z, jobs and terminal modes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

import pexpect
import pytest

pytestmark = pytest.mark.terminal

FRONT_END = """
import os, sys, termios
from nlsh.core.results import Chunk, Exit, Note, Table
from nlsh.core.scope import Cancellation
from nlsh.shell.session import UserShell

shell = UserShell(os.getcwd(), os.environ, sys.argv[1], is_interactive=sys.argv[2] == "interactive")
modes = termios.tcgetattr(0)
if sys.argv[2] == "interactive":
    while True:
        print("READY", flush=True)
        line = sys.stdin.readline().rstrip("\\n")
        if not line:
            break
        for item in shell.execute(line, "inherit", Cancellation()):
            print(f"<{item}>", flush=True)
    shell.close()
else:
    [last] = shell.execute(sys.argv[3], "inherit", Cancellation())
    print(f"<{last}>", flush=True)
print("MODES", "kept" if termios.tcgetattr(0) == modes else "changed", flush=True)
"""


@pytest.fixture
def front_end(tmp_path: Path) -> Path:
    path = tmp_path / "front_end.py"
    path.write_text(textwrap.dedent(FRONT_END))
    return path


@pytest.fixture
def terminal(front_end: Path, tmp_path: Path) -> Iterator[pexpect.spawn]:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHELL": "/bin/bash", "PYTHONPATH": os.getcwd()}
    arguments = [str(front_end), str(tmp_path / "state"), "interactive"]
    child = pexpect.spawn(
        sys.executable, arguments, env=env, cwd=str(tmp_path), echo=False, timeout=20, encoding="utf-8"
    )
    child.expect_exact("READY")
    yield child
    child.close(force=True)


def test_a_command_reads_and_writes_the_terminal(terminal: pexpect.spawn) -> None:
    terminal.sendline("read x; echo got $x; test -t 0 && test -t 1 && echo tty; exit 4")
    terminal.sendline("pear")
    terminal.expect_exact("got pear")
    terminal.expect_exact("tty")
    terminal.expect_exact("<Exit(code=4)>")


def test_ctrl_c_ends_the_command_and_not_the_front_end(terminal: pexpect.spawn) -> None:
    terminal.sendline("sh -c 'echo started; exec sleep 60'; true")  # a shell between two commands may miss a signal
    terminal.expect_exact("started\r\n")
    terminal.sendintr()
    terminal.expect_exact("<Exit(code=130)>")
    terminal.expect_exact("READY")


def test_terminal_modes_are_put_back(terminal: pexpect.spawn) -> None:
    terminal.sendline("stty raw -echo")
    terminal.expect_exact("<Exit(code=0)>")
    terminal.expect_exact("READY")
    terminal.sendline("")
    terminal.expect_exact("MODES kept")


def test_ctrl_z_makes_a_job_and_fg_and_bg_go_on_with_it(terminal: pexpect.spawn) -> None:
    terminal.sendline("echo started; read x; echo got $x")
    terminal.expect_exact("started\r\n")
    terminal.sendcontrol("z")
    terminal.expect_exact("stopped [1]")
    terminal.expect_exact("<Exit(code=148)>")
    terminal.expect_exact("READY")
    terminal.sendline("jobs")
    terminal.expect_exact("'stopped', 'echo started; read x; echo got $x'")
    terminal.expect_exact("READY")
    terminal.sendline("fg %7")
    terminal.expect_exact("there is no such job")
    terminal.expect_exact("READY")
    terminal.sendline("fg")
    terminal.expect_exact("<Note(text='echo started")
    terminal.sendline("pear")
    terminal.expect_exact("got pear")
    terminal.expect_exact("<Exit(code=0)>")
    terminal.expect_exact("READY")
    terminal.sendline("fg")
    terminal.expect_exact("no job control")


def test_leaving_ends_stopped_jobs(terminal: pexpect.spawn) -> None:
    terminal.sendline("sh -c 'echo pid $PPID; exec sleep 60'; true")
    terminal.expect(r"pid (\d+)\r\n")
    pid = int(terminal.match.group(1))
    terminal.sendcontrol("z")
    terminal.expect_exact("READY")
    terminal.sendline("")
    terminal.expect_exact("MODES")
    terminal.expect(pexpect.EOF)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash as the shell around it")
def test_a_one_shot_stops_along_with_its_command(front_end: Path, tmp_path: Path) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SHELL": "/bin/bash",
        "PYTHONPATH": os.getcwd(),
        "PS1": "$ ",
    }
    child = pexpect.spawn("bash", ["--norc", "-i"], env=env, cwd=str(tmp_path), timeout=20, encoding="utf-8")
    program = f"{quote(sys.executable)} {quote(str(front_end))}"
    child.sendline(f"{program} state once 'echo start''ed; read x; echo got $x; exit 5'")
    child.expect_exact("started\r\n")
    child.sendcontrol("z")
    child.expect_exact("Stopped")
    child.sendline("fg")
    child.expect_exact("front_end.py")
    child.sendline("pear")
    child.expect_exact("got pear")
    child.expect_exact("<Exit(code=5)>")
    child.close(force=True)


def test_without_a_terminal_input_and_output_are_the_front_ends(front_end: Path, tmp_path: Path) -> None:
    code = (
        FRONT_END.replace("modes = termios.tcgetattr(0)\n", "")
        .replace('print("MODES"', '0 and print("MODES"')
        .replace("termios.tcgetattr(0) == modes", "0")
    )
    done = subprocess.run(
        (sys.executable, "-c", code, str(tmp_path / "state"), "once", "cat; echo err >&2; exit 3"),
        input=b"piped\n", capture_output=True, start_new_session=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"piped\n<Exit(code=3)>\n", b"err\n")
