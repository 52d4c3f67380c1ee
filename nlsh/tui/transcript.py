"""The transcript: the turns, the newest at the bottom, pruned between two water marks. The ledger keeps all.

What jobs write between two lines stands between the turns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.containers import VerticalScroll
from textual.message import Message

from nlsh.core.events import Event, TurnStarted
from nlsh.tui.approval import ApprovalCard
from nlsh.tui.background import BackgroundView
from nlsh.tui.keys import KeysView
from nlsh.tui.turn_view import TurnView
from nlsh.tui.welcome import Welcome

HIGH_ROWS: Final = 4000
LOW_ROWS: Final = 2500
HIGH_TURNS: Final = 120
LOW_TURNS: Final = 80
MARGIN: Final = 2
"""What stands in a turn is set in by so many cells."""


def surplus(rows: list[int]) -> int:
    """How many of the oldest turns are to go, given their heights; the newest always stays."""
    if sum(rows) <= HIGH_ROWS and len(rows) <= HIGH_TURNS:
        return 0
    gone, total = 0, sum(rows)
    while gone < len(rows) - 1 and (total > LOW_ROWS or len(rows) - gone > LOW_TURNS):
        total -= rows[gone]
        gone += 1
    return gone


class Transcript(VerticalScroll, can_focus=False):
    """Holds the turns and hands each event to the one that runs."""

    @dataclass
    class Resized(Message):
        """Output has so many columns now."""

        columns: int

    DEFAULT_CSS = """
    Transcript {
        padding: 0 1;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, clock: Callable[[], float], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._clock = clock
        self.turn: TurnView | None = None

    def on_mount(self) -> None:
        """Stay at the bottom until the person scrolls."""
        self.anchor()

    def on_resize(self) -> None:
        """Programs are to be told."""
        self.post_message(self.Resized(self.columns))

    @property
    def columns(self) -> int:
        """How wide output can be."""
        return max(1, self.scrollable_content_region.width - MARGIN)

    @property
    def turns(self) -> list[TurnView]:
        """Every turn still shown, oldest first."""
        return [child for child in self.children if isinstance(child, TurnView)]

    @property
    def blocks(self) -> list[TurnView | BackgroundView]:
        """The turns and what jobs wrote, oldest first."""
        return [child for child in self.children if isinstance(child, TurnView | BackgroundView)]

    @property
    def is_settled(self) -> bool:
        """Whether everything that came is shown."""
        return not any(block.is_dirty for block in self.blocks)

    @property
    def running(self) -> TurnView | None:
        """The turn that has not ended."""
        return self.turn if self.turn is not None and self.turn.state.outcome is None else None

    async def welcome(self, help_key: str) -> None:
        """Say what this is, until the first line is sent."""
        if not self.blocks:
            await self.mount(Welcome(help_key))

    async def apply(self, event: Event) -> None:
        """Hand an event to the running turn; the first event of a turn opens its view."""
        turn = self.running
        if turn is None or isinstance(event, TurnStarted):
            turn = self.turn = TurnView(self._clock)
            await self.query("Welcome, KeysView").remove()
            await self.mount(turn)
            self.anchor()
            await self.prune()
        turn.apply(event)

    async def toggle_keys(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show what the keys do, until the next line; again: take it away."""
        if self.query(KeysView):
            await self.query(KeysView).remove()
        else:
            await self.mount(KeysView(pairs))
            self.anchor()

    async def show_background(self, text: str) -> None:
        """What jobs wrote, in a block of its own until the next line is sent; before a turn that runs."""
        running = self.running
        blocks = [block for block in self.blocks if block is not running]
        if blocks and isinstance(last := blocks[-1], BackgroundView):
            last.feed(text)
            return
        view = BackgroundView()
        view.feed(text)
        await self.mount(view, before=running)
        await self.prune()

    async def prune(self) -> None:
        """Take the oldest blocks off the screen where there are too many."""
        blocks = self.blocks
        gone = surplus([block.rows() for block in blocks])
        if gone:
            await self.remove_children(blocks[:gone])

    async def clear(self) -> None:
        """Take everything off the screen but a turn that runs."""
        running = self.running
        await self.remove_children([block for block in self.blocks if block is not running])

    def cards(self) -> list[ApprovalCard]:
        """The questions that wait, oldest first."""
        return [card for card in self.query(ApprovalCard) if not card.is_answered]

    def tick(self) -> None:
        """Renew the clock of the running turn."""
        if self.running is not None:
            self.running.tick()

    def focus_block(self, direction: int) -> bool:
        """Focus the next block that can be opened, up (-1) or down (1); whether there was one."""
        blocks = [widget for widget in self.query("*") if widget.can_focus and widget.display]
        at = next((index for index, widget in enumerate(blocks) if widget.has_focus), len(blocks))
        if not 0 <= at + direction < len(blocks):
            return False
        blocks[at + direction].focus()
        return True
