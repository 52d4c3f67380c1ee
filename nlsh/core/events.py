"""The events of a turn: one stream for the desk, line mode, `-c`, tests and replay.

Every event is frozen and, but for `TerminalWanted`, round-trips through JSON: `read_event(to_json(e)) == e`.
Bytes travel as text with surrogateescape, so no byte is lost.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, get_args

from nlsh.core.approval import Approval, EditableStep
from nlsh.core.facts import Preview
from nlsh.core.ports import Lending, MemoryRow, Phase
from nlsh.core.results import Column, ColumnKind, Table
from nlsh.core.risk import Risk, Route, Verdict

Outcome = Literal["done", "failed", "refused", "declined", "cancelled", "not understood", "no model", "dry run"]


@dataclass(frozen=True)
class TurnStarted:
    """A line was entered."""

    turn: str
    line: str
    cwd: str
    at: float


@dataclass(frozen=True)
class Routed:
    """The line was found to be a literal or an utterance."""

    route: Route
    margin: float
    reason: str = ""


@dataclass(frozen=True)
class Recalled:
    """Memories near the utterance."""

    memories: tuple[MemoryRow, ...]


@dataclass(frozen=True)
class Noticed:
    """Something the person should know that belongs to no step: the model is loading, was restarted …"""

    message: str


@dataclass(frozen=True)
class Planned:
    """The model's plan, validated. Each step is canonical syscall JSON."""

    steps: tuple[str, ...]
    confidence: float
    """0 to 1."""
    elapsed_ms: float
    prompt_tokens: int = 0
    plan_tokens: int = 0


@dataclass(frozen=True)
class Decided:
    """Policy's verdict on one step, with what the step would do."""

    step: int
    syscall: str
    verdict: Verdict
    risk: Risk
    rule: str
    reason: str
    effects: tuple[str, ...]
    preview: Preview


@dataclass(frozen=True)
class Recorded:
    """A ledger record was written."""

    seq: int
    phase: Phase
    hash: str
    at: float
    syscall: str = ""
    verdict: str = ""
    risk: str = ""
    rule: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Asked:
    """An approval waits for an answer; the turn goes on after `Session.answer`."""

    step: int
    approval: Approval


@dataclass(frozen=True)
class Answered:
    """The person answered."""

    step: int
    approval_id: str
    choice: str
    elapsed_ms: float


@dataclass(frozen=True)
class Edited:
    """The person wrote a step anew; an empty `syscall`: they took it out of the plan."""

    step: int
    syscall: str


@dataclass(frozen=True)
class Foreseen:
    """What a step would do, as far as it can be told without running anything; for a question that was tried dry."""

    step: int
    syscall: str
    title: str
    lines: tuple[str, ...]
    is_known: bool = True
    """Whether it can be told before the steps before it have run; if not, `lines` say why."""


@dataclass(frozen=True)
class Started:
    """A step began to run."""

    step: int
    syscall: str


@dataclass(frozen=True)
class Output:
    """A piece of a step's output; untrusted text, bytes kept by surrogateescape."""

    step: int
    text: str
    is_error: bool = False


@dataclass(frozen=True)
class Tabled:
    """A step's listing."""

    step: int
    table: Table


@dataclass(frozen=True)
class Told:
    """A sentence of the tool's own: what it did, what it answers."""

    step: int
    text: str


@dataclass(frozen=True)
class Progressed:
    """How far a step has come; total 0 is unknown."""

    step: int
    done: int
    total: int
    unit: str


@dataclass(frozen=True)
class TerminalWanted:
    """A full-screen program wants the real terminal; only the desk meets this event, and it is not replayed."""

    step: int
    lending: Lending


@dataclass(frozen=True)
class Finished:
    """A step ended well, or a program it ran exited."""

    step: int
    exit_code: int
    elapsed_ms: float
    is_reversible: bool = False


@dataclass(frozen=True)
class Failed:
    """A step, or the turn before its first step (`step` 0), failed: what happened, then what to do."""

    step: int
    message: str
    hint: str = ""


@dataclass(frozen=True)
class TurnEnded:
    """The last event of every turn."""

    turn: str
    outcome: Outcome
    exit_code: int
    elapsed_ms: float
    cwd: str


Event = (
    TurnStarted
    | Routed
    | Recalled
    | Noticed
    | Planned
    | Decided
    | Recorded
    | Asked
    | Answered
    | Edited
    | Foreseen
    | Started
    | Output
    | Tabled
    | Told
    | Progressed
    | TerminalWanted
    | Finished
    | Failed
    | TurnEnded
)


def to_json(event: Event) -> str:
    """One line of ASCII JSON: `{"event":"Planned",…}`."""
    if isinstance(event, TerminalWanted):
        return json.dumps({"event": "TerminalWanted", "step": event.step})
    return json.dumps({"event": type(event).__name__} | dataclasses.asdict(event), separators=(",", ":"), default=str)


class _Reader:
    """JSON objects back to values, by hand where a field is more than a scalar."""

    types: ClassVar[Mapping[str, Any]] = {kind.__name__: kind for kind in get_args(Event)}

    @classmethod
    def read(cls, row: dict[str, Any]) -> Event:
        kind = cls.types[row.pop("event")]
        return kind(**{key: _FIELDS.get(key, _same)(value) for key, value in row.items()})  # type: ignore[no-any-return]


def read_event(line: str) -> Event:
    """One line of `to_json` back to an equal event. Raises KeyError, TypeError or ValueError on anything else."""
    return _Reader.read(json.loads(line))


def _same(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _preview(value: dict[str, Any]) -> Preview:
    return Preview(value["title"], tuple(value["lines"]), value["phrase"])


def _approval(value: dict[str, Any]) -> Approval:
    read: dict[str, Any] = {key: _same(one) for key, one in value.items()}
    read |= {"preview": _preview(value["preview"]), "risk": Risk(value["risk"])}
    return Approval(**read | {"steps": tuple(EditableStep(**step) for step in value["steps"])})


def _table(value: dict[str, Any]) -> Table:
    columns = tuple(Column(**column) for column in value["columns"])
    return Table(columns, tuple(tuple(_same(cell) for cell in row) for row in value["rows"]), value["note"])


_FIELDS: Final[Mapping[str, Any]] = {
    "route": Route,
    "verdict": lambda value: Verdict(value) if value else value,
    "risk": lambda value: Risk(value) if isinstance(value, int) else value,
    "preview": _preview,
    "approval": _approval,
    "table": _table,
    "memories": lambda rows: tuple(MemoryRow(**row) for row in rows),
}

__all__ = [kind.__name__ for kind in get_args(Event)] + ["ColumnKind", "Event", "Outcome", "read_event", "to_json"]
