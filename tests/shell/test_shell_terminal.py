"""The kept shell in line mode: a command has the real terminal, and leaves it as it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

pytestmark = pytest.mark.terminal

FRONT_END = """
import os, sys, termios
from nlsh.core.scope import Cancellation
from nlsh.shell.kinds import keepable
from nlsh.shell.session import ShellSession

shell = ShellSession(keepable("/bin/bash"), "/bin/bash", os.getcwd(), os.environ, sys.argv[1])
modes = termios.tcgetattr(0)
while True:
    print("READY", flush=True)
    line = sys.stdin.readline().rstrip("\\n")
    if not line:
        break
    for item in shell.execute(line, "inherit", Cancellation()):
        print(f"<{item}>", flush=True)
    print("TYPED", shell.take_typed(), flush=True)
    print("MODES", "kept" if termios.tcgetattr(0) == modes else "changed", flush=True)
shell.close()
print("BYE", flush=True)
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[pexpect.spawn]:
    (tmp_path / ".bashrc").write_text("PS1='$ '\n")
    front_end = tmp_path / "front_end.py"
    front_end.write_text(FRONT_END)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm", "PYTHONPATH": os.getcwd()}
    child = pexpect.spawn(
        sys.executable, [str(front_end), str(tmp_path / "state")], env=env, cwd=str(tmp_path), echo=False, timeout=20,
        dimensions=(24, 80),
    )  # fmt: skip
    child.expect_exact("READY")
    yield child
    child.close(force=True)


def test_a_command_reads_and_writes_the_terminal(terminal: pexpect.spawn) -> None:
    terminal.sendline("read x; echo got $x; test -t 0 && test -t 1 && echo tty; stty size; (exit 4)")
    terminal.sendline("pear")
    for wanted in ("got pear", "tty", "24 80", "<Exit(code=4)>", "TYPED b''"):
        terminal.expect_exact(wanted)
    assert terminal.expect_exact(["MODES kept", "MODES changed"]) == 0


def test_ctrl_c_ends_the_command_and_what_it_started(terminal: pexpect.spawn) -> None:
    terminal.sendline("sh -c 'echo started $$; sleep 61' | cat; echo not this")
    terminal.expect(rb"started (\d+)\r\n")
    pid = int(terminal.match.group(1))
    terminal.sendintr()
    terminal.expect_exact("<Exit(code=130)>")
    assert b"not this\r\n" not in terminal.before
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text()


def test_ctrl_z_jobs_bg_and_fg_are_the_shells(terminal: pexpect.spawn) -> None:
    terminal.sendline("sh -c 'echo started; read x; echo got $x'")
    terminal.expect_exact("started")
    terminal.sendcontrol("z")
    for wanted in ("[1]+  Stopped", "<Exit(code=148)>", "READY"):
        terminal.expect_exact(wanted)
    terminal.sendline("jobs; fg")
    terminal.expect_exact("[1]+  Stopped")
    terminal.sendline("pear")
    for wanted in ("got pear", "<Exit(code=0)>", "READY"):
        terminal.expect_exact(wanted)
    terminal.sendline("fg")
    assert terminal.expect_exact("fg: current: no such job") == 0


@pytest.mark.parametrize(
    "line",
    [
        r"printf '\033[?1049h\033[?1000h\033[?25l\033]2;title\007full'; kill -9 $BASHPID",
        r"sh -c \"stty raw -echo; printf '\033[?1049hfull'; kill -9 \\$\\$\"",
        r"printf '\033[?2004h\033[>1ufull'",
    ],
)
def test_a_program_that_dies_leaves_a_sane_terminal(terminal: pexpect.spawn, line: str) -> None:
    terminal.sendline(line)
    terminal.expect_exact("full")
    terminal.expect_exact(["MODES kept"])
    after = terminal.before
    if "1049h" in line:
        assert b"\x1b[?1049l" in after
    if "25l" in line:
        assert b"\x1b[?1000l" in after
        assert b"\x1b[?25h" in after
        assert b"\x1b[23;2t" in after
    if "2004h" in line:
        assert b"\x1b[<u" in after
        assert b"\x1b[?2004l" in after


def test_a_password_is_not_echoed_and_kept_nowhere(terminal: pexpect.spawn, tmp_path: Path) -> None:
    terminal.sendline("read -s -p 'Password: ' word < /dev/tty; echo; echo length ${#word}; unset word")
    terminal.expect_exact("Password: ")
    terminal.sendline("xyzzy-4711")
    terminal.expect_exact("length 10")
    assert b"xyzzy" not in terminal.before
    terminal.expect_exact("READY")
    terminal.sendline("")
    terminal.expect_exact("BYE")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / ".bash_history" in files
    assert all(b"xyzzy" not in path.read_bytes() for path in files)


def test_the_size_follows_while_a_command_runs(terminal: pexpect.spawn) -> None:
    terminal.sendline("sh -c 'trap \"stty size\" WINCH; echo started; while :; do sleep 0.1; done'")
    terminal.expect_exact("started")
    terminal.setwinsize(31, 77)
    assert terminal.expect_exact("31 77") == 0
    terminal.sendintr()
    terminal.expect_exact("READY")


def test_what_is_typed_early_is_the_next_lines(terminal: pexpect.spawn) -> None:
    terminal.sendline("echo started; sleep 1")
    terminal.expect_exact("started")
    terminal.send("echo a; ls\rhalf")
    terminal.expect_exact("TYPED b'echo a; ls\\nhalf'")
    terminal.expect_exact("READY")
    terminal.sendline("echo next")
    terminal.expect_exact("next")
    assert terminal.expect_exact("<Exit(code=0)>") == 0


def test_answers_to_a_program_that_is_gone_are_not_typed(terminal: pexpect.spawn) -> None:
    terminal.sendline(r"printf '\033[6n'; sleep 0.2; echo over")
    terminal.expect_exact("\x1b[6n")
    terminal.expect_exact("over")
    terminal.send("\x1b[12;40R")
    terminal.expect_exact("TYPED b''")
    assert terminal.expect_exact("READY") == 0


def test_startup_files_may_ask(tmp_path: Path, terminal: pexpect.spawn) -> None:
    terminal.close(force=True)
    (tmp_path / ".bashrc").write_text("read -p 'Which? ' which\nPS1='$ '\n")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm", "PYTHONPATH": os.getcwd()}
    arguments = [str(tmp_path / "front_end.py"), str(tmp_path / "other")]
    child = pexpect.spawn(sys.executable, arguments, env=env, echo=False, timeout=20)
    child.expect_exact("READY")
    child.sendline("echo it is $which")
    child.expect_exact("Which? ")
    child.sendline("pear")
    child.expect_exact("it is pear")
    assert child.expect_exact("MODES kept") == 0
    child.close(force=True)
