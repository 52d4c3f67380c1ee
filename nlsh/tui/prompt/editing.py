"""Editing a line: several rows, pastes that are only text; lines typed before come as ghost text and by the arrows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from nlsh.core.past import Walk, next_word
from nlsh.tui.prompt.past import Past
from nlsh.tui.prompt.words import without_unsafe


class LineEditor(TextArea):
    """A text that knows the lines typed before. It sends nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter", "newline", "New line", show=False, id="prompt.newline"),
        Binding("ctrl+f", "cursor_right", "Accept the suggestion", show=False, id="prompt.accept"),
        # Textual reads what most terminals send for alt+f as ctrl+right.
        Binding("alt+f,ctrl+right", "cursor_word_right", "Accept a word of it", show=False, id="prompt.accept_word"),
    ]

    @dataclass
    class Paged(Message):
        """The person turns pages of the transcript: up (-1) or down (1)."""

        direction: int

    @dataclass
    class PasteCleaned(Message):
        """Characters that cannot be seen were left out of a paste."""

        count: int

    def __init__(self, past: Past, cwd: Callable[[], str], placeholder: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            id=id, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False, placeholder=placeholder
        )
        self.past = past
        self._cwd = cwd
        self._walk: Walk | None = None
        self._walked_to: str | None = None

    @property
    def may_suggest(self) -> bool:
        """Whether the lines typed before are of any use now."""
        return True

    @property
    def is_at_end(self) -> bool:
        """Whether the cursor stands behind the last character, and nothing is selected."""
        return self.selection.is_empty and self.cursor_location == self.document.end

    @property
    def cursor_index(self) -> int:
        """Where the cursor stands, as an index of the text."""
        return len(self.get_text_range(self.document.start, self.cursor_location))

    def replace_all(self, text: str, cursor: int = -1) -> None:
        """Another text, which undo takes back; the cursor at an index of it, or at its end."""
        self.replace(text, self.document.start, self.document.end)
        before = (text if cursor < 0 else text[:cursor]).split("\n")
        self.move_cursor((len(before) - 1, len(before[-1])))

    def update_suggestion(self) -> None:
        """How a line like this one went on before."""
        is_wanted = self.may_suggest and self.is_at_end
        self.suggestion = self.past.ghost(self.text, self._cwd()) if is_wanted else ""

    def on_text_area_selection_changed(self) -> None:
        """The cursor moved: what is suggested stands only behind the text."""
        self.update_suggestion()

    async def on_paste(self, event: events.Paste) -> None:
        """A paste is text and nothing more: it never sends, and what cannot be seen is left out."""
        event.prevent_default()
        event.stop()
        text, left_out = without_unsafe(event.text)
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        if left_out:
            self.post_message(self.PasteCleaned(left_out))

    def render_line(self, y: int) -> Strip:
        """Draw one row; the placeholder cannot be folded where there is no width at all."""
        if not self.content_size.width:
            return Strip.blank(self.size.width, self.rich_style)
        return super().render_line(y)

    def action_newline(self) -> None:
        """Start a new line."""
        self.insert("\n")

    def action_cursor_right(self, select: bool = False) -> None:
        """Right; from the end, take the suggestion."""
        if select or not self.is_at_end:
            self.suggestion = ""
        super().action_cursor_right(select)

    def action_cursor_word_right(self, select: bool = False) -> None:
        """A word to the right; from the end, take a word of the suggestion."""
        if self.suggestion and self.is_at_end and not select:
            self.insert(next_word(self.suggestion))
        else:
            super().action_cursor_word_right(select)

    def action_cursor_line_end(self, select: bool = False) -> None:
        """To the end of the row; from the end of the text, take the suggestion."""
        if self.suggestion and self.is_at_end and not select:
            self.insert(self.suggestion)
        else:
            super().action_cursor_line_end(select)

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; from the first row, the last line in which the text stands."""
        if select or not self.may_suggest or not self.navigator.is_first_wrapped_line(self.cursor_location):
            super().action_cursor_up(select)
            return
        self._walk = self._walk or self.past.walk(self.text)
        self._show_walked(self._walk, -1)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; from the last row, the line typed after."""
        is_last = self.navigator.is_last_wrapped_line(self.cursor_location)
        if select or not is_last or self._walk is None:
            super().action_cursor_down(select)
            return
        self._show_walked(self._walk, 1)

    def _show_walked(self, walk: Walk, direction: Literal[-1, 1]) -> None:
        line = walk.step(direction)
        if line is not None:
            self._walked_to = line
            self.load_text(line)
            self.move_cursor(self.document.end)
            self.other_line()

    def other_line(self) -> None:
        """Another line stands here, for which nobody has chosen a route."""

    def end_walk(self) -> None:
        """The walk is over, unless what stands here is where it has come to."""
        if self.text != self._walked_to:
            self._walk = None

    def action_cursor_page_up(self) -> None:
        """A page of the transcript up."""
        self.post_message(self.Paged(-1))

    def action_cursor_page_down(self) -> None:
        """A page of the transcript down."""
        self.post_message(self.Paged(1))
