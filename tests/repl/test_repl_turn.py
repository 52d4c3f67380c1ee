"""A turn whose question is not answered but talked about: what is said is the next turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from nlsh.core import events as ev
from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.facts import Preview
from nlsh.core.risk import Risk, Route
from nlsh.repl.piped import PipedInput
from nlsh.repl.turn import run_turn

PIPED = PipedInput(0, print)
QUESTION = Approval("id", "{}", Preview("delete 3 files"), Risk.R2, ("DELETE",), "rule", "why", "no", "hash")


def script(line: str) -> Iterator[ev.Event]:
    yield ev.TurnStarted("t", line, "/", 0.0)
    yield ev.Asked(1, QUESTION)
    yield ev.TurnEnded(line, "cancelled" if "stop" in line else "declined", 126, 1.0, "/")


def run(session: Any, *said: str) -> tuple[ev.TurnEnded, list[Route | None]]:
    left = list(said)
    routes: list[Route | None] = []
    inner = session.run

    async def spied(line: str, *, route: Route | None = None, **more: Any) -> Any:
        routes.append(route)
        async for event in inner(line, route=route, **more):
            yield event

    session.run = spied

    async def answer(approval: Approval) -> Answer:
        return Answer(Choice.NO, said=left.pop(0) if left else "")

    return asyncio.run(run_turn(session, "delete them", show=lambda event: None, answer=answer, stdin=PIPED)), routes


def test_what_is_said_at_a_question_is_the_next_utterance(played: Any) -> None:
    session = played(script)
    ended, routes = run(session, "no, only those in src", "ls the others")
    assert session.lines == ["delete them", "no, only those in src", "ls the others"]
    assert routes == [None, Route.UTTERANCE, Route.UTTERANCE]
    assert session.stdins == [PIPED, None, None]
    assert ended.turn == "ls the others"


def test_with_an_exclamation_mark_it_is_a_command(played: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = played(script)
    literal = session.route("ls")
    monkeypatch.setattr(session, "route", lambda line: literal)
    assert run(session, "!ls")[1] == [None, None]
    assert run(session, "ls -la")[1][1] is Route.UTTERANCE


def test_after_a_cancel_nothing_goes_on(played: Any) -> None:
    session = played(script)
    asyncio.run(run_turn(session, "stop", show=lambda event: None, answer=lambda approval: _said("and this")))
    assert session.lines == ["stop"]


async def _said(text: str) -> Answer:
    return Answer(Choice.NO, said=text)
