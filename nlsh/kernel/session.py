"""The session: what a front end holds. It owns the running turn and hands everything else to its rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

from nlsh.core.approval import Answer
from nlsh.core.errors import ModelUnavailable, NlshError
from nlsh.core.events import Event, Failed, Noticed, TurnEnded
from nlsh.core.ports import Completion, Job, MemoryRow, ModelStatus, Piped, Record, RouteReading, Shot, TurnRow
from nlsh.core.results import Table
from nlsh.core.risk import Route
from nlsh.kernel.rooms import Rooms
from nlsh.kernel.route import strip_force
from nlsh.kernel.turn import Turn


class KernelSession:
    """One run of nlsh (the `Session` port). One event loop owns it; `cancel` may be called from any thread."""

    def __init__(
        self,
        rooms: Rooms,
        route: Callable[[str], RouteReading],
        close: Callable[[], None],
        news: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._rooms = rooms
        self._route = route
        self._close = close
        self._news = news
        """What the person should be told and was not yet; told at the end of a turn."""
        self._turn: Turn | None = None
        self._before: Shot | None = None
        """The last turn that was planned, for an utterance that leans on it."""
        self._was_declined = False
        """Whether the person said no to it."""

    @property
    def cwd(self) -> str:
        """The working directory."""
        return self._rooms.shell.cwd

    def route(self, line: str) -> RouteReading:
        """Literal or utterance, by rule."""
        return self._route(line)

    async def run(
        self,
        line: str,
        *,
        route: Route | None = None,
        stdin: Piped | None = None,
        is_dry: bool = False,
        plan: str = "",
    ) -> AsyncIterator[Event]:
        """One turn; see `Session.run`."""
        if self._turn is not None:
            yield Failed(0, "a turn is still running", "wait for it, or stop it with escape")
            yield TurnEnded("", "failed", 1, 0.0, self.cwd)
            return
        text, forced = strip_force(line)
        chosen = route or forced
        reading = RouteReading(chosen, 1.0, "you said so") if chosen else self._route(line)
        turn = self._turn = Turn(
            self._rooms,
            text,
            reading,
            is_dry,
            stdin,
            before=self._before,
            is_after_no=self._was_declined,
            given=plan,
        )
        try:
            async for event in turn.events():
                if isinstance(event, TurnEnded):
                    for notice in self._news():
                        yield Noticed(notice)
                yield event
        finally:
            turn.cancellation.cancel()
            self._turn = None
            if not turn.is_only_words:
                self._before, self._was_declined = turn.as_shot(), turn.outcome == "declined"

    def answer(self, approval_id: str, answer: Answer) -> None:
        """Answer a waiting approval."""
        if self._turn is not None:
            self._turn.questions.answer(approval_id, answer)

    def cancel(self) -> None:
        """Stop the running turn, if any."""
        turn = self._turn
        if turn is not None:
            turn.cancellation.cancel()

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        """What may stand at the cursor."""
        from nlsh.kernel.completing import Completing  # only where somebody presses Tab

        rooms = self._rooms
        return Completing(rooms.shell, rooms.history, rooms.toolbox.specs, self._route).offers(line, cursor)

    def jobs(self) -> tuple[Job, ...]:
        """What the person's shell runs in the background, or has stopped."""
        return self._rooms.shell.jobs()

    def type_in(self, data: bytes) -> int:
        """Type into the command that runs."""
        return self._rooms.shell.write(data)

    def take_typed(self) -> bytes:
        """What was typed while the last command ran and that it did not read."""
        return self._rooms.shell.take_typed()

    def watch(self, show: Callable[[bytes], None]) -> None:
        """Who is shown what background jobs write between two lines."""
        self._rooms.shell.watch(show)

    def model_status(self) -> ModelStatus:
        """The model's state."""
        return self._rooms.model.status()

    async def start_shell(self) -> None:
        """Have the person's shell ready behind the prompt; where that fails the first line says so."""
        with suppress(NlshError):
            await asyncio.to_thread(self._rooms.shell.prepare)

    async def start_model(self) -> None:
        """Load the model behind the prompt; failures show in its status."""
        self._rooms.planner.warm()
        try:
            await self._rooms.model.start()
        except ModelUnavailable:
            return

    def processes(self) -> Table:
        """The process table."""
        return self._rooms.toolbox.processes()

    def records(self, count: int) -> tuple[Record, ...]:
        """The newest ledger records."""
        return self._rooms.ledger.tail(count)

    def memories(self, text: str) -> tuple[MemoryRow, ...]:
        """Search memory."""
        return self._rooms.memory.recall(text, self._rooms.recall_limit)

    def history(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        """The newest turns."""
        return self._rooms.history.latest(count, containing)

    async def close(self) -> None:
        """End the session."""
        self.cancel()
        await self._rooms.model.close()
        self._close()
