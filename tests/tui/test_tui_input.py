"""Typing into a command that runs on the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nlsh.core.ports import TurnRow
from nlsh.core.risk import Route
from nlsh.tui.desk import Desk
from tests.tui.cases import FakeSession, screen_rows, screen_text, settle


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to pass")


async def test_what_is_sent_goes_to_the_command(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"cd x", "enter")
        await until(lambda: "› input" in screen_rows(desk)[-4])
        assert "What you type goes to the command that runs." in screen_text(desk)
        await pilot.press(*"héllo", "enter", "enter")
        await settle(pilot)
        assert session.typed_in == "héllo\n\n".encode()
        assert desk.prompt.text == ""
        assert [line for line, _ in session.lines] == ["cd x"]
        await pilot.press(*"two", "ctrl+j", *"rows", "enter")
        assert session.typed_in.endswith(b"two\nrows\n")
        session.gate.set()
        await until(lambda: not desk.is_busy)
        await settle(pilot)
        assert "› input" not in screen_text(desk)
        assert "Say what you want" in screen_text(desk)


async def test_keys_of_a_terminal(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ls", "enter", "ctrl+d", "ctrl+z")
        assert session.typed_in == b"\x04\x1a"
        await pilot.press(*"ab", "home", "ctrl+d")
        assert desk.prompt.text == "b"
        assert session.typed_in == b"\x04\x1a"
        assert not desk._exit
        await pilot.press("ctrl+c")
        await until(lambda: not desk.is_busy)
        assert session.cancelled == 1
        assert desk.prompt.text == "b"


async def test_without_a_command_the_same_keys_undo_and_leave(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ab", "ctrl+z")
        assert desk.prompt.text == ""
        await pilot.press("ctrl+d")
        assert desk._exit
    assert session.typed_in == b""


async def test_what_the_command_does_not_take_stays(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.gate = asyncio.Event()
    session.takes = 0
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ls", "enter", *"next", "enter")
        await settle(pilot)
        assert desk.prompt.text == "next"
        assert "the command takes no input now" in screen_text(desk)
        session.takes = 2
        await pilot.press("enter")
        assert session.typed_in == b"ne"
        assert desk.prompt.text == "xt"


async def test_for_an_utterance_it_is_kept_for_the_next_line(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"biggest", "enter", *"next", "enter", "ctrl+z")
        await asyncio.sleep(0.2)
        await settle(pilot)
        assert session.typed_in == b""
        assert "› input" not in screen_text(desk)


async def test_what_the_command_did_not_read_comes_back(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ls", "enter", *" -la")
        session.typed = b"git log\x1b\n"
        session.gate.set()
        await until(lambda: not desk.is_busy)
        await settle(pilot)
        assert desk.prompt.text == "git log -la"
        assert len(session.lines) == 1


async def test_the_history_is_no_help_to_a_program(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = [TurnRow("1", 0.0, session.cwd, "yes please", "literal")]
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ls", "enter", *"yes", "right", "up", "ctrl+r", "tab")
        await settle(pilot)
        assert desk.prompt.text == "yes"
        assert desk.prompt.mode is None
        assert session.asked == []


async def test_a_quick_command_does_not_flash(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    seen: list[str] = []
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        show = desk.prompt.show_route

        def watched() -> None:
            show()
            seen.append(str(desk.prompt.border_title))

        desk.prompt.show_route = watched  # type: ignore[method-assign]
        await pilot.press(*"ls", "enter")
        await asyncio.sleep(0.3)
        await settle(pilot)
        assert "nlsh" in seen
        assert not [title for title in seen if "input" in title]


async def test_a_flip_decides_who_gets_what_is_typed(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"biggest", "ctrl+space", "enter", *"y", "enter")
        await settle(pilot)
        assert session.lines == [("biggest", Route.LITERAL)]
        assert session.typed_in == b"y\n"
