"""The manners of an approval, as pure functions: when it may take the keys, what it offers, what counts as yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

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

    choice: Choice | Literal["why"]
    text: str
    key: str


_NO: Final = Option(Choice.NO, "No; then say what instead", "n")
_ONCE: Final = Option(Choice.ONCE, "Yes, once", "y")
_SESSION_KEY: Final = "Y"
_EDIT: Final = Option(Choice.EDIT, "Edit it first", "e")
_WHY: Final = Option("why", "Why it is asked", "w")
_DRY: Final = Option(Choice.DRY, "Try it dry, nothing is run", "d")


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
    why = (_WHY,) if approval.grounds else ()
    if approval.risk >= Risk.R5:
        return (_NO, *why)
    like = (_session(approval),) if approval.risk is Risk.R2 else ()
    edit = (_EDIT,) if approval.is_editable else ()
    return (_NO, _ONCE, *like, *edit, *why, *((_DRY,) if approval.may_try else ()))


def _session(approval: Approval) -> Option:
    """Yes for the session, with what that covers."""
    covered = one_line(approval.grant, 200) if approval.grant else "the like in this folder"
    return Option(Choice.SESSION, f"Yes, and {covered}, this session", _SESSION_KEY)


def answer(approval: Approval, choice: Choice, typed: str) -> Answer | None:
    """The answer a choice makes, or None where what must be typed for it was not: the phrase as shown, or a line."""
    if choice in (Choice.NO, Choice.STOP):
        return Answer(choice)
    if choice is Choice.EDIT or choice not in {option.choice for option in options(approval)}:
        return None
    if choice is Choice.DRY:
        return Answer(choice)
    if needs_phrase(approval) and typed != approval.preview.phrase:
        return None
    return Answer(choice, typed)


def option_for_key(approval: Approval, key: str) -> Choice | Literal["why"] | None:
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
    rows.append([(f"{approval.risk.name} ", "warn"), (f"{approval.risk.words} · {effects}", "plain")])
    if approval.reversible:
        rows.append([(one_line(approval.reversible, 300), "plain")])
    rows.append([(f"rule {one_line(approval.rule, 100)}", "muted"), *_reason(approval.reason)])
    if approval.complaint:
        rows.append([(one_line(approval.complaint, 300), "bad")])
    return rows


def ground_rows(approval: Approval) -> list[list[Piece]]:
    """Why it is asked: what the verdict stands on."""
    return [[("  " + one_line(line, 300), "muted")] for line in approval.grounds]


def _reason(reason: str) -> Sequence[Piece]:
    return [(f" · {one_line(reason, 300)}", "muted")] if reason else []
