"""Where a plan names a syscall, what was held likely is weighed with what the model says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from nlsh.inference.automaton import Automaton
from nlsh.inference.context import Logits
from nlsh.inference.decoding import Decoder
from nlsh.inference.grammar import plan_rule
from nlsh.inference.leaning import Leaning
from nlsh.inference.vocabulary import Vocabulary
from nlsh.tools.toolbox import Tools


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b'[{"', b""),
        (b'[{"fs.re', b"fs.re"),
        (b'[{"fs.read":{"path":"a"}},{"sv', b"sv"),
        (b'[{"fs.read":{"', None),
        (b'[{"fs.read":{"path":"fs.', None),
        (b'[{"fs.read"', None),
        (b"[", None),
    ],
)
def test_where_a_syscall_is_being_named(text: bytes, name: bytes | None) -> None:
    assert Leaning({"fs.read": 0.0}).naming(text) == name


def test_a_beginning_weighs_what_all_names_that_begin_so_weigh() -> None:
    leaning = Leaning({"fs.read": np.log(0.5), "fs.remove": np.log(0.3), "say": np.log(0.2)})
    assert leaning.of(b"fs.re") == pytest.approx(np.log(0.8))
    assert leaning.of(b'fs.read":{') == pytest.approx(np.log(0.5))
    assert leaning.of(b"undo") < -10


class Bytes(Vocabulary):
    """A vocabulary of single bytes."""

    def __init__(self) -> None:
        """Nothing is loaded."""

    def piece(self, token: int) -> bytes:
        return bytes([token])

    def beginning_with(self, legal: Iterable[int]) -> npt.NDArray[np.int64]:
        return np.array(sorted(legal), np.int64)

    def tokenise(self, text: bytes, *, is_markup: bool = False) -> list[int]:
        return list(text)

    def settled(self, text: bytes, following: Iterable[int]) -> int:
        return len(text)


def said(leaning: Leaning | None) -> str:
    """The plan of a model that faintly prefers the letter `m` among the syscalls of memory and disk."""
    specs = [spec for spec in Tools().specs() if spec.name in ("sys.memory", "sys.uptime")]

    def read(_: Sequence[int]) -> Logits:
        logits = np.zeros(256, np.float32)
        logits[ord("m")] = 0.5
        return logits

    draft = Decoder(Bytes(), Automaton(plan_rule(specs, {}, 1)), read, leaning).run(read, 99)
    return draft.text.decode()


def test_a_strong_leaning_outweighs_a_faint_word_and_a_faint_one_does_not() -> None:
    assert said(None) == '[{"sys.memory":{}}]'
    assert said(Leaning({"sys.memory": np.log(0.45), "sys.uptime": np.log(0.55)})) == '[{"sys.memory":{}}]'
    assert said(Leaning({"sys.memory": np.log(0.05), "sys.uptime": np.log(0.95)})) == '[{"sys.uptime":{}}]'
