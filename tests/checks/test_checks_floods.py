"""Check 9: a command that writes more than anybody can read: bounded memory, and Ctrl-C is heard at once."""

from __future__ import annotations

import psutil
import pytest

from tests.checks.conftest import Open
from tests.checks.home import REAL, Home

pytestmark = pytest.mark.terminal
MOST_BYTES = 40 << 20
"""What nlsh may grow by while 60 MB go through it."""


def test_check_09_memory_stays_bounded_while_a_flood_is_shown(home: Home, terminal: Open) -> None:
    opened = terminal(*REAL, "--inline")
    opened.prompt()
    opened.line("true")
    before = psutil.Process(opened.pid).memory_info().rss
    opened.start("yes 0123456789 | head -c 60000000; echo; echo the end")
    seen = 0
    while b"the end\r\n" not in opened.seen[-4000:]:
        assert opened.read(deadline_of(30))
        seen += len(opened.seen)
        opened.seen = opened.seen[-4000:]
    assert seen > 60_000_000
    assert psutil.Process(opened.pid).memory_info().rss < before + MOST_BYTES
    opened.prompt()
    assert b"next" in opened.line("echo next")


def test_check_09_ctrl_c_ends_a_flood_and_only_that(home: Home, terminal: Open) -> None:
    opened = terminal(*REAL, "--inline")
    opened.prompt()
    opened.start("mine=kept; yes flood")
    opened.until(b"flood\r\nflood\r\n")
    opened.send("\x03")
    after = opened.prompt()
    assert len(after) < 10_000_000  # what was under way when the key was pressed, and no more
    assert b"kept 130" in opened.line("echo $mine $?")


def test_check_09_a_long_pipeline_is_the_shells_own(home: Home, terminal: Open) -> None:
    opened = terminal(*REAL, "--inline")
    opened.prompt()
    assert opened.line("yes | head -3000000 > /dev/null; echo ${PIPESTATUS[1]} done") == b"0 done\r\n"


def deadline_of(seconds: float) -> float:
    """A moment from now."""
    import time

    return time.monotonic() + seconds
