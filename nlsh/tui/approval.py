"""The approval card: a question in the transcript, not a modal, so the plan above it stays readable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.risk import Risk
from nlsh.tui.approval_rules import (
    ARMING_S,
    answer,
    card_rows,
    card_title,
    ground_rows,
    is_armed,
    is_burst,
    needs_phrase,
    option_for_key,
    options,
)
from nlsh.tui.rows import Piece
from nlsh.tui.safe import one_line
from nlsh.tui.step_lines import StepLine, StepLines

_STYLES = {"strong": "bold", "muted": "$turn-gutter", "warn": "$warning", "accent": "$primary"}
_STYLES |= {"good": "$success", "bad": "$error"}


def content(pieces: list[Piece]) -> Content:
    """Safe pieces as content in the theme's colours."""
    return Content.assemble(*((text, _STYLES.get(role, "")) for text, role in pieces))


def is_in_card(widget: Widget | None) -> bool:
    """Whether a widget is a card, or what is typed in within one."""
    return widget is not None and any(isinstance(one, ApprovalCard) for one in widget.ancestors_with_self)


class ApprovalCard(Vertical, can_focus=True):
    """One question. It answers at most once, and only to keys typed by hand while it had the focus."""

    @dataclass
    class Answered(Message):
        """The person answered."""

        card: ApprovalCard
        answer: Answer

        @property
        def control(self) -> ApprovalCard:
            """The card."""
            return self.card

    DEFAULT_CSS = """
    ApprovalCard {
        height: auto;
        margin: 0 0 0 2;
        padding: 0 1;
        border: round $turn-gutter;
        border-title-color: $warning;
        border-subtitle-color: $turn-gutter;
        & Static { height: auto; width: 1fr; }
        & #card-options { margin-top: 1; }
        &:focus { border: round $warning; }
        &.-grave { border-title-color: $risk-destructive; }
        &.-grave:focus { border: round $risk-destructive; }
    }
    """

    def __init__(self, approval: Approval, clock: Callable[[], float]) -> None:
        super().__init__(classes="-grave" if approval.risk >= Risk.R4 else "")
        self.approval = approval
        self.typed = ""
        self.is_answered = False
        self.cursor = 0
        self._clock = clock
        self._focused_at: float | None = None
        self._key_at = float("-inf")
        self._complaint = ""

    def compose(self) -> ComposeResult:
        """What is asked, then what can be said."""
        yield Static(Content("\n").join([content(row) for row in card_rows(self.approval)]), id="card-text")
        grounds = Static(Content("\n").join([content(row) for row in ground_rows(self.approval)]), id="card-grounds")
        grounds.display = False
        yield grounds
        yield Static(Content(""), id="card-options")

    def on_mount(self) -> None:
        """Name the question and show the options."""
        self.border_title = Content(card_title(self.approval))
        self._show_options()

    def on_focus(self) -> None:
        """The keys are ours, but not yet armed; steps that are being edited go on having them."""
        for lines in self.query(StepLines):
            lines.begin()
        self._focused_at = self._clock()
        self._show_options()
        self.set_timer(ARMING_S + 0.02, self._show_options)
        self.call_after_refresh(self.scroll_visible, animate=False)

    def on_blur(self) -> None:
        """Another widget has the keys."""
        self._focused_at = None
        self._show_options()

    @property
    def is_armed(self) -> bool:
        """Whether keys other than escape count."""
        return self._focused_at is not None and is_armed(self._clock() - self._focused_at)

    def on_paste(self, event: events.Paste) -> None:
        """A paste is never an answer."""
        event.stop()

    @property
    def is_editing(self) -> bool:
        """Whether steps are being edited in the card's last lines."""
        return bool(self.query(StepLines))

    async def on_key(self, event: events.Key) -> None:
        """Escape says no at once, or leaves the steps as they were; everything else only when armed."""
        if not self.is_editing:
            self._key(event)
        elif event.key == "escape":
            self._take(event)
            await self._leave_lines()

    def _key(self, event: events.Key) -> None:
        is_pasted = is_burst(self._clock() - self._key_at)
        self._key_at = self._clock()
        if event.key == "escape":
            self._take(event)
            self._choose(Choice.NO)
        elif not self.is_armed:
            self._take(event)
        elif event.key in ("up", "down"):
            self._take(event)
            self.cursor = (self.cursor + (1 if event.key == "down" else -1)) % len(options(self.approval))
            self._show_options()
            self.query_one("#card-options").scroll_visible(animate=False)
        elif event.key == "enter":
            self._take(event)
            if not is_pasted:
                self._choose(options(self.approval)[self.cursor].choice)
        else:
            self._other_key(event, is_pasted)

    def _other_key(self, event: events.Key, is_pasted: bool) -> None:
        if needs_phrase(self.approval) and (event.is_printable or event.key == "backspace"):
            self._take(event)
            self._type(event.character or "", event.key == "backspace")
        elif event.is_printable and event.character:
            self._take(event)
            choice = option_for_key(self.approval, event.character)
            if choice is not None and not is_pasted:
                self._choose(choice)

    def _take(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    def _type(self, character: str, is_backspace: bool) -> None:
        self.typed = self.typed[:-1] if is_backspace else (self.typed + character)[:200]
        self._complaint = ""
        self._show_options()

    def _choose(self, choice: Choice | Literal["why"]) -> None:
        if choice == "why":
            self._toggle_grounds()
        elif choice is Choice.EDIT:
            self._edit_steps()
        else:
            self._say(choice, self.typed)

    def _toggle_grounds(self) -> None:
        """Say why it is asked, or no longer; the question stays the same."""
        rows = self.query_one("#card-grounds", Static)
        rows.display = not rows.display
        self.call_after_refresh(self.query_one("#card-options").scroll_visible, animate=False)

    def _edit_steps(self) -> None:
        lines = StepLines(self.approval.steps)
        self.mount(lines)
        self.call_after_refresh(lines.begin)
        self.call_after_refresh(self._show_options)

    async def _leave_lines(self) -> None:
        await self.query(StepLines).remove()
        self.focus()

    async def on_step_line_taken(self, event: StepLine.Taken) -> None:
        """The steps as the person edited them; where nothing was changed, or nothing is left, all stays as it was."""
        event.stop()
        lines = self.query_one(StepLines).lines
        said = self.approval.edited(lines)
        if said is None:
            self._complaint = "" if any(map(str.strip, lines.values())) else "nothing would be left; esc declines it"
            await self._leave_lines()
        else:
            self._hand_over(said)

    def _say(self, choice: Choice, typed: str) -> None:
        said = answer(self.approval, choice, typed)
        if said is None:
            self._complaint = "type the words exactly as shown first"
            self._show_options()
        else:
            self._hand_over(said)

    def _hand_over(self, said: Answer) -> None:
        if not self.is_answered:
            self.is_answered = True
            self.post_message(self.Answered(self, said))

    def on_click(self, event: events.Click) -> None:
        """A click only moves the mark; it takes a key to answer."""
        rows = self.query_one("#card-options", Static)
        at = event.screen_y - rows.region.y - (2 if needs_phrase(self.approval) else 0)
        if 0 <= at < len(options(self.approval)) and self.is_armed:
            self.cursor = at
            self._show_options()

    def _show_options(self) -> None:
        if not self.is_attached:
            return
        lines = [content(row) for row in [*self._phrase_rows(), *self._option_rows()]]
        self.query_one("#card-options", Static).update(Content("\n").join(lines))
        self.border_subtitle = Content(self._hint())

    def _hint(self) -> str:
        if self.is_editing:
            several = "empty takes a step out · " if len(self.approval.steps) > 1 else ""
            return f"enter asks about it · {several}esc leaves it as it was"
        if self._complaint:
            return self._complaint
        if self._focused_at is None:
            return "ctrl+g to answer"
        return "↑ ↓ enter" if self.is_armed else "…"

    def _phrase_rows(self) -> list[list[Piece]]:
        if not needs_phrase(self.approval):
            return []
        phrase = one_line(self.approval.preview.phrase, 200)
        typed = one_line(self.typed, 200)
        return [[("For yes, type  ", "plain"), (phrase, "strong")], [("› ", "muted"), (typed + "▏", "accent")]]

    def _option_rows(self) -> list[list[Piece]]:
        rows: list[list[Piece]] = []
        is_live = self.is_armed
        for at, option in enumerate(options(self.approval)):
            is_here = at == self.cursor and self._focused_at is not None
            key = "esc" if option.choice is Choice.NO else option.key
            key = "" if needs_phrase(self.approval) and option.choice is not Choice.NO else key
            role = "strong" if is_here and is_live else "plain" if is_live else "muted"
            rows.append([("❯ " if is_here else "  ", "warn"), (f"{key:<5}", "muted"), (option.text, role)])
        return rows
