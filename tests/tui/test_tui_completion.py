"""Completion: asked for in a thread, shown above the prompt, taken with a key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from nlsh.core.display import visible
from nlsh.core.ports import Completion
from nlsh.tui.desk import Desk
from nlsh.tui.prompt.modes import Leave, Put, window
from nlsh.tui.prompt.offers import Offers, completed, usable
from nlsh.tui.rows import text_of
from tests.tui.cases import FakeSession, screen_rows, screen_text, settle

BRANCHES = (
    Completion("checkout", 4, "switch branches"),
    Completion("cherry", 4, "commits yet to be applied"),
    Completion("cherry-pick", 4, "apply commits"),
)


# ---- pure --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "cursor", "one", "text", "at"),
    [
        ("git ch", 6, Completion("checkout", 4), "git checkout ", 13),
        ("git ch -b", 6, Completion("checkout", 4), "git checkout -b", 12),
        ("cat src/a", 9, Completion("src/app/", 4, is_whole=False), "cat src/app/", 12),
        ("a\ncat x", 7, Completion("'x y'", 6), "a\ncat 'x y' ", 12),
    ],
)
def test_a_completion_takes_the_place_of_the_word(line: str, cursor: int, one: Completion, text: str, at: int) -> None:
    assert completed(line, cursor, one) == Put(text, at, is_other_line=False)


def test_what_does_not_fit_or_cannot_be_shown_is_not_offered() -> None:
    good = Completion("abc", 2)
    bad = (
        Completion("x", 7),
        Completion("x", -1),
        Completion("", 0),
        Completion("a\x1b[2J", 0),
        Completion("\udcff", 0),
    )
    assert usable((*bad, good, good), 4) == (good,)


def test_walking_goes_round_both_ways() -> None:
    offers = Offers("git ch", 6, BRANCHES)
    met = []
    for key in ("tab", "tab", "tab", "shift+tab"):
        offers.press(key, None)
        met.append(offers.at)
    assert met == [1, 2, 0, 2]
    assert offers.press("enter", None) == completed("git ch", 6, BRANCHES[2])
    assert offers.press("escape", None) == Leave()
    assert offers.press("x", "x") is None


@given(st.integers(1, 60), st.integers(0, 59), st.integers(1, 20))
def test_the_marked_row_is_always_shown(count: int, at: int, height: int) -> None:
    at = min(at, count - 1)
    shown = window(count, at, height)
    assert at in shown
    assert len(shown) == min(count, height)
    assert 0 <= shown.start <= shown.stop <= count


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=1, max_size=5), st.integers(1, 200))
def test_rows_fit_any_text(pairs: list[tuple[str, str]], width: int) -> None:
    offers = Offers("", 0, [Completion(text, 0, note) for text, note in pairs])
    for pieces in offers.rows(width, 4):
        assert visible(text_of(pieces)) == text_of(pieces)
        assert cell_len(text_of(pieces)) <= max(width, 14)


# ---- on the desk -------------------------------------------------------------------------------------------------


async def test_tab_shows_a_list_and_enter_takes_one(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.completions = BRANCHES
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git ch", "tab")
        await settle(pilot)
        assert session.asked == [("git ch", 6)]
        assert "▸ checkout     switch branches" in screen_text(desk)
        assert "1 of 3 · tab walks" in screen_text(desk)
        await pilot.press("tab", "tab", "shift+tab", "enter")
        await settle(pilot)
        assert desk.prompt.text == "git cherry "
        assert desk.prompt.cursor_location == (0, 11)
        assert "switch branches" not in screen_text(desk)
        assert session.lines == []


async def test_the_only_one_is_taken_at_once(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.completions = BRANCHES[:1]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git ch", "tab")
        await settle(pilot)
        assert desk.prompt.text == "git checkout "
        await pilot.press("ctrl+z")
        assert desk.prompt.text == "git ch"


async def test_escape_leaves_the_line_as_it_was(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.completions = BRANCHES
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git ch", "tab")
        await settle(pilot)
        await pilot.press("tab", "escape")
        await settle(pilot)
        assert desk.prompt.text == "git ch"
        assert "switch branches" not in screen_text(desk)


async def test_typing_on_ends_the_list_and_is_not_lost(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.completions = BRANCHES
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git ch", "tab")
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        assert desk.prompt.text == "git che"
        assert "switch branches" not in screen_text(desk)


async def test_an_answer_for_another_line_comes_too_late(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.completions = BRANCHES[:1]
    session.may_complete.clear()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git ch", "tab")
        while not session.asked:
            await asyncio.sleep(0.01)
        await pilot.press("e", "backspace", "left")  # the keys are not held up by the wait
        assert desk.prompt.text == "git ch"
        session.may_complete.set()
        await settle(pilot)
        assert desk.prompt.text == "git ch"
        assert desk.prompt.mode is None


async def test_nothing_to_offer_is_said(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git ch", "tab")
        await settle(pilot)
        assert "nothing is known that could stand here" in screen_text(desk)
        await pilot.press("e")
        await settle(pilot)
        assert "nothing is known" not in screen_text(desk)


@pytest.mark.parametrize("size", [(80, 24), (20, 5), (3, 2)])
async def test_a_long_list_of_anything_fits(
    make_desk: Callable[[], Desk], session: FakeSession, size: tuple[int, int]
) -> None:
    session.completions = tuple(
        Completion(f"[b]file{at}[/b] 表表", 0, "\x1b[31m[@click=quit]" * 20) for at in range(500)
    )
    desk = make_desk()
    async with desk.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press(*"ca", "tab", *["shift+tab"] * 2)
        await settle(pilot)
        rows = screen_rows(desk)
        assert not any("\x1b" in one for one in rows)
        assert desk.prompt.display
        if size == (80, 24):
            assert "▸ [b]file498[/b] 表表" in "\n".join(rows)
            assert sum("[b]file" in one for one in rows) == 8


async def test_an_answer_that_does_not_come_is_not_waited_for(
    make_desk: Callable[[], Desk], session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlsh.tui.prompt.offers.DEADLINE_S", 0.05)
    session.completions = BRANCHES[:1]
    session.may_complete.clear()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git ch", "tab")
        await settle(pilot)
        assert "nothing is known that could stand here" in screen_text(desk)
        session.may_complete.set()
        await settle(pilot)
        assert desk.prompt.text == "git ch"
