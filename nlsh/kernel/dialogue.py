"""What is said about one step until it is agreed to, declined or edited."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final, Literal

from nlsh.core.approval import Answer, Approval, Choice, Grant
from nlsh.core.errors import Cancelled, NlshError, PlanInvalid
from nlsh.core.events import Answered, Asked, Edited, Event
from nlsh.core.plan import Step
from nlsh.core.risk import Verdict
from nlsh.kernel.agenda import Agenda
from nlsh.kernel.circumstances import Attempt, Circumstances
from nlsh.kernel.faults import told
from nlsh.kernel.foresight import foreseen, verdict_ahead
from nlsh.kernel.literal import recorded
from nlsh.kernel.questions import Questions, counted, question
from nlsh.kernel.recording import put_on_record
from nlsh.kernel.threads import soon

SESSION_GRANT_S: Final = 8 * 3600.0
MAX_TRIES: Final = 10
"""How often one question may be tried dry."""


@dataclass
class Dialogue:
    """Asks until there is an end: `outcome` says which, `agreed` what a yes is bound to, `next` what was written."""

    given: Circumstances
    agenda: Agenda
    questions: Questions
    attempt: Attempt
    outcome: Literal["", "agreed", "declined", "edited"] = ""
    agreed: str = ""
    next: Attempt | None = None
    """The step as they wrote it; None where they took it out."""
    _tries: int = 0

    async def events(self) -> AsyncIterator[Event]:
        """Ask, and again for as long as it is tried dry or what the person writes in a step's place is wrong."""
        while not self.outcome:
            self.given.cancellation.check()
            approval = question(self.given, self.attempt, self.agenda, may_try=self._tries < MAX_TRIES)
            async for event in self._ask(approval):
                yield event

    async def _ask(self, approval: Approval) -> AsyncIterator[Event]:
        started = time.monotonic()
        waiting = self.questions.open(
            approval.id
        )  # before it is asked: an answer, or a cancel, may come with the event
        unregister = self.given.cancellation.on_cancel(soon(waiting.cancel))
        yield Asked(self.attempt.step.number, approval)
        answer = counted(await self._answered(waiting, unregister), approval)
        yield Answered(self.attempt.step.number, approval.id, answer.choice, (time.monotonic() - started) * 1000)
        record = await put_on_record(
            self.given,
            self.attempt,
            "approval",
            approval=approval.hash,
            outcome=answer.choice,
            edited=answer.edited,
        )
        yield recorded(record)
        if answer.choice is Choice.DRY:
            self._tries += 1
            async for event in foreseen(self.given, self.agenda, self.attempt.step.number):
                yield event
            return
        for edit in await self._take(answer, approval):
            yield edit

    async def _answered(self, waiting: asyncio.Future[Answer], unregister: Callable[[], None]) -> Answer:
        """Wait for what the person says. Raises Cancelled."""
        try:
            return await waiting
        except asyncio.CancelledError:
            self.given.cancellation.check()
            raise
        finally:
            unregister()

    async def _take(self, answer: Answer, approval: Approval) -> tuple[Edited, ...]:
        """Act on any answer but to try it; returns what was edited."""
        if answer.choice is Choice.EDIT:
            return await self._edit(self.agenda.changed(answer.edited, self.attempt.step.number))
        self.agenda.heard()
        if answer.choice in (Choice.NO, Choice.STOP):
            self.outcome = "declined"
            return ()
        self.outcome, self.agreed = "agreed", approval.hash
        if answer.choice is Choice.SESSION:
            self._grant()
        return ()

    def _grant(self) -> None:
        rooms = self.given.rooms
        name = self.attempt.step.syscall.name
        rooms.grants.add(Grant(uuid.uuid4().hex[:8], name, rooms.shell.cwd, time.time() + SESSION_GRANT_S))

    async def _edit(self, changes: dict[int, str]) -> tuple[Edited, ...]:
        """Put what the person wrote in the steps' places, or say what is wrong with it."""
        number = self.attempt.step.number
        self.agenda.edits += 1
        if not changes:
            self.agenda.heard()
            return ()
        try:
            steps = self.agenda.rewritten(changes, number)
            begun = await self._begun(steps, changes)
            await self._check_later(steps, changes)
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            self.agenda.refuse(changes, number, told(error).message)
            return ()
        self.agenda.heard()
        self.agenda.take(steps, changes)
        self.outcome, self.next = "edited", begun
        now = {step.number: step.syscall.to_json() for step in steps}
        return tuple(Edited(at, now.get(at, "")) for at in sorted(changes))

    async def _begun(self, steps: tuple[Step, ...], changes: dict[int, str]) -> Attempt | None:
        """This step anew, with its facts and verdict; None where it was taken out. Raises NlshError, OSError."""
        number = self.attempt.step.number
        step = next((step for step in steps if step.number == number), None)
        if step is None:
            return None
        try:
            return await self.given.attempt(step, is_theirs=number in changes or number in self.agenda.theirs)
        except (NlshError, OSError) as error:
            if isinstance(error, Cancelled):
                raise
            raise PlanInvalid(self.agenda.about(number, told(error).message)) from error

    async def _check_later(self, steps: tuple[Step, ...], changes: dict[int, str]) -> None:
        """A step after this one that policy would refuse is not put on the agenda. Raises PlanInvalid."""
        for step in steps:
            if step.number in changes and step.number > self.attempt.step.number:
                decision = await verdict_ahead(self.given, step, is_theirs=True)
                if decision is not None and decision.verdict is Verdict.DENY:
                    raise PlanInvalid(self.agenda.about(step.number, f"refused, {decision.reason}"))
