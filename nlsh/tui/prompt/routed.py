"""A line that shows which way it will go: a glyph, a colour and a word on its border, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from nlsh.core.ports import Session
from nlsh.core.risk import Route
from nlsh.tui.prompt.modal import ModalLine
from nlsh.tui.prompt.mode_view import ModeView
from nlsh.tui.prompt.past import Past
from nlsh.tui.prompt.words import OTHER, WORDS
from nlsh.tui.safe import one_line

EMPTY: Final = "Say what you want, or type a command."
SEARCHING: Final = "A few letters of the line."
_KINDS: Final = ("-literal", "-utterance", "-asking")


@dataclass(frozen=True)
class Face:
    """What the border says at its top and its foot, its class, and what stands where there is no text."""

    title: str = "nlsh"
    hint: str = ""
    kind: str = ""
    empty: str = EMPTY


class RoutedLine(ModalLine):
    """Reads the route of its text as it is typed; the person may say another one for this line."""

    DEFAULT_CSS = """
    RoutedLine {
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
        & .text-area--suggestion { color: $turn-gutter; }
        &:ansi { border: round $turn-gutter; }
        &:focus { border: round $primary; }
        &.-literal { border-title-color: $success; }
        &.-utterance { border-title-color: $primary; }
        &.-asking { border-title-color: $warning; }
        &.-alert { border-subtitle-color: $warning; border-subtitle-style: bold; }
    }
    """

    def __init__(self, session: Session, past: Past, view: ModeView, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(past, lambda: session.cwd, EMPTY, id=id)
        self._session = session
        self._view = view
        self._flipped: Route | None = None
        self._alert = ""
        self._remark = ("", "")

    @property
    def route(self) -> Route | None:
        """The route the line will take; None while there is no line."""
        if not self.text.strip():
            return None
        return self._flipped or self._session.route(self.text).route

    def on_mount(self) -> None:
        """Show what there is to show."""
        self.show_route()

    def alert(self, text: str) -> None:
        """Say something on the border until it is said otherwise; empty for nothing."""
        if text != self._alert:
            self._alert = text
            self.show_route()

    def remark(self, text: str) -> None:
        """Say something on the border for as long as the line stays as it is."""
        self._remark = (self.text, text)
        self.show_route()

    def show_route(self) -> None:
        """Name the route on the border, and how to change it; or what else the prompt does."""
        face = self.face()
        for name in _KINDS:
            self.set_class(name == face.kind, name)
        if self.placeholder != face.empty:
            self.placeholder = face.empty
        alert = self._alert or (self._remark[1] if self._remark[0] == self.text else "")
        self.set_class(bool(alert), "-alert")
        self.border_title = Content(face.title)
        self.border_subtitle = Content(one_line(alert or face.hint, 200))

    def face(self) -> Face:
        """How it looks just now."""
        if self.mode is not None:
            return Face(self.mode.title(), self.mode.hint(), "-asking", SEARCHING)
        if not self.text.strip():
            return Face()
        reading = self._session.route(self.text)
        route = self._flipped or reading.route
        flip = f"ctrl+space: {WORDS[OTHER[route]]}"
        if reading.is_thin and self._flipped is None:
            return Face(WORDS[route] + "?", f"enter asks which · {flip}", "-asking")
        return Face(WORDS[route], flip, f"-{route.value}")

    def mode_changed(self) -> None:
        """Show the mode above the prompt, and its keys on the border."""
        self._view.show(self.mode)
        self.show_route()

    def on_text_area_changed(self) -> None:
        """The line changed: show its route; typing ends a walk through history."""
        if not self.text:
            self._flipped = None
        if self.text != self._remark[0]:
            self._remark = ("", "")
        self.end_walk()
        self.text_changed()
        self.show_route()

    def on_resize(self) -> None:
        """What stands above the prompt is as wide as there is room."""
        self._view.show(self.mode)

    def other_line(self) -> None:
        """Nobody has chosen the route of a line that came from elsewhere."""
        self._flipped = None

    def action_flip(self) -> None:
        """Send this line the other way."""
        route = self.route
        if route is not None:
            self._flipped = OTHER[route]
            self.show_route()
