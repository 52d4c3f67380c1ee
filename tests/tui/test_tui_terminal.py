"""The desk on a real terminal: an editor of one's own, and calling back somebody who looks elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from nlsh.core.errors import NlshError
from nlsh.tui.desk import Desk
from nlsh.tui.prompt.external import editor_command
from tests.tui.cases import screen_text, settle

SCRIPT = """
import sys
import nlsh.tui.ringing
from nlsh.tui.app import run
from nlsh.core.events import *
from tests.tui.cases import DARK, FakeSession, ended
import asyncio

nlsh.tui.ringing.LONG_S = 0.2

class Session(FakeSession):
    async def run(self, line, **more):
        yield TurnStarted("t", line, "/", 0.0)
        await asyncio.sleep(0.5)
        yield Told(1, "ran: " + line.replace(chr(10), "|"))
        yield ended()

sys.exit(run(Session(), DARK, {}))
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], Any]:
    def started(editor: str) -> Any:
        path = tmp_path / "editor"
        path.write_text("#!/bin/sh\n" + editor)
        path.chmod(0o755)
        env = dict(os.environ) | {"TERM": "xterm-kitty", "TEXTUAL_ANIMATIONS": "none", "EDITOR": f"{path} -x"}
        for name in ("VISUAL", "TMUX", "STY"):
            env.pop(name, None)
        child = pexpect.spawn(
            sys.executable, ["-c", SCRIPT], cwd=Path(__file__).parents[2], env=env, dimensions=(24, 80), timeout=30
        )
        child.expect("Say what you want")
        return child

    return started


def leave(child: Any) -> None:
    child.send("\x15exit 7\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7


@pytest.mark.terminal
def test_the_line_is_edited_and_not_sent(start: Callable[[str], Any]) -> None:
    child = start('cat "$2"; printf "git one\\ngit \\033[31mtwo\\n\\n" > "$2"')
    child.send("git zero\x18\x05")
    child.expect("git zero")
    child.expect("git one")
    child.send("\r")
    child.expect(r"ran: git one\|git \[31mtwo")
    leave(child)


@pytest.mark.terminal
def test_ctrl_c_in_the_editor_is_for_the_editor(start: Callable[[str], Any]) -> None:
    child = start("trap 'echo INTERRUPTED' INT; echo READY; read a || read b; echo git done > $2")
    child.send("git x\x1be")
    child.expect("READY")
    child.send("\x03")
    child.expect("INTERRUPTED")
    child.send("\r")
    child.expect("git done")
    leave(child)


@pytest.mark.terminal
def test_an_editor_that_fails_leaves_the_line(start: Callable[[str], Any]) -> None:
    child = start("echo git lost > $2; exit 3")
    child.send("git kept\x18\x05")
    child.expect("exit code 3")
    child.send("\r")
    child.expect("ran: git kept")
    leave(child)


@pytest.mark.terminal
def test_the_terminal_is_rung_once_the_window_was_left(start: Callable[[str], Any]) -> None:
    child = start("")
    child.send("git seen\r")
    child.expect("ran: git seen")
    child.send("git x\r")
    child.send("\x1b[O")  # the terminal's word for it
    child.expect_exact("\x1b]9;nlsh: done after")
    child.expect_exact(": git x\x1b\\")
    child.send("\x1b[I")
    leave(child)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"VISUAL": "code --wait", "EDITOR": "vi"}, ["code", "--wait"]),
        ({"EDITOR": "'/opt/my editor' -n"}, ["/opt/my editor", "-n"]),
    ],
)
def test_whose_editor_it_is(env: dict[str, str], words: list[str]) -> None:
    assert editor_command(env) == words


def test_without_an_editor_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NlshError, match="no editor was found"):
        editor_command({})
    with pytest.raises(NlshError, match="cannot be started"):
        editor_command({"EDITOR": "'vi"})


async def test_where_the_terminal_cannot_be_lent_it_says_so(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press(*"git", "ctrl+x", "ctrl+e")
        await settle(pilot)
        assert "an editor cannot be opened here" in screen_text(desk)
        assert desk.prompt.text == "git"
        await pilot.press("shift+home", "ctrl+x", "ctrl+e")
        assert desk.prompt.text == ""
