"""Calling the person back while they look elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual import events

from nlsh.core.events import Asked, TurnStarted
from nlsh.core.facts import Preview
from nlsh.tui.app import replay
from nlsh.tui.desk import Desk
from tests.tui.cases import DARK, Clock, FakeSession, approval, ended, settle


@pytest.fixture
def rung() -> list[bytes]:
    return []


@pytest.fixture
def make_rung(
    session: FakeSession, clock: Clock, rung: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Desk]:
    monkeypatch.setenv("TERM", "xterm-kitty")
    monkeypatch.delenv("TMUX", raising=False)
    return lambda **more: Desk(session, DARK, {}, clock=clock, ring=rung.append, **more)


async def run_for(desk: Desk, session: FakeSession, clock: Clock, seconds: float, pilot: object) -> None:
    session.gate = asyncio.Event()
    desk.prompt.insert("make all\x1b; x")
    desk.prompt.action_flip()
    desk.prompt.action_submit()
    await asyncio.sleep(0.05)
    clock.now += seconds
    session.gate.set()
    for _ in range(200):
        if not desk.is_busy:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the turn did not end")


async def test_a_long_turn_rings_once_when_it_ends(
    make_rung: Callable[..., Desk], session: FakeSession, clock: Clock, rung: list[bytes]
) -> None:
    desk = make_rung()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        desk.post_message(events.AppBlur())
        await pilot.pause()
        await run_for(desk, session, clock, 12, pilot)
        await settle(pilot)
        assert rung == [b"\x1b]9;nlsh: done after 12 s: make all\\x1b; x\x1b\\"]


async def test_a_short_one_and_one_that_is_watched_do_not(
    make_rung: Callable[..., Desk], session: FakeSession, clock: Clock, rung: list[bytes]
) -> None:
    desk = make_rung()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await run_for(desk, session, clock, 12, pilot)
        desk.post_message(events.AppBlur())
        await pilot.pause()
        await run_for(desk, session, clock, 10, pilot)
        desk.post_message(events.AppFocus())
        await pilot.pause()
        await run_for(desk, session, clock, 12, pilot)
        assert rung == []


async def test_nobody_is_rung_for_who_does_not_want_it(
    make_rung: Callable[..., Desk], session: FakeSession, clock: Clock, rung: list[bytes]
) -> None:
    desk = make_rung(may_notify=False)
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        desk.post_message(events.AppBlur())
        await pilot.pause()
        await run_for(desk, session, clock, 12, pilot)
        assert rung == []


async def test_a_failure_is_told_with_its_code(
    make_rung: Callable[..., Desk], session: FakeSession, clock: Clock, rung: list[bytes]
) -> None:
    session.turns = [[TurnStarted("t", "x", "/", 0.0), ended("failed", 2)]]
    desk = make_rung()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        desk.post_message(events.AppBlur())
        await pilot.pause()
        await run_for(desk, session, clock, 75, pilot)
        assert rung == [b"\x1b]9;nlsh: failed, exit 2, after 1 min: make all\\x1b; x\x1b\\"]


async def test_a_question_that_waits_rings_once_with_words_of_its_own(
    make_rung: Callable[..., Desk], rung: list[bytes]
) -> None:
    desk = make_rung()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        asked = approval(preview=Preview("remove \x07build", (), ""))
        await replay(desk, [TurnStarted("t", "x", "/", 0.0), Asked(1, asked)])
        await settle(pilot)
        desk.offer_question()
        assert rung == []
        desk.post_message(events.AppBlur())
        await pilot.pause()
        for _ in range(3):
            desk.offer_question()
        assert rung == [b"\x1b]9;nlsh: a question waits: remove \\x07build\x1b\\"]
