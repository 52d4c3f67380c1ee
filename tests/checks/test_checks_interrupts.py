"""Ctrl-C and Ctrl-\\ that come between two lines, where nobody waits for them."""

from __future__ import annotations

import time

import pytest

from tests.checks.conftest import Open
from tests.checks.home import SCRIPTED


@pytest.mark.parametrize("key", ["\x03", "\x1c"])
def test_a_key_that_comes_between_two_lines_does_not_end_nlsh(terminal: Open, key: str) -> None:
    there = terminal(*SCRIPTED, "--inline")
    there.prompt()
    until = time.monotonic() + 2.0
    while time.monotonic() < until:
        there.send(f"true\r{key}")
        time.sleep(0.002)
        there.send(key * 3)
        time.sleep(0.002)
    there.settle(0.5)
    there.send("\x03echo st''ill\r")
    there.until(b"still")
    there.prompt()
    assert there.leave() == 0
