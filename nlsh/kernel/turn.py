"""One turn: from the line typed to its last event. The same stream feeds the desk, line mode, `-c` and the tests."""

from __future__ import annotations

import asyncio
import os
import time
import traceback
import uuid
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from nlsh.core.errors import Cancelled, ModelUnavailable, NlshError, NotUnderstood, Refused
from nlsh.core.events import (
    Event,
    Failed,
    Finished,
    Noticed,
    Outcome,
    Planned,
    Recalled,
    Routed,
    TurnEnded,
    TurnStarted,
)
from nlsh.core.plan import read_plan
from nlsh.core.ports import MemoryRow, Piped, RouteReading, Shot, TurnRow
from nlsh.core.results import Result
from nlsh.core.risk import Route, Verdict
from nlsh.core.scope import Cancellation
from nlsh.kernel.agenda import Agenda
from nlsh.kernel.circumstances import Circumstances
from nlsh.kernel.correcting import corrected, named, narrows, spared_names
from nlsh.kernel.foresight import verdict_ahead
from nlsh.kernel.literal import Literal
from nlsh.kernel.narrowing import narrowed, spared, swapped
from nlsh.kernel.planner import Proposal
from nlsh.kernel.questions import Questions
from nlsh.kernel.rooms import Rooms
from nlsh.kernel.slips import AS_WRITTEN, NOT_FOUND, withheld
from nlsh.kernel.step import StepRun
from nlsh.kernel.threads import in_thread, soon, stream

T = TypeVar("T")


