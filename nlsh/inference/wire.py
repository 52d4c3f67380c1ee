"""What supervisor and worker say to each other: frames of JSON, each after its length as four bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO, Final

from nlsh.core.arguments import Kind
from nlsh.core.errors import Cancelled, ModelUnavailable, NlshError, NotUnderstood
from nlsh.core.ports import PlanDraft, PlanRequest, Shot
from nlsh.core.syscall import Argument, SyscallSpec

MAX_FRAME_BYTES: Final = 16 * 1024 * 1024
HEADER: Final = struct.Struct(">I")

Message = Mapping[str, Any]


def pack(message: Message) -> bytes:
    """A message as a frame. Raises ValueError: it is longer than MAX_FRAME_BYTES."""
    body = json.dumps(message, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    if len(body) > MAX_FRAME_BYTES:
        raise ValueError("the frame is too long")
    return HEADER.pack(len(body)) + body


def body_length(header: bytes) -> int:
    """How many bytes follow a header. Raises ValueError: more than a frame has."""
    (length,) = HEADER.unpack(header)
    if length > MAX_FRAME_BYTES:
        raise ValueError("the frame is too long")
    return int(length)


def unpack(body: bytes) -> dict[str, Any]:
    """The body of a frame as a message. Raises ValueError: it is none."""
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("the frame is no object")
    return message


def read_frame(file: BinaryIO) -> dict[str, Any] | None:
    """The next message of a file; None at its end. Raises ValueError."""
    header = file.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    length = body_length(header)
    body = file.read(length)
    return unpack(body) if len(body) == length else None


def request_to_json(request: PlanRequest) -> dict[str, Any]:
    """A request without what the model is not told: summaries, effects, defaults, examples."""
    return {
        "utterance": request.utterance,
        "specs": [[spec.name, [_argument_to_json(argument) for argument in spec.arguments]] for spec in request.specs],
        "shots": [[shot.utterance, shot.plan] for shot in request.shots],
        "leanings": dict(request.leanings),
        "candidates": {kind: list(values) for kind, values in request.candidates.items()},
        "max_steps": request.max_steps,
        "shapes": [list(shape) for shape in request.shapes],
        "max_tokens": request.max_tokens,
        "deadline_s": request.deadline_s,
    }


def request_from_json(data: Message) -> PlanRequest:
    """What `request_to_json` wrote. Raises KeyError, TypeError, ValueError."""
    return PlanRequest(
        utterance=data["utterance"],
        specs=tuple(_spec_from_json(name, arguments) for name, arguments in data["specs"]),
        shots=tuple(Shot(utterance, plan) for utterance, plan in data["shots"]),
        leanings={str(name): float(value) for name, value in data["leanings"].items()},
        candidates={kind: tuple(values) for kind, values in data["candidates"].items()},
        max_steps=data["max_steps"],
        shapes=tuple(tuple(shape) for shape in data["shapes"]),
        max_tokens=data["max_tokens"],
        deadline_s=data["deadline_s"],
    )


def _argument_to_json(argument: Argument) -> list[Any]:
    return [argument.name, str(argument.kind), argument.is_required, argument.is_many, list(argument.choices)]


def _spec_from_json(name: str, arguments: list[list[Any]]) -> SyscallSpec:
    read = (
        Argument(key, Kind(kind), is_required, is_many, None, tuple(choices))
        for key, kind, is_required, is_many, choices in arguments
    )
    return SyscallSpec(name, "", tuple(read), frozenset(), ())


def draft_to_json(draft: PlanDraft) -> dict[str, Any]:
    """A draft as JSON values."""
    return asdict(draft)


def draft_from_json(data: Message) -> PlanDraft:
    """What `draft_to_json` wrote. Raises KeyError, TypeError, ValueError."""
    return PlanDraft(
        text=str(data["text"]),
        is_complete=bool(data["is_complete"]),
        mean_logprob=float(data["mean_logprob"]),
        least_logprob=float(data["least_logprob"]),
        prompt_tokens=int(data["prompt_tokens"]),
        plan_tokens=int(data["plan_tokens"]),
        elapsed_ms=float(data["elapsed_ms"]),
    )


_ERRORS: Final = {kind.__name__: kind for kind in (ModelUnavailable, NotUnderstood, Cancelled)}


def error_to_json(error: NlshError) -> dict[str, str]:
    """An error as JSON values."""
    return {"kind": type(error).__name__, "message": error.message, "hint": error.hint}


def error_from_json(data: Message) -> NlshError:
    """The error to raise; ModelUnavailable if its kind is not known. Raises KeyError."""
    kind = _ERRORS.get(str(data["kind"]), ModelUnavailable)
    return kind(str(data["message"]), str(data["hint"]))
