from __future__ import annotations

from typing import Any

import pytest

from nlsh.core.leaving import leaving_code
from nlsh.core.ports import Job
from nlsh.repl.leaving import Door

JOBS = tuple(Job(number, "running", f"sleep {number}") for number in range(1, 8))


@pytest.mark.parametrize(
    ("line", "code"),
    [("exit", 5), ("quit", 5), ("exit 3", 3), (" exit 256 ", 0), ("exit now", None), ("exits", None), ("", None)],
)
def test_leaving(line: str, code: int | None) -> None:
    assert leaving_code(line, 5) == code


def test_nobody_is_held_up_without_jobs(recorder: Any, played: Any) -> None:
    assert Door(played(lambda line: ()), recorder(is_terminal=True).screen).may_leave()


def test_jobs_are_named_once_and_again_after_another_line(recorder: Any, played: Any) -> None:
    recorded = recorder(is_terminal=True)
    door = Door(played(lambda line: (), running=(*JOBS, Job(9, "stopped", "\x1b[2J"))), recorded.screen)
    assert not door.may_leave()
    assert "8 jobs are still here" in recorded.stderr()
    assert "  3  running  sleep 3\n" in recorded.stderr()
    assert "and 3 more" in recorded.stderr()
    assert door.may_leave()
    door.forget()
    assert not door.may_leave()


def test_a_script_is_not_held_up(recorder: Any, played: Any) -> None:
    assert Door(played(lambda line: (), running=JOBS), recorder().screen).may_leave()


def test_control_d_asks_once_and_then_leaves(prompted: Any) -> None:
    async def script(typist: Any) -> None:
        await typist.type("\x04", 0.2)
        assert typist.recorded.stderr().count("7 jobs are still here") == 1
        await typist.type("ls\r", 0.2)
        await typist.type("exit 4\r", 0.2)
        assert typist.recorded.stderr().count("7 jobs are still here") == 2

    assert prompted(script, running=JOBS).lines == ["ls"]