@dataclass
class Turn:
    """Runs one line. `cancel` may be called from any thread."""

    rooms: Rooms
    line: str
    reading: RouteReading
    is_dry: bool = False
    stdin: Piped | None = None
    before: Shot | None = None
    """The turn before, if it was planned."""
    is_after_no: bool = False
    """Whether the person declined that turn: what they say now may well correct it."""
    given: str = ""
    """A plan to carry out instead of asking the model; JSON."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    cancellation: Cancellation = field(default_factory=Cancellation)
    questions: Questions = field(default_factory=Questions)
    outcome: Outcome = "done"
    exit_code: int = 0
    plan: str = ""
    """The plan as JSON; a step that the person edited stands in it as they edited it."""

    async def events(self) -> AsyncIterator[Event]:
        """The turn. Never raises NlshError; the last event is TurnEnded."""
        started = time.monotonic()
        at = time.time()
        cwd = self.rooms.shell.cwd
        yield TurnStarted(self.id, self.line, cwd, at)
        yield Routed(self.reading.route, self.reading.margin, self.reading.reason)
        try:
            async for event in self._body():
                yield event
        except Cancelled:
            self.outcome, self.exit_code = "cancelled", Cancelled.exit_code
        except NlshError as error:
            self.outcome, self.exit_code = _outcome_of(error), error.exit_code
            yield Failed(0, error.message, error.hint)
        except Exception as error:  # a fault of ours must not take the person's shell down
            self.outcome, self.exit_code = "failed", 70
            yield Failed(0, f"nlsh itself failed: {type(error).__name__}", self._write_crash())
        elapsed_ms = (time.monotonic() - started) * 1000
        if notice := await self._remember(at, cwd, elapsed_ms):
            yield notice
        yield TurnEnded(self.id, self.outcome, self.exit_code, elapsed_ms, self.rooms.shell.cwd)

    def as_shot(self) -> Shot | None:
        """This turn, for the one after it to lean on; None if nothing was planned."""
        return Shot(self.line, self.plan) if self.plan else None

    @property
    def is_only_words(self) -> bool:
        """Whether it was said and not planned: then what it leant on is still what is talked about."""
        return self.reading.route is Route.UTTERANCE and not self.plan

    def _write_crash(self) -> str:
        """Keep the traceback in the state folder; returns where, for the person."""
        path = os.path.join(self.rooms.services.state_dir, "crash.log")
        try:
            with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"--- {time.strftime('%F %T')} turn {self.id}\n{traceback.format_exc()}")
        except OSError:
            return "the details could not be written"
        return f"the details are in {path}"

    def _body(self) -> AsyncIterator[Event]:
        if not self.line.strip():
            return _nothing()
        return self._literal() if self.reading.route is Route.LITERAL else self._utterance()

    async def _literal(self) -> AsyncIterator[Event]:
        rooms = self.rooms
        if told := withheld(self.line, self.reading, rooms.shell.kind):
            self.outcome, self.exit_code = "failed", NOT_FOUND
            yield Failed(0, told, AS_WRITTEN)
            return
        if self.is_dry:
            self.outcome = "dry run"
            return
        literal = Literal(self.id, self.line, rooms.shell, rooms.ledger, rooms.terminal, self.cancellation, self.stdin)
        async for event in stream(literal.events, self.cancellation):
            if isinstance(event, Finished):
                self.exit_code = event.exit_code
                self.outcome = "done" if event.exit_code == 0 else "failed"
            yield event

    async def _utterance(self) -> AsyncIterator[Event]:
        memories = () if self.given else await self._recall()
        if memories:
            yield Recalled(memories)
        if not self.given and self.rooms.model.status().state in ("cold", "preparing", "loading"):
            yield Noticed("loading the model")
        proposal = await self._proposal()
        self.plan = proposal.plan.to_json()
        yield _planned(proposal)
        async for event in self._steps(proposal):
            yield event

    async def _proposal(self) -> Proposal:
        """The plan that was given, or the model's. Raises NotUnderstood, ModelUnavailable, Cancelled."""
        if self.given:
            return self.rooms.planner.given(self.given)
        if self.before is None or not self.is_after_no:
            is_piped = self.stdin is not None
            return await self._cancellable(self.rooms.planner.plan(self.line, self.before, is_piped=is_piped))
        return await self._corrected(self.before)

    async def _corrected(self, before: Shot) -> Proposal:
        """The plan of what was said after a no: what can be told from the declined plan, else what the model says."""
        lookup = self.rooms.toolbox.lookup
        declined = read_plan(before.plan, lookup)
        told = swapped(declined, named(self.line), self._exists) or spared(
            declined, spared_names(self.line), self._exists, lookup
        )
        if told is not None:
            return self.rooms.planner.given(told.to_json())
        proposal = await self._cancellable(self.rooms.planner.plan(corrected(self.line, date.today()), before))
        plan = narrowed(proposal.plan, declined) if narrows(self.line) else None
        return replace(proposal, plan=plan) if plan else proposal

    def _exists(self, place: str) -> bool:
        return os.path.lexists(os.path.join(self.rooms.shell.cwd, os.path.expanduser(place)))

    async def _recall(self) -> tuple[MemoryRow, ...]:
        """Recall helps; where it fails the turn goes on without."""
        try:
            return await in_thread(
                lambda: self.rooms.memory.recall(self.line, self.rooms.recall_limit), self.cancellation
            )
        except Cancelled:
            raise
        except NlshError:
            return ()

    async def _cancellable(self, work: Coroutine[Any, Any, T]) -> T:
        """Await the model; a cancel from any thread cancels the await, which stops the decoding."""
        task = asyncio.ensure_future(work)
        unregister = self.cancellation.on_cancel(soon(task.cancel))
        try:
            return await task
        except asyncio.CancelledError:
            self.cancellation.check()
            raise
        finally:
            unregister()

    async def _steps(self, proposal: Proposal) -> AsyncIterator[Event]:
        await self._refuse_early(proposal)
        results: dict[int, Result] = {}
        agenda = Agenda(proposal.plan.steps, self.rooms.toolbox.lookup)
        number = 0
        while (step := agenda.after(number)) is not None:
            number = step.number
            run = StepRun(self._circumstances(results, proposal), agenda, step, self.questions, self.is_dry)
            async for event in run.events():
                yield event
            self.plan = agenda.to_json()
            if run.is_taken_out:
                continue
            self.outcome, self.exit_code = run.outcome, run.exit_code
            if self.exit_code != 0:
                return
            results[number] = run.result
        if notice := await self._keep_correction(proposal.plan.to_json()):
            yield notice

    async def _keep_correction(self, planned: str) -> Noticed | None:
        """Keep what the person corrected, now that all of it ran; that it could not be kept is said."""
        if self.plan == planned:
            return None
        try:
            await in_thread(lambda: self.rooms.corrections.add(self.line, planned, self.plan), Cancellation())
        except NlshError as error:
            return Noticed(f"your correction is not kept: {error.message}")
        return None

    async def _refuse_early(self, proposal: Proposal) -> None:
        """A plan with a step that must be refused is refused whole, before its first step runs."""
        if len(proposal.plan.steps) < 2 or self.is_dry:
            return
        for step in proposal.plan.steps:
            decision = await verdict_ahead(self._circumstances({}, proposal), step)
            if decision is not None and decision.verdict is Verdict.DENY:
                raise Refused(
                    f"refused: step {step.number}, {step.syscall.name}: {decision.reason}",
                    f"rule {decision.rule}; no step was run",
                )

    def _circumstances(self, results: Mapping[int, Result], proposal: Proposal) -> Circumstances:
        return Circumstances(
            self.rooms, self.id, self.line, results, proposal.confidence, self.cancellation, self.stdin
        )

    async def _remember(self, at: float, cwd: str, elapsed_ms: float) -> Noticed | None:
        """Store the turn; that it could not be stored is said, and harms nothing."""
        row = TurnRow(
            self.id, at, cwd, self.line, self.reading.route, self.plan, self.outcome, self.exit_code, elapsed_ms
        )
        try:
            await in_thread(lambda: self.rooms.history.add(row), Cancellation())
        except NlshError as error:
            return Noticed(f"this turn is not in the history: {error.message}")
        return None


def _planned(proposal: Proposal) -> Planned:
    return Planned(
        tuple(step.syscall.to_json() for step in proposal.plan.steps),
        proposal.confidence,
        proposal.elapsed_ms,
        proposal.draft.prompt_tokens,
        proposal.draft.plan_tokens,
    )


def _outcome_of(error: NlshError) -> Outcome:
    if isinstance(error, Refused):
        return "refused"
    if isinstance(error, NotUnderstood):
        return "not understood"
    return "no model" if isinstance(error, ModelUnavailable) else "failed"


async def _nothing() -> AsyncIterator[Event]:
    return
    yield  # an empty async iterator
