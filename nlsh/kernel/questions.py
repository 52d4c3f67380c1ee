"""The questions of a turn: what is asked, waiting for an answer, what an answer counts for."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid

from nlsh.core.approval import Answer, Approval, Choice, approval_hash
from nlsh.core.events import Decided
from nlsh.core.facts import Facts, Preview
from nlsh.core.risk import Risk
from nlsh.kernel.agenda import Agenda
from nlsh.kernel.circumstances import Attempt, Circumstances
from nlsh.kernel.grounds import Place, grounds, undoing


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


def decided(attempt: Attempt) -> Decided:
    """The verdict on a step, as an event."""
    syscall, decision = attempt.step.syscall, attempt.decision
    return Decided(
        step=attempt.step.number,
        syscall=syscall.to_json(),
        verdict=decision.verdict,
        risk=decision.risk,
        rule=decision.rule,
        reason=decision.reason,
        effects=tuple(sorted(syscall.effects)),
        preview=syscall.preview(attempt.facts),
    )


def question(given: Circumstances, attempt: Attempt, agenda: Agenda, *, may_try: bool) -> Approval:
    """What the person is asked about a step, with all that is known of it."""
    syscall, facts, decision = attempt.step.syscall, attempt.facts, attempt.decision
    cwd, number = given.rooms.shell.cwd, attempt.step.number
    return Approval(
        id=uuid.uuid4().hex[:12],
        syscall=syscall.to_json(),
        preview=phrased(syscall.preview(facts), facts, decision.risk, syscall.name),
        risk=decision.risk,
        effects=tuple(sorted(syscall.effects)),
        rule=decision.rule,
        reason=decision.reason,
        reversible=undoing(facts),
        hash=approval_hash(syscall, facts, cwd),
        steps=agenda.lines(number),
        complaint=agenda.complaint,
        grounds=grounds(given, attempt, is_theirs=number in agenda.theirs),
        grant=f"{syscall.name} below {Place.of(given).brief(cwd)}" if decision.risk <= Risk.R2 else "",
        may_try=may_try,
    )


def phrased(preview: Preview, facts: Facts, risk: Risk, name: str) -> Preview:
    """R4 is agreed to by typing what will happen."""
    if risk < Risk.R4 or preview.phrase:
        return preview
    verb = name.rpartition(".")[2]
    return dataclasses.replace(preview, phrase=f"{verb} {facts.count or 1}")


def counted(answer: Answer, approval: Approval) -> Answer:
    """What an answer counts for: R4 without its phrase is a no, and so is editing or trying what may not be; a grant
    is only for R2 and below, above it a yes counts once."""
    if answer.choice in (Choice.NO, Choice.STOP):
        return answer
    if answer.choice is Choice.EDIT:
        return answer if approval.is_editable else Answer(Choice.NO)
    if answer.choice is Choice.DRY:
        return answer if approval.may_try else Answer(Choice.NO)
    phrase = approval.preview.phrase
    if phrase and answer.phrase.strip() != phrase:
        return Answer(Choice.NO, answer.phrase)
    return answer if approval.risk <= Risk.R2 else Answer(Choice.ONCE, answer.phrase)
