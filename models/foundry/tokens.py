"""Utterances and plans as tokens, cut and framed exactly as the product does it."""

from __future__ import annotations

import os
from typing import Any, Final

from models.foundry.weights import SOURCE
from nlsh.core.ports import Shot
from nlsh.inference import chat, native
from nlsh.inference.requantise import locate
from nlsh.inference.vocabulary import Vocabulary

_END: Final = b"<|im_end|>"
_MOST: Final = 1024


class Writer:
    """Writes training examples as the product writes prompts."""

    def __init__(self, source: str = SOURCE) -> None:
        self._api = native.load()
        params: Any = self._api.llama_model_default_params()
        params.vocab_only = True
        self._model = self._api.llama_model_load_from_file(os.fsencode(locate(source)), params)
        self.vocabulary = Vocabulary(self._api, self._model)
        self.size = self.vocabulary.size
        [self.end] = self.vocabulary.tokenise(_END, is_markup=True)

    def prompt(self, utterance: str, before: tuple[str, str] | None) -> list[int]:
        """What the model reads before it plans."""
        shots = [Shot(*before)] if before else []
        return chat.prompt(self.vocabulary, "chatml", utterance, shots, _MOST)

    def plan(self, plan: str) -> list[int]:
        """What it is to say, with the token that ends it."""
        return [*self.vocabulary.tokenise(chat.plain(plan)), self.end]
