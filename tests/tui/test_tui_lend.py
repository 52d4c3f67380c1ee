from __future__ import annotations

import fcntl
import itertools
import os
import pty
import struct
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.events import TerminalWanted, TurnStarted
from nlsh.core.ports import Lending
from nlsh.tui.desk import Desk
from nlsh.tui.lend import Tail, proxy
from tests.tui.cases import settle

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


def tail_of(*chunks: bytes) -> bytes:
    tail = Tail()
    for chunk in chunks:
        tail.feed(chunk)
    return tail.text()


def test_nothing_is_kept_of_a_screen_that_was_not_left() -> None:
    assert tail_of(ENTER, b"screen") == b""


def test_what_comes_after_the_screen_is_kept() -> None:
    assert tail_of(ENTER + b"screen" + LEAVE + b"[main 1234] done\r\n") == b"[main 1234] done\r\n"


def test_only_what_comes_after_the_last_screen_is_kept() -> None:
    assert tail_of(ENTER, LEAVE, b"!ls output", ENTER, b"screen", LEAVE, b"bye") == b"bye"


@given(st.lists(st.integers(0, 60)))
def test_cuts_between_reads_make_no_difference(cuts: list[int]) -> None:
    whole = ENTER + b"screen" + LEAVE + b"between" + ENTER + b"again" + LEAVE + b"bye"
    edges = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    assert tail_of(*(whole[a:b] for a, b in itertools.pairwise(edges))) == b"bye"


def test_a_long_tail_is_bounded() -> None:
    assert len(tail_of(ENTER + LEAVE, b"x" * 1_000_000)) == 64 * 1024


@dataclass
class Lent:
    """A program's pty lent to a terminal, the proxy running in a thread."""

    keyboard: int
    program: int
    terminal: int
    thread: threading.Thread
    tails: list[bytes] = field(default_factory=list)

    def join(self) -> bytes:
        self.thread.join(10)
        assert not self.thread.is_alive()
        return self.tails[0]


def size_of(fd: int) -> tuple[int, int]:
    rows, columns, _, _ = struct.unpack("HHHH", fcntl.ioctl(fd, termios.TIOCGWINSZ, b"\0" * 8))
    return rows, columns


def set_size(fd: int, rows: int, columns: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@pytest.fixture
def lent() -> Iterator[Lent]:
    keyboard, terminal = pty.openpty()
    master, program = pty.openpty()
    set_size(keyboard, 33, 77)
    tails: list[bytes] = []
    thread = threading.Thread(target=lambda: tails.append(proxy(master, ENTER + b"replayed", terminal)))
    thread.start()
    found = Lent(keyboard, program, terminal, thread, tails)
    yield found
    if found.program >= 0:
        os.close(found.program)
    thread.join(10)
    for fd in (keyboard, terminal, master):
        os.close(fd)


def read_until(fd: int, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        seen += os.read(fd, 1024)
    return seen


def hang_up(lent: Lent) -> None:
    os.close(lent.program)
    lent.program = -1


def test_output_and_keys_go_through_unchanged(lent: Lent) -> None:
    assert ENTER + b"replayed" in read_until(lent.keyboard, b"replayed")
    settings = termios.tcgetattr(lent.program)
    settings[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(lent.program, termios.TCSANOW, settings)
    os.write(lent.program, b"\x1b[31mred\xff")
    read_until(lent.keyboard, b"\x1b[31mred\xff")
    os.write(lent.keyboard, b"\x1b[Aq\x02")
    assert read_until(lent.program, b"\x02") == b"\x1b[Aq\x02"
    hang_up(lent)
    assert lent.join() == b""


def test_the_size_follows_the_terminal(lent: Lent) -> None:
    read_until(lent.keyboard, b"replayed")
    assert size_of(lent.program) == (33, 77)
    set_size(lent.keyboard, 50, 90)
    for _ in range(100):
        if size_of(lent.program) == (50, 90):
            break
        os.write(lent.program, b".")
        read_until(lent.keyboard, b".")
    assert size_of(lent.program) == (50, 90)


def test_the_terminal_is_itself_again_and_the_tail_is_told(lent: Lent) -> None:
    read_until(lent.keyboard, b"replayed")
    os.write(lent.program, LEAVE + b"bye")
    read_until(lent.keyboard, b"bye")
    hang_up(lent)
    assert lent.join() == b"bye"
    flags = termios.tcgetattr(lent.terminal)[3]
    assert flags & termios.ICANON
    assert flags & termios.ECHO
    assert b"\x1b[?25h" in read_until(lent.keyboard, b"\x1b[0m")


async def test_where_nothing_can_be_lent_it_is_given_back_at_once(make_desk: Callable[[], Desk]) -> None:
    given_back: list[bool] = []
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await desk.receive(TurnStarted("t", "vim", "/", 0.0))
        await desk.receive(TerminalWanted(1, Lending(-1, b"", lambda: given_back.append(True))))
    assert given_back == [True]


SCRIPT = """
import os, subprocess, sys, time
from nlsh.core.events import *
from nlsh.core.ports import Lending
from nlsh.core.risk import Route
from nlsh.tui.app import run
from tests.tui.cases import DARK, FakeSession, ended

class Session(FakeSession):
    async def run(self, line, **more):
        yield TurnStarted("t", line, "/", 0.0)
        yield Routed(Route.LITERAL, 1.0)
        yield Started(1, "{}")
        master, slave = os.openpty()
        program = "printf '\\\\033[?1049hFULL SCREEN'; read key; printf '\\\\033[?1049l'; echo got:$key"
        child = subprocess.Popen(["sh", "-c", program], stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        yield TerminalWanted(1, Lending(master, b"", lambda: None))
        yield Finished(1, child.wait(), 1.0)
        yield ended()

session = Session()
code = run(session, DARK, {})
sys.exit(code if session.is_closed else 99)
"""


@pytest.mark.terminal
def test_a_full_screen_program_has_the_real_terminal_and_gives_it_back() -> None:
    env = dict(os.environ) | {"TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
    root = str(Path(__file__).parents[2])
    child = pexpect.spawn(sys.executable, ["-c", SCRIPT], cwd=root, env=env, dimensions=(24, 80), timeout=30)
    child.expect("Say what you want")
    child.send("go\r")
    child.expect("FULL SCREEN")
    child.send("hello\r")
    child.expect("got:hello")
    child.expect("Say what you want")
    child.send("exit 7\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7
