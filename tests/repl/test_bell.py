from __future__ import annotations

import asyncio
import os
import pty
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nlsh.core.ports import Job
from nlsh.repl import bell as bells
from nlsh.repl.bell import LONG_S, Bell
from nlsh.repl.habits import Habits
from nlsh.repl.job_watch import JobWatch

ON, OFF = "\x1b[?1004h", "\x1b[?1004l"
KITTY = {"TERM": "xterm-kitty"}


@pytest.fixture
def rung(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a bell writes after a turn, besides turning reports on and off."""
    monkeypatch.setattr(bells, "ANSWER_S", 0.01)

    def run(focus: bool | None, elapsed_s: float, env: dict[str, str] | None = None, *, may_ring: bool = True) -> str:
        recorded = recorder(is_terminal=True, env=env or KITTY)
        bell = Bell(recorded.screen, may_ring=may_ring)
        bell.start()
        bell.owe("done: make", elapsed_s)
        if focus is not None:
            bell.report(focus)
        asyncio.run(bell.settle())
        asyncio.run(bell.settle())
        bell.stop()
        return str(recorded.stderr()).replace(ON, "").replace(OFF, "")

    return run


def test_a_long_turn_rings_once_where_nobody_looks(rung: Callable[..., str]) -> None:
    assert rung(False, LONG_S) == "\x1b]9;nlsh: done: make\x1b\\"
    assert rung(False, LONG_S - 0.1) == ""
    assert rung(True, LONG_S) == ""


def test_where_the_terminal_says_nothing_only_the_bell_rings(rung: Callable[..., str]) -> None:
    assert rung(None, LONG_S) == "\a"


def test_one_setting_turns_it_off(rung: Callable[..., str]) -> None:
    assert rung(False, LONG_S, may_ring=False) == ""


def test_a_dumb_terminal_is_left_in_peace(rung: Callable[..., str]) -> None:
    assert rung(None, LONG_S, {"TERM": "dumb"}) == ""


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(
    ("said", "elapsed_s", "expected"),
    [
        (b"\x1b[O", 0.5, "\x1b]9;nlsh: waits for you\x1b\\"),
        (b"y\x1b[I\x1b[O", 0.5, "\x1b]9;nlsh: waits for you\x1b\\"),
        (b"\x1b[I", LONG_S, ""),
        (b"", 0.5, ""),
        (b"", LONG_S, "\a\a"),
    ],
)
def test_an_answer_that_is_waited_for_rings_by_what_the_terminal_says_now(
    recorder: Any, terminal: tuple[int, int], said: bytes, elapsed_s: float, expected: str
) -> None:
    recorded = recorder(is_terminal=True, env=KITTY)
    bell = Bell(recorded.screen, may_ring=True, fd=terminal[1])
    bell.report(True)  # it has said something before
    os.write(terminal[0], said)
    asyncio.run(bell.waiting("waits for you", elapsed_s))
    assert recorded.stderr().replace(ON, "").replace(OFF, "") == expected


def test_a_terminal_that_never_reported_is_not_asked(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorder(is_terminal=True, env=KITTY)
    os.write(terminal[0], b"typed\n")
    asyncio.run(Bell(recorded.screen, may_ring=True, fd=terminal[1]).waiting("x", 0.5))
    assert recorded.stderr() == ""
    assert os.read(terminal[1], 100) == b"typed\n"


def test_a_job_that_took_long_is_told_when_it_ends(recorder: Any, played: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlsh.repl.job_watch.EVERY_S", 0.01)
    monkeypatch.setattr(bells, "ANSWER_S", 0.0)
    monkeypatch.setattr(bells, "LONG_S", 0.05)
    recorded, session = recorder(is_terminal=True, env=KITTY), played(lambda line: ())
    bell = Bell(recorded.screen, may_ring=True)
    bell.report(False)

    async def watch() -> None:
        session.running = (Job(7, "running", "make all"), Job(8, "stopped", "vi"))
        watching = asyncio.ensure_future(JobWatch(session, bell).run())
        await asyncio.sleep(0.15)
        assert recorded.stderr() == ""
        session.running = (Job(8, "stopped", "vi"),)
        await asyncio.sleep(0.1)
        assert recorded.stderr() == "\x1b]9;nlsh: job ended: make all\x1b\\"
        session.running = ()
        await asyncio.wait_for(watching, 5)  # nothing is left to watch

    asyncio.run(watch())


def test_reports_are_on_only_while_the_prompt_reads_keys(prompted: Any) -> None:
    seen: list[str] = []

    async def script(typist: Any) -> None:
        def turn(line: str) -> Any:
            from tests.repl.conftest import quick

            seen.append(typist.recorded.stderr())
            return quick(line)

        typist.session.script = turn
        assert typist.recorded.stderr() == ON
        await typist.type("\x1b[Ols\x1b[I\r")
        await typist.until(lambda: bool(seen))
        assert typist.session.lines == ["ls"]  # a report is nothing typed

    prompted(script)
    assert seen == [ON + OFF]


def test_a_long_turn_rings_when_the_prompt_is_back(prompted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells, "LONG_S", 0.0)

    async def script(typist: Any) -> None:
        await typist.type("ls\r")
        await typist.until(lambda: "\a" in typist.recorded.stderr())

    prompted(script)

    async def silent(typist: Any) -> None:
        await typist.type("ls\r", 0.6)
        assert "\a" not in typist.recorded.stderr()
        assert ON not in typist.recorded.stderr()

    prompted(silent, Habits(may_ring=False))
