"""The transcript: the turns, the newest at the bottom, pruned between two water marks. The ledger keeps all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual.containers import VerticalScroll
from textual.message import Message

from nlsh.core.events import Event, TurnStarted
from nlsh.tui.approval import ApprovalCard
from nlsh.tui.turn_view import TurnView

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
    def is_settled(self) -> bool:
        """Whether everything that came is shown."""
        return not any(turn.is_dirty for turn in self.turns)

    async def apply(self, event: Event) -> None:
        """Hand an event to the running turn; the first event of a turn opens its view."""
        if self.turn is None or self.turn.state.outcome is not None or isinstance(event, TurnStarted):
            self.turn = TurnView(self._clock)
            await self.mount(self.turn)
            self.anchor()
            await self.prune()
        self.turn.apply(event)

    async def prune(self) -> None:
        """Take the oldest turns off the screen where there are too many."""
        turns = self.turns
        gone = surplus([turn.rows() for turn in turns])
        if gone:
            await self.remove_children(turns[:gone])

    async def clear(self) -> None:
        """Take every ended turn off the screen."""
        await self.remove_children([turn for turn in self.turns if turn.state.outcome is not None])

    def cards(self) -> list[ApprovalCard]:
        """The questions that wait, oldest first."""
        return [card for card in self.query(ApprovalCard) if not card.is_answered]

    def tick(self) -> None:
        """Renew the clock of the running turn."""
        if self.turn is not None and self.turn.state.outcome is None:
            self.turn.tick()

    def focus_block(self, direction: int) -> bool:
        """Focus the next block that can be opened, up (-1) or down (1); whether there was one."""
        blocks = [widget for widget in self.query("*") if widget.can_focus and widget.display]
        at = next((index for index, widget in enumerate(blocks) if widget.has_focus), len(blocks))
        if not 0 <= at + direction < len(blocks):
            return False
        blocks[at + direction].focus()
        return True
