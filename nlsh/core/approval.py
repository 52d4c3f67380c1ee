"""The question put to the person, what they said, and the answers that are remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from nlsh.core.facts import Facts, Preview
from nlsh.core.risk import Risk
from nlsh.core.syscall import Syscall


def approval_hash(syscall: Syscall, facts: Facts, cwd: str) -> str:
    """What an approval is bound to: SHA-256 over the canonical syscall, the facts and the working directory."""
    text = "\n".join((syscall.to_json(), facts.digest(), cwd.encode("utf-8", "surrogateescape").hex()))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class EditableStep:
    """A step not yet run, as a line to edit: one call (`nlsh/core/notation.py`), or a shell command as it is."""

    number: int
    text: str
    is_command: bool = False
    """Whether the line is a command, which may have several lines."""
    is_fixed: bool = False
    """Whether it can only be read: too long for a line, or edited too often."""


@dataclass(frozen=True)
class Approval:
    """A question. Its text is made by the tool from resolved facts; it binds to `hash` and is used once."""

    id: str
    syscall: str
    """Canonical syscall JSON."""
    preview: Preview
    risk: Risk
    effects: tuple[str, ...]
    rule: str
    reason: str
    reversible: str
    """`undo can take it back`, or why not."""
    hash: str
    steps: tuple[EditableStep, ...] = ()
    """This step, then those after it; after a complaint as the person wrote them."""
    complaint: str = ""
    """What was wrong with what they wrote, in one sentence, when the question is asked again for that."""
    grounds: tuple[str, ...] = ()
    """What the verdict stands on, a bounded number of lines made by code from facts and rules."""
    grant: str = ""
    """What `Choice.SESSION` would allow besides, in words; empty where it counts once only."""
    may_try: bool = False
    """Whether `Choice.DRY` tells what this step and those after it would do."""

    @property
    def is_editable(self) -> bool:
        """Whether `Choice.EDIT` can change anything."""
        return any(not step.is_fixed for step in self.steps)

    def edited(self, lines: Mapping[int, str]) -> Answer | None:
        """The answer that lines make, by step number; None where they leave all as it was, or leave nothing."""
        is_same = all(lines.get(step.number, step.text).strip() == step.text for step in self.steps)
        is_left = any(lines.get(step.number, step.text).strip() for step in self.steps)
        return Answer(Choice.EDIT, edited=tuple(lines.items())) if is_left and not is_same else None


class Choice(StrEnum):
    """What a person can say to an approval; NO comes first, everywhere."""

    NO = "no"
    ONCE = "once"
    SESSION = "session"
    """Yes, also for the same syscall below the same folder until the session ends (R2 only)."""
    STOP = "stop"
    """No, and stop the plan."""
    EDIT = "edit"
    """Not as it stands, but as edited; what was edited is asked about anew."""
    DRY = "dry"
    """Not yet: first tell what it would do, without doing it; then the same is asked again."""


@dataclass(frozen=True)
class Answer:
    """What the person said, with the phrase they typed for R4, or what they wrote in the place of steps."""

    choice: Choice
    phrase: str = ""
    edited: tuple[tuple[int, str], ...] = ()
    """The number of each step they changed, and the line they wrote; an empty line takes the step out of the plan."""
    said: str = ""
    """What they said instead of an answer: with it the question is declined, and it is the next utterance."""


@dataclass(frozen=True)
class Grant:
    """A remembered answer: one syscall name, below one folder, until a moment."""

    id: str
    syscall: str
    folder: str
    expires_at: float
    origin: Literal["session", "rule"] = "session"
