"""Whole turns: scripted model in; events, effects and records out."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from nlsh.core.approval import Answer, Choice
from nlsh.core.errors import ModelUnavailable, NlshError, StoreUnavailable
from nlsh.core.events import (
    Asked,
    Decided,
    Event,
    Failed,
    Finished,
    Noticed,
    Output,
    Planned,
    Recalled,
    Recorded,
    Routed,
    Started,
    Tabled,
    Told,
    TurnEnded,
    TurnStarted,
)
from nlsh.core.ports import MemoryRow
from nlsh.core.risk import Effect, Risk, Route, Verdict
from nlsh.core.rule import Rule
from tests.kernel.conftest import WORLD, Bench, Wait

DELETES_ASK = Rule("delete-asks", Verdict.ASK, "it deletes", effects=frozenset({Effect.DELETE}))


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def ended(events: list[Event]) -> TurnEnded:
    last = events[-1]
    assert isinstance(last, TurnEnded)
    assert kinds(events).count("TurnEnded") == 1
    return last


def only(events: list[Event], kind: type[Any]) -> Any:
    [found] = [event for event in events if isinstance(event, kind)]
    return found


async def test_a_read_runs_unasked_and_leaves_intent_and_result(bench: Bench) -> None:
    bench.model.plans["what is there"] = '[{"world.look":{}}]'
    events = await bench.turn("what is there")
    assert kinds(events) == [
        "TurnStarted", "Routed", "Planned", "Decided", "Recorded", "Started", "Tabled", "Finished", "Recorded",
        "TurnEnded",
    ]  # fmt: skip
    assert [row[0] for row in only(events, Tabled).table.rows] == ["apple", "pear"]
    assert ended(events).exit_code == 0
    assert bench.ledger.phases() == ["intent", "result"]
    assert bench.ledger.records[1].draft.intent == 1
    assert bench.ledger.records[1].draft.outcome == "done"
    assert [row.line for row in bench.history.rows] == ["what is there"]


async def test_a_deletion_asks_and_yes_runs_it(bench: Bench) -> None:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["drop apple"] = '[{"world.drop":{"what":"apple"}}]'
    events = await bench.turn("drop apple")
    asked = only(events, Asked).approval
    assert (asked.rule, asked.risk, asked.reversible) == ("delete-asks", Risk.R2, "undo can take it back")
    assert "apple" not in WORLD
    assert bench.ledger.phases() == ["intent", "approval", "result"]
    assert bench.ledger.records[2].draft.approval == asked.hash
    assert only(events, Finished).is_reversible


@pytest.mark.parametrize("choice", [Choice.NO, Choice.STOP])
async def test_no_means_nothing_happens(bench: Bench, choice: Choice) -> None:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}},{"world.drop":{"what":"pear"}}]'
    events = await bench.turn("x", Answer(choice))
    assert (ended(events).outcome, ended(events).exit_code) == ("declined", 126)
    assert set(WORLD) == {"apple", "pear"}
    assert not any(isinstance(event, Started) for event in events)
    assert bench.ledger.records[-1].draft.outcome == "declined"


async def test_facts_that_change_while_the_question_is_open_are_asked_about_again(bench: Bench) -> None:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}}]'
    asked: list[Asked] = []

    def answer(event: Asked) -> Answer:
        asked.append(event)
        if len(asked) == 1:
            WORLD["apple"] = "much more than before"
            return Answer(Choice.ONCE)
        return Answer(Choice.NO)

    events = await bench.turn("x", answer)
    assert len(asked) == 2
    assert asked[0].approval.hash != asked[1].approval.hash
    assert any(isinstance(event, Noticed) for event in events)
    assert "apple" in WORLD


async def test_facts_that_never_stand_still_are_refused(bench: Bench) -> None:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}}]'

    def answer(event: Asked) -> Answer:
        WORLD["apple"] += "!"
        return Answer(Choice.ONCE)

    events = await bench.turn("x", answer)
    assert ended(events).outcome == "refused"
    assert "apple" in WORLD


async def test_an_approval_counts_once(bench: Bench) -> None:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}},{"world.drop":{"what":"pear"}}]'
    events = await bench.turn("x")
    assert kinds(events).count("Asked") == 2
    first = next(event for event in events if isinstance(event, Asked))
    bench.session.answer(first.approval.id, Answer(Choice.ONCE))  # late and used: ignored
    assert set(WORLD) == {"trash/apple", "trash/pear"}


async def test_a_plan_with_a_refused_step_runs_no_step(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}},{"world.drop":{"what":"root"}}]'
    events = await bench.turn("x")
    assert (ended(events).outcome, ended(events).exit_code) == ("refused", 126)
    assert "step 2" in only(events, Failed).message
    assert "apple" in WORLD


async def test_a_refused_single_step_is_decided_and_recorded(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.drop":{"what":"root"}}]'
    events = await bench.turn("x")
    assert only(events, Decided).verdict is Verdict.DENY
    assert bench.ledger.records[-1].draft.outcome == "refused"


async def test_r4_needs_its_phrase(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.setup":{"path":"y"}}]'
    events = await bench.turn("x", Answer(Choice.ONCE))
    assert ended(events).outcome == "declined"
    assert "setup" not in WORLD
    events = await bench.turn("x", lambda event: Answer(Choice.ONCE, event.approval.preview.phrase))
    assert only(events, Asked).approval.preview.phrase
    assert WORLD["setup"] == "y"


async def test_a_session_grant_is_for_this_syscall_below_this_folder(bench: Bench) -> None:
    bench.rules.append(DELETES_ASK)
    WORLD.clear()
    WORLD.update({"/world/a": "1", "/world/b": "2", "/else": "3"})
    for name in WORLD:
        bench.model.plans[name] = f'[{{"world.drop":{{"what":"{name}"}}}}]'
    asked = [
        kinds(await bench.turn(line, Answer(Choice.SESSION))).count("Asked")
        for line in ("/world/a", "/world/b", "/else")
    ]
    assert asked == [1, 0, 1]


async def test_dry_run_stops_before_the_record(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}},{"world.look":{}}]'
    events = await bench.turn("x", is_dry=True)
    assert kinds(events).count("Decided") == 2
    assert ended(events).outcome == "dry run"
    assert bench.ledger.records == []
    assert "apple" in WORLD


async def test_a_later_step_takes_an_earlier_result(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.look":{}},{"world.drop":{"what":"$1"}}]'
    events = await bench.turn("x")
    assert ended(events).exit_code == 0
    assert set(WORLD) == {"trash/apple", "trash/pear"}


@pytest.mark.parametrize(
    ("how", "message", "code"), [("error", "it broke", 1), ("os", "permission denied: /secret", 1), ("exit", None, 1)]
)
async def test_a_step_that_fails_stops_the_plan(bench: Bench, how: str, message: str | None, code: int) -> None:
    bench.model.plans["x"] = f'[{{"world.break":{{"how":"{how}"}}}},{{"world.drop":{{"what":"apple"}}}}]'
    events = await bench.turn("x")
    assert (ended(events).outcome, ended(events).exit_code) == ("failed", code)
    assert [event.message for event in events if isinstance(event, Failed)] == ([message] if message else [])
    assert "apple" in WORLD
    assert bench.ledger.records[-1].draft.outcome == "failed"


async def test_a_fault_of_ours_is_one_line_and_a_crash_file(bench: Bench, tmp_path: Any) -> None:
    bench.model.plans["x"] = '[{"world.break":{"how":"fault"}}]'
    events = await bench.turn("x")
    assert ended(events).exit_code == 70
    assert "ZeroDivisionError" in only(events, Failed).message
    assert "a fault" in (tmp_path / "crash.log").read_text()
    assert bench.ledger.phases() == ["intent", "result"]


async def test_no_record_no_effect(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}}]'
    bench.ledger.fails_on = "intent"
    events = await bench.turn("x")
    assert ended(events).outcome == "failed"
    assert "apple" in WORLD
    events = await bench.turn("ls", route=Route.LITERAL)
    assert ended(events).exit_code == 1
    assert bench.shell.ran == []


@pytest.mark.parametrize(
    "plan", ["", "{", "[]", '[{"no.such":{}}]', '[{"world.drop":{}}]', '[{"world.drop":{"what":"$1"}}]']
)
async def test_a_plan_that_does_not_validate_is_not_understood(bench: Bench, plan: str) -> None:
    bench.model.plans["x"] = plan
    events = await bench.turn("x")
    assert (ended(events).outcome, ended(events).exit_code) == ("not understood", 3)
    assert bench.ledger.records == []


async def test_an_unsure_plan_is_not_shown(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}}]'
    bench.model.logprob = -5.0
    events = await bench.turn("x")
    assert ended(events).exit_code == 3
    assert not any(isinstance(event, Planned) for event in events)


async def test_without_a_model_the_shell_still_works(bench: Bench) -> None:
    bench.model.error = ModelUnavailable("the model file is missing", "install it")
    events = await bench.turn("x")
    assert (ended(events).outcome, ended(events).exit_code) == ("no model", 4)
    events = await bench.turn("ls", route=Route.LITERAL)
    assert ended(events).exit_code == 0


async def test_a_literal_is_run_as_written_and_recorded(bench: Bench) -> None:
    events = await bench.turn("ls -la", route=Route.LITERAL)
    assert kinds(events) == [
        "TurnStarted", "Routed", "Recorded", "Started", "Output", "Finished", "Recorded", "TurnEnded",
    ]  # fmt: skip
    assert only(events, Output).text == "out\udcff\n"
    assert bench.shell.ran == ["ls -la"]
    assert bench.ledger.phases() == ["intent", "result"]


@pytest.mark.parametrize("line", ["", "   ", "\n"])
async def test_an_empty_line_is_nothing(bench: Bench, line: str) -> None:
    events = await bench.turn(line)
    assert kinds(events) == ["TurnStarted", "Routed", "TurnEnded"]
    assert ended(events).exit_code == 0


async def test_too_long_an_utterance_is_told_so(bench: Bench) -> None:
    events = await bench.turn("x" * 1_000_000)
    assert ended(events).exit_code == 3
    assert "1,000,000 characters" in only(events, Failed).message
    assert bench.model.requests == []


async def test_recall_is_shown_and_its_failure_harmless(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.model.plans["x"] = '[{"world.look":{}}]'
    bench.memory.rows = (MemoryRow(1, "fact", "apples are red", 0.0, why='matches "x"'),)
    assert only(await bench.turn("x"), Recalled).memories == bench.memory.rows

    def fail(utterance: str, limit: int = 5) -> tuple[MemoryRow, ...]:
        raise StoreUnavailable("broken")

    monkeypatch.setattr(bench.memory, "recall", fail)
    assert ended(await bench.turn("x")).exit_code == 0


async def test_a_history_that_cannot_be_written_is_told(bench: Bench) -> None:
    bench.history.error = StoreUnavailable("the disk is full", "free some space")
    bench.model.plans["x"] = '[{"world.look":{}}]'
    events = await bench.turn("x")
    assert "the disk is full" in only(events, Noticed).message
    assert ended(events).exit_code == 0


def cancel_on(bench: Bench, kind: type[Any]) -> Any:
    return lambda event: bench.session.cancel() if isinstance(event, kind) else None


async def test_cancel_stops_the_model(bench: Bench) -> None:
    bench.model.hangs = True
    asyncio.get_running_loop().call_later(0.01, bench.session.cancel)
    events = await bench.turn("x")
    assert (ended(events).outcome, ended(events).exit_code) == ("cancelled", 130)


@pytest.mark.parametrize("is_deaf", ["false", "true"])
async def test_cancel_stops_a_tool_even_a_deaf_one(bench: Bench, is_deaf: str) -> None:
    bench.model.plans["x"] = f'[{{"world.wait":{{"is_deaf":{is_deaf}}}}}]'
    events = await bench.turn("x", on_event=cancel_on(bench, Told))
    assert ended(events).exit_code == 130
    assert bench.ledger.records[-1].draft.outcome == "cancelled"
    assert Wait.release.is_set() is False


async def test_cancel_stops_the_shell(bench: Bench) -> None:
    events = await bench.turn("sleep", on_event=cancel_on(bench, Started), route=Route.LITERAL)
    assert ended(events).exit_code == 130
    assert bench.ledger.records[-1].draft.outcome == "cancelled"


async def test_cancel_answers_no_question(bench: Bench) -> None:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["x"] = '[{"world.drop":{"what":"apple"}}]'
    events = []
    async for event in bench.session.run("x", route=Route.UTTERANCE):
        events.append(event)
        if isinstance(event, Asked):
            bench.session.cancel()
    assert ended(events).outcome == "cancelled"
    assert "apple" in WORLD


async def test_leaving_the_stream_cancels_the_turn(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.wait":{}}]'
    stream = bench.session.run("x", route=Route.UTTERANCE)
    async for event in stream:
        if isinstance(event, Told):
            break
    await stream.aclose()  # type: ignore[attr-defined]
    bench.model.plans["y"] = '[{"world.look":{}}]'
    assert ended(await bench.turn("y")).exit_code == 0


async def test_one_turn_at_a_time(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.wait":{}}]'
    async for event in bench.session.run("x", route=Route.UTTERANCE):
        if isinstance(event, Told):
            second = [other async for other in bench.session.run("x")]
            assert "still running" in only(second, Failed).message
            bench.session.cancel()


async def test_the_first_event_says_what_and_the_second_how(bench: Bench) -> None:
    bench.model.plans["x"] = '[{"world.look":{}}]'
    events = await bench.turn("x")
    assert isinstance(events[0], TurnStarted)
    assert events[0].line == "x"
    assert isinstance(events[1], Routed)
    assert sum(isinstance(event, Recorded) for event in events) == 2


async def test_undo_and_redo_are_recorded_and_all_or_nothing(bench: Bench) -> None:
    from nlsh.core.scope import Cancellation

    bench.model.plans["x"] = '[{"world.drop":{"what":["apple","pear"]}}]'
    await bench.turn("x")
    list(bench.undo.undo(1, Cancellation()))
    assert set(WORLD) == {"apple", "pear"}
    list(bench.undo.redo(1, Cancellation()))
    assert set(WORLD) == {"trash/apple", "trash/pear"}
    WORLD["apple"] = "another one"
    with pytest.raises(NlshError, match="apple is there again"):
        list(bench.undo.undo(1, Cancellation()))
    assert set(WORLD) == {"apple", "trash/apple", "trash/pear"}
    assert [record.draft.outcome for record in bench.ledger.records[-2:]] == ["", "failed"]


def test_cancellation_calls_back_once_and_late_comers_at_once() -> None:
    from nlsh.core.scope import Cancellation

    calls: list[str] = []
    cancellation = Cancellation()
    cancellation.on_cancel(lambda: calls.append("a"))
    cancellation.on_cancel(lambda: calls.append("b"))()
    threading.Thread(target=cancellation.cancel).run()
    cancellation.cancel()
    cancellation.on_cancel(lambda: calls.append("c"))
    assert calls == ["a", "c"]


async def test_a_given_plan_runs_without_the_model_and_through_policy(bench: Bench) -> None:
    bench.rules.append(DELETES_ASK)
    plan = '[{"world.drop":{"what":"apple"}}]'
    events = []
    async for event in bench.session.run("drop it", route=Route.UTTERANCE, plan=plan):
        events.append(event)
        if isinstance(event, Asked):
            bench.session.answer(event.approval.id, Answer(Choice.NO))
    assert only(events, Planned).steps == ('{"world.drop":{"what":"apple"}}',)
    assert "apple" in WORLD
    assert ended(events).outcome == "declined"


async def test_a_given_plan_that_is_none_is_refused_in_words(bench: Bench) -> None:
    events = [event async for event in bench.session.run("x", route=Route.UTTERANCE, plan='[{"world.gone":{}}]')]
    assert "no syscall" in only(events, Failed).message
