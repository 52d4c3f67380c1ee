"""The frame of the desk: the grid, the theme and the keys, and the panes with what they read. No turn is run here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from nlsh.core.errors import NlshError
from nlsh.core.ports import Session
from nlsh.tui.board import Board
from nlsh.tui.commands import DeskCommands
from nlsh.tui.keys import key_pairs
from nlsh.tui.panes.memory import MemoryPane
from nlsh.tui.prompt.editing import LineEditor
from nlsh.tui.prompt.line import Prompt
from nlsh.tui.prompt.mode_view import ModeView
from nlsh.tui.prompt.past import Past
from nlsh.tui.safe import one_line
from nlsh.tui.status import StatusLine
from nlsh.tui.table_view import TableView
from nlsh.tui.theme import textual_theme, variable_defaults
from nlsh.tui.transcript import Transcript

if TYPE_CHECKING:
    from nlsh.config.themes import Theme

_RECORDS: Final = 200


def all_bindings(desk: type[Frame]) -> list[BindingType]:
    """Every binding of ours, as a person meets them."""
    return [binding for owner in (Frame, desk, LineEditor, Prompt, TableView) for binding in owner.BINDINGS]


class Frame(App[int]):
    """One screen: transcript, prompt, status line and three panes."""

    CSS_PATH = "desk.tcss"
    TITLE = "nlsh"
    COMMANDS: ClassVar[set[Any]] = {DeskCommands}
    PAUSE_GC_ON_SCROLL = True
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-cramped"),
        (60, "-narrow"),
        (100, "-wide"),
        (160, "-ultra"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-short"), (30, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "toggle_keys", "Keys", id="pane.help"),
        Binding("f2", "toggle_pane('processes')", "Processes", id="pane.processes"),
        Binding("f3", "toggle_pane('memory')", "Memory", id="pane.memory"),
        Binding("f4", "toggle_pane('audit')", "Audit", id="pane.audit"),
        Binding("ctrl+l", "clear_transcript", "Clear the transcript", show=False, id="transcript.clear"),
        Binding("alt+up", "focus_block(-1)", "Block up", show=False, id="transcript.up"),
        Binding("alt+down", "focus_block(1)", "Block down", show=False, id="transcript.down"),
    ]

    status: StatusLine
    board: Board
    prompt: Prompt

    def __init__(self, session: Session, theme: Theme, keymap: Mapping[str, str], clock: Callable[[], float]) -> None:
        super().__init__()
        self.session = session
        self.clock = clock
        self._palette = theme
        self._keys = {name: keys or "unbound" for name, keys in keymap.items()}
        self._is_sampling = False
        self._is_lent = False
        self.past = Past()

    def compose(self) -> ComposeResult:
        """The grid; panes come after the first frame."""
        home = os.path.expanduser("~")
        self.status = StatusLine(home, id="status")
        self.board = Board(self.clock, self._keys)
        mode = ModeView(id="mode")
        self.prompt = Prompt(self.session, self.past, mode, home, self.clock, id="prompt")
        yield from (self.status, self.board, mode, self.prompt, Footer())

    @property
    def transcript(self) -> Transcript:
        """The turns."""
        return self.board.transcript

    @property
    def is_reading(self) -> bool:
        """Whether something is still being read for a pane."""
        return any(worker.is_running for worker in self.workers if worker.group != "turn")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """nlsh's own variables, for themes that do not know them."""
        return variable_defaults(self.current_theme)

    def use_theme(self) -> None:
        """Take the theme's colours; one that cannot be used is told, and leaves the default."""
        try:
            theme = textual_theme(self._palette)
        except NlshError as error:
            self.tell(one_line(f"{error.message}: {error.hint}"), is_bad=True)
            return
        self.register_theme(theme)
        self.theme = theme.name

    def tell(self, text: str, is_bad: bool = False) -> None:
        """A toast of ours; never markup."""
        self.notify(text, severity="warning" if is_bad else "information", markup=False)

    # ---- what the panes read -------------------------------------------------------------------------------------

    async def load_records(self) -> None:
        """Show the newest records of the ledger."""
        self.board.audit.load(await asyncio.to_thread(self.session.records, _RECORDS))

    def sample(self) -> None:
        """Sample the processes, unless nobody can see them."""
        if (
            self.board.processes.is_attached
            and self.board.processes.display
            and not self._is_sampling
            and not self._is_lent
        ):
            self._is_sampling = True
            self.run_worker(self._sample(), group="sample", exit_on_error=False)

    async def _sample(self) -> None:
        try:
            table = await asyncio.to_thread(self.session.processes)
            self.board.processes.show(table, self.session.jobs())
        finally:
            self._is_sampling = False

    @on(MemoryPane.Searched)
    def search_memory(self, event: MemoryPane.Searched) -> None:
        """Look for memories; the newest search wins."""
        self.run_worker(self._search(event.text), group="search", exclusive=True, exit_on_error=False)

    async def _search(self, text: str) -> None:
        self.board.memory.show_found(await asyncio.to_thread(self.session.memories, text) if text else None)

    # ---- looking around ------------------------------------------------------------------------------------------

    @on(Prompt.Paged)
    def turn_page(self, event: Prompt.Paged) -> None:
        """Page up and down in the prompt turn the transcript's pages."""
        scroll = self.transcript.scroll_page_up if event.direction < 0 else self.transcript.scroll_page_down
        scroll(animate=False)

    def action_toggle_pane(self, name: str) -> None:
        """Show a pane and give it the keys; again: back to the prompt."""
        if self.board.toggle(name):
            self.sample()
        else:
            self.prompt.focus()

    async def action_toggle_keys(self) -> None:
        """Show the keys in the transcript; again: take them away."""
        self.leave_panes()
        await self.transcript.toggle_keys(key_pairs(all_bindings(type(self)), self._keys))

    def action_toggle_panes(self) -> None:
        """Only the transcript, or the panes beside it."""
        self.board.toggle_all()
        self.prompt.focus()

    def leave_panes(self) -> None:
        """Back to the transcript and the prompt."""
        self.board.leave()
        self.prompt.focus()

    def action_focus_block(self, direction: int) -> None:
        """To the next block that can be opened; past the last, back to the prompt."""
        if not self.transcript.focus_block(direction):
            self.prompt.focus()

    async def action_clear_transcript(self) -> None:
        """Clear the view; the ledger keeps everything."""
        await self.transcript.clear()
