from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlsh.inference.vocabulary import Vocabulary

WORDS = st.text(st.sampled_from("abz.*~/-_\"{}[]:, '19éß漢"), max_size=12)


def test_pieces_make_up_the_text(vocabulary: Vocabulary) -> None:
    text = '[{"fs.move":{"source":"Müller 漢字.txt"}}]'.encode()
    assert b"".join(map(vocabulary.piece, vocabulary.tokenise(text))) == text


def test_special_tokens_are_no_text(vocabulary: Vocabulary) -> None:
    assert vocabulary.piece(2) == b""
    assert vocabulary.tokenise(b"<|im_end|>", is_markup=True) == [2]
    assert 2 not in vocabulary.tokenise(b"<|im_end|>")


@given(text=WORDS, more=WORDS.filter(bool))
@example(text='":{"path":"', more="*.pdf")
@example(text='":{"', more="path")
@example(text="it'", more="s")
@example(text="a", more=" b")
@settings(max_examples=500, deadline=None)
def test_what_is_settled_is_tokenised_alike_whatever_follows(vocabulary: Vocabulary, text: str, more: str) -> None:
    data, whole = text.encode(), (text + more).encode()
    settled = vocabulary.settled(data, whole[len(data) : len(data) + 1])
    kept = list(vocabulary.prefix(vocabulary.tokenise(data), settled))
    assert vocabulary.tokenise(whole)[: len(kept)] == kept


def test_a_boundary_of_letters_and_marks_settles(vocabulary: Vocabulary) -> None:
    assert vocabulary.settled(b'[{"', b"fp") == 3
    assert vocabulary.settled(b'[{"fs.remove":{"path":"', b"*a") == len('[{"fs.remove":{"path')
    assert vocabulary.settled(b'[{"fs.re', b"mn") == len('[{"fs.')


def test_other_tokenisers_settle_a_run_later(llama: Any, vocab_model: Any) -> None:
    other = Vocabulary(llama, vocab_model)
    other.__dict__["_splits_at_letters"] = False
    assert other.settled(b'[{"fs.remove":{"path":"', b"a") == len('[{"fs.remove":{"')
    other.__dict__["_splits_words"] = False
    assert other.settled(b'[{"fs.remove":{"path":"', b"a") == 0


def test_every_token_is_found_by_its_first_byte(vocabulary: Vocabulary) -> None:
    found = vocabulary.beginning_with(b"[")
    assert len(found) > 10
    assert all(vocabulary.piece(int(token))[:1] == b"[" for token in found)
    assert len(vocabulary.beginning_with(())) == 0
