"""How an utterance and its shots are written for the model, within its context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nlsh.core.errors import NotUnderstood
from nlsh.core.model import Template
from nlsh.core.ports import Shot


class Tokeniser(Protocol):
    """Text to tokens."""

    @property
    def bos(self) -> tuple[int, ...]:
        """What every text begins with: one token, or none."""

    def tokenise(self, text: bytes, *, is_markup: bool = False) -> list[int]:
        """Tokens of a text; names of special tokens in it count as such only if it `is_markup`."""


@dataclass(frozen=True)
class _Markup:
    """What stands before an utterance, between it and the plan, and after the plan."""

    before: bytes
    between: bytes
    after: bytes


_MARKUP: Final[Mapping[Template, _Markup]] = {
    "chatml": _Markup(b"<|im_start|>user\n", b"<|im_end|>\n<|im_start|>assistant\n", b"<|im_end|>\n"),
    "llama3": _Markup(
        b"<|start_header_id|>user<|end_header_id|>\n\n",
        b"<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        b"<|eot_id|>",
    ),
    "gemma": _Markup(b"<start_of_turn>user\n", b"<end_of_turn>\n<start_of_turn>model\n", b"<end_of_turn>\n"),
    "mistral": _Markup(b"[INST] ", b" [/INST]", b"</s>"),
}


def plain(text: str) -> bytes:
    """An utterance as the model reads it: undecodable bytes and NUL as escapes, so that it is valid UTF-8."""
    return text.replace("\0", "\\u0000").encode("utf-8", "backslashreplace")


def prompt(tokeniser: Tokeniser, template: Template, utterance: str, shots: Sequence[Shot], room: int) -> list[int]:
    """The tokens of the whole prompt, in at most `room`. Where they do not fit the earliest shots are left out.

    Every piece is tokenised by itself, and what people typed never as markup: an utterance cannot forge a turn.

    Raises:
        NotUnderstood: the utterance alone does not fit.
    """
    markup = _MARKUP[template]
    last = _turn(tokeniser, markup, utterance)
    room -= len(tokeniser.bos) + len(last)
    if room < 0:
        raise NotUnderstood("that is longer than the model can read", "say it shorter, or put the text into a file")
    kept: list[list[int]] = []
    for shot in reversed(shots):
        turn = _turn(tokeniser, markup, shot.utterance)
        turn += tokeniser.tokenise(plain(shot.plan)) + tokeniser.tokenise(markup.after, is_markup=True)
        room -= len(turn)
        if room < 0:
            break
        kept.append(turn)
    return [*tokeniser.bos, *(token for turn in reversed(kept) for token in turn), *last]


def _turn(tokeniser: Tokeniser, markup: _Markup, utterance: str) -> list[int]:
    before = tokeniser.tokenise(markup.before, is_markup=True)
    between = tokeniser.tokenise(markup.between, is_markup=True)
    return before + tokeniser.tokenise(plain(utterance)) + between
