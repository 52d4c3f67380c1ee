from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from nlsh.core import events as ev
from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.facts import Preview
from nlsh.core.risk import Risk, Route
from nlsh.repl.one_shot import run


def approval(risk: Risk = Risk.R3, phrase: str = "") -> Approval:
    return Approval("id", "{}", Preview("delete 3 files", (), phrase), risk, ("DELETE",), "rule", "why", "no", "hash")


def asking(risk: Risk) -> Callable[[str], Iterator[ev.Event]]:
    def script(line: str) -> Iterator[ev.Event]:
        yield ev.TurnStarted("t", line, "/", 0.0)
        yield ev.Routed(Route.UTTERANCE, 1.0)
        yield ev.Asked(1, approval(risk))
        yield ev.TurnEnded("t", "declined", 126, 1.0, "/")

    return script


def one_shot(session: Any, recorded: Any, *, assume_yes: bool = False, as_json: bool = False) -> int:
    return asyncio.run(
        run(session, "do it", assume_yes=assume_yes, is_dry=False, as_json=as_json, screen=recorded.screen)
    )


@pytest.mark.parametrize(
    ("assume_yes", "risk", "choice"),
    [
        (False, Risk.R2, Choice.STOP),
        (True, Risk.R2, Choice.ONCE),
        (True, Risk.R3, Choice.ONCE),
        (True, Risk.R4, Choice.STOP),
    ],
)
def test_who_answers_without_a_terminal(
    played: Any, recorder: Any, assume_yes: bool, risk: Risk, choice: Choice
) -> None:
    session = played(asking(risk))
    one_shot(session, recorder(), assume_yes=assume_yes)
    assert session.answers == [("id", Answer(choice))]


def test_the_refusal_names_the_way_out(played: Any, recorder: Any) -> None:
    recorded = recorder()
    assert one_shot(played(asking(Risk.R2)), recorded) == 126
    assert "--yes" in recorded.stderr()


def test_json_is_one_event_a_line_and_reads_back(played: Any, recorder: Any) -> None:
    recorded = recorder()
    one_shot(played(asking(Risk.R2)), recorded, as_json=True)
    lines = recorded.stdout().splitlines()
    assert [ev.read_event(line) for line in lines] == list(asking(Risk.R2)("do it"))
    assert [json.loads(line)["event"] for line in lines] == ["TurnStarted", "Routed", "Asked", "TurnEnded"]


class Patient:
    """A session whose turn lasts until it is cancelled."""

    cwd = "/"
    cancels = 0

    async def run(self, line: str, **how: Any) -> AsyncIterator[ev.Event]:
        yield ev.TurnStarted("t", line, "/", 0.0)
        os.kill(os.getpid(), self.signal)
        while not self.cancels:
            await asyncio.sleep(0)
        yield ev.TurnEnded("t", "cancelled", 130, 1.0, "/")

    def __init__(self, number: signal.Signals) -> None:
        self.signal = number

    def cancel(self) -> None:
        self.cancels += 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_cancels_the_turn_and_the_code_names_it(recorder: Any, number: signal.Signals, code: int) -> None:
    session = Patient(number)
    assert one_shot(session, recorder()) == code
    assert session.cancels == 1
