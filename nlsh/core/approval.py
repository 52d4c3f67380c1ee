"""The question put to the person, what they said, and the answers that are remembered."""

from __future__ import annotations

import hashlib
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
    call: str = ""
    """The step as one call, for the person to edit (`nlsh/core/notation.py`); empty where it cannot be edited."""
    complaint: str = ""
    """What was wrong with the call they wrote, when the question is asked again for that."""


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


@dataclass(frozen=True)
class Answer:
    """What the person said, with the phrase they typed for R4, or the call they wrote in the step's place."""

    choice: Choice
    phrase: str = ""
    edited: str = ""


@dataclass(frozen=True)
class Grant:
    """A remembered answer: one syscall name, below one folder, until a moment."""

    id: str
    syscall: str
    folder: str
    expires_at: float
    origin: Literal["session", "rule"] = "session"
