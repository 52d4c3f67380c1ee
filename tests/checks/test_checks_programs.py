"""Check 5: programs that take the whole screen, or the keys: right size, and a sane terminal after them."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import struct
import termios
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from tests.checks.conftest import Open, OpenPane, need
from tests.checks.home import SCRIPTED, Home
from tests.checks.pane import Pane

pytestmark = pytest.mark.terminal

SSH = """#!/bin/bash
# What ssh does to a terminal: asks for a password without echo, then hands raw keys on.
trap 'stty "$saved" </dev/tty; exit 130' INT
saved=$(stty -g </dev/tty)
stty -echo </dev/tty; printf "%s's password: " "$1" >/dev/tty; read -r password </dev/tty; stty "$saved" </dev/tty
printf '\\nwelcome to %s\\n' "$1"; stty raw -echo </dev/tty
while IFS= read -r -N 1 key </dev/tty; do [ "$key" = q ] && break; printf '<%s>' "$key"; done
stty "$saved" </dev/tty; printf '\\nconnection closed\\n'
"""
GIT = "[user]\nname=A\nemail=a@b.c\n[core]\neditor=vim -u NONE -i NONE\n[init]\ndefaultBranch=m\n"
CRASHES = """
import os, signal, tty
tty.setraw(0)
os.write(1, b"\\x1b[?1049h\\x1b[?25l\\x1b[?1000;1002;1006h\\x1b[?2004h\\x1b[?1h\\x1b=\\x1b[?1004h\\x1b]2;mine\\x07")
os.write(1, b"\\x1b[3;10r\\x1b[?6h\\x1b[?7l\\x1b[4h\\x1b(0 ready")
os.write(1, b"\\x1b(B CRASHING")
while b"x" not in os.read(0, 100): pass
os.kill(os.getpid(), signal.SIGKILL)
"""


@dataclass(frozen=True)
class Case:
    name: str
    line: str
    shows: str
    leaves: tuple[str, ...]
    """Keys by their names in tmux, or text."""
    program: str = ""
    """What runs on the terminal, where that is not `name`."""


CASES = [
    Case("vim", "vim -u NONE -i NONE text.txt", "the second line", ("Escape", ":q!", "Enter")),
    Case("less", "less long.txt", "line 5", ("G", "q")),
    Case("top", "top -d 1", "PID", ("q",)),
    Case("htop", "htop", "Load average", ("q",)),
    Case("python3", "python3 -q", ">>>", ("6*7", "Enter", "exit()", "Enter"), "python"),
    Case("fzf", "seq 500 | fzf", "500/500", ("499", "Enter")),
    Case("ssh", "ssh host", "password", ("secret", "Enter", "a", "b", "q"), "bash"),
    Case(
        "git", "git commit --allow-empty", "Please enter the commit message", ("i", "first", "Escape", ":wq", "Enter")
    ),
]


def furnish(home: Home) -> None:
    (home.work / "text.txt").write_text("the first line\nthe second line\n")
    (home.work / "long.txt").write_text("".join(f"line {number}\n" for number in range(1, 2001)))
    home.program("ssh", SSH)
    home.write(
        ".gitconfig", "[user]\nname=A\nemail=a@b.c\n[core]\neditor=vim -u NONE -i NONE\n[init]\ndefaultBranch=m\n"
    )
    if not (home.work / ".git").exists() and shutil.which("git"):
        home.call("-c", "git init")


@dataclass
class Place:
    """A pane with nlsh at its prompt, and what the terminal was like there."""

    pane: Pane
    mode: str
    modes: dict[str, str]
    settings: list[Any]

    def is_at_prompt(self) -> bool:
        return self.pane.modes() == self.modes and self.pane.settings() == self.settings

    def returns(self) -> None:
        self.pane.wait(self.is_at_prompt, f"not the terminal it was, {self.modes}, but {self.pane.modes()}")

    def is_alive(self) -> None:
        number = time.monotonic_ns() % 1000000
        time.sleep(0.3 if self.mode == "desk" else 0.0)  # until it is itself again
        self.pane.line(f"echo ali''ve-{number}")
        end = r"\s+done" if self.mode == "desk" else ""
        self.pane.wait(lambda: re.search(f"alive-{number}{end}", self.pane.text()) is not None, "it does not answer")


@pytest.fixture(scope="module")
def places(shared_home: Home) -> Iterator[dict[str, Place]]:
    """The terminals that are open, by mode."""
    furnish(shared_home)
    opened: dict[str, Place] = {}
    yield opened
    for one in opened.values():
        one.pane.close()


@pytest.fixture(params=["line mode", "desk"])
def place(request: pytest.FixtureRequest, places: dict[str, Place], shared_home: Home) -> Iterator[Place]:
    """nlsh in line mode and at the desk; tests follow one another on its terminal for as long as it stays as it was."""
    mode = request.param
    if mode not in places:
        words = ("--inline",) if mode == "line mode" else ()
        pane = Pane([*SCRIPTED, *words], shared_home.env, str(shared_home.work), (24, 80))
        pane.shows("❯" if words else "Say what you want")
        pane.line("cd /usr; cd - > /dev/null; echo rea''dy")
        pane.shows("ready")
        time.sleep(0.3)
        places[mode] = Place(pane, mode, pane.modes(), pane.settings())
    yield places[mode]
    if not places[mode].is_at_prompt():
        places.pop(mode).pane.close()


def on_terminal(pane: Pane, name: str) -> psutil.Process | None:
    """The program by that name below nlsh, if it runs."""
    for child in psutil.Process(pane.pid).children(recursive=True):
        try:
            if child.name().startswith(name):
                return child
        except psutil.Error:
            continue
    return None


def size_for(pane: Pane, name: str) -> tuple[int, int]:
    """The rows and columns the program is told."""
    child = on_terminal(pane, name)
    for number in range(3) if child is not None else ():
        path = os.path.realpath(f"/proc/{child.pid}/fd/{number}")  # type: ignore[union-attr]
        if path.startswith("/dev/pts/"):
            fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
            rows, columns, _, _ = struct.unpack("HHHH", fcntl.ioctl(fd, termios.TIOCGWINSZ, b"\0" * 8))
            os.close(fd)
            return rows, columns
    return (0, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_check_05_full_screen_programs(place: Place, case: Case) -> None:
    need(case.name if case.name != "ssh" else "bash", *(["vim"] if case.name == "git" else []))
    program = case.program or {"git": "vim"}.get(case.name, case.name)
    pane = place.pane
    pane.line(case.line)
    pane.shows(case.shows)
    for size in ((30, 100), (24, 80)):
        pane.resize(*size)
        pane.wait(lambda size=size: size_for(pane, program) == size, f"{case.name} is not told {size}")  # type: ignore[misc]
    pane.shows(case.shows)
    for keys in case.leaves:
        pane.press(keys) if len(keys) > 1 and keys in ("Enter", "Escape") else pane.send(keys)
        time.sleep(0.1)
    place.returns()
    place.is_alive()


def test_check_05_what_they_leave_is_shown(place: Place) -> None:
    need("fzf", "git", "vim")
    pane = place.pane
    pane.line("seq 500 | fzf; git log --format=%s; ssh other")
    pane.shows("500/500")
    pane.send("321")
    pane.press("Enter")
    pane.shows("password")
    pane.send("x")
    pane.press("Enter")
    pane.shows("welcome to other")
    pane.send("q")
    place.returns()
    pane.shows("321")
    pane.shows("connection closed")


def test_check_05_a_killed_vim_leaves_a_sane_terminal(place: Place) -> None:
    need("vim")
    pane = place.pane
    pane.line("vim -u NONE -i NONE +'set mouse=a title' text.txt")
    pane.shows("the second line")
    vim = on_terminal(pane, "vim")
    assert vim is not None
    vim.kill()
    place.returns()
    place.is_alive()


def test_check_05_a_program_that_crashes_in_the_middle_of_everything(place: Place, shared_home: Home) -> None:
    shared_home.write("work/crashes.py", CRASHES)
    place.pane.line("python3 crashes.py")
    place.pane.shows("CRASHING")
    place.pane.send("x")
    place.returns()
    place.is_alive()


def test_check_05_nlsh_itself_is_killed_under_vim(home: Home, pane: OpenPane) -> None:
    need("vim")
    furnish(home)
    terminal = pane("bash", "--norc")
    terminal.line("stty -g")
    terminal.line(" ".join(f"'{word}'" for word in SCRIPTED) + " --inline")
    terminal.shows("❯")
    terminal.line("vim -u NONE -i NONE text.txt")
    terminal.shows("the second line")
    vim = on_terminal(terminal, "vim")
    assert vim is not None
    nlsh = next(child for child in psutil.Process(terminal.pid).children() if "python" in child.name())
    nlsh.send_signal(signal.SIGHUP)
    _, alive = psutil.wait_procs([nlsh, vim], timeout=10)
    assert alive == []
    terminal.wait(lambda: terminal.modes()["alternate_on"] == "0", "the screen is not given back")


@pytest.mark.parametrize("later_s", [0.0, 0.02, 0.2])
def test_check_05_answers_of_the_terminal_never_reach_the_prompt(home: Home, terminal: Open, later_s: float) -> None:
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    answer = b"\x1b[?62;22c\x1b[5;1R\x1b]11;rgb:1111/2222/3333\x1b\\\x1bP>|XTerm(380)\x1b\\\x1b[?1;2$y"

    def answers(piece: bytes) -> bytes:
        if b"\x1b[c" in piece:
            if later_s == 0.0:
                return answer
            threading.Timer(later_s, nlsh.send, (answer,)).start()
        return b""

    nlsh.answers = answers
    nlsh.line(r"printf '\033[c\033[6n\033]11;?\033\\\033[>q\033[?2026$p'")
    time.sleep(later_s + 0.15)
    assert nlsh.line("echo clean") == b"clean\r\n"


def test_check_05_the_title_is_given_back(home: Home, pane: OpenPane) -> None:
    need("vim")
    furnish(home)
    terminal = pane(*SCRIPTED, "--inline")
    terminal.shows("❯")
    terminal.line("echo rea''dy")
    terminal.shows("ready")
    before = terminal.ask("pane_title")
    terminal.line(r"printf '\033]2;taken\007'; sleep 0.3")
    terminal.wait(lambda: terminal.ask("pane_title") == "taken", "the title is not set")
    terminal.wait(lambda: terminal.ask("pane_title") == before, "the title is not given back")
