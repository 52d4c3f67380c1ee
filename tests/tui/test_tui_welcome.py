"""The first screen, and the keys on F1."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nlsh.core.events import TurnStarted
from nlsh.core.risk import Route
from nlsh.kernel.route import read_route
from nlsh.tui.app import binding_ids, replay
from nlsh.tui.desk import Desk
from nlsh.tui.frame import all_bindings
from nlsh.tui.keys import KeysView, key_pairs
from nlsh.tui.welcome import EXAMPLES, Welcome
from tests.tui.cases import DARK, FakeSession, ended, screen_text, settle


async def test_the_first_screen_goes_with_the_first_line(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = screen_text(desk)
        for words in ("❯ command", "✦ ask", "undo", "f1   shows the keys", *(line for _, line in EXAMPLES)):
            assert words in shown
        assert desk.focused is desk.prompt
        await pilot.press(*"ls")
        await settle(pilot)
        assert desk.query(Welcome)
        await pilot.press("enter")
        await settle(pilot)
        assert not desk.query(Welcome)
        await replay(desk, [TurnStarted("t", "ls", "/", 0.0), ended()])
        await settle(pilot)
        assert not desk.query(Welcome)


async def test_it_is_for_the_first_time_only(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = ["ls"]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not desk.query(Welcome)


async def test_it_names_the_key_there_is(session: FakeSession) -> None:
    desk = Desk(session, DARK, {"pane.help": "f12"})
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "f12   shows the keys" in screen_text(desk)


@pytest.mark.parametrize(("route", "line"), EXAMPLES)
def test_the_examples_go_the_way_it_says(route: Route, line: str) -> None:
    programs = {"ls", "find", "free"}
    reading = read_route(line, lambda word: "program" if word in programs else "", lambda path: False)
    assert reading.route is route
    assert not reading.is_thin


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_f1_shows_the_keys_and_hides_them(make_desk: Callable[[], Desk], size: tuple[int, int]) -> None:
    desk = make_desk()
    async with desk.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        assert desk.query(KeysView)
        assert "ctrl+r       Search the history" in screen_text(desk)
        assert desk.focused is desk.prompt
        await pilot.press("f1")
        await settle(pilot)
        assert not desk.query(KeysView)
        await pilot.press("f1", *"ls", "enter")
        await settle(pilot)
        assert not desk.query(KeysView)


def test_the_keys_are_those_that_are_bound() -> None:
    pairs = key_pairs(all_bindings(Desk), {"prompt.search": "f5,f6", "app.quit": "unbound"})
    assert ("f5", "Search the history") in pairs
    assert ("ctrl+space", "Change route") in pairs
    assert not [text for _, text in pairs if text == "Leave"]
    assert len(pairs) == len(binding_ids()) - 1
