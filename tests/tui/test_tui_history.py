"""Lines typed before: ghost text, and the search with its replay."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from nlsh.core.past import distinct
from nlsh.core.ports import RouteReading, TurnRow
from nlsh.core.risk import Route
from nlsh.tui.desk import Desk
from nlsh.tui.prompt.past import Past
from nlsh.tui.prompt.search import Search, brief_age, ranked
from nlsh.tui.rows import text_of
from tests.tui.cases import FakeSession, screen_rows, screen_text, settle

HERE = "/home/ada/src/app"
PLAN = '[{"fs.find":{"size":">1M"}}]'


def row(line: str, cwd: str = HERE, **more: object) -> TurnRow:
    values: dict[str, object] = {"id": line, "at": 0.0, "cwd": cwd, "line": line, "route": "literal"}
    return TurnRow(**{**values, **more})  # type: ignore[arg-type]


def past(*rows: TurnRow) -> Past:
    made = Past()
    made.load(distinct(rows))
    return made


# ---- ghost text, pure --------------------------------------------------------------------------------------------


def test_a_line_of_this_folder_goes_before_a_newer_one_of_another() -> None:
    known = past(row("git push", "/elsewhere"), row("git pull"), row("git pack"))
    assert known.ghost("git p", HERE) == "ull"
    assert known.ghost("git p", "/third") == "ush"


@pytest.mark.parametrize("text", ["", "  ", "git pull", "git pullx", "x", "Git"])
def test_nothing_is_suggested_where_nothing_goes_on(text: str) -> None:
    assert past(row("git pull")).ghost(text, HERE) == ""


def test_slips_and_what_cannot_be_shown_are_not_suggested() -> None:
    known = past(
        row("gitt log", exit_code=127), row("git\x1b[2J"), row("git a\nb"), row("git\tc"), row("git ok", exit_code=1)
    )
    assert known.ghost("git", HERE) == " ok"


def test_a_line_just_sent_is_known_and_a_private_one_is_not() -> None:
    known = past(row("ls"))
    known.add(row("git pull"))
    known.add(row(" git secret"))
    assert [one.line for one in known.rows] == ["git pull", "ls"]


# ---- ghost text on the desk --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["right", "ctrl+f", "end", "ctrl+e"])
async def test_a_key_takes_the_whole_suggestion(make_desk: Callable[[], Desk], session: FakeSession, key: str) -> None:
    session.rows = [row("git commit --amend")]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git c")
        await settle(pilot)
        assert "git commit --amend" in screen_rows(desk)[-3]
        assert desk.prompt.text == "git c"
        await pilot.press(key)
        assert desk.prompt.text == "git commit --amend"
        assert session.lines == []


@pytest.mark.parametrize("key", ["alt+f", "ctrl+right"])
async def test_a_key_takes_a_word_of_it(make_desk: Callable[[], Desk], session: FakeSession, key: str) -> None:
    session.rows = [row("git commit --amend")]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git c", key)
        assert desk.prompt.text == "git commit "
        await pilot.press(key)
        assert desk.prompt.text == "git commit --amend"


async def test_it_is_not_taken_from_within_the_line(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = [row("git commit --amend")]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git c", "left", "right")
        assert desk.prompt.text == "git c"
        await pilot.press("left")
        await settle(pilot)
        assert "--amend" not in screen_text(desk)
        await pilot.press("end")
        desk.prompt.action_cursor_left()
        desk.prompt.action_cursor_right()  # before anything was told that the cursor had moved
        assert desk.prompt.text == "git c"


async def test_it_is_never_sent(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = [row("git commit --amend")]
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git c", "enter")
        await settle(pilot)
        assert session.lines == [("git c", Route.LITERAL)]


async def test_a_line_just_run_is_suggested(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git log", "enter")
        await settle(pilot)
        await pilot.press(*"gi", "right")
        assert desk.prompt.text == "git log"


@pytest.mark.parametrize("size", [(20, 5), (80, 24)])
async def test_a_long_suggestion_breaks_nothing(
    make_desk: Callable[[], Desk], session: FakeSession, size: tuple[int, int]
) -> None:
    session.rows = [row("git " + "表x" * 300)]
    desk = make_desk()
    async with desk.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press(*"gi")
        await settle(pilot)
        assert all(cell_len(one) <= size[0] for one in screen_rows(desk))


# ---- the search, pure --------------------------------------------------------------------------------------------


def test_the_best_is_first_and_each_line_stands_once() -> None:
    rows = [row("echo agit s"), row("git status", at=5.0), row("git stash"), row("git status", at=1.0), row("ls")]
    assert [one.line for one in ranked(rows, "git")] == ["git status", "git stash", "echo agit s"]
    assert [one.at for one in ranked(rows, "status")] == [5.0]
    assert [one.line for one in ranked(rows, "")] == ["echo agit s", "git status", "git stash", "ls"]


@pytest.mark.parametrize(("seconds", "words"), [(0, "1 s"), (59.7, "59 s"), (7300, "2 h"), (90_000, "1 d")])
def test_an_age_has_one_unit(seconds: float, words: str) -> None:
    assert brief_age(seconds) == words


@pytest.mark.parametrize("width", [20, 40, 76, 116, 196])
def test_rows_fit_and_say_everything(width: int) -> None:
    rows = [row("biggest files " * 9, route="utterance", plan=PLAN, exit_code=3, elapsed_ms=1240.0, at=1000.0)]
    search = Search(rows, "", "/home/ada", lambda: 1000.0 + 7300)
    shown = [text_of(pieces) for pieces in search.rows(width, 8)]
    assert all(cell_len(one) <= width for one in shown if width >= 40)
    if width >= 76:
        for words in ("✦ biggest", "exit 3", "1.24 s", "2 h", "plan"):
            assert words in shown[0]
        for words in ("exit 3", "took 1.24 s", "2 h ago", "its plan is kept", "~/src/app"):
            assert words in shown[1]
    assert ("~/src/app" in shown[0]) is (width >= 90)


# ---- the search on the desk --------------------------------------------------------------------------------------


def some() -> list[str | TurnRow]:
    now = time.time()
    return [
        row("git push origin main", at=now - 7300, elapsed_ms=812.0, exit_code=1),
        row("which files are biggest", at=now - 90_000, route="utterance", plan=PLAN, cwd="/srv/logs"),
        row("ls -la", at=now - 100),
    ]


async def test_ctrl_r_finds_a_line_of_either_language_and_enter_puts_it_on_the_prompt(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    session.rows = some()
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert "↺ history" in screen_text(desk)
        assert "❯ git push origin main" in screen_text(desk)
        await pilot.press(*"fibig")
        await settle(pilot)
        assert "✦ which files are biggest" in screen_text(desk)
        assert "git push" not in screen_text(desk)
        assert "/srv/logs" in screen_text(desk)
        await pilot.press("enter")
        await settle(pilot)
        assert desk.prompt.text == "which files are biggest"
        assert "↺ history" not in screen_text(desk)
        assert session.lines == []


async def test_a_second_key_replays_the_plan_without_the_model(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    session.rows = some()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+r", "ctrl+o")
        await settle(pilot)
        assert session.lines == []
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert "ctrl+o replays the plan" in screen_text(desk)
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert session.lines == [("which files are biggest", Route.UTTERANCE)]
        assert session.plans == [PLAN]
        assert desk.prompt.text == ""


async def test_escape_gives_the_line_back(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = some()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"git", "ctrl+j", *"b", "ctrl+r", *"push")
        await settle(pilot)
        assert "git push origin main" in screen_text(desk)
        await pilot.press("escape")
        await settle(pilot)
        assert desk.prompt.text == "git\nb"
        assert "↺ history" not in screen_text(desk)


async def test_what_stands_there_is_the_first_search_and_keys_do_not_send_or_leave(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    session.rows = some()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"push", "ctrl+r")
        await settle(pilot)
        assert "1 of 1" in screen_text(desk)
        await pilot.press("ctrl+j", "ctrl+space", "alt+e", "ctrl+z", *["backspace"] * 4, "ctrl+d", "enter")
        await settle(pilot)
        assert desk.prompt.text == "git push origin main"
        assert session.lines == []
        assert not desk._exit


async def test_a_search_that_finds_nothing_says_so(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.rows = some()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+r", *"zzz", "up", "down", "enter", "ctrl+o")
        await settle(pilot)
        assert "nothing in the history is like that" in screen_text(desk)
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert desk.prompt.text == ""
        assert "↺ history" not in screen_text(desk)


async def test_looking_elsewhere_ends_the_search_and_another_window_does_not(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    session.rows = some()
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press(*"dr", "ctrl+r", *"x")
        desk.app_focus = False
        await settle(pilot)
        desk.app_focus = True
        await settle(pilot)
        assert desk.prompt.mode is not None
        await pilot.press("f2")
        await settle(pilot)
        assert desk.prompt.mode is None
        assert desk.prompt.text == "dr"


async def test_a_long_history_is_searched_without_a_pause(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    rows = [row(f"git commit -m 'change number {at} of the parser' && make test") for at in range(1000)]
    since = time.perf_counter()
    for pattern in ("g", "gc", "gcn", "gcnu", "parser"):
        assert ranked(rows, pattern)
    assert (time.perf_counter() - since) / 5 < 0.1


async def test_readings_are_not_asked_for_while_the_text_is_a_search(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    session.rows = some()
    session.readings = {"push": RouteReading(Route.UTTERANCE, 0.0)}
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+r", *"push", "enter", "enter")
        await settle(pilot)
        assert session.lines == [("git push origin main", Route.LITERAL)]
