"""The tokens of a model as bytes, and how much of a text is tokenised for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_BPE: Final = 2
"""`LLAMA_VOCAB_TYPE_BPE`."""
_SPLITS_AT_LETTERS: Final = frozenset({"gpt-2", "smollm"})
"""Pre-tokenisers that never join a punctuation mark with the letters after it."""
_MAX_PIECE_BYTES: Final = 512
_LETTER, _DIGIT, _MARK, _JOINS = range(4)


def _class_of(byte: int) -> int:
    char = chr(byte)
    if byte >= 0x80 or byte <= 0x20 or char == "'":
        return _JOINS
    return _LETTER if char.isalpha() else _DIGIT if char.isdigit() else _MARK


_CLASSES: Final = bytes(map(_class_of, range(256)))


class Vocabulary:
    """Tokens of one loaded model. `api` is the low-level API of llama.cpp."""

    def __init__(self, api: Any, model: Any) -> None:
        self._api = api
        self._vocab = api.llama_model_get_vocab(model)
        self._model = model
        self._pieces: dict[int, bytes] = {}
        self.size: Final[int] = api.llama_vocab_n_tokens(self._vocab)

    @cached_property
    def bos(self) -> tuple[int, ...]:
        """What every text begins with: one token, or none."""
        return (self._api.llama_vocab_bos(self._vocab),) if self._api.llama_vocab_get_add_bos(self._vocab) else ()

    def tokenise(self, text: bytes, *, is_markup: bool = False) -> list[int]:
        """Tokens of a text; names of special tokens in it count as such only if it `is_markup`."""
        room = len(text) + 8
        buffer = (self._api.llama_token * room)()
        count = self._api.llama_tokenize(self._vocab, text, len(text), buffer, room, False, is_markup)
        assert count >= 0, "a token is at least a byte long"
        return list(buffer[:count])

    def piece(self, token: int) -> bytes:
        """The bytes a token stands for; none for special tokens."""
        if token not in self._pieces:
            buffer = self._api.ctypes.create_string_buffer(_MAX_PIECE_BYTES)
            length = self._api.llama_token_to_piece(self._vocab, token, buffer, _MAX_PIECE_BYTES, 0, False)
            self._pieces[token] = buffer.raw[: max(0, length)]
        return self._pieces[token]

    def beginning_with(self, legal: Iterable[int]) -> npt.NDArray[np.int64]:
        """Every token whose first byte is one of some."""
        found = [self._by_first_byte[byte] for byte in legal if byte in self._by_first_byte]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    @cached_property
    def _by_first_byte(self) -> dict[int, npt.NDArray[np.int64]]:
        groups: dict[int, list[int]] = {}
        for token in range(self.size):
            piece = self.piece(token)
            if piece:
                groups.setdefault(piece[0], []).append(token)
        return {byte: np.array(tokens, np.int64) for byte, tokens in groups.items()}

    def settled(self, text: bytes, following: Iterable[int]) -> int:
        """How many bytes of `text` are tokenised alike whatever comes next, which begins with one of `following`.

        A run of letters or of marks may be split otherwise once more of its kind follows, so the last run counts
        only if nothing that may follow prolongs it.
        """
        if not self._splits_words or not text:
            return 0
        last = _CLASSES[text[-1]]
        ends_well = last != _JOINS and not {_CLASSES[byte] for byte in following} & {last, _JOINS}
        if ends_well and self._splits_at_letters:
            return len(text)
        cut = _run_start(text, len(text))
        return cut if self._splits_at_letters else _run_start(text, cut)

    def prefix(self, tokens: Iterable[int], length: int) -> Iterator[int]:
        """The leading tokens that lie wholly within the first `length` bytes."""
        end = 0
        for token in tokens:
            end += len(self.piece(token))
            if end > length:
                return
            yield token

    @cached_property
    def _splits_words(self) -> bool:
        return bool(self._api.llama_vocab_type(self._vocab) == _BPE)

    @cached_property
    def _splits_at_letters(self) -> bool:
        buffer = self._api.ctypes.create_string_buffer(64)
        self._api.llama_model_meta_val_str(self._model, b"tokenizer.ggml.pre", buffer, 64)
        return buffer.value.decode("ascii", "replace") in _SPLITS_AT_LETTERS


def _run_start(text: bytes, end: int) -> int:
    """Where the run of one class that ends at `end` begins; bytes that join count to any class."""
    run = _JOINS
    while end > 0:
        found = _CLASSES[text[end - 1]]
        if _JOINS not in (run, found) and run != found:
            break
        run = run if found == _JOINS else found
        end -= 1
    return end
