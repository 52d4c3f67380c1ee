from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import Cancelled, ModelUnavailable, NotUnderstood
from nlsh.core.ports import PlanDraft, PlanRequest, Shot
from nlsh.core.syscall import SyscallSpec
from nlsh.inference import wire
from nlsh.inference.grammar import gbnf

TEXT = st.text(st.one_of(st.characters(), st.sampled_from('\udcff\udc80\n\0"')), max_size=20)


@given(values=st.lists(TEXT, max_size=3), utterance=TEXT)
def test_a_request_survives_the_wire(specs: tuple[SyscallSpec, ...], values: list[str], utterance: str) -> None:
    shots, candidates = (Shot(utterance, "[]"),), {"path": tuple(values)}
    request = PlanRequest(utterance, specs, shots, candidates, 3, (("undo",),), {"undo": -0.5}, 12, 3.5)
    frame = wire.pack(wire.request_to_json(request))
    data = wire.read_frame(io.BytesIO(frame))
    assert data is not None
    read = wire.request_from_json(data)
    assert (read.utterance, read.shots, read.candidates) == (request.utterance, request.shots, request.candidates)
    assert (read.max_steps, read.shapes, read.max_tokens, read.deadline_s) == (3, (("undo",),), 12, 3.5)
    assert read.leanings == {"undo": -0.5}
    assert gbnf(read.specs, read.candidates) == gbnf(request.specs, request.candidates)


def test_a_draft_survives_the_wire() -> None:
    draft = PlanDraft("[]\udcff", True, -0.5, -1.25, 10, 3, 12.5)
    assert wire.draft_from_json(wire.draft_to_json(draft)) == draft


@pytest.mark.parametrize("error", [ModelUnavailable("a", "b"), NotUnderstood("c"), Cancelled("d")])
def test_an_error_survives_the_wire(error: ModelUnavailable) -> None:
    read = wire.error_from_json(wire.error_to_json(error))
    assert (type(read), read.message, read.hint) == (type(error), error.message, error.hint)


def test_an_unknown_error_is_no_worse_than_an_absent_model() -> None:
    read = wire.error_from_json({"kind": "SystemExit", "message": "x", "hint": ""})
    assert type(read) is ModelUnavailable


@pytest.mark.parametrize("body", [b"[]", b"1", b"{", b"\xff"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        wire.unpack(body)


def test_a_frame_has_a_bound() -> None:
    with pytest.raises(ValueError, match="too long"):
        wire.body_length(b"HTTP")
    with pytest.raises(ValueError, match="too long"):
        wire.pack({"x": "y" * wire.MAX_FRAME_BYTES})


@pytest.mark.parametrize("cut", [0, 2, 4, 7])
def test_a_frame_cut_short_is_the_end(cut: int) -> None:
    assert wire.read_frame(io.BytesIO(wire.pack({"do": "ping"})[:cut])) is None
