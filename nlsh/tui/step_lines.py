"""The steps of a question as lines to edit: a call each, or a shell command as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from nlsh.core.approval import EditableStep
from nlsh.tui.prompt.words import without_unsafe
from nlsh.tui.safe import one_line


class StepLine(TextArea):
    """One step. Enter hands all lines over; ctrl+j makes a new line in a command."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Take", show=False),
        Binding("ctrl+j,shift+enter,alt+enter", "newline", "New line", show=False),
        Binding("tab", "go(1)", "Next step", show=False),
        Binding("shift+tab", "go(-1)", "Step before", show=False),
    ]

    class Taken(Message):
        """The person is done with the lines."""

    @dataclass
    class Moved(Message):
        """To the line of the next step (1), or of the one before (-1)."""

        line: StepLine
        direction: int

    def __init__(self, step: EditableStep) -> None:
        super().__init__(step.text, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False, compact=True)
        self.step = step
        self.read_only = step.is_fixed

    def on_mount(self) -> None:
        """What is there is mostly kept: the cursor stands at its end."""
        self.move_cursor(self.document.end)

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of ours is bound to at once, before keys typed later reach the text."""
        if event.is_printable:
            return
        active = self.screen.active_bindings.get(event.key)
        if active is not None and active.node is self and await self.app.run_action(active.binding.action, self):
            event.stop()
            event.prevent_default()

    async def on_paste(self, event: events.Paste) -> None:
        """A paste is text and nothing more; what cannot be seen is left out."""
        event.prevent_default()
        event.stop()
        text, _ = without_unsafe(event.text)
        if not self.step.is_command:
            text = " ".join(text.split("\n"))
        self.insert(text)

    def action_take(self) -> None:
        """Hand the lines over."""
        self.post_message(self.Taken())

    def action_newline(self) -> None:
        """A new line, in a command."""
        if self.step.is_command:
            self.insert("\n")

    def action_go(self, direction: int) -> None:
        """To the next line, or the one before."""
        self.post_message(self.Moved(self, direction))

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; from the first row to the step before."""
        if not select and self.navigator.is_first_wrapped_line(self.cursor_location):
            self.action_go(-1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; from the last row to the next step."""
        if not select and self.navigator.is_last_wrapped_line(self.cursor_location):
            self.action_go(1)
        else:
            super().action_cursor_down(select)


class StepLines(Vertical):
    """Every step not yet run, one below the other."""

    DEFAULT_CSS = """
    StepLines {
        height: auto;
        & Static { height: 1; color: $turn-gutter; }
        & StepLine { border: none; height: auto; max-height: 8; padding: 0; background: $foreground 6%; }
    }
    """

    def __init__(self, steps: tuple[EditableStep, ...]) -> None:
        super().__init__()
        self._steps = steps
        self._last: StepLine | None = None

    def compose(self) -> ComposeResult:
        """The number of each, where there are several, and its line."""
        for step in self._steps:
            if len(self._steps) > 1:
                yield Static(Content(one_line(f"step {step.number}" + (", not to be edited" if step.is_fixed else ""))))
            yield StepLine(step)

    @property
    def lines(self) -> Mapping[int, str]:
        """What stands in the lines, by step."""
        return {line.step.number: line.text for line in self.query(StepLine) if not line.step.is_fixed}

    def begin(self) -> None:
        """Give the line that had the keys last, or the first that can be edited, the keys."""
        lines = [line for line in self.query(StepLine) if not line.step.is_fixed]
        if lines:
            (self._last or lines[0]).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember which line has the keys."""
        if isinstance(event.widget, StepLine):
            self._last = event.widget

    def on_step_line_moved(self, event: StepLine.Moved) -> None:
        """To another line; past the last, nowhere."""
        event.stop()
        lines = list(self.query(StepLine))
        at = lines.index(event.line) + event.direction
        if 0 <= at < len(lines):
            lines[at].focus()
