"""The grid of the desk: the transcript and the live panes, and which of them is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.lazy import Lazy
from textual.widget import Widget

from nlsh.tui.panes.audit import AuditPane
from nlsh.tui.panes.memory import MemoryPane
from nlsh.tui.panes.processes import ProcessPane
from nlsh.tui.transcript import Transcript

PANE_KEYS: Final = {"processes": "f2", "memory": "f3", "audit": "f4"}
"""The panes by name, and their keys."""


class Board(Container):
    """Transcript and panes. From 100 columns they stand side by side; below, one pane lies over the transcript."""

    def __init__(self, clock: Callable[[], float], keymap: Mapping[str, str]) -> None:
        super().__init__(id="board")
        self.transcript = Transcript(clock, id="transcript")
        self.processes = ProcessPane(id="processes", classes="pane")
        self.memory = MemoryPane(id="memory", classes="pane")
        self.audit = AuditPane(id="audit", classes="pane")
        self._keymap = keymap

    @property
    def panes(self) -> tuple[Widget, ...]:
        """The panes, in the order of their keys."""
        return self.processes, self.memory, self.audit

    @property
    def is_pane_focused(self) -> bool:
        """Whether a pane has the keys."""
        return any(pane.has_focus_within for pane in self.panes)

    def compose(self) -> ComposeResult:
        """The transcript at once; the panes after the first frame."""
        yield self.transcript
        for pane in self.panes:
            key = self._keymap.get(f"pane.{pane.id}", PANE_KEYS[str(pane.id)])
            pane.border_title = Content(f"{pane.BORDER_TITLE}  {key}")
            yield Lazy(pane)

    def on_mount(self) -> None:
        """The panes stand beside the transcript where there is room."""
        self.screen.add_class("-beside")

    def toggle(self, name: str) -> bool:
        """Show a pane and give it the keys; False where it had them, and is left."""
        pane = next(pane for pane in self.panes if pane.id == name)
        if pane.has_focus_within or not pane.is_attached:
            self.leave()
            return False
        for other in self.panes:
            other.set_class(other is pane, "-shown")
        self.screen.add_class("-overlay")
        (self.memory.search if pane is self.memory else pane).focus()
        return True

    def toggle_all(self) -> None:
        """Only the transcript, or the panes beside it."""
        self.screen.toggle_class("-beside")
        self.leave()

    def leave(self) -> None:
        """Show the transcript again where a pane lies over it."""
        self.screen.remove_class("-overlay")
        for pane in self.panes:
            pane.remove_class("-shown")
