"""The session: what a front end holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from nlsh.core.ports.ledger import Record
from nlsh.core.ports.memory import MemoryRow, TurnRow
from nlsh.core.ports.model import ModelStatus
from nlsh.core.ports.piped import Piped
from nlsh.core.ports.shell import Completion, Job
from nlsh.core.results import Table
from nlsh.core.risk import Route

if TYPE_CHECKING:
    from nlsh.core.approval import Answer
    from nlsh.core.events import Event


THIN_MARGIN: Final = 0.3
"""Chosen from public lines: under it stand fewer than one line in a hundred, and most of those routed wrong."""


@dataclass(frozen=True)
class RouteReading:
    """The route of a line, how sure the rule is (0 to 1), and why."""

    route: Route
    margin: float
    reason: str = ""
    correction: str = ""
    """The line as it was probably meant, where its first word is a slip of the fingers (`gti status`)."""

    @property
    def is_thin(self) -> bool:
        """Whether the rule is so little sure that the person should be asked, with one key, instead of guessing."""
        return self.margin < THIN_MARGIN


class Session(Protocol):
    """One run of nlsh: what a front end holds. Not thread-safe: one event loop owns it."""

    @property
    def cwd(self) -> str:
        """The working directory."""

    def route(self, line: str) -> RouteReading:
        """Literal or utterance, by rule; under a millisecond, no model."""

    def run(
        self,
        line: str,
        *,
        route: Route | None = None,
        stdin: Piped | None = None,
        is_dry: bool = False,
        plan: str = "",
    ) -> AsyncIterator[Event]:
        """One turn, from the line typed to its last event, which is always TurnEnded. Never raises NlshError.

        `stdin` is what was piped in, if the line may have it; it is read only where the line needs it.
        With `plan` (JSON, from an earlier turn) the utterance is carried out by that plan and the model is not asked.
        """

    def answer(self, approval_id: str, answer: Answer) -> None:
        """Answer a waiting approval; late or unknown ids are ignored."""

    def cancel(self) -> None:
        """Stop the running turn, if any: model, tool or shell, within 200 ms."""

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        """What may stand at the cursor. Blocks at most half a second, call it in a thread."""

    def jobs(self) -> tuple[Job, ...]:
        """What the person's shell runs in the background, or has stopped."""

    def type_in(self, data: bytes) -> int:
        """Type into the command that runs, where it has no terminal but the desk's; returns how many bytes it took."""

    def take_typed(self) -> bytes:
        """What was typed while the last command ran and that it did not read. Once."""

    def watch(self, show: Callable[[bytes], None]) -> None:
        """Who is shown, from another thread, what background jobs write between two lines."""

    def model_status(self) -> ModelStatus:
        """The model's state."""

    async def start_shell(self) -> None:
        """Have the person's shell ready behind the prompt. Never raises: the first line tells."""

    async def start_model(self) -> None:
        """Load the model behind the prompt. Never raises: the status tells."""

    def processes(self) -> Table:
        """The process table; blocks a few milliseconds, call it in a thread."""

    def records(self, count: int) -> tuple[Record, ...]:
        """The newest ledger records; blocks, call it in a thread."""

    def memories(self, text: str) -> tuple[MemoryRow, ...]:
        """Search memory; blocks, call it in a thread."""

    def history(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        """The newest turns."""

    async def close(self) -> None:
        """End the session: cancels the turn, stops the model, closes the store."""
