"""Turn after turn: what one leaves for the next, and what is said where one was not understood."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from nlsh.core.approval import Answer, Choice
from nlsh.core.errors import ModelUnavailable
from nlsh.core.events import Failed, Planned, TurnEnded
from nlsh.core.ports import PlanRequest, Shot
from nlsh.core.risk import Route
from nlsh.kernel import tuned
from tests.kernel.conftest import Bench

LOOK = '[{"world.look":{}}]'


async def test_a_turn_that_leans_on_the_one_before_is_planned_with_it(bench: Bench) -> None:
    bench.model.plans |= {"look around the whole world please": LOOK, "now look again": LOOK}
    await bench.turn("look around the whole world please")
    await bench.turn("now look again")
    assert bench.model.requests[0].shots == ()
    assert bench.model.requests[1].shots == (Shot("look around the whole world please", LOOK),)


async def test_a_turn_that_stands_by_itself_is_planned_by_itself(bench: Bench) -> None:
    first, second = "look around the whole world please", "show me everything there is here in world order"
    bench.model.plans |= {first: LOOK, second: LOOK}
    await bench.turn(first)
    await bench.turn(second)
    assert bench.model.requests[1].shots == ()


async def test_a_literal_between_two_turns_is_nothing_to_lean_on(bench: Bench) -> None:
    bench.model.plans |= {"look around": LOOK, "look again": LOOK}
    await bench.turn("look around")
    await bench.turn("ls", route=Route.LITERAL)
    await bench.turn("look again")
    assert bench.model.requests[1].shots == ()


async def test_what_was_not_understood_is_answered_with_what_can_be_done(bench: Bench) -> None:
    bench.model.plans["please drop the fruit"] = '[{"world.drop":{"what":"apple"}}]'
    bench.model.logprob = -5.0
    [failed] = [event for event in await bench.turn("please drop the fruit") if isinstance(event, Failed)]
    assert "The nearest I can do: drop" in failed.hint


async def test_a_model_that_cannot_be_loaded_is_not_asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def start() -> None:
        raise ModelUnavailable("the model file is missing", "install it")

    monkeypatch.setattr(bench.model, "start", start)
    ended = (await bench.turn("look around"))[-1]
    assert isinstance(ended, TurnEnded)
    assert (ended.outcome, ended.exit_code) == ("no model", 4)
    assert bench.model.requests == []


async def test_a_change_that_is_likelier_a_question_is_less_sure(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def leaning(share: float) -> Callable[..., PlanRequest]:
        return lambda utterance, *_: PlanRequest(utterance, (), leanings={"ask": math.log(share)})

    bench.model.plans["drop that one there please now"] = '[{"world.drop":{"what":"apple"}}]'
    for share, count in ((0.1, 1), (0.9, 0)):
        monkeypatch.setattr(tuned, "build", leaning(share))
        events = await bench.turn("drop that one there please now", Answer(Choice.NO), is_dry=True)
        planned = [event for event in events if isinstance(event, Planned)]
        assert len(planned) == count
        assert not planned or planned[0].confidence == pytest.approx(0.9)
