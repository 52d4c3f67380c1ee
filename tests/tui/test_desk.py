"""The desk as a whole: sizes, panes, turns, leaving."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NoReturn

import pytest

from nlsh.core.errors import StoreUnavailable
from nlsh.core.events import (
    Event,
    Failed,
    Finished,
    Output,
    Planned,
    Recalled,
    Recorded,
    Routed,
    Started,
    Tabled,
    Told,
    TurnStarted,
)
from nlsh.core.ports import MemoryRow, ModelStatus
from nlsh.core.results import Column, Table
from nlsh.core.risk import Route
from nlsh.tui.app import binding_ids, replay
from nlsh.tui.commands import COMMANDS
from nlsh.tui.desk import Desk
from nlsh.tui.table_view import TableView
from tests.tui.cases import DARK, Clock, FakeSession, ended, screen_rows, screen_text, settle

SIZES = [(80, 24), (120, 40), (200, 60), (20, 5)]

FILES = Table(
    (Column("name", "path"), Column("size", "size")),
    tuple((f"data/part-{at}.bin", 9_000_000 - at) for at in range(332)),
)

TURN: list[Event] = [
    TurnStarted("t1", "which files are biggest here?", "/home/ada/src/app", 0.0),
    Routed(Route.UTTERANCE, 0.9),
    Recalled((MemoryRow(1, "fact", "'build' means ./build", 1_700_000_000.0, score=0.83, why="words"),)),
    Planned(('{"fs.find":{"path":".","size":">1M"}}',), 0.93, 210.0),
    Recorded(118, "intent", "aa", 1_700_000_000.0, '{"fs.find":{"path":"."}}', verdict="ALLOW"),
    Started(1, '{"fs.find":{"path":".","size":">1M"}}'),
    Tabled(1, FILES),
    Told(1, "332 files, 2.8 GiB"),
    Finished(1, 0, 84.0),
    ended(),
]


async def until(pilot_pause: Callable[[], object], is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to pass")


@pytest.mark.parametrize("size", SIZES)
async def test_a_turn_is_shown_at_every_size(make_desk: Callable[[], Desk], size: tuple[int, int]) -> None:
    desk = make_desk()
    async with desk.run_test(size=size) as pilot:
        await settle(pilot)
        await replay(desk, TURN)
        await settle(pilot)
        rows = screen_rows(desk)
        assert len(rows) == size[1]
        text = "\n".join(rows)
        assert "done" in text
        assert rows[-2 if size[1] > 16 else -1].startswith("╰")


async def test_80x24_shows_the_transcript_alone(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        text = screen_text(desk)
        assert "Processes  f2" not in text
        assert "smollm2-135m · ready · 41 tok/s" in text
        assert "f2 Processes" in text


async def test_120x40_stacks_three_panes(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        columns = [
            row.index(title)
            for row in screen_rows(desk)
            for title in ("Processes  f2", "Memory  f3", "Audit  f4")
            if title in row
        ]
        assert len(columns) == 3
        assert len(set(columns)) == 1


async def test_200x60_sets_panes_in_two_columns(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        rows = screen_rows(desk)
        assert any("Processes  f2" in row and "Memory  f3" in row for row in rows)
        assert any("Audit  f4" in row for row in rows)


@pytest.mark.parametrize("size", [(59, 40), (200, 15), (20, 5), (1, 1), (3, 2)])
async def test_a_small_screen_has_transcript_and_prompt_only(
    make_desk: Callable[[], Desk], size: tuple[int, int]
) -> None:
    desk = make_desk()
    async with desk.run_test(size=size) as pilot:
        await settle(pilot)
        await replay(desk, TURN)
        await settle(pilot)
        assert not desk.status.display
        assert not any(pane.display for pane in desk.board.panes)
        assert desk.transcript.display
        assert desk.prompt.display


async def test_state_survives_every_resize(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await replay(desk, TURN)
        desk.prompt.insert("half a line")
        before = ""
        for size in [(120, 40), (20, 5), (200, 60), (1, 1), (59, 15), (80, 24), (120, 40)]:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            before = before or screen_text(desk)
        assert desk.prompt.text == "half a line"
        assert screen_text(desk) == before


async def test_f2_lays_the_pane_over_the_transcript_and_back(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        assert "python model.py" in screen_text(desk)
        assert not desk.transcript.display
        await pilot.press("f4")
        await settle(pilot)
        assert "fs.list src" in screen_text(desk)
        assert "python model.py" not in screen_text(desk)
        await pilot.press("f4")
        await settle(pilot)
        assert desk.transcript.display
        assert desk.focused is desk.prompt


async def test_processes_are_not_sampled_while_hidden(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        desk.sample()
        await settle(pilot)
        assert session.samples == 0
        await pilot.press("f2")
        await settle(pilot)
        assert session.samples == 1
        desk.sample()
        await settle(pilot)
        assert session.samples == 2
        await pilot.press("escape")
        desk.sample()
        await settle(pilot)
        assert session.samples == 2


async def test_processes_are_sorted_by_what_they_use(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        rows = screen_rows(desk)
        order = [next(at for at, row in enumerate(rows) if pid in row) for pid in (" 4121 ", " 4099 ", " 812 ")]
        assert order == sorted(order)


async def test_recalled_and_recorded_reach_their_panes(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await replay(desk, TURN)
        await settle(pilot)
        text = screen_text(desk)
        assert "'build' means ./build" in text
        assert "#118" in text
        assert text.index("#117") < text.index("#118")


async def test_typing_in_the_memory_pane_searches(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("f3", *"logs")
        await settle(pilot)
        assert session.searched[-1] == "logs"
        assert "found for logs" in screen_text(desk)
        await pilot.press(*["backspace"] * 4)
        await settle(pilot)
        assert "nothing recalled yet" in screen_text(desk)


async def test_a_table_shows_its_first_rows_and_the_rest_on_enter(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        await replay(desk, TURN)
        await settle(pilot)
        assert "… 312 more, enter to show" in screen_text(desk)
        assert "8.6 MiB" in screen_text(desk)
        await pilot.press("alt+up")
        assert isinstance(desk.focused, TableView)
        await pilot.press("enter")
        await settle(pilot)
        assert desk.query_one(TableView).row_count() == 333
        assert "data/part-331.bin" in screen_text(desk)


async def test_a_line_runs_with_the_route_that_was_shown(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ls", "enter")
        await settle(pilot)
        await pilot.press(*"biggest", "enter")
        await settle(pilot)
        await pilot.press(*"biggest", "ctrl+space", "enter")
        await settle(pilot)
        assert [route for _, route in session.lines] == [Route.LITERAL, Route.UTTERANCE, Route.LITERAL]


async def test_while_a_turn_runs_the_next_line_stays(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"biggest", "enter", *"git", "enter")
        await settle(pilot)
        assert [line for line, _ in session.lines] == ["biggest"]
        assert desk.prompt.text == "git"
        assert session.typed_in == b""
        assert "a turn runs, esc cancels it" in screen_text(desk)
        session.gate.set()
        await until(pilot.pause, lambda: not desk.is_busy)
        await pilot.press("enter")
        await settle(pilot)
        assert [line for line, _ in session.lines] == ["biggest", "git"]


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_a_running_turn_is_cancelled(make_desk: Callable[[], Desk], session: FakeSession, key: str) -> None:
    session.gate = asyncio.Event()
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ls", "enter")
        await settle(pilot)
        await pilot.press(key)
        await until(pilot.pause, lambda: not desk.is_busy)
        await settle(pilot)
        assert session.cancelled == 1
        assert "cancelled" in screen_text(desk)
        assert desk.is_running


async def test_ctrl_c_twice_leaves_and_once_does_not(make_desk: Callable[[], Desk], clock: Clock) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+c")
        clock.now += 1.5
        await pilot.press("ctrl+c")
        assert not desk._exit
        clock.now += 0.5
        await pilot.press("ctrl+c")
        assert desk._exit


async def test_ctrl_c_copies_a_selection(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"hello", "shift+left", "shift+left", "ctrl+c")
        assert desk.clipboard == "lo"
        assert desk.prompt.text == "hello"
        await pilot.press("end", "ctrl+c")
        assert desk.prompt.text == ""


async def test_selected_output_is_copied(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await replay(desk, [TurnStarted("t", "ls", "/", 0.0), Output(1, "first line\nsecond line\n"), ended()])
        await settle(pilot)
        rows = screen_rows(desk)
        y = next(at for at, row in enumerate(rows) if "first line" in row)
        x = rows[y].index("first line")
        await pilot.mouse_down(offset=(x, y))
        await pilot.hover(offset=(x + 6, y + 1))
        await pilot.mouse_up(offset=(x + 6, y + 1))
        await pilot.press("ctrl+c")
        assert desk.clipboard.strip() == "first line\nsecond"


async def test_ctrl_d_leaves_only_from_an_empty_prompt(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"ab", "home", "ctrl+d")
        assert desk.prompt.text == "b"
        assert not desk._exit
        await pilot.press("ctrl+d", "ctrl+d")
        assert desk._exit


async def test_exit_leaves_with_its_code(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"exit 3", "enter")
        await pilot.pause()
    assert desk.return_value == 3
    assert session.lines == []


async def test_keys_typed_before_the_first_frame_are_kept(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"git")
        await settle(pilot)
        assert desk.prompt.text == "git"
        assert session.is_started


async def test_a_turn_that_breaks_is_told_and_the_next_one_runs(
    make_desk: Callable[[], Desk], session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr(session, "run", broken_run)
            await pilot.press(*"ls", "enter")
            await until(pilot.pause, lambda: desk.transcript.is_settled and not desk.is_busy)
            await settle(pilot)
        assert "nlsh itself failed" in screen_text(desk)
        await pilot.press(*"ls", "enter")
        await settle(pilot)
        assert len(desk.transcript.turns) == 2
        assert [line for line, _ in session.lines] == ["ls"]


async def broken_run(line: str, **more: object) -> object:
    yield TurnStarted("t", line, "/", 0.0)
    raise RuntimeError("broken")


async def test_a_flood_is_pruned(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await replay(desk, [TurnStarted("t", "seq 100000", "/", 0.0)])
        for start in range(0, 100_000, 1000):
            await desk.receive(Output(1, "".join(f"line {at}\n" for at in range(start, start + 1000))))
            if start % 10_000 == 0:
                await settle(pilot)
        await replay(desk, [Finished(1, 0, 5.0), ended()])
        await settle(pilot)
        assert "line 99999" in screen_text(desk)
        assert desk.transcript.virtual_size.height < 3000


async def test_a_transcript_of_many_turns_is_pruned(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for at in range(130):
            await replay(desk, [TurnStarted(str(at), f"turn {at}", "/", 0.0), ended()])
        await settle(pilot)
        assert len(desk.transcript.turns) <= 120
        assert "turn 129" in screen_text(desk)


async def test_a_failure_tells_what_to_do(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        failed = Failed(1, "no such directory: build", "check the name")
        await replay(desk, [TurnStarted("t", "x", "/", 0.0), Planned(("{}",), 0.9, 1.0), failed, ended("failed", 1)])
        await settle(pilot)
        text = screen_text(desk)
        assert "failed: no such directory: build" in text
        assert "check the name" in text
        assert "failed · exit 1 · 1.24 s" in text


async def test_the_status_line_follows_the_model(make_desk: Callable[[], Desk], session: FakeSession) -> None:
    session.status = ModelStatus("smollm2-135m", "preparing", "requantising 38 %")
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "preparing · requantising 38 %" in screen_text(desk)


async def test_programs_are_told_how_much_of_the_terminal_is_theirs(session: FakeSession) -> None:
    sizes: list[tuple[int, int]] = []
    desk = Desk(session, DARK, {}, on_resize=lambda rows, columns: sizes.append((rows, columns)))
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
    assert sizes[0][0] == 40
    assert sizes[0][1] < 74
    assert sizes[-1] == (24, 75)


async def test_keys_can_be_given_another_place(session: FakeSession) -> None:
    desk = Desk(session, DARK, {"pane.processes": "f9", "prompt.submit": "ctrl+s"})
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "Processes  f9" in screen_text(desk)
        await pilot.press("f9")
        assert desk.board.processes.has_focus
        await pilot.press("f9", *"ls", "ctrl+s")
        await settle(pilot)
        assert [line for line, _ in session.lines] == ["ls"]


def test_every_key_has_an_id() -> None:
    bindings = [*Desk.BINDINGS]
    assert {getattr(binding, "id", None) for binding in bindings} <= binding_ids()
    assert {"prompt.submit", "turn.cancel", "approval.review", "pane.audit", "app.quit"} <= binding_ids()


async def test_the_palette_runs_a_command(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+p", *"audit")
        await pilot.pause()
        await until(pilot.pause, lambda: "Pane: show audit" in screen_text(desk))
        await pilot.press("enter")
        await until(pilot.pause, lambda: desk.board.audit.has_focus)


def test_every_command_of_the_palette_has_an_action() -> None:
    for title, action, text in COMMANDS:
        assert callable(getattr(Desk, "action_" + action.partition("(")[0])), title
        assert text


async def test_a_store_that_fails_is_told_and_asked_no_more(
    make_desk: Callable[[], Desk], session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def fails(name: str) -> Callable[..., NoReturn]:
        def fail(*given: object) -> NoReturn:
            calls.append(name)
            raise StoreUnavailable(f"the {name} cannot be read", "look at the disk")

        return fail

    for name in ("processes", "history"):
        monkeypatch.setattr(session, name, fails(name))
    desk = make_desk()
    async with desk.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        desk.sample()
        await settle(pilot)
        await pilot.press("up", *"ls", "enter")
        await settle(pilot)
        assert sorted(calls) == ["history", "processes"]
        assert "the history cannot be read" in screen_text(desk)
        assert desk.is_running
