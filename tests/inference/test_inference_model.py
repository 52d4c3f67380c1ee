"""The embedded model itself, in one worker and in one engine of this process."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import json
import struct
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.errors import Cancelled, ModelUnavailable, NotUnderstood
from nlsh.core.model import ModelSpec
from nlsh.core.ports import PlanDraft, PlanRequest, Shot
from nlsh.core.syscall import SyscallSpec
from nlsh.inference.automaton import Automaton
from nlsh.inference.engine import Engine
from nlsh.inference.grammar import plan_rule
from nlsh.inference.requantise import Report
from nlsh.inference.supervisor import LlamaModel

pytestmark = pytest.mark.model

Specs = tuple[SyscallSpec, ...]
SHOTS = (
    Shot("make a folder called invoices", '[{"fs.mkdir":{"path":"invoices"}}]'),
    Shot("show the pdfs bigger than 2 MB", '[{"fs.find":{"name":"*.pdf","size":">2M"}}]'),
    Shot("put the images into photos", '[{"fs.move":{"source":["*.jpg","*.png"],"to":"photos"}}]'),
    Shot("delete all the tmp files", '[{"fs.remove":{"path":"*.tmp"}}]'),
)
UTTERANCES = (
    "create a directory named archive",
    "find csv files bigger than 5 MB",
    'delete it\'s "odd".txt',
    "wie viel <|im_end|> Größe haben die 漢字?",
)


def _request(specs: Specs, utterance: str, **changes: Any) -> PlanRequest:
    words = utterance.split()
    spans = tuple(" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words)) + 1))
    kinds = ("path", "paths", "new_path", "pattern", "text", "process")
    candidates = dict.fromkeys(kinds, (*spans, "a.txt", 'it\'s "odd".txt', "ünï\\\n.csv"))
    request = PlanRequest(utterance, specs, SHOTS, {**candidates, "glob": ("*.csv", "*.txt", "*.pdf")})
    return dataclasses.replace(request, **changes)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def engine(cache: str) -> Engine:
    return Engine(ModelSpec("smollm2"), cache, Report(lambda _: None, lambda _: None))


@pytest.fixture
async def model(cache: str) -> AsyncIterator[LlamaModel]:
    model = LlamaModel(ModelSpec("smollm2"), cache, lambda _: None)
    await model.start()
    yield model
    await model.close()


def _plan(engine: Engine, request: PlanRequest) -> PlanDraft:
    return engine.plan(request, lambda: False)


def _what(draft: PlanDraft) -> tuple[str, float, float]:
    return draft.text, draft.mean_logprob, draft.least_logprob


@pytest.mark.parametrize("utterance", UTTERANCES)
def test_a_plan_is_what_the_grammar_allows(engine: Engine, specs: Specs, utterance: str) -> None:
    request = _request(specs, utterance)
    draft = _plan(engine, request)
    assert draft.is_complete
    assert 1 <= len(json.loads(draft.text)) <= 4
    automaton = Automaton(plan_rule(request.specs, request.candidates))
    state = automaton.walk(automaton.start, draft.text.encode())
    assert state is not None
    assert state.is_final
    assert draft.least_logprob <= draft.mean_logprob <= 0
    assert draft.plan_tokens > 0
    assert draft.prompt_tokens > 100


def test_it_understands_by_example(engine: Engine, specs: Specs) -> None:
    draft = _plan(engine, _request(specs, "create a directory named archive"))
    assert json.loads(draft.text) == [{"fs.mkdir": {"path": "archive"}}]


def test_a_shape_that_is_asked_for_is_kept(engine: Engine, specs: Specs) -> None:
    shapes = (("fs.find", "fs.remove"), ("fs.find", "undo", "fs.remove"))
    draft = _plan(engine, _request(specs, "delete the csv files", shapes=shapes))
    assert tuple(name for step in json.loads(draft.text) for name in step) in shapes


def test_what_was_read_before_and_the_threads_change_nothing(engine: Engine, specs: Specs) -> None:
    requests = [_request(specs, utterance) for utterance in UTTERANCES]
    first = [_what(_plan(engine, request)) for request in requests]
    again = [_what(_plan(engine, request)) for request in reversed(requests)][::-1]
    assert again == first
    engine._context._pace._most = 1
    engine._context._forget(0)
    alone = [_what(_plan(engine, request)) for request in requests]
    engine._context._pace._most = 2
    assert alone == first


def test_a_prefix_is_read_once(engine: Engine, specs: Specs) -> None:
    _plan(engine, _request(specs, "make a folder called one"))
    shared = len(engine._context._read)
    decoded: list[int] = []
    inner = engine._context._try
    engine._context._try = lambda tokens: decoded.append(len(tokens)) or inner(tokens)  # type: ignore
    try:
        _plan(engine, _request(specs, "make a folder called two"))
    finally:
        engine._context._try = inner  # type: ignore[method-assign]
    assert sum(decoded) < shared / 2
    assert min(decoded[:1]) >= 2


def test_decoding_stops_at_once_when_it_is_told_to_and_goes_on_after(engine: Engine, specs: Specs) -> None:
    request = _request(specs, UTTERANCES[0])
    before = _what(_plan(engine, request))
    asked = itertools.count()
    engine._context._forget(0)
    with pytest.raises(Cancelled):
        engine.plan(request, lambda: next(asked) > 300)
    assert next(asked) < 320
    assert _what(_plan(engine, request)) == before


def test_the_deadline_leaves_an_incomplete_draft(engine: Engine, specs: Specs) -> None:
    engine._context._forget(0)
    draft = _plan(engine, _request(specs, UTTERANCES[0], deadline_s=0.0))
    assert not draft.is_complete


def test_the_token_cap_leaves_an_incomplete_draft(engine: Engine, specs: Specs) -> None:
    draft = _plan(engine, _request(specs, UTTERANCES[0], max_tokens=4))
    assert not draft.is_complete
    assert 4 <= draft.plan_tokens < 12


def test_shots_that_do_not_fit_are_left_out(cache: str, specs: Specs) -> None:
    small = Engine(ModelSpec("smollm2", context_tokens=384), cache, Report(lambda _: None, lambda _: None))
    draft = _plan(small, _request(specs, UTTERANCES[0], shots=SHOTS * 8))
    assert draft.is_complete
    assert 150 < draft.prompt_tokens <= 384 - 160


def test_an_utterance_that_does_not_fit_is_refused(engine: Engine, specs: Specs) -> None:
    with pytest.raises(NotUnderstood, match="longer than the model can read"):
        _plan(engine, _request(specs, "very " * 2500, candidates={}))


def test_nothing_to_say_is_not_understood(engine: Engine, specs: Specs) -> None:
    with pytest.raises(NotUnderstood, match="fits"):
        _plan(engine, _request(specs[2:3], "make it", candidates={}))


async def test_a_cancel_keeps_the_worker_and_the_next_plan_is_right(model: LlamaModel, specs: Specs) -> None:
    pid = model.status().pid
    long = _request(specs, "why " * 400, shots=SHOTS * 8)
    task = asyncio.create_task(model.plan(long))
    while model.status().state != "busy":
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    draft = await model.plan(_request(specs, "create a directory named archive"))
    assert json.loads(draft.text) == [{"fs.mkdir": {"path": "archive"}}]
    assert model.status().pid == pid


def _adapter(strength: int) -> bytes:
    """A LoRA adapter in GGUF form: rank 4 on the first query matrix, F32, every element `strength` thousandths."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    strings = {"general.architecture": "llama", "general.type": "adapter", "adapter.type": "lora"}
    pairs = [text(key) + struct.pack("<I", 8) + text(value) for key, value in strings.items()]
    pairs.append(text("adapter.lora.alpha") + struct.pack("<If", 6, 4.0))
    shapes = {"lora_a": (576, 4), "lora_b": (4, 576)}
    tensors = [
        text(f"blk.0.attn_q.weight.{name}") + struct.pack("<IQQIQ", 2, *shape, 0, at * 576 * 4 * 4)
        for at, (name, shape) in enumerate(shapes.items())
    ]
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs)) + b"".join(pairs + tensors)
    data = struct.pack("<f", strength / 1000) * (2 * 576 * 4)
    return header + bytes(-len(header) % 32) + data


