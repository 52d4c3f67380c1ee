"""The steps of a plan as they stand: planned, edited by the person, or taken out by them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from nlsh.core.approval import EditableStep
from nlsh.core.arguments import RESULT
from nlsh.core.display import visible, visible_text
from nlsh.core.errors import PlanInvalid
from nlsh.core.notation import MAX_CALL, command_of, read_call, with_command, written
from nlsh.core.plan import Step, placed
from nlsh.core.syscall import Syscall

MAX_EDITS: Final = 5
"""How often a question may be answered with an edit; then it is agreed to or not."""
_SHOWN: Final = 200
"""Characters of a line that is too long to be edited and is only shown."""


@dataclass
class Agenda:
    """The steps in order. A step keeps its number for the whole turn, so that `$1` means the same after an edit."""

    steps: tuple[Step, ...]
    lookup: Callable[[str], type[Syscall] | None]
    theirs: frozenset[int] = frozenset()
    """The numbers of the steps that the person wrote."""
    edits: int = 0
    """How often they wrote something about the step that waits, right or wrong."""
    complaint: str = ""
    """What was wrong with what they wrote last, in one sentence."""
    _written: dict[int, str] = field(default_factory=dict)
    """What they wrote last, where it could not be taken, for them to mend."""

    def after(self, number: int) -> Step | None:
        """The next step; None at the end. Another step may be edited as often as the one before it was."""
        self.edits = 0
        return next((step for step in self.steps if step.number > number), None)

    def pending(self, number: int) -> tuple[Step, ...]:
        """The steps from a number on."""
        return tuple(step for step in self.steps if step.number >= number)

    def to_json(self) -> str:
        """The plan as it stands, its steps numbered without gaps."""
        at = {step.number: place for place, step in enumerate(self.steps, 1)}
        return "[" + ",".join(_renumbered(step.syscall, at).to_json() for step in self.steps) + "]"

    def lines(self, number: int) -> tuple[EditableStep, ...]:
        """The steps from a number on as lines to edit: as they stand, or as the person wrote them last."""
        return tuple(self._line(step) for step in self.pending(number))

    def _line(self, step: Step) -> EditableStep:
        standing = _standing(step)
        text = self._written.get(step.number, standing)
        is_fixed = self.edits >= MAX_EDITS or len(standing) > MAX_CALL
        return EditableStep(step.number, text[:_SHOWN] if is_fixed else text, bool(command_of(step.syscall)), is_fixed)

    def changed(self, edited: Sequence[tuple[int, str]], number: int) -> dict[int, str]:
        """The lines that are not as the steps from a number on stand; an empty one takes its step out."""
        standing = {step.number: _standing(step) for step in self.pending(number)}
        open_to = {line.number for line in self.lines(number) if not line.is_fixed}
        return {at: text.strip() for at, text in edited if at in open_to and text.strip() != standing[at]}

    def rewritten(self, changes: dict[int, str], number: int) -> tuple[Step, ...]:
        """All steps with what they wrote in the place of some. Raises PlanInvalid."""
        steps = [self._rewritten(step, changes) for step in self.steps]
        kept = tuple(step for step in steps if step is not None)
        if not any(step.number >= number for step in kept):
            raise PlanInvalid("nothing would be left to do; say no to decline it")
        _check_results(kept)
        return kept

    def _rewritten(self, step: Step, changes: dict[int, str]) -> Step | None:
        text = changes.get(step.number)
        if not text:
            return step if text is None else None
        try:
            is_command = bool(command_of(step.syscall))
            return placed(step.number, with_command(type(step.syscall), text) if is_command else self._call(text))
        except PlanInvalid as error:
            raise PlanInvalid(self.about(step.number, error.message), error.hint) from error

    def _call(self, text: str) -> Syscall:
        return read_call(text, self.lookup)

    def about(self, number: int, message: str) -> str:
        """A message about one step; of which, where there are several."""
        is_said = len(self.steps) < 2 or message.startswith(f"step {number}")
        return message if is_said else f"step {number}: {message}"

    def take(self, steps: tuple[Step, ...], changes: dict[int, str]) -> None:
        """Put what they wrote in the steps' places."""
        self.steps = steps
        self.theirs = (self.theirs | changes.keys()) & {step.number for step in steps}

    def refuse(self, changes: dict[int, str], number: int, complaint: str) -> None:
        """What they wrote cannot be taken; it is kept for them to mend, with what cannot be seen spelled out."""
        is_all_gone = not any(changes.get(step.number, "kept") for step in self.pending(number))
        self._written = {} if is_all_gone else {at: visible_text(text) for at, text in changes.items()}
        self.complaint = visible(complaint)

    def heard(self) -> None:
        """They answered; what was wrong before is past."""
        self._written = {}
        self.complaint = ""


def _standing(step: Step) -> str:
    """A step as a line."""
    return command_of(step.syscall) or written(step.syscall)


def _check_results(steps: Sequence[Step]) -> None:
    """Raises PlanInvalid where a step takes the result of one that was taken out."""
    there = {step.number for step in steps}
    for step in steps:
        for used in sorted(step.syscall.results_used() - there):
            raise PlanInvalid(f"step {step.number} works on the result of step {used}, which would be gone")


def _renumbered(syscall: Syscall, at: dict[int, int]) -> Syscall:
    """The syscall with every reference to a result set to where that step stands now."""
    fields = {one.name: _value(getattr(syscall, one.name), at) for one in dataclasses.fields(syscall)}
    return type(syscall)(**fields)


def _value(value: Any, at: dict[int, int]) -> Any:
    if isinstance(value, tuple):
        return tuple(_value(one, at) for one in value)
    match = RESULT.fullmatch(value) if isinstance(value, str) else None
    return f"${at[int(match[1])]}" if match and int(match[1]) in at else value
