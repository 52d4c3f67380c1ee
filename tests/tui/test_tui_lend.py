from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from nlsh.core.events import TerminalWanted, TurnStarted
from nlsh.core.ports import Lending
from nlsh.tui.desk import Desk
from tests.tui.cases import settle


async def test_where_nothing_can_be_lent_it_is_refused_at_once(make_desk: Callable[[], Desk]) -> None:
    refused: list[bool] = []
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await desk.receive(TurnStarted("t", "vim", "/", 0.0))
        await desk.receive(TerminalWanted(1, Lending(lambda fd: b"", lambda: refused.append(True))))
    assert refused == [True]


SCRIPT = """
import os, sys
from nlsh.core.events import *
from nlsh.core.ports import Lending
from nlsh.core.risk import Route
from nlsh.tui.app import run
from tests.tui.cases import DARK, FakeSession, ended

def program(terminal):
    os.write(terminal, b"FULL SCREEN")
    seen = b""
    while not seen.endswith((b"\\r", b"\\n")):
        seen += os.read(terminal, 100)
    return b"got:" + seen.strip()

class Session(FakeSession):
    async def run(self, line, **more):
        yield TurnStarted("t", line, "/", 0.0)
        yield Routed(Route.LITERAL, 1.0)
        yield Started(1, "{}")
        yield TerminalWanted(1, Lending(program, lambda: None))
        yield Finished(1, 0, 1.0)
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