MakeEngine = Callable[[bytes], Engine]


@pytest.fixture
def with_adapter(cache: str, tmp_path: Path) -> MakeEngine:
    def build(data: bytes) -> Engine:
        path = tmp_path / "adapter.gguf"
        path.write_bytes(data)
        spec = ModelSpec("smollm2", adapter=str(path), is_tuned=True)
        return Engine(spec, cache, Report(lambda _: None, lambda _: None))

    return build


def test_an_adapter_changes_what_is_likely_and_one_of_zeros_nothing(
    engine: Engine, with_adapter: MakeEngine, specs: Specs
) -> None:
    request = _request(specs, UTTERANCES[0])
    plain = _what(_plan(engine, request))
    assert _what(_plan(with_adapter(_adapter(0)), request)) == plain
    assert _what(_plan(with_adapter(_adapter(80)), request)) != plain


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is not a GGUF"),
        (_adapter(1)[:-4], "is incomplete"),
        (_adapter(1).replace(b"blk.0.", b"blk.9999."[:6]), "does not fit the model"),
    ],
)
def test_a_bad_adapter_is_one_sentence(with_adapter: MakeEngine, data: bytes, sentence: str) -> None:
    with pytest.raises(ModelUnavailable, match=sentence):
        with_adapter(data)


def test_a_file_llama_cpp_refuses_is_one_sentence(cache: str, tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(_adapter(1))
    with pytest.raises(ModelUnavailable, match=r"own\.gguf cannot be loaded: ") as caught:
        Engine(ModelSpec("own", source=str(path)), cache, Report(lambda _: None, lambda _: None))
    assert "\n" not in caught.value.message
