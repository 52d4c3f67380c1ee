"""Jobs of the person's shell: marked, counted, asked about when leaving; and what they write between two lines."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.events import Output, TurnStarted
from nlsh.core.ports import Job, ModelStatus
from nlsh.core.results import Column, Table
from nlsh.tui.app import replay
from nlsh.tui.background import HELD_BYTES, LOST, BackgroundFeed, BackgroundView
from nlsh.tui.desk import Desk
from nlsh.tui.leaving import AGAIN_S, Leaving, jobs_in_words
from nlsh.tui.panes.processes import jobs_first
from nlsh.tui.rows import text_of
from nlsh.tui.status import status_row
from tests.tui.cases import PROCESSES, Clock, FakeSession, ended, screen_rows, screen_text, settle

SLEEP = Job(812, "running", "sleep 100")
VIM = Job(900, "stopped", "vim \x1b[2J[b]x")


# ---- counted and marked ------------------------------------------------------------------------------------------


def test_the_status_line_counts_them_and_hides_none() -> None:
    status = ModelStatus("m", "ready")
    assert "job" not in text_of(status_row("/x", "/home", status, 60, 0))
    assert "/x  1 job " in text_of(status_row("/x", "/home", status, 60, 1))
    assert "/x  2 jobs " in text_of(status_row("/x", "/home", status, 60, 2))
    assert text_of(status_row("/" + "x" * 80, "/home", status, 40, 2)).endswith("  2 jobs")


def test_they_come_first_even_if_they_were_not_sampled() -> None:
    rows = jobs_first(PROCESSES, (SLEEP, VIM))
    assert [row[0] for row in rows] == [812, 900, 4121, 4099]
    assert rows[1] == (900, None, None, None, None, VIM.command)
    assert jobs_first(Table((Column("name"),), (("a",),)), (SLEEP,)) == [("a",)]


async def test_the_pane_marks_them(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.running = (SLEEP, VIM)
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        rows = screen_rows(desk)
        assert any(" 812 " in row and "job: postgres" in row for row in rows)
        assert any(" 900 " in row and "stopped: vim" in row for row in rows)
        assert not any("\x1b" in row for row in rows)
        assert not any("job" in row for row in rows if " 4121 " in row)
        assert "2 jobs" in rows[0]
        session.running = ()
        desk._tick()
        desk.sample()
        await settle(pilot)
        assert "job" not in screen_text(desk)


# ---- leaving -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        ((SLEEP,), "1 job is running"),
        ((SLEEP, SLEEP), "2 jobs are running"),
        ((VIM,), "1 job is stopped"),
        ((SLEEP, SLEEP, VIM), "2 jobs are running and 1 is stopped"),
    ],
)
def test_jobs_in_words(jobs: tuple[Job, ...], words: str) -> None:
    assert jobs_in_words(jobs) == words


def test_it_is_said_once_in_a_while(clock: Clock) -> None:
    leaving = Leaving(clock)
    assert leaving.objection(()) == ""
    assert leaving.objection((SLEEP, SLEEP)) == "2 jobs are running: quit again to leave them"
    clock.now += AGAIN_S
    assert leaving.objection((SLEEP,)) == ""
    clock.now += 0.1
    assert leaving.objection((SLEEP,)) == "1 job is running: quit again to leave it"


@pytest.mark.parametrize("keys", [["ctrl+q"], ["ctrl+d"], [*"exit 3", "enter"], ["ctrl+c", "ctrl+c"]])
async def test_leaving_jobs_wants_saying_twice(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock, keys: list[str]
) -> None:
    session.running = (SLEEP, SLEEP)
    desk = make_desk()
    async with desk.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)
        assert not desk._exit
        assert not desk.is_busy
        assert "2 jobs are running: quit again" in screen_text(desk)
        clock.now += 6
        await pilot.press(*keys)
        await settle(pilot)
        assert not desk._exit
        clock.now += 4
        await pilot.press(*keys)
        await pilot.pause()
        assert desk._exit
    assert desk.return_value == (3 if "3" in keys else 0)
    assert session.lines == []


async def test_one_more_ctrl_c_is_enough(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    session.running = (SLEEP,)
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+c", "ctrl+c")
        clock.now += 3
        assert not desk._exit
        await pilot.press("ctrl+c")
        assert desk._exit


# ---- what they write ---------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=20)))
def test_what_is_fed_is_taken_once(pieces: list[bytes]) -> None:
    feed = BackgroundFeed()
    for piece in pieces:
        feed.feed(piece)
    assert feed.take().encode("utf-8", "surrogateescape") == b"".join(pieces)
    assert feed.take() == ""


def test_a_flood_is_bounded_and_says_so() -> None:
    feed = BackgroundFeed()
    feed.feed(b"".join(b"line %d\n" % at for at in range(100_000)))
    text = feed.take()
    assert len(text) <= HELD_BYTES + len(LOST) + 1
    first, second, *_, last, _ = text.split("\n")
    assert first == LOST
    assert second.startswith("line ")
    assert last == "line 99999"
    feed.feed(b"x" * (3 * HELD_BYTES))
    assert len(feed.take()) == HELD_BYTES + len(LOST) + 1


async def test_what_jobs_write_stands_in_a_block_of_its_own(
    make_desk: Callable[[], Desk], session: FakeSession
) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await replay(desk, [TurnStarted("t", "make &", "/", 0.0), ended()])
        thread = threading.Thread(target=lambda: session.show("building é\x1b[2J\x1b]0;t\x07 [b]x\r\n".encode()))
        thread.start()
        thread.join()
        await asyncio.sleep(0.15)
        session.show(b"half \xc3")
        await asyncio.sleep(0.15)
        session.show(b"\xa9 line\n")
        await asyncio.sleep(0.15)
        await settle(pilot)
        rows = screen_rows(desk)
        at = next(at for at, row in enumerate(rows) if "◦ background" in row)
        assert rows[at + 1].strip() == "building é [b]x"
        assert rows[at + 2].strip() == "half é line"
        assert len(desk.query(BackgroundView)) == 1
        await replay(desk, [TurnStarted("u", "ls", "/", 0.0), Output(1, "a file\n"), ended()])
        session.show(b"built\n")
        await asyncio.sleep(0.15)
        await settle(pilot)
        shown = screen_text(desk)
        assert shown.index("half é line") < shown.index("a file") < shown.index("built")
        assert len(desk.query(BackgroundView)) == 2


async def test_while_a_turn_runs_it_stands_before_it(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await replay(desk, [TurnStarted("t", "ls", "/", 0.0), Output(1, "a file\n")])
        session.show(b"built\n")
        await asyncio.sleep(0.15)
        await replay(desk, [Output(1, "another\n"), ended()])
        await settle(pilot)
        shown = screen_text(desk)
        assert shown.index("built") < shown.index("a file") < shown.index("another")


async def test_it_can_be_cleared_and_is_pruned(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for at in range(130):
            await desk.transcript.show_background(f"job {at}\n")
            await replay(desk, [TurnStarted(str(at), f"turn {at}", "/", 0.0), ended()])
        await settle(pilot)
        assert len(desk.transcript.blocks) <= 121
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert desk.transcript.blocks == []
