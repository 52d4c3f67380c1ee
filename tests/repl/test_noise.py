"""Whatever is typed: the prompt stands it, and every line it runs is one that could have been typed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from nlsh.core.ports import Completion, Job, RouteReading, TurnRow
from nlsh.core.risk import Route
from nlsh.repl.habits import Habits
from nlsh.repl.inline import LineMode
from tests.repl.conftest import PlayedSession, quick, record

PAST = tuple(
    TurnRow(str(at), at, "/", line, "utterance", "PLAN" if at % 2 else "")
    for at, line in enumerate(["git status", "for a in b\ndo c", "é\t日本", "x" * 300, "\udcff", ""])
)
KEYS = (
    b"\r",
    b"\n",
    b"\t",
    b"\x12",
    b"\x1b",
    b"\x1b\r",
    b"\x00",
    b"\x18\x05",
    b"\x1b[A",
    b"\x1b[B",
    b"\x1b[C",
    b"\x1b[I",
)
PIECES = st.one_of(
    st.binary(max_size=12), st.sampled_from([*KEYS, b"\x1b[200~", b"\x1b[201~", b"thin", b"slip", b"ls "])
)


class Odd(PlayedSession):
    """Has an opinion on everything."""

    def route(self, line: str) -> RouteReading:
        correction = "slap" if line.startswith("slip") else ""
        return RouteReading(
            Route.LITERAL if len(line) % 2 else Route.UTTERANCE, 0.1 if "thin" in line else 1, correction
        )

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        return tuple(Completion(f"{line[:3]}{at}\\ '", cursor // 2, "é\x1b", at % 2 == 0) for at in range(cursor % 4))


async def noise(pieces: list[bytes], editing: str) -> list[str]:
    """Type the pieces, opening line mode anew where they leave it; returns the lines that were run.

    Raises what failed behind the prompt.
    """
    faults: list[BaseException] = []

    def keep(fault: BaseException) -> str:
        faults.append(fault)
        return ""

    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        session = Odd(quick, past=PAST, running=(Job(1, "running", "x"),), typed=b"\xff\x1b[")
        waiting = list(pieces)
        while waiting:
            screen = record(is_terminal=True, env={"TERM": "xterm", "VISUAL": "true"}).screen
            mode = LineMode(
                session, screen, habits=Habits(editing=editing), keep_fault=keep, input=keys, output=DummyOutput()
            )
            running = asyncio.ensure_future(mode.run())
            while waiting and not running.done():
                keys.send_bytes(waiting.pop(0))
                await asyncio.sleep(0.001)
            for _ in range(2000):
                if running.done():
                    break
                keys.send_bytes(b"\x1b[201~\x03\x04")
                await asyncio.wait((running,), timeout=0.01)
            await asyncio.wait_for(running, 1)
        if faults:
            raise faults[0]
        return session.lines


@pytest.mark.parametrize("editing", ["emacs", "vi"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=30))
@example(pieces=[b"\x1b[0m"])
def test_any_bytes_are_stood(editing: str, pieces: list[bytes]) -> None:
    lines: list[Any] = asyncio.run(noise(pieces, editing))
    assert all(isinstance(line, str) and line.strip() for line in lines)
