from __future__ import annotations

import asyncio

import pytest

from nlsh.core.errors import ModelUnavailable
from nlsh.core.ports import Model, PlanRequest
from nlsh.inference.scripted import ScriptedModel


def _request(utterance: str) -> PlanRequest:
    return PlanRequest(utterance, ())


async def test_answers_by_utterance() -> None:
    model: Model = ScriptedModel({"undo that": '[{"undo":{}}]'})
    assert model.status().state == "cold"
    draft = await model.plan(_request("undo that"))
    assert (draft.text, draft.is_complete) == ('[{"undo":{}}]', True)
    assert model.status().state == "ready"
    await model.close()
    assert model.status().state == "cold"


async def test_an_unknown_utterance_is_unsure() -> None:
    draft = await ScriptedModel({}).plan(_request("dance"))
    assert (draft.text, draft.is_complete) == ("", False)
    assert draft.mean_logprob < -1


async def test_a_function_sees_the_request() -> None:
    model = ScriptedModel(lambda request: f'[{{"say":{{"text":"{request.utterance}"}}}}]', mean_logprob=-0.3)
    draft = await model.plan(_request("hello"))
    assert draft.text == '[{"say":{"text":"hello"}}]'
    assert draft.mean_logprob == -0.3
    assert model.requests == [_request("hello")]


async def test_fails_as_it_is_told() -> None:
    model = ScriptedModel({"x": "[]"}, fault=ModelUnavailable("gone", "try again"))
    with pytest.raises(ModelUnavailable, match="gone"):
        await model.plan(_request("x"))
    assert model.status().state == "failed"
    model.fault = None
    assert (await model.plan(_request("x"))).text == "[]"


async def test_hangs_until_it_is_cancelled() -> None:
    model = ScriptedModel({"x": "[]"}, hangs=True)
    task = asyncio.create_task(model.plan(_request("x")))
    while not model.requests:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.cancelled == 1
