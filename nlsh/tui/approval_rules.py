"""The manners of an approval, as pure functions: when it may take the keys, what it offers, what counts as yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.risk import Risk
from nlsh.tui.rows import Piece
from nlsh.tui.safe import one_line

QUIET_S: Final = 0.7
"""A question takes the keys by itself only after so long without a key …"""
ARMING_S: Final = 0.4
"""… and for so long after it has them, every key but escape is ignored."""
BURST_S: Final = 0.02
"""Keys closer together than this come from a paste, not from a hand; such a key never confirms."""
LINES_SHOWN: Final = 12
"""Lines of the preview shown on the card."""


@dataclass(frozen=True)
class Option:
    """One thing the person can say; `key` says it at once, except where a phrase must be typed."""

    choice: Choice
    text: str
    key: str


_NO: Final = Option(Choice.NO, "No", "n")
_ONCE: Final = Option(Choice.ONCE, "Yes, once", "y")
_SESSION: Final = Option(Choice.SESSION, "Yes, for this folder this session", "Y")
_EDIT: Final = Option(Choice.EDIT, "Edit it first", "e")
_STOP: Final = Option(Choice.STOP, "No, and stop the plan", "s")

_RISKS: Final[Mapping[Risk, str]] = {
    Risk.R0: "only looks",
    Risk.R1: "looks at what is sensitive or remote",
    Risk.R2: "changes things here",
    Risk.R3: "broad, costly or not reversible",
    Risk.R4: "privileged, lasting or huge",
    Risk.R5: "refused by policy",
}


def may_take_focus(prompt_text: str, since_key_s: float) -> bool:
    """Whether a question may take the keys by itself: nothing stands in the prompt and nobody is typing."""
    return not prompt_text and since_key_s >= QUIET_S


def is_armed(since_focus_s: float) -> bool:
    """Whether keys other than escape count by now."""
    return since_focus_s >= ARMING_S


def is_burst(since_key_s: float) -> bool:
    """Whether a key came too soon after the one before it to be a person's."""
    return since_key_s < BURST_S


def needs_phrase(approval: Approval) -> bool:
    """Whether yes must be typed out in words."""
    return bool(approval.preview.phrase)


def options(approval: Approval) -> tuple[Option, ...]:
    """What can be said, No first; a whole folder for the session only where little is at stake."""
    if approval.risk >= Risk.R5:
        return (_NO, _STOP)
    edit = (_EDIT,) if approval.call else ()
    if approval.risk is Risk.R2:
        return (_NO, _ONCE, _SESSION, *edit, _STOP)
    return (_NO, _ONCE, *edit, _STOP)


def answer(approval: Approval, choice: Choice, typed: str) -> Answer | None:
    """The answer a choice makes, or None where what must be typed for it was not: the phrase as shown, or a call."""
    if choice in (Choice.NO, Choice.STOP):
        return Answer(choice)
    if choice not in {option.choice for option in options(approval)}:
        return None
    if choice is Choice.EDIT:
        return Answer(choice, edited=typed.strip()) if typed.strip() else None
    if needs_phrase(approval) and typed != approval.preview.phrase:
        return None
    return Answer(choice, typed)


def option_for_key(approval: Approval, key: str) -> Choice | None:
    """The choice a single key makes; none where a phrase is typed, since letters belong to the phrase."""
    if needs_phrase(approval):
        return None
    return next((option.choice for option in options(approval) if option.key == key), None)


def card_title(approval: Approval) -> str:
    """The border's title."""
    return "Privileged syscall" if approval.risk >= Risk.R3 else "May this be done?"


def card_rows(approval: Approval) -> list[list[Piece]]:
    """What the card says above its options: every word from the tool, escaped, nothing of the model's."""
    preview = approval.preview
    rows: list[list[Piece]] = [[(one_line(preview.title), "strong")]]
    rows += [[("  " + one_line(line, 300), "plain")] for line in preview.lines[:LINES_SHOWN]]
    if len(preview.lines) > LINES_SHOWN:
        rows.append([(f"  … {len(preview.lines) - LINES_SHOWN:,} more", "muted")])
    effects = ", ".join(one_line(effect, 40) for effect in approval.effects) or "no effects"
    rows.append([(f"{approval.risk.name} ", "warn"), (f"{_RISKS[approval.risk]} · {effects}", "plain")])
    if approval.reversible:
        rows.append([(one_line(approval.reversible, 300), "plain")])
    rows.append([(f"rule {one_line(approval.rule, 100)}", "muted"), *_reason(approval.reason)])
    if approval.complaint:
        rows.append([(one_line(approval.complaint, 300), "bad")])
    return rows


def _reason(reason: str) -> Sequence[Piece]:
    return [(f" · {one_line(reason, 300)}", "muted")] if reason else []
