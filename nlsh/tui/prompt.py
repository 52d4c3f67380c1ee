"""The prompt: one to eight rows, the route shown before enter, history on the first and last row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from nlsh.core.continuing import needs_more
from nlsh.core.display import visible_text
from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route
from nlsh.tui.safe import one_line

HISTORY_COUNT: Final = 500
"""Turns the arrow keys reach back."""

WORDS: Final = {Route.LITERAL: "❯ command", Route.UTTERANCE: "✦ ask"}
"""How a route is shown: a glyph and a word."""

_OTHER: Final = {Route.LITERAL: Route.UTTERANCE, Route.UTTERANCE: Route.LITERAL}


def without_unsafe(text: str) -> tuple[str, int]:
    """Pasted text without characters that cannot be seen, and how many were left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in text if visible_text(char) == char)
    return kept, len(text) - len(kept)


def leaving_code(line: str, last: int) -> int | None:
    """The exit code of a line that leaves nlsh (`exit`, `exit 3`, `quit`), or None."""
    match line.split():
        case ["exit" | "quit" | "logout"]:
            return last
        case ["exit" | "quit" | "logout", code] if code.isdecimal():
            return int(code) & 0xFF
        case _:
            return None


class HistoryWalk:
    """Walking through lines typed before, newest first, and back to the line that was begun."""

    def __init__(self) -> None:
        self._lines: Sequence[str] = ()
        self._at = -1
        self._draft = ""

    @property
    def is_walking(self) -> bool:
        """Whether an older line is shown."""
        return self._at >= 0

    def begin(self, lines: Sequence[str], draft: str) -> None:
        """Start from the line that stands in the prompt."""
        seen: dict[str, None] = dict.fromkeys(line for line in lines if line and visible_text(line) == line)
        self._lines, self._at, self._draft = tuple(seen), -1, draft

    def step(self, direction: Literal[-1, 1]) -> str | None:
        """The next older (-1) or newer (1) line; None at either end."""
        at = self._at - direction
        if not -1 <= at < len(self._lines):
            return None
        self._at = at
        return self._draft if at < 0 else self._lines[at]

    def end(self) -> None:
        """The line was changed or sent: the walk is over."""
        self._at = -1


