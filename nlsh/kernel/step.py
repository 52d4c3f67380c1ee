"""One step of a plan: resolve, decide, record, ask, journal, run, record. No record, no effect."""

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
    Output,
    Progressed,
    Started,
    Tabled,
    TerminalWanted,
    Told,
)
from nlsh.core.facts import Facts, Preview
from nlsh.core.plan import Step
from nlsh.core.ports import Journal, Phase, Record, RecordDraft, TerminalLent, UndoStep
from nlsh.core.results import Chunk, Emission, Exit, Note, Progress, Result, Table
from nlsh.core.risk import Risk, Verdict
from nlsh.core.scope import Cancellation, Scope
from nlsh.kernel.literal import recorded
from nlsh.kernel.policy import Decision, Standing, decide
from nlsh.kernel.rooms import Rooms
from nlsh.kernel.threads import in_thread, soon, stream

RESULT_BYTES: Final = 4 << 20
"""How much of a step's output later steps can take as `$1`."""
SESSION_GRANT_S: Final = 8 * 3600.0
_MAX_ASKED: Final = 3
"""How often a step whose facts keep changing is asked about before it is given up."""


class Questions:
    """The approvals that wait for an answer."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[Answer]] = {}

    def open(self, approval_id: str) -> asyncio.Future[Answer]:
        """A future that `answer` resolves."""
        self._waiting[approval_id] = asyncio.get_running_loop().create_future()
        return self._waiting[approval_id]

    def answer(self, approval_id: str, answer: Answer) -> None:
        """Resolve a waiting approval, once; others are ignored."""
        future = self._waiting.pop(approval_id, None)
        if future is not None and not future.done():
            future.set_result(answer)


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
    stdin: bytes | None = None
    outcome: Outcome = "failed"
    exit_code: int = 1
    result: Result = field(default_factory=Result)
    is_stopped: bool = False
    _decision: Decision | None = None
    _approval: str = ""

    async def events(self) -> AsyncIterator[Event]:
        """Everything the step does. Errors become Failed; only Cancelled and StoreUnavailable are raised."""
        try:
            async for event in self._resolved():
                yield event
        except Refused as error:
            yield Failed(self.step.number, error.message, error.hint)

    async def _resolved(self) -> AsyncIterator[Event]:
        try:
            facts = await self._resolve()
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            failure = told(error)
            self.exit_code = failure.exit_code
            yield Failed(self.step.number, failure.message, failure.hint)
            return
        self._decision = self.decide(facts)
        yield self._decided(facts, self._decision)
        if self.is_dry:
            self.outcome, self.exit_code = "dry run", 0
            return
        intent = await self._record("intent", facts)
        yield recorded(intent)
        try:
            async for event in self._allowed(facts, self._decision):
                yield event
        except (Cancelled, Refused) as error:
            self.outcome = "cancelled" if isinstance(error, Cancelled) else "refused"
            self.exit_code = error.exit_code
            raise
        finally:
            result = await self._record("result", facts, intent.seq)
        yield recorded(result)

    async def _resolve(self) -> Facts:
        return await in_thread(lambda: self.step.syscall.resolve(self._scope(NO_JOURNAL)), self.cancellation)

    async def foresee(self) -> Decision | None:
        """The verdict as far as it can be told before earlier steps have run; None where it cannot."""
        try:
            return self.decide(await self._resolve())
        except Cancelled:
            raise
        except NlshError:
            return None

    def decide(self, facts: Facts) -> Decision:
        """Policy's verdict on the step as things stand."""
        standing = Standing(
            is_unsure=self.confidence < self.rooms.act_floor,
            is_tainted=bool(self.step.syscall.results_used()),
            grants=self.rooms.grants.live(),
            now=time.time(),
        )
        return decide(self.step.syscall, facts, self.rooms.rules, standing)

    async def _allowed(self, facts: Facts, decision: Decision) -> AsyncIterator[Event]:
        """Ask where it must be asked, bound to the facts; then run."""
        for _ in range(_MAX_ASKED):
            if decision.verdict is Verdict.DENY:
                raise Refused(f"refused: {decision.reason}", f"rule {decision.rule}; nothing was done")
            if decision.verdict is Verdict.ALLOW:
                break
            approval = self._question(facts, decision)
            async for event in self._ask(approval, facts):
                yield event
            if self.outcome == "declined":
                return
            now = await self._resolve()
            if approval_hash(self.step.syscall, now, self.rooms.shell.cwd) == approval.hash:
                self._approval = approval.hash
                break
            yield Noticed("something changed while the question was open; please look again")
            facts, decision = now, self.decide(now)
            yield self._decided(facts, decision)
        else:
            raise Refused("refused: what it would touch keeps changing", "wait until it is quiet, then try again")
        async for event in self._run(facts):
            yield event

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
        answer = _checked(answer, approval)
        elapsed_ms = (time.monotonic() - started) * 1000
        yield Answered(self.step.number, approval.id, answer.choice, elapsed_ms)
        yield recorded(await self._record("approval", facts, approval=approval.hash, outcome=answer.choice))
        if answer.choice in (Choice.NO, Choice.STOP):
            self.outcome, self.exit_code, self.is_stopped = "declined", 126, True
        elif answer.choice is Choice.SESSION and approval.risk <= Risk.R2:
            folder = self.rooms.shell.cwd
            grant = Grant(uuid.uuid4().hex[:8], self.step.syscall.name, folder, time.time() + SESSION_GRANT_S)
            self.rooms.grants.add(grant)

    async def _run(self, facts: Facts) -> AsyncIterator[Event]:
        number = self.step.number
        yield Started(number, self.step.syscall.to_json())
        started = time.monotonic()
        kept = _Kept()
        try:
            async for emission in stream(lambda: self._work(facts), self.cancellation):
                kept.take(emission)
                if event := _event(number, emission):
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
            preview=_phrased(syscall.preview(facts), facts, decision.risk, syscall.name),
            risk=decision.risk,
            effects=tuple(sorted(syscall.effects)),
            rule=decision.rule,
            reason=decision.reason,
            reversible="undo can take it back" if facts.is_reversible else facts.irreversible or "cannot be undone",
            hash=approval_hash(syscall, facts, self.rooms.shell.cwd),
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
        self, phase: Phase, facts: Facts, intent: int = 0, approval: str = "", outcome: str = ""
    ) -> Record:
        decision = self._decision
        draft = RecordDraft(
            phase=phase,
            turn=self.turn,
            syscall=self.step.syscall.to_json(),
            facts_digest=facts.digest(),
            risk=decision.risk.name if decision else "",
            verdict=decision.verdict if decision else "",
            rule=decision.rule if decision else "",
            approval=approval or self._approval,
            outcome=outcome or (self.outcome if phase == "result" else ""),
            intent=intent,
            details={"cwd": self.rooms.shell.cwd, "confidence": round(self.confidence, 4)},
        )
        # The ledger is not cancelled: a result that happened is recorded even while the turn is being stopped.
        return await in_thread(lambda: self.rooms.ledger.append(draft), Cancellation())


