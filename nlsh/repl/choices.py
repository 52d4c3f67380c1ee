"""What can be said to a question on a terminal, and what a typed line says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from nlsh.core.approval import Approval, Choice
from nlsh.core.display import visible
from nlsh.core.risk import Risk

_NO: Final = frozenset({"n", "no", "nein"})
_STOP: Final = frozenset({"s", "stop", "q", "quit", "exit"})
"""A no as well: after it nothing of the plan is done either way."""
_SLIP: Final = re.compile(r"y.{0,3}|(.)\1*")
"""What comes of a finger that missed a key, and is no sentence: `yy`, `yse`."""
_ONE_STEP: Final = re.compile(r"e(?:dit)?\s+(\d{1,2})")
_NEAR: Final = 0.6
"""Words so near to the phrase that agrees to R4 are that phrase, misspelt."""


@dataclass(frozen=True)
class Key:
    """One thing that can be said: by a letter, a word, or on a plain screen by its number."""

    choice: Choice | Literal["why"]
    letter: str
    word: str
    text: str


@dataclass(frozen=True)
class Heard:
    """What a typed line says: an answer, or a wish that is met before the same is asked again."""

    choice: Choice | Literal["why"] = Choice.NO
    step: int = 0
    """Which step is to be edited; 0: all that may be."""
    phrase: str = ""
    said: str = ""
    """What they said instead of an answer."""


def keys(approval: Approval, *, may_remember: bool) -> tuple[Key, ...]:
    """What can be said, No first."""
    found = [Key(Choice.NO, "n", "no", "no")]
    if not approval.preview.phrase:
        found.append(Key(Choice.ONCE, "y", "yes", "yes, once"))
    if may_remember and approval.risk <= Risk.R2 and not approval.preview.phrase:
        like = f"yes, and {visible(approval.grant)}" if approval.grant else "yes, and the like here"
        found.append(Key(Choice.SESSION, "a", "always", f"{like}, until this session ends"))
    if approval.is_editable:
        found.append(Key(Choice.EDIT, "e", "edit", "edit"))
    if approval.grounds:
        found.append(Key("why", "w", "why", "why"))
    if approval.may_try:
        found.append(Key(Choice.DRY, "d", "dry", "dry run"))
    return tuple(found)


def offer(approval: Approval, found: tuple[Key, ...], *, is_plain: bool) -> str:
    """What can be said, in words; on a plain screen one numbered line each."""
    phrase = approval.preview.phrase
    if is_plain:
        rows = [f"  {at}  {key.text}" for at, key in enumerate(found, 1)]
        rows.append("  or say what you want instead")
        end = f"  To go ahead type: {visible(phrase)}\n  > " if phrase else "  Number or words [y/N] "
        return "\n".join((*rows, end))
    edit = " (e 2: step 2)" if len(approval.steps) > 1 else ""
    said = [f"{key.letter} = {key.text}{edit if key.choice is Choice.EDIT else ''}" for key in found]
    answers = sum(isinstance(key.choice, Choice) and key.choice not in (Choice.EDIT, Choice.DRY) for key in found)
    first, second = " · ".join(said[:answers]), " · ".join([*said[answers:], "or say what you want instead"])
    end = f"  To go ahead type: {visible(phrase)}\n  > " if phrase else " [y/N] "
    return f"  {first}\n  {second}" + ("\n" if phrase else "") + end


def heard(approval: Approval, found: tuple[Key, ...], text: str, *, is_plain: bool) -> Heard:
    """What the typed line says; whatever is nothing else is a no."""
    word = text.strip()
    phrase = approval.preview.phrase
    if phrase and word == phrase:
        return Heard(Choice.ONCE, phrase=word)
    folded = word.casefold()
    for at, key in enumerate(found, 1):
        if folded in (key.letter, key.word) or (is_plain and folded == str(at)):
            return Heard(key.choice)
    if folded in _STOP:
        return Heard(Choice.STOP)
    return _one_step(approval, folded) or Heard(said=_said(word, phrase))


def _one_step(approval: Approval, folded: str) -> Heard | None:
    match = _ONE_STEP.fullmatch(folded)
    numbers = [step.number for step in approval.steps if not step.is_fixed]
    return Heard(Choice.EDIT, step=int(match[1])) if match and int(match[1]) in numbers else None


def _said(word: str, phrase: str) -> str:
    """What was said instead of an answer; empty where it is a no, a slip, a phrase misspelt, or was not typed."""
    folded = word.casefold()
    is_phrase = bool(phrase) and SequenceMatcher(None, folded, phrase.casefold()).ratio() > _NEAR
    is_answer = folded in _NO or _SLIP.fullmatch(folded) is not None
    return "" if len(word) < 2 or is_answer or is_phrase or not word.isprintable() else word