class Prompt(TextArea):
    """Where the person types. Enter sends, ctrl+j makes a new line, ctrl+space changes the route of this line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Send", show=False, id="prompt.submit"),
        Binding("ctrl+j,shift+enter", "newline", "New line", show=False, id="prompt.newline"),
        Binding("ctrl+space,ctrl+@,alt+enter", "flip", "Change route", show=False, id="prompt.flip"),
        Binding("ctrl+d", "leave", "Leave", show=False, id="prompt.leave"),
        Binding("tab", "stay", "Stay", show=False, id="prompt.complete"),
    ]
    DEFAULT_CSS = """
    Prompt {
        height: auto;
        min-height: 3;
        max-height: 10;
        padding: 0 1;
        background: $background;
        border: round $turn-gutter 50%;
        border-title-color: $turn-gutter;
        border-subtitle-color: $turn-gutter;
        scrollbar-size-vertical: 1;
        & .text-area--placeholder { color: $turn-gutter; }
        &:ansi { border: round $turn-gutter; }
        &:focus { border: round $primary; }
        &.-literal, &.-utterance { border-title-color: $primary; }
        &.-alert { border-subtitle-color: $warning; border-subtitle-style: bold; }
    }
    """

    @dataclass
    class Submitted(Message):
        """A line was sent."""

        prompt: Prompt
        line: str
        route: Route

        @property
        def control(self) -> Prompt:
            """The prompt."""
            return self.prompt

    class Left(Message):
        """The person wants to leave: ctrl+d on an empty prompt."""

    @dataclass
    class Paged(Message):
        """The person turns pages of the transcript: up (-1) or down (1)."""

        direction: int

    @dataclass
    class PasteCleaned(Message):
        """Characters that cannot be seen were left out of a paste."""

        count: int

    def __init__(
        self,
        route: Callable[[str], RouteReading],
        history: Callable[[int], Sequence[str]],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(
            id=id,
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder="Say what you want, or type a command.",
        )
        self._read_route = route
        self._history = history
        self._walk = HistoryWalk()
        self._walked_to: str | None = None
        self._flipped: Route | None = None
        self._alert = ""
        self.is_busy = False
        """Whether a line was sent and its turn has not ended; set by sending, ended by the desk."""

    @property
    def route(self) -> Route | None:
        """The route the line will take; None while there is no line."""
        if not self.text.strip():
            return None
        return self._flipped or self._read_route(self.text).route

    def on_mount(self) -> None:
        """Show what there is to show."""
        self.show_route()

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of ours is bound to at once.

        Left to Textual it would be done only after keys typed later had reached the text.
        """
        if event.is_printable:
            return
        active = self.screen.active_bindings.get(event.key)
        if active is not None and active.node is self and await self.app.run_action(active.binding.action, self):
            event.stop()
            event.prevent_default()

    def alert(self, text: str) -> None:
        """Say something on the border until it is said otherwise; empty for nothing."""
        if text != self._alert:
            self._alert = text
            self.show_route()

    def take(self) -> str:
        """Take the line out of the prompt."""
        line = self.text
        self._walk.end()
        self._flipped = None
        self.load_text("")
        return line

    def show_route(self) -> None:
        """Name the route on the border, and how to change it."""
        route = self.route
        self.set_class(route is Route.LITERAL, "-literal")
        self.set_class(route is Route.UTTERANCE, "-utterance")
        self.set_class(bool(self._alert), "-alert")
        self.border_title = Content(WORDS[route] if route is not None else "nlsh")
        other = f"ctrl+space: {WORDS[_OTHER[route]]}" if route is not None else ""
        self.border_subtitle = Content(one_line(self._alert or other, 200))

    def on_text_area_changed(self) -> None:
        """The line changed: show its route; typing ends a walk through history."""
        if not self.text:
            self._flipped = None
        if self.text != self._walked_to:
            self._walk.end()
        self.show_route()

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab stays only where text is typed."""
        if action == "stay":
            return bool(self.text)
        return super().check_action(action, parameters)

    def action_submit(self) -> None:
        """Send the line; while a turn runs it stays."""
        route = self.route
        if self.is_busy:
            self.alert("a turn runs, esc cancels it")
        elif route is Route.LITERAL and needs_more(self.text):
            self.move_cursor(self.document.end)
            self.insert("\n")
            self.alert("this command goes on in the next line")
        elif route is not None:
            self.is_busy = True
            self.alert("")
            self.post_message(self.Submitted(self, self.take(), route))

    def action_newline(self) -> None:
        """Start a new line."""
        self.insert("\n")

    def action_flip(self) -> None:
        """Send this line the other way."""
        route = self.route
        if route is not None:
            self._flipped = _OTHER[route]
            self.show_route()

    def action_leave(self) -> None:
        """Leave nlsh from an empty prompt; else delete the character under the cursor."""
        if self.text:
            self.action_delete_right()
        else:
            self.post_message(self.Left())

    def action_stay(self) -> None:
        """Keep the keys here."""

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; from the first row, the line typed before."""
        if select or not self.navigator.is_first_wrapped_line(self.cursor_location):
            super().action_cursor_up(select)
            return
        if not self._walk.is_walking:
            self._walk.begin(self._history(HISTORY_COUNT), self.text)
        self._show_history(-1)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; from the last row, the line typed after."""
        is_last = self.navigator.is_last_wrapped_line(self.cursor_location)
        if select or not is_last or not self._walk.is_walking:
            super().action_cursor_down(select)
            return
        self._show_history(1)

    def _show_history(self, direction: Literal[-1, 1]) -> None:
        line = self._walk.step(direction)
        if line is not None:
            self._walked_to = line
            self._flipped = None
            self.load_text(line)
            self.move_cursor(self.document.end)

    def action_cursor_page_up(self) -> None:
        """A page of the transcript up."""
        self.post_message(self.Paged(-1))

    def action_cursor_page_down(self) -> None:
        """A page of the transcript down."""
        self.post_message(self.Paged(1))
