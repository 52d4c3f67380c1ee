from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from nlsh.core.leaving import leaving_code
from nlsh.tui.desk import Desk
from nlsh.tui.prompt.words import without_unsafe
from tests.tui.cases import FakeSession, screen_rows, screen_text, settle


@given(st.text())
def test_a_cleaned_paste_has_nothing_hidden(text: str) -> None:
    kept, left_out = without_unsafe(text)
    assert without_unsafe(kept) == (kept, 0)
    assert len(kept) + left_out <= len(text)


@pytest.mark.parametrize(
    ("line", "code"),
    [("exit", 5), ("quit ", 5), ("exit 3", 3), ("exit 256", 0), ("exit x", None), ("exited", None), ("", None)],
)
def test_lines_that_leave(line: str, code: int | None) -> None:
    assert leaving_code(line, 5) == code


async def test_the_route_is_shown_while_typing(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git")
        await settle(pilot)
        assert "❯ command" in screen_rows(desk)[-4]
        await pilot.press(*"s")
        await settle(pilot)
        assert "✦ ask" in screen_rows(desk)[-4]
        await pilot.press("ctrl+space")
        await settle(pilot)
        assert "❯ command" in screen_rows(desk)[-4]
        assert "ctrl+space: ✦ ask" in screen_rows(desk)[-2]


async def test_a_flip_is_for_this_line_only(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git", "alt+enter", *["backspace"] * 3, *"git")
        await settle(pilot)
        assert "❯ command" in screen_rows(desk)[-4]


async def test_it_grows_to_eight_rows(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        heights = []
        for _ in range(12):
            heights.append(desk.prompt.content_size.height)
            await pilot.press("ctrl+j")
            await settle(pilot)
        assert heights[:3] == [1, 2, 3]
        assert max(heights) == 8


async def test_arrows_walk_through_history(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = ["git log", "ls -la"]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("up")
        assert desk.prompt.text == "git log"
        await pilot.press("up")
        assert desk.prompt.text == "ls -la"
        await pilot.press("up")
        assert desk.prompt.text == "ls -la"
        await pilot.press("down", "down")
        assert desk.prompt.text == ""


async def test_arrows_search_for_what_is_typed(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = ["echo b", "git log", "GIT status", "git log", "legit"]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git")
        met = []
        for key in ("up", "up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            met.append(desk.prompt.text)
        assert met == ["git log", "GIT status", "legit", "legit", "GIT status", "git log", "git"]
        await pilot.press("ctrl+u", *"GIT", "up")
        assert desk.prompt.text == "GIT status"
        await pilot.press("ctrl+u", *"zzz", "up")
        assert desk.prompt.text == "zzz"


async def test_arrows_move_inside_several_lines(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = ["git log"]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"a", "ctrl+j", *"b", "up")
        assert desk.prompt.text == "a\nb"
        await pilot.press("up")
        assert desk.prompt.text == "git log"


async def test_an_edited_line_of_history_is_the_new_draft(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = ["git log", "git log --stat"]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("up", "space", "up")
        assert desk.prompt.text == "git log --stat"
        await pilot.press("down")
        assert desk.prompt.text == "git log "


async def test_a_paste_never_sends(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        desk.prompt.post_message(events.Paste("git log\nrm \x1b[2J-rf\u202e x\n"))
        await settle(pilot)
        assert desk.prompt.text == "git log\nrm [2J-rf x\n"
        assert session.lines == []
        assert "2 characters that cannot be seen" in screen_text(desk)


async def test_tab_does_not_leave_a_line(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("a", "tab")
        assert desk.focused is desk.prompt
        await pilot.press("backspace", "tab")
        assert desk.focused is not desk.prompt


async def test_an_empty_line_is_not_sent(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "space", "enter")
        await settle(pilot)
        assert session.lines == []
