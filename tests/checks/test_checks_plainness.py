"""Check 24: without colour, on a dumb terminal, read aloud. 25: nobody looks, and a long turn or a question calls."""

from __future__ import annotations

import re

import pytest

from tests.checks.conftest import Open
from tests.checks.home import SCRIPTED, Home
from tests.checks.terminal import Terminal

pytestmark = pytest.mark.terminal
STYLE = re.compile(rb"\x1b\[[\d;]*m")
COLOUR = re.compile(rb"\x1b\[[\d;]*(?:[39][0-7]|[34]8;|10[0-7])[\d;]*m")
PASTE = re.compile(rb"\x1b\[\?2004[hl]")
"""It draws nothing: the terminal is asked to say where a paste begins and ends."""
LIST, DROP = "please list it", "please drop it"
LONG_S = 0.4
FOCUS_OUT, FOCUS_IN = b"\x1b[O", b"\x1b[I"


@pytest.fixture
def planned(home: Home) -> Home:
    (home.work / "a.txt").write_text("dear")
    home.plans({LIST: [{"fs.list": {}}], DROP: [{"fs.remove": {"path": "a.txt"}}]})
    return home


def plain_turn(opened: Terminal, line: str, end: bytes = b"work > ") -> bytes:
    """Type a line where there is no line editor; all that was written up to `end`."""
    opened.send(line + "\r")
    return opened.until(end) + end


@pytest.mark.parametrize(
    ("word", "term", "may_style"),
    [("--inline", "dumb", False), ("--screen-reader", "", True)],
    ids=["dumb", "read-aloud"],
)
def test_check_24_dumb_or_read_aloud_nothing_moves_and_choices_are_numbered(
    planned: Home, terminal: Open, word: str, term: str, may_style: bool
) -> None:
    opened = terminal(*SCRIPTED, word, TERM=term or "xterm-256color")
    written = opened.until(b"work > ")
    written += plain_turn(opened, "echo one$((1))")
    assert b"one1\r\n" in written
    written += plain_turn(opened, LIST)
    assert b"a.txt" in written
    slip = plain_turn(opened, "gti status", b"leave it: ")
    assert re.search(rb"\r\n  1  runs it\r\n  2  runs the line as typed\r\n", slip)
    written += slip + plain_turn(opened, "")
    unsure = plain_turn(opened, "cat it", b"leave it: ")
    assert re.search(rb"run it as a command, or ask\?\r\n  1  runs the command\r\n  2  asks for it\r\n", unsure)
    written += unsure + plain_turn(opened, "")
    question = plain_turn(opened, DROP, b"[y/N] ")
    assert re.search(rb"\r\n(?:\x1b\[1m)?  1  no\r\n  2  yes, once\r\n", question)
    opened.settle(0.4)  # too early a key is no answer
    written += question + plain_turn(opened, "2")
    assert not (planned.work / "a.txt").exists()
    if may_style:
        written = PASTE.sub(b"", STYLE.sub(b"", written))
    assert b"\x1b" not in written
    assert b"\r" not in written.replace(b"\r\n", b"")
    assert b"\b" not in written


def test_check_24_without_colour_routes_and_questions_are_said_in_words(planned: Home, terminal: Open) -> None:
    opened = terminal(*SCRIPTED, "--inline", NO_COLOR="1")
    written = opened.prompt() + opened.settle()
    for line, word in (("ls -a", b"command"), (LIST, b"ask")):
        opened.send(line)
        shown = opened.until(word) + word
        opened.send("\r")
        written += shown + opened.prompt() + opened.settle()
    opened.start(DROP)
    question = opened.until(b"[y/N] ")
    assert b"n = no" in question
    assert b"R2 (delete)" in question
    opened.settle(0.4)
    opened.send("n\r")
    refused = opened.prompt()
    assert b"declined, nothing was done" in refused
    assert not COLOUR.search(written + question + refused)


def test_check_25_a_long_turn_rings_once_where_nobody_looks(home: Home, terminal: Open) -> None:
    opened = terminal(*SCRIPTED, "--inline", CHECK_LONG_S=str(LONG_S))
    opened.prompt()
    opened.settle()
    opened.start("sleep 0.5")
    opened.prompt()
    opened.send(FOCUS_OUT)
    assert calls(opened.settle(0.4)) == [b"\a"]


def test_check_25_a_short_turn_or_one_that_is_looked_at_rings_not(home: Home, terminal: Open) -> None:
    opened = terminal(*SCRIPTED, "--inline", CHECK_LONG_S=str(LONG_S))
    opened.prompt()
    opened.settle(0.1)
    for line, report in (("true", FOCUS_OUT), ("sleep 0.5", FOCUS_IN)):
        opened.start(line)
        opened.prompt()
        opened.send(report)
        assert calls(opened.settle(0.4)) == [], line


@pytest.mark.parametrize(
    ("term", "rung"),
    [("xterm-256color", b"\a\a"), ("xterm-kitty", b"\x1b]9;nlsh: waits for your answer: delete a.txt")],
    ids=["bell", "osc"],
)
def test_check_25_a_question_rings_otherwise_than_an_end(planned: Home, terminal: Open, term: str, rung: bytes) -> None:
    opened = terminal(*SCRIPTED, "--inline", TERM=term)
    opened.prompt()
    opened.send(FOCUS_OUT)  # the terminal reports, so it is asked again when somebody is waited for
    opened.settle()
    opened.start(DROP)
    before = opened.until(b"\x1b[?1004h")
    opened.send(FOCUS_OUT)
    assert rung in b"".join(calls(before + opened.until(b"[y/N]")))


def calls(written: bytes) -> list[bytes]:
    """The notices among what was written: a bell that ends no sequence, or OSC 9 and 777."""
    return re.findall(rb"\x1b\](?:9|777);.*?(?:\x1b\\|\a)|\a+", written)
