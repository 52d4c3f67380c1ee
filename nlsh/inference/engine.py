"""The model, loaded: from a request to a draft of a plan. Runs in the worker process."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from nlsh.core.errors import Cancelled, ModelUnavailable, NotUnderstood
from nlsh.core.model import ModelSpec
from nlsh.core.ports import PlanDraft, PlanRequest
from nlsh.inference import chat, gguf, native
from nlsh.inference.automaton import Automaton
from nlsh.inference.context import Context, Halted, Logits
from nlsh.inference.decoding import Decoder, Draft
from nlsh.inference.grammar import plan_rule
from nlsh.inference.leaning import Leaning
from nlsh.inference.pace import Pace
from nlsh.inference.requantise import Report, model_file
from nlsh.inference.vocabulary import Vocabulary


class Engine:
    """One loaded model with its adapter. Not thread-safe.

    Raises:
        ModelUnavailable: a file is missing or damaged, or there is not enough memory.
    """

    def __init__(self, spec: ModelSpec, cache_dir: str, report: Report) -> None:
        self._api = native.load()
        self._spec = spec
        self._is_cancelled: Callable[[], bool] = lambda: False
        self._deadline = 0.0
        self._model = self._load(model_file(self._api, spec, cache_dir, report))
        self._vocabulary = Vocabulary(self._api, self._model)
        trained = int(self._api.llama_model_n_ctx_train(self._model)) or spec.context_tokens
        self.context_tokens: Final = min(spec.context_tokens, trained)
        pace = Pace(spec.threads)
        self._context = Context(self._api, self._model, self.context_tokens, pace, self._should_stop)
        if spec.adapter:
            self._attach(spec.adapter)
        self.tokens_per_s = 0.0

    def _load(self, path: str) -> Any:
        params = self._api.llama_model_default_params()
        params.n_gpu_layers = 0
        heard: list[str] = []
        with native.listening(lambda level, text: heard.append(text) if level == native.LOG_ERROR else None):
            model = self._api.llama_model_load_from_file(os.fsencode(path), params)
        if not model:
            raise ModelUnavailable(f"{os.path.basename(path)} cannot be loaded: {_cause(heard)}", "use another model")
        return model

    def _attach(self, path: str) -> None:
        gguf.check(path)
        adapter = self._api.llama_adapter_lora_init(self._model, os.fsencode(path))
        if not adapter:
            name = os.path.basename(path)
            raise ModelUnavailable(f"the adapter {name} does not fit the model {self._spec.name}", "name another one")
        adapters = (self._api.llama_adapter_lora_p_ctypes * 1)(adapter)
        scales = (ctypes.c_float * 1)(1.0)
        if self._api.llama_set_adapters_lora(self._context.adapter_target, adapters, 1, scales) != 0:
            raise ModelUnavailable(f"the adapter {os.path.basename(path)} cannot be used", "name another one")

    def plan(self, request: PlanRequest, is_cancelled: Callable[[], bool]) -> PlanDraft:
        """Plan one utterance; the draft is incomplete where the token cap or the deadline came first.

        Raises:
            Cancelled: `is_cancelled` said so.
            NotUnderstood: the utterance is longer than the context, or no syscall of the request can be said.
            ModelUnavailable: llama.cpp failed.
        """
        started = time.monotonic()
        self._deadline = started + request.deadline_s
        self._is_cancelled = is_cancelled
        most = max(1, min(request.max_tokens, self.context_tokens // 2))
        prompt = chat.prompt(
            self._vocabulary, self._spec.template, request.utterance, request.shots, self.context_tokens - most
        )
        leaning = Leaning(request.leanings) if request.leanings else None
        decoder = Decoder(self._vocabulary, _automaton(request), self._context.read, leaning)
        draft = self._decode(decoder, prompt, most)
        return _finished(draft, len(prompt), (time.monotonic() - started) * 1000)

    def _decode(self, decoder: Decoder, prompt: Sequence[int], most: int) -> Draft:
        read_at = time.monotonic()

        def read_prompt(opening: Sequence[int]) -> Logits:
            nonlocal read_at
            logits = self._context.read_prompt([*prompt, *opening])
            read_at = time.monotonic()
            return logits

        try:
            decoder.run(read_prompt, most)
        except Halted:
            if self._is_cancelled():
                raise Cancelled("cancelled") from None
        self.tokens_per_s = len(decoder.draft.tokens) / max(1e-6, time.monotonic() - read_at)
        return decoder.draft

    def _should_stop(self) -> bool:
        return self._is_cancelled() or time.monotonic() > self._deadline


def _automaton(request: PlanRequest) -> Automaton:
    try:
        return Automaton(plan_rule(request.specs, request.candidates, request.max_steps, request.shapes))
    except ValueError as error:
        raise NotUnderstood("nothing that can be done fits that", "say which file, folder or name is meant") from error


def _finished(draft: Draft, prompt_tokens: int, elapsed_ms: float) -> PlanDraft:
    chosen = draft.logprobs or [0.0]
    return PlanDraft(
        text=draft.text.decode("utf-8", "replace"),
        is_complete=draft.is_complete,
        mean_logprob=sum(chosen) / len(chosen),
        least_logprob=min(chosen),
        prompt_tokens=prompt_tokens,
        plan_tokens=len(draft.tokens),
        elapsed_ms=elapsed_ms,
    )


def _cause(heard: Sequence[str]) -> str:
    """What llama.cpp complained of first, on one line."""
    first = next((text for text in heard if text.strip()), "llama.cpp does not say why")
    return " ".join(first.split())[:200]
