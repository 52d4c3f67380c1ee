"""What is asked of the model, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from nlsh.core.syscall import SyscallSpec


@dataclass(frozen=True)
class Shot:
    """A worked example shown to the model before the utterance."""

    utterance: str
    plan: str


@dataclass(frozen=True)
class PlanRequest:
    """Everything the model is shown, and everything it may say."""

    utterance: str
    specs: tuple[SyscallSpec, ...]
    """The syscalls the grammar allows."""
    shots: tuple[Shot, ...] = ()
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Real values by argument kind: `path` → names here and spans of the utterance, `text` → spans …"""
    max_steps: int = 4
    shapes: tuple[tuple[str, ...], ...] = ()
    """The sequences of syscalls that may be said; empty: any, up to `max_steps`."""
    leanings: Mapping[str, float] = field(default_factory=dict)
    """How likely each syscall is held beforehand, as a natural logarithm; empty: nothing is known."""
    max_tokens: int = 160
    deadline_s: float = 20.0


@dataclass(frozen=True)
class PlanDraft:
    """What the model said, untrusted and unvalidated, with how sure it was."""

    text: str
    is_complete: bool
    """Whether the grammar reached its end (False: the token cap or the deadline came first)."""
    mean_logprob: float
    """Mean natural-log probability over the tokens the model chose among; 0.0 is certain."""
    least_logprob: float
    prompt_tokens: int
    plan_tokens: int
    elapsed_ms: float


@dataclass(frozen=True)
class ModelStatus:
    """What the status line shows. `state` is `cold` before first use."""

    name: str
    state: Literal["cold", "preparing", "loading", "ready", "busy", "failed", "missing"]
    detail: str = ""
    """A sentence: progress while preparing (`requantising 38 %`), the cause when failed."""
    pid: int = 0
    tokens_per_s: float = 0.0
    context_tokens: int = 0


class Model(Protocol):
    """Plans utterances. Greedy and deterministic; one plan at a time."""

    @property
    def is_tuned(self) -> bool:
        """Whether it carries our adapter and plans without shots."""

    def status(self) -> ModelStatus:
        """Where it stands; never blocks."""

    async def start(self) -> None:
        """Load it; harmless when loaded. Raises ModelUnavailable."""

    async def plan(self, request: PlanRequest) -> PlanDraft:
        """Plan one utterance. Cancelling the awaiting task stops the decoding within 200 ms.

        Raises:
            ModelUnavailable: missing, corrupt, crashed, or past its deadline; the next call starts it again.
        """

    async def close(self) -> None:
        """Stop it and give its memory back."""
