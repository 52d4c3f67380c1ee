"""One step of a plan: resolve, decide, record, ask, journal, run, record. No record, no effect.

A step that the person edits is begun anew: its first intent ends as `edited`, what they wrote has its own facts,
verdict, record and approval.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nlsh.core.approval import Answer, Approval, Choice, Grant, approval_hash
from nlsh.core.display import visible
from nlsh.core.errors import Cancelled, NlshError, NotUnderstood, Refused, StoreUnavailable
from nlsh.core.events import (
    Answered,
    Asked,
    Decided,
    Event,
    Failed,
    Finished,
    Noticed,
    Outcome,
    Started,
)
from nlsh.core.facts import Facts
from nlsh.core.notation import MAX_CALL
from nlsh.core.plan import Step
from nlsh.core.ports import Journal, Phase, Piped, Record, RecordDraft, TerminalLent, UndoStep
from nlsh.core.results import Emission, Result
from nlsh.core.risk import Verdict
from nlsh.core.scope import Cancellation, Scope
from nlsh.core.syscall import Syscall
from nlsh.kernel.emissions import Kept, event_of
from nlsh.kernel.literal import recorded
from nlsh.kernel.policy import Decision, Standing, decide
from nlsh.kernel.questions import Editing, Questions, counted, phrased
from nlsh.kernel.rooms import Rooms
from nlsh.kernel.threads import in_thread, soon, stream

SESSION_GRANT_S: Final = 8 * 3600.0
_MAX_ASKED: Final = 3
"""How often a step whose facts keep changing is asked about before it is given up."""


@dataclass(frozen=True)
class Attempt:
    """A step with what was found and decided about it: the planned one, or one the person wrote in its place."""

    step: Step
    facts: Facts
    decision: Decision


@dataclass
class StepRun:
    """Runs one step; `outcome`, `exit_code` and `result` tell how it went when `events` has ended."""

    rooms: Rooms
    turn: str
    utterance: str
    step: Step
    results: Mapping[int, Result]
    confidence: float
    is_dry: bool
    questions: Questions
    cancellation: Cancellation
    stdin: Piped | None = None
    outcome: Outcome = "failed"
    exit_code: int = 1
    result: Result = field(default_factory=Result)
    is_stopped: bool = False
    _decision: Decision | None = None
    _approval: str = ""
    _agreed: str = ""
    """What the last yes was bound to; it counts if nothing changed meanwhile."""
    _next: Attempt | None = None
    """What the person wrote in the step's place, until it is."""

    def __post_init__(self) -> None:
        self._editing = Editing(self.rooms.toolbox.lookup)

    async def events(self) -> AsyncIterator[Event]:
        """Everything the step does. Errors become Failed; only Cancelled and StoreUnavailable are raised."""
        try:
            async for event in self._resolved():
                yield event
        except Refused as error:
            yield Failed(self.step.number, error.message, error.hint)

    async def _resolved(self) -> AsyncIterator[Event]:
        try:
            facts = await self._resolve(self.step.syscall)
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            failure = told(error)
            self.exit_code = failure.exit_code
            yield Failed(self.step.number, failure.message, failure.hint)
            return
        attempt: Attempt | None = Attempt(self.step, facts, self.decide(self.step.syscall, facts))
        while attempt is not None:
            self.step, self._decision, self._next = attempt.step, attempt.decision, None
            yield self._decided(attempt.facts, attempt.decision)
            if self.is_dry:
                self.outcome, self.exit_code = "dry run", 0
                return
            async for event in self._attempted(attempt):
                yield event
            attempt = self._next

    async def _attempted(self, attempt: Attempt) -> AsyncIterator[Event]:
        """Record the intent, ask and run, record what came of it."""
        intent = await self._record("intent", attempt.facts)
        yield recorded(intent)
        try:
            async for event in self._allowed(attempt.facts, attempt.decision):
                yield event
        except (Cancelled, Refused) as error:
            self.outcome = "cancelled" if isinstance(error, Cancelled) else "refused"
            self.exit_code = error.exit_code
            raise
        finally:
            outcome = "edited" if self._next else self.outcome
            result = await self._record("result", attempt.facts, intent.seq, outcome=outcome)
        yield recorded(result)

    async def _resolve(self, syscall: Syscall) -> Facts:
        return await in_thread(lambda: syscall.resolve(self._scope(NO_JOURNAL)), self.cancellation)

    async def foresee(self) -> Decision | None:
        """The verdict as far as it can be told before earlier steps have run; None where it cannot."""
        try:
            return self.decide(self.step.syscall, await self._resolve(self.step.syscall))
        except Cancelled:
            raise
        except NlshError:
            return None

    def decide(self, syscall: Syscall, facts: Facts) -> Decision:
        """Policy's verdict on a syscall as things stand; what the person wrote is never done unasked."""
        is_theirs = self._editing.is_done
        standing = Standing(
            is_unsure=self.confidence < self.rooms.act_floor and not is_theirs,
            is_tainted=bool(syscall.results_used()),
            grants=self.rooms.grants.live(),
            now=time.time(),
        )
        decision = decide(syscall, facts, self.rooms.rules, standing)
        if is_theirs and decision.verdict is Verdict.ALLOW:
            return dataclasses.replace(decision, verdict=Verdict.ASK, reason="you edited it, so it is shown once more")
        return decision

    async def _allowed(self, facts: Facts, decision: Decision) -> AsyncIterator[Event]:
        """Ask where it must be asked, bound to the facts; then run."""
        for _ in range(_MAX_ASKED):
            if decision.verdict is Verdict.DENY:
                raise Refused(f"refused: {decision.reason}", f"rule {decision.rule}; nothing was done")
            if decision.verdict is Verdict.ALLOW:
                break
            async for event in self._asked(facts, decision):
                yield event
            if self.outcome == "declined" or self._next:
                return
            now = await self._resolve(self.step.syscall)
            if approval_hash(self.step.syscall, now, self.rooms.shell.cwd) == self._agreed:
                self._approval = self._agreed
                break
            yield Noticed("something changed while the question was open; please look again")
            facts, decision = now, self.decide(self.step.syscall, now)
            yield self._decided(facts, decision)
        else:
            raise Refused("refused: what it would touch keeps changing", "wait until it is quiet, then try again")
        async for event in self._run(facts):
            yield event

    async def _asked(self, facts: Facts, decision: Decision) -> AsyncIterator[Event]:
        """Ask, and again for as long as what the person writes in the step's place is wrong."""
        while True:
            async for event in self._ask(self._question(facts, decision), facts):
                yield event
            if not self._editing.complaint:
                return

    async def _ask(self, approval: Approval, facts: Facts) -> AsyncIterator[Event]:
        waiting = self.questions.open(approval.id)
        unregister = self.cancellation.on_cancel(soon(waiting.cancel))
        started = time.monotonic()
        yield Asked(self.step.number, approval)
        try:
            answer = await waiting
        except asyncio.CancelledError:
            self.cancellation.check()
            raise
        finally:
            unregister()
        answer = counted(answer, approval)
        elapsed_ms = (time.monotonic() - started) * 1000
        yield Answered(self.step.number, approval.id, answer.choice, elapsed_ms)
        record = await self._record(
            "approval", facts, approval=approval.hash, outcome=answer.choice, edited=answer.edited[:MAX_CALL]
        )
        yield recorded(record)
        await self._take(answer, approval)

    async def _take(self, answer: Answer, approval: Approval) -> None:
        """Act on an answer."""
        self._editing.heard()
        self._agreed = ""
        if answer.choice is Choice.EDIT:
            await self._edit(answer.edited)
        elif answer.choice in (Choice.NO, Choice.STOP):
            self.outcome, self.exit_code, self.is_stopped = "declined", 126, True
        else:
            self._agreed = approval.hash
            if answer.choice is Choice.SESSION:
                self._grant()

    def _grant(self) -> None:
        folder, name = self.rooms.shell.cwd, self.step.syscall.name
        self.rooms.grants.add(Grant(uuid.uuid4().hex[:8], name, folder, time.time() + SESSION_GRANT_S))

    async def _edit(self, text: str) -> None:
        """Put what the person wrote in the step's place, or say what is wrong with it."""
        try:
            step = self._editing.read(self.step.number, text)
            facts = await self._resolve(step.syscall)
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            self._editing.refuse(text, told(error).message)
            return
        self._editing.is_done = True
        self._next = Attempt(step, facts, self.decide(step.syscall, facts))

    async def _run(self, facts: Facts) -> AsyncIterator[Event]:
        number = self.step.number
        yield Started(number, self.step.syscall.to_json())
        started = time.monotonic()
        kept = Kept()
        try:
            async for emission in stream(lambda: self._work(facts), self.cancellation):
                kept.take(emission)
                if event := event_of(number, emission):
                    yield event
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            failure = told(error)
            self.outcome, self.exit_code = "failed", failure.exit_code
            yield Failed(number, failure.message, failure.hint)
            return
        self.outcome, self.exit_code = _outcome(kept.code)
        self.result = kept.result()
        elapsed_ms = (time.monotonic() - started) * 1000
        yield Finished(number, kept.code, elapsed_ms, self.step.syscall.is_reversible)

    def _work(self, facts: Facts) -> Iterator[Emission | TerminalLent]:
        """In a thread: open the journal, run the tool, close the journal whatever happens."""
        syscall = self.step.syscall
        if not syscall.is_reversible:
            yield from syscall.run(self._scope(NO_JOURNAL), facts)
            return
        operation, journal = self.rooms.journals.open(self.turn, syscall.to_json())
        try:
            yield from syscall.run(self._scope(journal), facts)
        finally:
            self.rooms.journals.done(operation)

    def _scope(self, journal: Journal) -> Scope:
        shell = self.rooms.shell
        return Scope(
            cwd=shell.cwd,
            home=self.rooms.home,
            env=shell.env,
            utterance=self.utterance,
            services=self.rooms.services,
            journal=journal,
            results=self.results,
            stdin=self.stdin,
            cancellation=self.cancellation,
        )

    def _question(self, facts: Facts, decision: Decision) -> Approval:
        syscall = self.step.syscall
        return Approval(
            id=uuid.uuid4().hex[:12],
            syscall=syscall.to_json(),
            preview=phrased(syscall.preview(facts), facts, decision.risk, syscall.name),
            risk=decision.risk,
            effects=tuple(sorted(syscall.effects)),
            rule=decision.rule,
            reason=decision.reason,
            reversible="undo can take it back" if facts.is_reversible else facts.irreversible or "cannot be undone",
            hash=approval_hash(syscall, facts, self.rooms.shell.cwd),
            call=self._editing.offered(syscall),
            complaint=self._editing.complaint,
        )

    def _decided(self, facts: Facts, decision: Decision) -> Decided:
        syscall = self.step.syscall
        return Decided(
            step=self.step.number,
            syscall=syscall.to_json(),
            verdict=decision.verdict,
            risk=decision.risk,
            rule=decision.rule,
            reason=decision.reason,
            effects=tuple(sorted(syscall.effects)),
            preview=syscall.preview(facts),
        )

    async def _record(
        self, phase: Phase, facts: Facts, intent: int = 0, *, approval: str = "", outcome: str = "", edited: str = ""
    ) -> Record:
        decision = self._decision
        details = {"cwd": self.rooms.shell.cwd, "confidence": round(self.confidence, 4)}
        draft = RecordDraft(
            phase=phase,
            turn=self.turn,
            syscall=self.step.syscall.to_json(),
            facts_digest=facts.digest(),
            risk=decision.risk.name if decision else "",
            verdict=decision.verdict if decision else "",
            rule=decision.rule if decision else "",
            approval=approval or self._approval,
            outcome=outcome,
            intent=intent,
            details=details | ({"edited": edited} if edited else {}),
        )
        # The ledger is not cancelled: a result that happened is recorded even while the turn is being stopped.
        return await in_thread(lambda: self.rooms.ledger.append(draft), Cancellation())


class _NoJournal:
    """The journal of syscalls that change nothing undo could take back: writing to it is a fault of the tool."""

    def prepare(self, step: UndoStep) -> int:
        raise StoreUnavailable(
            "this syscall has no journal", "report this: a syscall changed files it had not declared"
        )

    def applied(self, step_id: int, after: Mapping[str, Any]) -> None:
        raise StoreUnavailable("this syscall has no journal")

    def abandon(self, step_id: int) -> None:
        raise StoreUnavailable("this syscall has no journal")


NO_JOURNAL: Final = _NoJournal()


def told(error: NlshError | OSError) -> NlshError:
    """An operating-system error a tool let through, in one sentence."""
    if isinstance(error, NlshError):
        return error
    where = f": {visible(os.fsdecode(error.filename))}" if error.filename else ""
    return NlshError(f"{(error.strerror or str(error)).lower()}{where}", "nothing more of this step was done")


def _outcome(code: int) -> tuple[Outcome, int]:
    """How a step that ended by itself went; the tools of `ask` exit with NotUnderstood's code."""
    if code == NotUnderstood.exit_code:
        return "not understood", code
    return ("done", 0) if code == 0 else ("failed", 1)
