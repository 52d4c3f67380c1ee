"""The questions of a turn: waiting for an answer, what an answer counts for, and the edits of a step."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.display import visible
from nlsh.core.facts import Facts, Preview
from nlsh.core.notation import MAX_CALL, read_call, written
from nlsh.core.plan import Step, placed
from nlsh.core.risk import Risk
from nlsh.core.syscall import Syscall

MAX_EDITS: Final = 5
"""How often one step may be edited; then it is agreed to or not."""


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
class Editing:
    """What the person writes in the place of one step."""

    lookup: Callable[[str], type[Syscall] | None]
    count: int = 0
    """How often they wrote something, right or wrong."""
    text: str = ""
    """What they wrote last, where it could not be taken, for them to mend."""
    complaint: str = ""
    """What was wrong with it."""
    is_done: bool = False
    """Whether the step is theirs by now."""

    def offered(self, syscall: Syscall) -> str:
        """The call they may edit; empty where they may not."""
        call = self.text or written(syscall)
        return call if self.count < MAX_EDITS and len(call) <= MAX_CALL else ""

    def read(self, number: int, text: str) -> Step:
        """Their call as the step with a number. Raises PlanInvalid."""
        self.count += 1
        return placed(number, read_call(text, self.lookup))

    def heard(self) -> None:
        """They answered; what was wrong before is past."""
        self.text = self.complaint = ""

    def refuse(self, text: str, complaint: str) -> None:
        """What they wrote cannot be the step."""
        self.text = text if visible(text) == text and len(text) <= MAX_CALL else ""
        self.complaint = complaint


def phrased(preview: Preview, facts: Facts, risk: Risk, name: str) -> Preview:
    """R4 is agreed to by typing what will happen."""
    if risk < Risk.R4 or preview.phrase:
        return preview
    verb = name.rpartition(".")[2]
    return dataclasses.replace(preview, phrase=f"{verb} {facts.count or 1}")


def counted(answer: Answer, approval: Approval) -> Answer:
    """What an answer counts for: R4 without its phrase is a no, and so is editing what may not be edited; a grant
    is only for R2 and below, above it a yes counts once."""
    if answer.choice in (Choice.NO, Choice.STOP):
        return answer
    if answer.choice is Choice.EDIT:
        return answer if approval.call else Answer(Choice.NO)
    phrase = approval.preview.phrase
    if phrase and answer.phrase.strip() != phrase:
        return Answer(Choice.NO, answer.phrase)
    return answer if approval.risk <= Risk.R2 else Answer(Choice.ONCE, answer.phrase)
