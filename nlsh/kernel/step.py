"""One step of a plan: resolve, decide, record, ask, journal, run, record. No record, no effect.

A step that the person edits is begun anew: its first intent ends as `edited`, what they wrote has its own facts,
verdict, record and approval.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from nlsh.core.approval import approval_hash
from nlsh.core.errors import Cancelled, NlshError, Refused
from nlsh.core.events import Event, Failed, Noticed, Outcome
from nlsh.core.plan import Step
from nlsh.core.results import Result
from nlsh.core.risk import Verdict
from nlsh.kernel.agenda import Agenda
from nlsh.kernel.circumstances import Attempt, Circumstances
from nlsh.kernel.dialogue import Dialogue
from nlsh.kernel.execution import Execution
from nlsh.kernel.faults import told
from nlsh.kernel.literal import recorded
from nlsh.kernel.questions import Questions, decided
from nlsh.kernel.recording import put_on_record

_MAX_ASKED: Final = 3
"""How often a step whose facts keep changing is asked about before it is given up."""


@dataclass
class StepRun:
    """Runs one step; `outcome`, `exit_code` and `result` tell how it went when `events` has ended."""

    given: Circumstances
    agenda: Agenda
    step: Step
    questions: Questions
    is_dry: bool = False
    outcome: Outcome = "failed"
    exit_code: int = 1
    result: Result = field(default_factory=Result)
    is_taken_out: bool = False
    """Whether the person took the step out of the plan; then it has neither outcome nor result."""
    _approval: str = ""
    """What the yes it ran by was bound to."""
    _next: Attempt | None = None
    """What the person wrote in the step's place, until it is."""
    _is_edited: bool = False

    async def events(self) -> AsyncIterator[Event]:
        """Everything the step does. Errors become Failed; only Cancelled and StoreUnavailable are raised."""
        try:
            async for event in self._resolved():
                yield event
        except Refused as error:
            yield Failed(self.step.number, error.message, error.hint)

    async def _resolved(self) -> AsyncIterator[Event]:
        attempt: Attempt | None
        try:
            attempt = await self.given.attempt(self.step, is_theirs=self._is_theirs)
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            failure = told(error)
            self.exit_code = failure.exit_code
            yield Failed(self.step.number, failure.message, failure.hint)
            return
        while attempt is not None:
            self.step, self._next, self._is_edited = attempt.step, None, False
            yield decided(attempt)
            if self.is_dry:
                self.outcome, self.exit_code = "dry run", 0
                return
            async for event in self._attempted(attempt):
                yield event
            attempt = self._next

    @property
    def _is_theirs(self) -> bool:
        return self.step.number in self.agenda.theirs

    async def _attempted(self, attempt: Attempt) -> AsyncIterator[Event]:
        """Record the intent, ask and run, record what came of it."""
        intent = await put_on_record(self.given, attempt, "intent")
        yield recorded(intent)
        try:
            async for event in self._allowed(attempt):
                yield event
        except (Cancelled, Refused) as error:
            self.outcome = "cancelled" if isinstance(error, Cancelled) else "refused"
            self.exit_code = error.exit_code
            raise
        finally:
            outcome = "edited" if self._is_edited else self.outcome
            result = await put_on_record(
                self.given, attempt, "result", intent=intent.seq, approval=self._approval, outcome=outcome
            )
        yield recorded(result)

    async def _allowed(self, attempt: Attempt) -> AsyncIterator[Event]:
        """Ask where it must be asked, bound to the facts; then run."""
        for _ in range(_MAX_ASKED):
            if attempt.decision.verdict is Verdict.DENY:
                hint = f"rule {attempt.decision.rule}; nothing was done"
                raise Refused(f"refused: {attempt.decision.reason}", hint)
            if attempt.decision.verdict is Verdict.ALLOW:
                break
            dialogue = Dialogue(self.given, self.agenda, self.questions, attempt)
            async for event in dialogue.events():
                yield event
            if dialogue.outcome != "agreed":
                self._ended(dialogue)
                return
            now = await self.given.attempt(self.step, is_theirs=self._is_theirs)
            if approval_hash(self.step.syscall, now.facts, self.given.rooms.shell.cwd) == dialogue.agreed:
                self._approval = dialogue.agreed
                break
            yield Noticed("something changed while the question was open; please look again")
            attempt = now
            yield decided(attempt)
        else:
            raise Refused("refused: what it would touch keeps changing", "wait until it is quiet, then try again")
        async for event in self._run(attempt):
            yield event

    def _ended(self, dialogue: Dialogue) -> None:
        """The person declined the step, or wrote another in its place, or took it out."""
        if dialogue.outcome == "declined":
            self.outcome, self.exit_code = "declined", 126
            return
        self._is_edited, self._next = True, dialogue.next
        self.is_taken_out = dialogue.next is None
        self.exit_code = 0 if self.is_taken_out else self.exit_code

    async def _run(self, attempt: Attempt) -> AsyncIterator[Event]:
        execution = Execution(self.given, attempt)
        async for event in execution.events():
            yield event
        self.outcome, self.exit_code, self.result = execution.outcome, execution.exit_code, execution.result
