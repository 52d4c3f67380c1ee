"""Line mode in real terminals. Literals only: no model is waited for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

pytestmark = pytest.mark.terminal
ROOT = Path(__file__).parent.parent.parent
NLSH = [sys.executable, "-m", "nlsh"]
COLOUR = re.compile(r"\x1b\[[\d;]*(?:[39][0-7]|[34]8;)[\d;]*m")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    work = tmp_path / "home" / "work"
    work.mkdir(parents=True)
    (work / "my report.txt").write_text("read me\n")
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL")}
    own = {"HOME": str(tmp_path / "home"), "NLSH_HOME": str(tmp_path / "nlsh"), "SHELL": "/bin/bash"}
    return kept | own | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def open_terminal(env: dict[str, str]) -> Iterator[Any]:
    opened: list[Any] = []

    def run(*words: str, **more: str) -> Any:
        terminal = pexpect.spawn(
            NLSH[0],
            [*NLSH[1:], *words],
            env=env | more,
            cwd=f"{env['HOME']}/work",
            encoding="utf-8",
            timeout=30,
            dimensions=(24, 80),
        )
        terminal.logfile_read = Kept()
        opened.append(terminal)
        return terminal

    yield run
    for terminal in opened:
        terminal.close(force=True)


class Kept:
    """All that a terminal was sent."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        return


def leave(terminal: Any) -> str:
    terminal.sendcontrol("d")
    terminal.expect(pexpect.EOF)
    return str(terminal.logfile_read.text)


def test_the_history_outlives_a_restart_and_is_found_fuzzily(open_terminal: Any) -> None:
    first = open_terminal("--inline")
    first.expect("❯ ")
    first.send("echo kept$((1))\r")
    first.expect("kept1\r\n.*❯ ")
    first.send(" echo secret$((1))\r")
    first.expect("secret1\r\n.*❯ ")
    leave(first)
    again = open_terminal("--inline")
    again.expect("❯ ")
    again.send("\x12")
    again.expect("search: ")
    again.expect("echo kept")
    again.send("ekp")
    time.sleep(0.5)
    again.send("\r")
    again.expect("command")
    again.send("\r")
    again.expect("kept1\r\n.*❯ ")
    assert "secret" not in leave(again)


def test_the_scrollback_is_the_terminals_own(open_terminal: Any) -> None:
    terminal = open_terminal("--inline")
    terminal.expect("❯ ")
    terminal.send("seq 500\r")
    terminal.expect("\r\n500\r\n.*❯ ")
    text = leave(terminal)
    assert "\r\n".join(map(str, range(1, 501))) in text  # nothing is drawn among the lines
    assert not re.search(r"\x1b\[\?(1049|1047|47)h", text)
    assert "\x1b[2J" not in text


def test_what_is_typed_before_the_prompt_stands_is_kept(open_terminal: Any) -> None:
    terminal = open_terminal("--inline")
    terminal.send("echo early$((1))\r")
    terminal.expect("early1\r\n.*❯ ")


def test_a_paste_waits_for_enter(open_terminal: Any) -> None:
    terminal = open_terminal("--inline")
    terminal.expect("❯ ")
    terminal.send("\x1b[200~echo pasted$((1))\necho twice$((1))\n\x1b[201~")
    terminal.expect("twice")
    time.sleep(0.5)
    assert "pasted1" not in terminal.logfile_read.text
    terminal.send("\x7f\r")
    terminal.expect("pasted1\r\ntwice1\r\n.*❯ ")


def test_tab_completes_a_name_with_a_space_so_that_it_runs(open_terminal: Any) -> None:
    terminal = open_terminal("--inline")
    terminal.expect("❯ ")
    terminal.send("cat ./my\t")
    terminal.expect(re.escape("report.txt"))
    time.sleep(0.3)
    terminal.send("\r")
    terminal.expect("read me\r\n.*❯ ")


def test_without_colour_nothing_is_said_by_colour(open_terminal: Any) -> None:
    terminal = open_terminal("--inline", NO_COLOR="1")
    terminal.expect("❯ ")
    terminal.send("ls -a")
    terminal.expect("command")
    terminal.send("\r")
    terminal.expect("report.txt.*❯ ")
    assert not COLOUR.search(leave(terminal))


def test_a_screen_reader_gets_plain_lines(open_terminal: Any) -> None:
    terminal = open_terminal("--screen-reader")
    terminal.expect("A line is a command")
    terminal.expect("work > ")
    terminal.send("echo one$((1))\r")
    terminal.expect("one1\r\n.*work > ")
    text = re.sub(r"\x1b\[[\d;]*m", "", leave(terminal))
    assert "\x1b" not in text
    assert "\r" not in text.replace("\r\n", "\n")  # nothing goes back in its line


def test_line_mode_leaves_the_terminal_as_it_found_it(open_terminal: Any) -> None:
    terminal = open_terminal("--inline")
    terminal.expect("❯ ")
    text = leave(terminal)
    for mode in ("2004", "1004"):
        assert text.rfind(f"\x1b[?{mode}l") > text.rfind(f"\x1b[?{mode}h") >= 0


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_tmux_keeps_every_line_once(env: dict[str, str], tmp_path: Path) -> None:
    def tmux(*words: str) -> str:
        socket = ["tmux", "-f", "/dev/null", "-S", str(tmp_path / "tmux")]
        return subprocess.run([*socket, *words], env=env, capture_output=True, text=True, timeout=30, check=True).stdout

    def shown(what: str) -> str:
        for _ in range(200):
            text = tmux("capture-pane", "-p", "-S", "-", "-t", "m")
            if re.search(what, text):
                return text
            time.sleep(0.1)
        raise AssertionError(text)

    tmux("new-session", "-d", "-x", "80", "-y", "24", "-s", "m", *NLSH, "--inline")
    try:
        shown("❯")
        tmux("send-keys", "-t", "m", "seq 100", "Enter")
        shown("(?m)^100$[^❯]*❯")
        tmux("send-keys", "-t", "m", "C-r")
        shown("Esc goes back")
        tmux("resize-window", "-t", "m", "-x", "60", "-y", "20")
        tmux("send-keys", "-t", "m", "Escape")
        time.sleep(0.5)
        tmux("send-keys", "-t", "m", "echo after", "Enter")
        text = shown("(?m)^after$")
        assert [line for line in text.splitlines() if line.isdecimal()] == [str(number) for number in range(1, 101)]
        assert "Esc goes back" not in text
    finally:
        tmux("kill-server")