class _Kept:
    """What of a step's emissions its result keeps."""

    def __init__(self) -> None:
        self.code = 0
        self._output = bytearray()
        self._table: Table | None = None

    def take(self, emission: Emission | TerminalLent) -> None:
        """Note one emission."""
        if isinstance(emission, Exit):
            self.code = emission.code
        elif isinstance(emission, Chunk) and not emission.is_error:
            self._output += emission.data[: max(0, RESULT_BYTES - len(self._output))]
        elif isinstance(emission, Table):
            self._table = emission

    def result(self) -> Result:
        """What later steps see."""
        return Result(self._table, bytes(self._output))


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


def _phrased(preview: Preview, facts: Facts, risk: Risk, name: str) -> Preview:
    """R4 is agreed to by typing what will happen."""
    if risk < Risk.R4 or preview.phrase:
        return preview
    verb = name.rpartition(".")[2]
    return dataclasses.replace(preview, phrase=f"{verb} {facts.count or 1}")


def _checked(answer: Answer, approval: Approval) -> Answer:
    """R4 without its phrase is a no; a grant is only for R2 and below, above it a yes counts once."""
    if answer.choice in (Choice.NO, Choice.STOP):
        return answer
    phrase = approval.preview.phrase
    if phrase and answer.phrase.strip() != phrase:
        return Answer(Choice.NO, answer.phrase)
    return answer if approval.risk <= Risk.R2 else Answer(Choice.ONCE, answer.phrase)


def _event(number: int, emission: Emission | TerminalLent) -> Event | None:
    match emission:
        case Chunk():
            return Output(number, emission.data.decode("utf-8", "surrogateescape"), emission.is_error)
        case Table():
            return Tabled(number, emission)
        case Note():
            return Told(number, emission.text)
        case Progress():
            return Progressed(number, emission.done, emission.total, emission.unit)
        case TerminalLent():
            return TerminalWanted(number, emission.lending)
        case Exit():
            return None
