"""Lines that are asked about before they run: read either way, or a slip of the fingers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual import events

from nlsh.core.ports import RouteReading
from nlsh.core.ports.session import THIN_MARGIN
from nlsh.core.risk import Route
from nlsh.tui.desk import Desk
from nlsh.tui.prompt.doubt import ARMING_S, doubt_about
from nlsh.tui.prompt.modes import Leave, Put, Send, Stay
from tests.tui.cases import Clock, FakeSession, screen_rows, screen_text, settle

THIN = RouteReading(Route.UTTERANCE, 0.1, "either")
SLIP = RouteReading(Route.LITERAL, 0.9, "a slip", correction="git status")


def read(line: str) -> RouteReading:
    return RouteReading(Route.LITERAL if line.startswith("git") else Route.UTTERANCE, 1.0)


def test_a_sure_line_is_not_asked_about(clock: Clock) -> None:
    assert doubt_about("git status", RouteReading(Route.LITERAL, THIN_MARGIN), read, clock) is None
    assert doubt_about("git status", RouteReading(Route.LITERAL, 1.0, correction="git status"), read, clock) is None
    assert doubt_about("x", RouteReading(Route.LITERAL, 1.0, correction="y\x1b[2J"), read, clock) is None


@pytest.mark.parametrize(
    ("key", "act"),
    [
        ("enter", Send("git status", Route.LITERAL)),
        ("e", Put("git status")),
        ("!", Send("gti status", Route.LITERAL)),
        ("escape", Leave()),
        ("y", Stay()),
        ("c", Stay()),
    ],
)
def test_a_slip_is_offered_mended(clock: Clock, key: str, act: object) -> None:
    doubt = doubt_about("gti status", SLIP, read, clock)
    assert doubt is not None
    clock.now += ARMING_S + 0.01
    assert doubt.press("exclamation_mark" if key == "!" else key, key if len(key) == 1 else None) == act


@pytest.mark.parametrize(
    ("key", "act"),
    [
        ("c", Send("top five", Route.LITERAL)),
        ("a", Send("top five", Route.UTTERANCE)),
        ("escape", Leave()),
        ("enter", Stay()),
        ("e", Stay()),
    ],
)
def test_a_thin_line_wants_one_key(clock: Clock, key: str, act: object) -> None:
    doubt = doubt_about("top five", THIN, read, clock)
    assert doubt is not None
    clock.now += ARMING_S + 0.01
    assert doubt.press(key, key if len(key) == 1 else None) == act


def test_type_ahead_never_answers_and_puts_it_off(clock: Clock) -> None:
    doubt = doubt_about("gti status", SLIP, read, clock)
    assert doubt is not None
    for _ in range(5):
        clock.now += ARMING_S - 0.02
        assert doubt.press("enter", None) == Stay()
    assert doubt.press("escape", None) == Leave()
    clock.now += ARMING_S + 0.01
    assert doubt.press("enter", None) == Send("git status", Route.LITERAL)


def test_a_mended_line_goes_the_way_it_is_read(clock: Clock) -> None:
    reading = RouteReading(Route.LITERAL, 0.9, correction="find the big files")
    doubt = doubt_about("fidn the big files", reading, read, clock)
    assert doubt is not None
    clock.now += 1
    assert doubt.press("enter", None) == Send("find the big files", Route.UTTERANCE)


async def test_enter_asks_which_and_one_key_says_it(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    session.readings = {"top five": THIN}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"top five")
        await settle(pilot)
        assert "✦ ask?" in screen_rows(desk)[-4]
        await pilot.press("enter", *"a", "enter")
        await settle(pilot)
        assert session.lines == []
        assert desk.prompt.text == "top five"
        assert "c a command, run as written   a something to ask   esc back" in screen_text(desk)
        clock.now += 1
        await pilot.press("c")
        await settle(pilot)
        assert session.lines == [("top five", Route.LITERAL)]
        assert "something to ask" not in screen_text(desk)


async def test_a_flipped_line_is_not_asked_about(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.readings = {"top five": THIN, "gti status": SLIP}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"top five", "ctrl+space", "enter")
        await settle(pilot)
        await pilot.press(*"gti status", "ctrl+space", "enter")
        await settle(pilot)
        assert session.lines == [("top five", Route.LITERAL), ("gti status", Route.UTTERANCE)]


async def test_a_slip_is_mended_with_enter(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    session.readings = {"gti status": SLIP}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"gti status", "enter", "enter")
        await settle(pilot)
        assert session.lines == []
        assert "Did you mean  ❯ git status" in screen_text(desk)
        clock.now += 1
        await pilot.press("enter")
        await settle(pilot)
        assert session.lines == [("git status", Route.LITERAL)]


async def test_it_can_be_edited_run_as_typed_or_left(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    session.readings = {"gti status": SLIP}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"gti status", "enter")
        clock.now += 1
        await pilot.press("e")
        await settle(pilot)
        assert desk.prompt.text == "git status"
        assert session.lines == []
        await pilot.press("ctrl+u", *"gti status", "enter", "escape", "x", "backspace")
        await settle(pilot)
        assert desk.prompt.text == "gti status"
        assert session.lines == []
        await pilot.press("enter")
        clock.now += 1
        await pilot.press("!")
        await settle(pilot)
        assert session.lines == [("gti status", Route.LITERAL)]


async def test_a_paste_answers_nothing(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    session.readings = {"top five": THIN}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"top five", "enter")
        clock.now += 1
        desk.prompt.post_message(events.Paste("c"))
        await settle(pilot)
        assert desk.prompt.text == "top five"
        assert session.lines == []
        assert "something to ask" in screen_text(desk)


async def test_ctrl_c_leaves_the_question_and_not_the_line(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.readings = {"top five": THIN}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"top five", "enter", "ctrl+c")
        await settle(pilot)
        assert desk.prompt.text == "top five"
        assert "something to ask" not in screen_text(desk)


async def test_an_open_command_goes_on_in_the_next_line_once_it_is_one(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    line = "what's here"
    session.readings = {line: THIN}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*line, "enter")
        clock.now += 1
        await pilot.press("c")
        await settle(pilot)
        assert desk.prompt.text == "what's here\n"
        assert "this command goes on in the next line" in screen_text(desk)
        await pilot.press("'", "enter")
        await settle(pilot)
        assert session.lines == [("what's here\n'", Route.LITERAL)]


async def test_a_key_with_alt_types_nothing_and_answers_nothing(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    session.readings = {"top five": THIN}
    desk = make_desk()
    async with desk.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press(*"top five")
        desk.post_message(events.Key("alt+e", "e"))  # as it comes from a terminal
        await settle(pilot)
        assert desk.prompt.text == "top five"
        assert "an editor cannot be opened here" in screen_text(desk)
        await pilot.press("enter")
        clock.now += 1
        desk.post_message(events.Key("alt+c", "c"))
        await settle(pilot)
        assert session.lines == []
