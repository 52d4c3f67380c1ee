"""A shell a line on a real terminal: the foreground, Ctrl-C, Ctrl-Z and terminal modes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote

import pexpect
import pytest

pytestmark = pytest.mark.terminal

FRONT_END = """
import os, sys, termios
from nlsh.core.scope import Cancellation
from nlsh.shell.line import LineShell

modes = termios.tcgetattr(0)
[last] = LineShell(os.getcwd(), os.environ, sys.argv[1]).execute(sys.argv[2], "inherit", Cancellation())
print(f"<{last}>", flush=True)
print("MODES", "kept" if termios.tcgetattr(0) == modes else "changed", flush=True)
"""


@pytest.fixture
def front_end(tmp_path: Path) -> Path:
    path = tmp_path / "front_end.py"
    path.write_text(textwrap.dedent(FRONT_END))
    return path


@pytest.fixture
def start(front_end: Path, tmp_path: Path) -> Iterator[Callable[[str], pexpect.spawn]]:
    """Run a line in a front end on a terminal of its own."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHELL": "/bin/bash", "PYTHONPATH": os.getcwd()}
    children: list[pexpect.spawn] = []

    def run(line: str) -> pexpect.spawn:
        arguments = [str(front_end), str(tmp_path / "state"), line]
        child = pexpect.spawn(
            sys.executable, arguments, env=env, cwd=str(tmp_path), echo=False, timeout=20, encoding="utf-8"
        )
        children.append(child)
        return child

    yield run
    for child in children:
        child.close(force=True)


def test_a_command_reads_and_writes_the_terminal(start: Callable[[str], pexpect.spawn]) -> None:
    terminal = start("read x; echo got $x; test -t 0 && test -t 1 && echo tty; exit 4")
    terminal.sendline("pear")
    terminal.expect_exact("got pear")
    terminal.expect_exact("tty")
    assert terminal.expect_exact("<Exit(code=4)>") == 0


def test_ctrl_c_ends_the_command_and_not_the_front_end(start: Callable[[str], pexpect.spawn]) -> None:
    terminal = start("sh -c 'echo started; exec sleep 60'; true")  # a shell between two commands may miss a signal
    terminal.expect_exact("started\r\n")
    terminal.sendintr()
    assert terminal.expect_exact("<Exit(code=130)>") == 0


def test_terminal_modes_are_put_back(start: Callable[[str], pexpect.spawn]) -> None:
    terminal = start("stty raw -echo")
    terminal.expect_exact("<Exit(code=0)>")
    assert terminal.expect_exact(["MODES kept", "MODES changed"]) == 0


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
    child.sendline(f"{program} state 'echo start''ed; read x; echo got $x; exit 5'")
    child.expect_exact("started\r\n")
    child.sendcontrol("z")
    child.expect_exact("Stopped")
    child.sendline("fg")
    child.expect_exact("front_end.py")
    child.sendline("pear")
    child.expect_exact("got pear")
    assert child.expect_exact("<Exit(code=5)>") == 0
    child.close(force=True)


def test_without_a_terminal_input_and_output_are_the_front_ends(front_end: Path, tmp_path: Path) -> None:
    code = (
        FRONT_END.replace("modes = termios.tcgetattr(0)\n", "")
        .replace('print("MODES"', '0 and print("MODES"')
        .replace("termios.tcgetattr(0) == modes", "0")
    )
    done = subprocess.run(
        (sys.executable, "-c", code, str(tmp_path / "state"), "cat; echo err >&2; exit 3"),
        input=b"piped\n", capture_output=True, start_new_session=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"piped\n<Exit(code=3)>\n", b"err\n")
