"""The card on the desk: when it has the keys, and what counts as an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot

from nlsh.core.approval import Answer, Approval, Choice, EditableStep
from nlsh.core.events import Asked, Finished, Foreseen, Planned, Started, TurnStarted
from nlsh.core.risk import Risk
from nlsh.tui.approval import ApprovalCard
from nlsh.tui.desk import Desk
from nlsh.tui.step_lines import StepLine
from tests.tui.cases import Clock, FakeSession, approval, ended, screen_text, settle

STEP = '{"fs.remove":{"path":"build"}}'


@asynccontextmanager
async def asked(desk: Desk, session: FakeSession, question: Approval) -> AsyncIterator[Pilot[int]]:
    """A desk whose turn waits for an answer."""
    session.turns.append(
        [
            TurnStarted("t", "delete it", "/", 0.0),
            Planned((STEP,), 0.9, 1.0),
            Asked(1, question),
            Started(1, STEP),
            Finished(1, 0, 3.0, is_reversible=True),
            ended(),
        ]
    )
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        desk.prompt.insert("delete it")
        await pilot.press("enter")
        await until(pilot, lambda: bool(desk.query(ApprovalCard)))
        yield pilot


async def until(pilot: Pilot[int], is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        await pilot.pause()
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to pass")


async def focused_and_armed(pilot: Pilot[int], desk: Desk, clock: Clock) -> ApprovalCard:
    clock.now += 1.0
    desk.offer_question()
    await until(pilot, lambda: isinstance(desk.focused, ApprovalCard))
    card = desk.query_one(ApprovalCard)
    await until(pilot, lambda: card._focused_at is not None)
    clock.now += 0.5
    return card


async def test_right_after_a_key_it_does_not_take_the_keys(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        desk.offer_question()
        await pilot.pause()
        assert desk.focused is desk.prompt
        assert "1 question waits, ctrl+g" in screen_text(desk)


async def test_while_text_stands_in_the_prompt_it_waits(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await pilot.press("y", "e", "s")
        clock.now += 60
        desk.offer_question()
        await pilot.pause()
        assert desk.focused is desk.prompt
        assert desk.prompt.text == "yes"
        assert session.answers == []


async def test_after_a_quiet_moment_it_takes_the_keys(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        clock.now += 0.8
        desk.offer_question()
        await until(pilot, lambda: isinstance(desk.focused, ApprovalCard))


async def test_ctrl_g_goes_there_at_once(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await pilot.press("h", "i", "ctrl+g")
        assert isinstance(desk.focused, ApprovalCard)
        assert desk.prompt.text == "hi"


async def test_type_ahead_never_approves(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        clock.now += 0.8
        desk.offer_question()
        await until(pilot, lambda: isinstance(desk.focused, ApprovalCard))
        await pilot.press("y", "Y", "down", "enter", "s", "n")
        assert session.answers == []


async def test_escape_says_no_even_before_it_is_armed(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await pilot.press("ctrl+g", "escape")
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(Choice.NO))]
        await until(pilot, lambda: "you said no" in screen_text(desk))
        assert desk.focused is desk.prompt


@pytest.mark.parametrize(
    ("keys", "choice"),
    [
        (("y",), Choice.ONCE),
        (("Y",), Choice.SESSION),
        (("n",), Choice.NO),
        (("enter",), Choice.NO),
        (("down", "enter"), Choice.ONCE),
        (("up", "enter"), Choice.SESSION),
    ],
)
async def test_keys_answer_when_armed(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock, keys: tuple[str, ...], choice: Choice
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await focused_and_armed(pilot, desk, clock)
        for key in keys:
            clock.now += 0.1
            await pilot.press(key)
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(choice))]


async def test_yes_runs_and_the_card_goes(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await focused_and_armed(pilot, desk, clock)
        await pilot.press("y")
        await until(pilot, lambda: "undo takes it back" in screen_text(desk))
        assert not desk.query(ApprovalCard)
        assert "you said yes, once" in screen_text(desk)
        assert desk.focused is desk.prompt
        assert not desk.is_busy


async def test_keys_of_a_paste_do_not_confirm(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        card = await focused_and_armed(pilot, desk, clock)
        await pilot.press("x", "y", "enter")
        card.post_message(events.Paste("y\n"))
        await pilot.pause()
        assert session.answers == []
        assert desk.prompt.text == ""


async def test_r4_is_agreed_to_in_words(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(Risk.R4, "rm 41")) as pilot:
        await focused_and_armed(pilot, desk, clock)
        await pilot.press("down")
        clock.now += 0.1
        await pilot.press("enter")
        assert session.answers == []
        assert "type the words exactly" in screen_text(desk)
        await pilot.press("r", "m", "space", "4", "2", "backspace", "1")
        clock.now += 0.1
        await pilot.press("enter")
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(Choice.ONCE, "rm 41"))]


async def test_ctrl_c_cancels_the_turn_under_a_question(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await pilot.press("ctrl+g", "ctrl+c")
        await until(pilot, lambda: not desk.is_busy)
        assert session.cancelled == 1
        assert session.answers == []
        await until(pilot, lambda: not desk.query(ApprovalCard))
        assert "cancelled" in screen_text(desk)


async def test_leaving_with_a_question_open_answers_no(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert session.answers == [("q1", Answer(Choice.NO))]
    assert session.cancelled == 1


async def test_a_question_shows_again_over_a_pane_on_a_small_screen(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await pilot.resize_terminal(80, 24)
        await pilot.press("f2")
        assert not desk.transcript.display
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert desk.transcript.display
        assert isinstance(desk.focused, ApprovalCard)


CALL = 'fs.remove(path="build")'
STEPS = (EditableStep(1, CALL),)


async def call_line(pilot: Pilot[int], desk: Desk, clock: Clock, *keys: str) -> StepLine:
    """The line that holds the call, once it has the keys."""
    await focused_and_armed(pilot, desk, clock)
    for key in keys or ("e",):
        clock.now += 0.1
        await pilot.press(key)
    await until(pilot, lambda: isinstance(desk.focused, StepLine))
    line = desk.focused
    assert isinstance(line, StepLine)
    return line


@pytest.mark.parametrize("keys", [("e",), ("down", "down", "down", "enter")])
async def test_e_opens_the_call_and_enter_hands_it_over(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock, keys: tuple[str, ...]
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(steps=STEPS)) as pilot:
        line = await call_line(pilot, desk, clock, *keys)
        assert line.text == CALL
        assert CALL in screen_text(desk)
        assert "esc leaves it as it was" in screen_text(desk)
        await pilot.press("backspace", "backspace", "s", "quotation_mark", "right_parenthesis")
        assert session.answers == []
        await pilot.press("enter")
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(Choice.EDIT, edited=((1, 'fs.remove(path="builds")'),)))]
        await until(pilot, lambda: "you edited it" in screen_text(desk))
        assert desk.focused is desk.prompt


@pytest.mark.parametrize("left", [("escape",), ("ctrl+u", "enter"), ("enter",)])
async def test_a_call_left_as_it_was_goes_back_to_the_question(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock, left: tuple[str, ...]
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(steps=STEPS)) as pilot:
        await call_line(pilot, desk, clock)
        await pilot.press(*left)
        await until(pilot, lambda: isinstance(desk.focused, ApprovalCard))
        assert not desk.query_one(ApprovalCard).query(StepLine)
        assert session.answers == []
        await pilot.press("y")
        assert session.answers == []  # not armed yet
        clock.now += 0.5
        await pilot.press("y")
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(Choice.ONCE))]


async def test_a_call_that_is_edited_keeps_the_keys(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(steps=STEPS)) as pilot:
        line = await call_line(pilot, desk, clock)
        clock.now += 60
        desk.offer_question()
        await pilot.pause()
        assert desk.focused is line
        await pilot.press("ctrl+g")
        await until(pilot, lambda: desk.focused is line)
        await pilot.press("x", "y", "n", "s", "down", "up")
        assert line.text == CALL + "xyns"
        assert session.answers == []


async def test_where_a_phrase_is_typed_the_call_is_opened_from_the_list(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(Risk.R4, "remove 41", steps=STEPS)) as pilot:
        await call_line(pilot, desk, clock, "e", "down", "down", "enter")
        assert desk.query_one(ApprovalCard).typed == "e"
        await pilot.press("x", "enter")
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(Choice.EDIT, edited=((1, CALL + "x"),)))]


async def test_what_was_wrong_with_a_call_stands_in_the_card(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(
        desk, session, approval(steps=(EditableStep(1, "nonsense"),), complaint="this is not one call")
    ) as pilot:
        assert "this is not one call" in screen_text(desk)
        assert (await call_line(pilot, desk, clock)).text == "nonsense"


async def test_ctrl_c_cancels_the_turn_while_the_call_is_edited(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(steps=STEPS)) as pilot:
        await call_line(pilot, desk, clock)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: not desk.is_busy and not desk.query(ApprovalCard))
        await until(pilot, lambda: desk.focused is desk.prompt)
        assert session.answers == []


# ---- several steps, commands, why, dry, and going on ---------------------------------------------------------------

TWO = (EditableStep(1, CALL), EditableStep(2, "make clean", is_command=True))


async def test_every_step_not_yet_run_is_a_line_of_its_own(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(steps=TWO)) as pilot:
        first = await call_line(pilot, desk, clock)
        assert first.text == CALL
        shown = screen_text(desk)
        assert "step 1" in shown
        assert "step 2" in shown
        assert "empty takes a step out" in shown
        await pilot.press("down", "space", "a")
        await until(pilot, lambda: desk.focused is not first and isinstance(desk.focused, StepLine))
        await pilot.press("ctrl+j", "b", "up", "up", "x", "tab", "enter")
        await until(pilot, lambda: bool(session.answers))
        edited = ((1, CALL + "x"), (2, "make clean a\nb"))
        assert session.answers == [("q1", Answer(Choice.EDIT, edited=edited))]


async def test_a_call_has_one_line_and_a_paste_adds_none(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(steps=STEPS)) as pilot:
        line = await call_line(pilot, desk, clock)
        await pilot.press("ctrl+j")
        line.post_message(events.Paste("a\nb\x1b"))
        await until(pilot, lambda: line.text == CALL + "a b")
        assert session.answers == []


@pytest.mark.parametrize("steps", [STEPS, TWO])
async def test_emptying_everything_is_no_plan_and_says_so(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock, steps: tuple[EditableStep, ...]
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(steps=steps)) as pilot:
        await call_line(pilot, desk, clock)
        for _ in steps:
            await pilot.press("ctrl+u", "tab")
        await pilot.press("enter")
        await until(pilot, lambda: "nothing would be left" in screen_text(desk))
        assert session.answers == []


async def test_why_is_shown_in_the_card_and_the_question_stays(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    question = approval(grounds=("ASK by delete-asks", "touches [b]a\x1b[2J[/b]"))
    async with asked(desk, session, question) as pilot:
        await focused_and_armed(pilot, desk, clock)
        assert "ASK by delete-asks" not in screen_text(desk)
        await pilot.press("w")
        await until(pilot, lambda: "ASK by delete-asks" in screen_text(desk))
        assert "touches [b]a\\x1b[2J[/b]" in screen_text(desk)
        assert session.answers == []
        clock.now += 0.1
        await pilot.press("w")
        await until(pilot, lambda: "ASK by delete-asks" not in screen_text(desk))
        clock.now += 0.1
        await pilot.press("y")
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(Choice.ONCE))]


async def test_why_is_not_told_before_the_card_is_armed(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval(grounds=("because",), may_try=True)) as pilot:
        await pilot.press("ctrl+g", "w", "d")
        await pilot.pause()
        assert "because" not in screen_text(desk)
        assert session.answers == []


async def test_the_keys_stand_on_the_card(make_desk: Callable[[], Desk], session: FakeSession, clock: Clock) -> None:
    desk = make_desk()
    question = approval(steps=STEPS, grounds=("because",), may_try=True, grant="fs.remove below /home/ada")
    async with asked(desk, session, question):
        shown = screen_text(desk)
        for text, key in (
            ("No; then say what instead", "esc"),
            ("Yes, once", "y"),
            ("Yes, and fs.remove below /home/ada, this session", "Y"),
            ("Edit it first", "e"),
            ("Why it is asked", "w"),
            ("Try it dry, nothing is run", "d"),
        ):
            assert any(row.strip(" │❯").split("  ", 1)[0] == key and text in row for row in shown.splitlines()), text


async def test_trying_it_dry_tells_and_asks_again(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    foreseen = Foreseen(1, STEP, "remove build", ("touches 41", "a\x1b[2J\nforged row"))
    async with asked(desk, session, approval(may_try=True)) as pilot:
        turn = session.turns[-1] if session.turns else None
        assert turn is None
        await focused_and_armed(pilot, desk, clock)
        await pilot.press("d")
        await until(pilot, lambda: bool(session.answers))
        assert session.answers == [("q1", Answer(Choice.DRY))]
        for event in (foreseen, Asked(1, approval(id="q2", may_try=True))):
            await desk.receive(event)
        await until(pilot, lambda: "touches 41" in screen_text(desk))
        assert "nothing was run, nothing was changed" in screen_text(desk)
        assert "a\\x1b[2J\\x0aforged row" in screen_text(desk)
        assert desk.focused is desk.prompt  # the new question takes the keys late, like any other


async def test_no_gives_the_prompt_the_keys_to_say_what_instead(
    make_desk: Callable[[], Desk], session: FakeSession, clock: Clock
) -> None:
    desk = make_desk()
    async with asked(desk, session, approval()) as pilot:
        await focused_and_armed(pilot, desk, clock)
        await pilot.press("n")
        await until(pilot, lambda: desk.focused is desk.prompt)
        await until(pilot, lambda: not desk.is_busy)
        session.turns.append([TurnStarted("t2", "no, only the ones from May", "/", 0.0), ended()])
        for char in "no, only the ones from May":
            await pilot.press({" ": "space", ",": "comma"}.get(char, char))
        await pilot.press("enter")
        await until(pilot, lambda: len(session.lines) == 2)
        assert session.answers == [("q1", Answer(Choice.NO))]
        assert session.lines[1][0] == "no, only the ones from May"
