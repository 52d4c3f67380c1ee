"""How a question reads on a terminal: what would happen, what comes after it, what was wrong, why."""

from __future__ import annotations

from typing import Final

from nlsh.core.approval import Approval, EditableStep
from nlsh.core.display import visible
from nlsh.repl.screen import Screen

_MOST: Final = 200
"""Characters shown of a step that comes later."""


def show(screen: Screen, approval: Approval) -> None:
    """The whole question but for what can be said to it."""
    tell = screen.tell
    tell(f"? {_title(approval)}", "warn")
    for line in approval.preview.lines:
        tell(f"  {visible(line)}")
    effects = ", ".join(approval.effects).lower()
    tell(f"  {approval.risk.name} ({effects}) · {visible(approval.reversible)} · rule {visible(approval.rule)}", "dim")
    if approval.reason:
        tell(f"  {visible(approval.reason)}", "dim")
    for step in approval.steps[1:]:
        tell(f"  then {step.number}: {brief(step)}", "dim")
    if approval.complaint:
        tell(f"  {visible(approval.complaint)}", "bad")


def _title(approval: Approval) -> str:
    """What would happen; a command of several lines as it stands."""
    title = visible(approval.preview.title)
    command = approval.steps[0] if approval.steps else None
    if command is None or not command.is_command or "\n" not in command.text or approval.complaint:
        return title
    return "\n".join(("run", *(f"    {visible(line)}" for line in command.text.split("\n"))))


def show_grounds(screen: Screen, approval: Approval) -> None:
    """What the verdict stands on; then the question once more in short."""
    for line in approval.grounds:
        screen.tell(f"  {visible(line)}")
    screen.tell(f"? {_title(approval)}", "warn")


def brief(step: EditableStep) -> str:
    """A step on one line."""
    text = visible(step.text[:_MOST]) + ("…" if len(step.text) > _MOST else "")
    return text or "taken out"


def heading(step: EditableStep, approval: Approval, *, is_plain: bool) -> str:
    """What may be done with a line that stands there to be edited."""
    several = len(approval.steps) > 1
    if is_plain:
        out = ", - takes the step out of the plan" if several else ""
        return f"  step {step.number}: {brief(step)}\n  type it anew; Enter alone leaves it as it is{out}"
    which = f"step {step.number}: " if several else ""
    out = " · empty takes the step out of the plan" if several else ""
    more = " · alt-enter makes a new line" if step.is_command else ""
    return f"  {which}enter takes it{out}{more} · ctrl-c leaves all as it was"
