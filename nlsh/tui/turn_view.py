"""One turn on the screen: the line, the plan, what came of it, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from nlsh.core.events import Event
from nlsh.tui.approval import ApprovalCard, content
from nlsh.tui.output_view import OutputView
from nlsh.tui.prompt.words import GLYPHS
from nlsh.tui.rows import Piece, RowsView
from nlsh.tui.safe import one_line, paragraph
from nlsh.tui.table_view import TableView
from nlsh.tui.turn import Block, Listed, Printed, Question, Said, TurnState, ending, step_rows

FRAME_S: Final = 1 / 60
"""Events are shown at most so often."""


class StepsView(RowsView):
    """The plan, one row a step."""

    def __init__(self, state: TurnState) -> None:
        super().__init__()
        self._state = state

    def row_count(self) -> int:
        """One row a step."""
        return len(self._state.shown_steps())

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """A step's row."""
        return step_rows(self._state.shown_steps(), width)[y]


def said_content(said: Said) -> Content:
    """A sentence of the turn; failures with what to do about them."""
    if said.kind == "failure":
        pieces: list[Piece] = [("failed: ", "bad"), (paragraph(said.text), "plain")]
        return content(pieces + ([(f"\n        {paragraph(said.hint)}", "muted")] if said.hint else []))
    return content([(paragraph(said.text), "plain" if said.kind == "note" else "muted")])


class TurnView(Vertical):
    """Shows a `TurnState`; events are taken in at once and shown in batches."""

    @dataclass
    class QuestionOpened(Message):
        """A card was put into the transcript."""

        card: ApprovalCard

    @dataclass
    class QuestionClosed(Message):
        """A card was taken out again."""

        card: ApprovalCard

    DEFAULT_CSS = """
    TurnView {
        height: auto;
        margin-bottom: 1;
        & Static { height: auto; }
        & .turn--line { text-style: bold; }
        & .turn--body { margin-left: 2; }
        & StepsView { margin-left: 2; }
        & OutputView, & TableView { margin-left: 2; }
    }
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self.state = TurnState()
        self.is_dirty = False
        self._clock = clock
        self._shown: list[tuple[Block, Widget]] = []
        self._is_scheduled = False
        self._started_at = clock()

    def compose(self) -> ComposeResult:
        """The line, the plan, and the last row; blocks come between."""
        yield Static(Content(""), classes="turn--line")
        yield StepsView(self.state)
        yield Static(Content(""), classes="turn--body turn--ending")

    def apply(self, event: Event) -> None:
        """Take an event in; it is shown within a frame."""
        self.state.apply(event)
        self.is_dirty = True
        self.schedule()

    def schedule(self) -> None:
        """Show what came, soon and once."""
        if self.is_mounted and not self._is_scheduled:
            self._is_scheduled = True
            self.set_timer(FRAME_S, self.flush)

    def on_mount(self) -> None:
        """Show what came before there was a view."""
        if self.is_dirty:
            self.schedule()

    async def flush(self) -> None:
        """Show everything that came since the last frame."""
        self._is_scheduled = False
        if not self.is_dirty:
            return
        self.is_dirty = False
        with self.app.batch_update():
            self._show_line()
            await self._show_blocks()
            self.query_one(StepsView).rows_changed()
            self.tick()

    def tick(self) -> None:
        """Renew the last row: what is being done and for how long, or how it ended."""
        if self.is_mounted:
            self.query_one(".turn--ending", Static).update(content(self._last_row()))

    def rows(self) -> int:
        """How high it is."""
        return self.size.height

    def _show_line(self) -> None:
        route = self.state.route
        glyph = GLYPHS[route] if route is not None else "·"
        line = paragraph(self.state.line, 4000).replace("\n", "\n  ")
        self.query_one(".turn--line", Static).update(content([(glyph + " ", "accent"), (line, "strong")]))

    def _last_row(self) -> list[Piece]:
        if self.state.outcome is not None:
            return ending(self.state)
        if self.state.waiting():
            return []
        seconds = int(self._clock() - self._started_at)
        pieces: list[Piece] = [(one_line(self.state.activity()), "accent")]
        return pieces + ([(f" · {seconds} s · esc cancels", "muted")] if seconds else [])

    async def _show_blocks(self) -> None:
        for block, widget in self._shown:
            await self._renew(block, widget)
        new = self.state.blocks[len(self._shown) :]
        if not new:
            return
        made = [(block, self._make(block)) for block in new]
        self._shown.extend(made)
        await self.mount_all([widget for _, widget in made], before=".turn--ending")
        for block, widget in made:
            await self._renew(block, widget)
            if isinstance(widget, ApprovalCard) and widget.is_attached:
                self.post_message(self.QuestionOpened(widget))

    def _make(self, block: Block) -> Widget:
        match block:
            case Said():
                return Static(said_content(block), classes="turn--body")
            case Listed(table):
                return TableView(table)
            case Printed(_, buffer):
                return OutputView(buffer)
            case Question(approval):
                return ApprovalCard(approval, self._clock)

    async def _renew(self, block: Block, widget: Widget) -> None:
        if isinstance(widget, OutputView):
            if not widget.flush() and self.state.outcome is not None:
                widget.reload()
        elif isinstance(block, Question) and block.verdict and isinstance(widget, ApprovalCard):
            at = next(index for index, (shown, _) in enumerate(self._shown) if shown is block)
            note = Static(content([(one_line(block.verdict), "muted")]), classes="turn--body")
            self._shown[at] = (block, note)
            await self.mount(note, before=widget)
            self.post_message(self.QuestionClosed(widget))
            await widget.remove()
