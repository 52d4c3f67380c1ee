"""Trying a question dry, asking why, declining and going on: what is told, and that nothing was done."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest

from nlsh.core.approval import Answer, Approval, Choice, Grant
from nlsh.core.events import Answered, Asked, Event, Foreseen, Started, TurnEnded
from nlsh.core.facts import CommandReading
from nlsh.core.ports import Shot
from nlsh.core.risk import Effect, Route, Verdict
from nlsh.core.rule import Rule
from nlsh.kernel.dialogue import MAX_TRIES
from nlsh.kernel.grounds import MOST_CHARS, MOST_LINES, MOST_TARGETS
from tests.kernel.conftest import WORLD, Bench

DELETES_ASK = Rule("delete-asks", Verdict.ASK, "it deletes", effects=frozenset({Effect.DELETE}), origin="rules.toml")
YES, NO, DRY = Answer(Choice.ONCE), Answer(Choice.NO), Answer(Choice.DRY)


@pytest.fixture
def asking(bench: Bench) -> Bench:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}}]'
    return bench


async def said(bench: Bench, line: str, *answers: Answer) -> list[Event]:
    left = list(answers)
    return await bench.turn(line, lambda event: left.pop(0))


def asked(events: list[Event]) -> list[Approval]:
    return [event.approval for event in events if isinstance(event, Asked)]


def foreseen(events: list[Event]) -> list[Foreseen]:
    return [event for event in events if isinstance(event, Foreseen)]


def told(events: list[Event]) -> str:
    return "\n".join("\n".join((event.title, *event.lines)) for event in foreseen(events))


def ended(events: list[Event]) -> TurnEnded:
    assert isinstance(events[-1], TurnEnded)
    return events[-1]


# ---- dry ------------------------------------------------------------------------------------------------------------


async def test_trying_it_changes_nothing_and_the_same_is_asked_again(asking: Bench) -> None:
    before = dict(WORLD)
    seen: list[dict[str, str]] = []

    def answer(event: Asked) -> Answer:
        seen.append(dict(WORLD))
        return DRY if len(seen) < 3 else NO

    events = await asking.turn("x", answer)
    first, second, third = asked(events)
    assert seen == [before] * 3
    assert len({one.id for one in (first, second, third)}) == 3
    assert dataclasses.replace(second, id=first.id) == first
    assert [event.choice for event in events if isinstance(event, Answered)] == ["dry", "dry", "no"]
    assert before == WORLD
    assert asking.journals.rows == {}
    assert not any(isinstance(event, Started) for event in events)
    assert [one.draft.outcome for one in asking.ledger.records] == ["", "dry", "dry", "no", "declined"]


async def test_after_trying_it_a_yes_runs_it(asking: Bench) -> None:
    events = await said(asking, "x", DRY, YES)
    assert ended(events).exit_code == 0
    assert set(WORLD) == {"pear", "trash/apple"}


async def test_it_tells_what_each_step_would_touch(asking: Bench) -> None:
    asking.model.plans["x"] = '[{"world.drop":{"what":"apple"}},{"world.drop":{"what":"pear"}}]'
    events = await said(asking, "x", DRY, NO)
    assert [(event.step, event.is_known) for event in foreseen(events)] == [(1, True), (2, True)]
    assert "apple (file, 3 B)" in told(events)
    assert "pear (file, 5 B)" in told(events)
    assert "undo: undo can take it back" in told(events)


async def test_a_step_that_works_on_what_is_not_there_yet_is_said_to(asking: Bench) -> None:
    asking.rules.append(Rule("looking-asks", Verdict.ASK, "it looks", syscalls=("world.look",)))
    asking.model.plans["x"] = '[{"world.look":{}},{"world.drop":{"what":"$1"}}]'
    events = await said(asking, "x", DRY, YES, DRY, NO)
    first, second, known = foreseen(events)
    assert (first.is_known, second.is_known, known.is_known) == (True, False, True)
    assert "the result of step 1, which is known only when that has run" in second.lines[0]
    assert "apple (file, 3 B)" in "\n".join(known.lines)


async def test_what_an_earlier_step_may_still_change_is_said_to_be_so(asking: Bench) -> None:
    asking.model.plans["x"] = '[{"world.drop":{"what":"apple"}},{"world.drop":{"what":"plum"}}]'
    second = foreseen(await said(asking, "x", DRY, NO))[1]
    assert not second.is_known
    assert second.lines == ("as things stand: there is no plum; the steps before it may change that",)


async def test_of_a_command_is_told_what_is_proven_and_that_it_was_not_run(asking: Bench) -> None:
    asking.model.plans["x"] = '[{"world.run":{"cmd":"make"}}]'
    text = told(await said(asking, "x", DRY, NO))
    assert "programs: make" in text
    assert "read, not run: it is not proven that it only reads; unknown" in text
    assert "undo: a program cannot be undone" in text
    assert asking.shell.ran == []


async def test_edited_steps_are_tried_as_edited(asking: Bench) -> None:
    events = await said(asking, "x", Answer(Choice.EDIT, edited=((1, 'world.drop(what="pear")'),)), DRY, NO)
    assert "pear (file, 5 B)" in told(events)
    assert "apple" not in told(events)


async def test_it_is_not_tried_for_ever(asking: Bench) -> None:
    events = await asking.turn("x", DRY)
    assert len(asked(events)) == MAX_TRIES + 1
    assert [one.may_try for one in asked(events)] == [True] * MAX_TRIES + [False]
    assert ended(events).outcome == "declined"


async def test_cancelling_while_it_is_tried_stops_the_turn(asking: Bench) -> None:
    def cancel(event: Event) -> None:
        if isinstance(event, Foreseen):
            asking.session.cancel()

    events = await asking.turn("x", DRY, cancel)
    assert ended(events).outcome == "cancelled"
    assert "apple" in WORLD


async def test_a_cancel_at_the_question_counts_even_if_the_answer_comes_with_it(asking: Bench) -> None:
    events: list[Event] = []
    async for event in asking.session.run("x", route=Route.UTTERANCE):
        events.append(event)
        if isinstance(event, Asked):
            asking.session.cancel()
            await asyncio.sleep(0)  # whoever asks returns to the loop before they hand an answer over
            await asyncio.sleep(0)
            asking.session.answer(event.approval.id, Answer(Choice.STOP))
    assert (ended(events).outcome, ended(events).exit_code) == ("cancelled", 130)


# ---- why ------------------------------------------------------------------------------------------------------------


async def why(bench: Bench, plan: str, line: str = "x") -> list[str]:
    bench.model.plans[line] = plan
    return list(asked(await bench.turn(line, NO))[-1].grounds)


async def test_the_rule_the_risk_the_targets_and_undo_are_told(asking: Bench) -> None:
    lines = await why(asking, '[{"world.drop":{"what":["apple","pear"]}}]')
    assert lines[0] == "ASK by delete-asks: it deletes"
    assert "rule that holds: delete-asks (rules.toml), ASK: it deletes" in lines
    assert "risk R2, changes things here: undo can take it back" in lines
    assert "effects: delete" in lines
    assert "touches 2:" in lines
    assert "  pear (file, 5 B)" in lines
    assert "undo: undo can take it back" in lines
    assert "the plan is sure to 100%; below 60% nothing is changed unasked" in lines
    assert "it would be done in /world" in lines


async def test_every_rule_that_holds_is_told_not_only_the_strictest(asking: Bench) -> None:
    asking.rules.append(Rule("found", Verdict.ASK, "it was found", when=frozenset({"tainted"})))
    lines = await why(asking, '[{"world.look":{}},{"world.drop":{"what":"$1"}}]')
    assert "rule that holds: found, ASK: it was found" in lines
    assert "it works on what step 1 found, not on what you named" in lines


async def test_what_raised_the_risk_is_told(asking: Bench) -> None:
    lines = await why(asking, '[{"world.setup":{"path":"y"}}]')
    assert "risk R4, privileged, lasting or huge: it changes how the system is set up" in lines
    assert "undo: cannot be undone" in lines


async def test_what_lies_outside_is_told(asking: Bench) -> None:
    WORLD["/etc/x"] = WORLD["/world/y"] = WORLD["/worldly"] = ""
    lines = await why(asking, '[{"world.drop":{"what":["/etc/x","/world/y","/worldly"]}}]')
    assert "outside this folder and your home: /etc/x, /worldly" in lines


async def test_of_a_command_it_is_told_what_is_proven(asking: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = CommandReading("x", False, frozenset({"WRITE", "NETWORK"}), ("git", "sed"), "git push sends")
    monkeypatch.setattr(asking.shell, "read", lambda command: reading)
    lines = await why(asking, '[{"world.run":{"cmd":"git push"}}]')
    assert "effects: network, write" in lines
    assert "programs: git, sed" in lines
    assert "read, not run: it is not proven that it only reads; git push sends" in lines
    assert "risk R3, broad, costly or not reversible: git push sends" in lines


async def test_a_grant_that_decided_is_told(asking: Bench) -> None:
    WORLD["/world/a"] = ""
    asking.grants.add(Grant("g", "world.drop", "/world", 2e9 * 2))
    edited = Answer(Choice.EDIT, edited=((1, 'world.drop(what="/world/a")'),))
    events = await said(asking, "x", edited, NO)
    assert asked(events)[1].grounds[0].startswith("ASK by grant for delete-asks: you edited it")
    assert "you wrote this step" in asked(events)[1].grounds


async def test_it_is_bounded_however_much_there_is(asking: Bench) -> None:
    names = [f"/etc/{'x' * 500}{number}" for number in range(100)]
    WORLD.update(dict.fromkeys(names, ""))
    plan = json.dumps([{"world.drop": {"what": names}}])
    lines = await why(asking, plan)
    assert len(lines) <= MOST_LINES + 1
    assert max(map(len, lines)) <= MOST_CHARS + 1
    assert f"  … and {100 - MOST_TARGETS} more" in lines


async def test_the_scope_of_a_grant_stands_in_the_question(asking: Bench) -> None:
    [approval] = asked(await asking.turn("x", NO))
    assert approval.grant == "world.drop below /world"
    asking.model.plans["y"] = '[{"world.setup":{"path":"y"}}]'
    [approval] = asked(await asking.turn("y", NO))
    assert approval.grant == ""


# ---- declining, and going on ----------------------------------------------------------------------------------------


async def test_what_is_said_next_is_planned_with_the_declined_turn(asking: Bench) -> None:
    first, second = "please drop the apple on the left of it", "no, only the pear"
    asking.model.plans |= {first: '[{"world.drop":{"what":"apple"}}]', second: '[{"world.drop":{"what":"pear"}}]'}
    await asking.turn(first, Answer(Choice.NO, said=second))
    await asking.turn(second)
    assert asking.model.requests[-1].shots == (Shot(first, '[{"world.drop":{"what":"apple"}}]'),)
    assert set(WORLD) == {"apple", "trash/pear"}


async def test_a_correction_that_was_not_understood_does_not_end_the_talk(asking: Bench) -> None:
    first, third = "please drop the apple on the left of it", "no, just the pear"
    asking.model.plans |= {first: '[{"world.drop":{"what":"apple"}}]', third: '[{"world.drop":{"what":"pear"}}]'}
    asking.model.plans["no, the other"] = "["
    await asking.turn(first, NO)
    assert ended(await asking.turn("no, the other")).outcome in ("not understood", "failed")
    await asking.turn(third)
    assert [shot.utterance for shot in asking.model.requests[-1].shots] == [first]


async def test_a_literal_ends_the_talk(asking: Bench) -> None:
    asking.model.plans["no, the pear"] = '[{"world.drop":{"what":"pear"}}]'
    await asking.turn("x", NO)
    await asking.turn("ls", route=Route.LITERAL)
    await asking.turn("no, the pear")
    assert asking.model.requests[-1].shots == ()
