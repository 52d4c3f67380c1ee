"""One context of llama.cpp: what the model has read, and reading on from there.

Measured on this library: with flash attention off, any split of a text into batches of two tokens or more, on one
thread or two, gives bit-equal logits. So a prefix that is reused never changes an answer, nor does a busy machine.
(With flash attention on, batches of 64 and more, and single tokens on two threads, each differ by about 0.4.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlsh.core.errors import ModelUnavailable
from nlsh.inference.pace import Pace

CHUNK_TOKENS: Final = 64
_ABORTED: Final = 2
_FLASH_ATTENTION_OFF: Final = 0

Logits = npt.NDArray[np.float32]


class Halted(Exception):
    """Decoding was told to stop. What was read before stays read."""


class Context:
    """The one sequence of a loaded model, with its adapter: another adapter needs another context, because what was
    read under one is silently wrong under the other. `should_stop` is asked many times during every decode.

    Raises:
        ModelUnavailable: there is not enough memory for it.
    """

    def __init__(self, api: Any, model: Any, tokens: int, pace: Pace, should_stop: Callable[[], bool]) -> None:
        self._api = api
        self._pace = pace
        self._vocab_size: Final[int] = api.llama_vocab_n_tokens(api.llama_model_get_vocab(model))
        self._should_stop = should_stop
        self._abort = api.ggml_abort_callback(lambda _: should_stop() or pace.is_starved())
        self._context = api.llama_init_from_model(model, self._params(tokens))
        if not self._context:
            raise ModelUnavailable("there is not enough memory for the model", "close something, or use a smaller one")
        self._memory = api.llama_get_memory(self._context)
        self._read: list[int] = []
        self._reusable = 0

    def _params(self, tokens: int) -> Any:
        params = self._api.llama_context_default_params()
        params.n_ctx = tokens
        params.n_batch = params.n_ubatch = CHUNK_TOKENS
        params.n_seq_max = 1
        params.kv_unified = False
        params.flash_attn_type = _FLASH_ATTENTION_OFF
        params.abort_callback = self._abort
        return params

    @property
    def adapter_target(self) -> Any:
        """The native handle an adapter is attached to."""
        return self._context

    def read_prompt(self, tokens: Sequence[int]) -> Logits:
        """Read a whole prompt, keeping what the last one shares with it.

        Raises:
            Halted: it was told to stop.
            ModelUnavailable: llama.cpp failed.
        """
        shared = _common(self._read[: self._reusable], tokens)
        self._forget(min(shared, len(tokens) - 2))
        logits = self.read(tokens[len(self._read) :])
        self._reusable = len(tokens)
        return logits

    def read(self, tokens: Sequence[int]) -> Logits:
        """Read on; the logits after the last token, valid until the next call.

        Raises:
            Halted: it was told to stop.
            ModelUnavailable: llama.cpp failed.
        """
        at = 0
        while at < len(tokens):
            left = len(tokens) - at
            size = CHUNK_TOKENS - 1 if left == CHUNK_TOKENS + 1 else min(left, CHUNK_TOKENS)
            self._decode(tokens[at : at + size])
            at += size
        found = self._api.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(found, shape=(self._vocab_size,))

    def _decode(self, tokens: Sequence[int]) -> None:
        code = _ABORTED if self._should_stop() else self._try(tokens)
        if code == _ABORTED and not self._should_stop():
            code = self._try(tokens)
        if code == _ABORTED:
            raise Halted
        if code != 0:
            raise ModelUnavailable(f"the model could not read on (llama.cpp says {code})", "try again")
        self._read.extend(tokens)

    def _try(self, tokens: Sequence[int]) -> int:
        """Decode once; it is aborted also if its threads get too little time, and then there is one the next time."""
        array = (self._api.llama_token * len(tokens))(*tokens)
        with self._pace.step() as threads:
            self._api.llama_set_n_threads(self._context, threads, threads)
            code = int(self._api.llama_decode(self._context, self._api.llama_batch_get_one(array, len(tokens))))
        if code != 0:
            self._forget(len(self._read))
        return code

    def _forget(self, keep: int) -> None:
        """Keep the first so many tokens; models that cannot forget a part forget everything."""
        keep = max(0, keep)
        if not self._api.llama_memory_seq_rm(self._memory, 0, keep, -1):
            self._api.llama_memory_clear(self._memory, True)
            keep = 0
        del self._read[keep:]
        self._reusable = min(self._reusable, keep)


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    """How many leading tokens are equal."""
    return next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
