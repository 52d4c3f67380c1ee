"""The session of line mode, opened behind the first prompt: what the prompt itself needs is little and quick."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from nlsh.core.errors import NlshError
from nlsh.core.ports import Completion, Job, MemoryRow, ModelStatus, Piped, Record, RouteReading, Session, TurnRow

if TYPE_CHECKING:
    from nlsh.boot import House
    from nlsh.core.approval import Answer
    from nlsh.core.events import Event
    from nlsh.core.results import Table
    from nlsh.core.risk import Route


class LateSession:
    """The `Session` port before and after it is open. The shell and the route are there from the start."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._shell = house.shell
        self._lock = threading.Lock()
        self._opened: Session | None = None

    def open(self) -> list[str]:
        """Open every room and look back; returns what the person should be told. From any thread.

        Raises:
            ConfigInvalid: a rule of the person's is not valid.
            StoreUnavailable: the ledger cannot be read or written.
        """
        self._session()
        self._house.look_back()
        return self._house.news()

    def _session(self) -> Session:
        with self._lock:
            if self._opened is None:
                self._opened = self._house.session()
            return self._opened

    @property
    def cwd(self) -> str:
        """The working directory."""
        return self._shell.cwd

    def route(self, line: str) -> RouteReading:
        """Literal or utterance, by rule."""
        return self._house.route(line)

    def model_status(self) -> ModelStatus:
        """The model's state; cold as long as nothing is open."""
        return self._opened.model_status() if self._opened is not None else ModelStatus("", "cold")

    def jobs(self) -> tuple[Job, ...]:
        """What the person's shell runs in the background."""
        return self._shell.jobs()

    def type_in(self, data: bytes) -> int:
        """Type into the command that runs."""
        return self._shell.write(data)

    def take_typed(self) -> bytes:
        """What was typed while the last command ran and that it did not read."""
        return self._shell.take_typed()

    def watch(self, show: Callable[[bytes], None]) -> None:
        """Who is shown what background jobs write between two lines."""
        self._shell.watch(show)

    def run(
        self,
        line: str,
        *,
        route: Route | None = None,
        stdin: Piped | None = None,
        is_dry: bool = False,
        plan: str = "",
    ) -> AsyncIterator[Event]:
        """One turn."""
        return self._session().run(line, route=route, stdin=stdin, is_dry=is_dry, plan=plan)

    def answer(self, approval_id: str, answer: Answer) -> None:
        """Answer a waiting approval."""
        self._session().answer(approval_id, answer)

    def cancel(self) -> None:
        """Stop the running turn, if any."""
        if self._opened is not None:
            self._opened.cancel()

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        """What may stand at the cursor."""
        return self._session().complete(line, cursor)

    async def start_shell(self) -> None:
        """Have the person's shell ready."""
        with suppress(NlshError):
            await asyncio.to_thread(self._shell.prepare)

    async def start_model(self) -> None:
        """Load the model."""
        await self._session().start_model()

    def processes(self) -> Table:
        """The process table."""
        return self._session().processes()

    def records(self, count: int) -> tuple[Record, ...]:
        """The newest ledger records."""
        return self._session().records(count)

    def memories(self, text: str) -> tuple[MemoryRow, ...]:
        """Search memory."""
        return self._session().memories(text)

    def history(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        """The newest turns."""
        return self._session().history(count, containing)

    async def close(self) -> None:
        """End the session."""
        if self._opened is not None:
            await self._opened.close()
