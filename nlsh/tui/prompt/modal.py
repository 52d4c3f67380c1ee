"""A line editor that can be doing something else for a while: its keys go to a mode first, and to the text after."""

from __future__ import annotations

from typing import Final

from textual import events

from nlsh.tui.prompt.doubt import Doubt
from nlsh.tui.prompt.editing import LineEditor
from nlsh.tui.prompt.modes import Act, Mode, Put, Send, Stay

_EDITING: Final = ("cursor_", "delete_", "select_", "undo", "redo", "copy", "cut", "paste")
"""Actions that edit; while a mode lasts no other action of the prompt is done."""


class ModalLine(LineEditor):
    """Takes one mode at a time. A mode changes nothing by itself, so it can be left at any moment."""

    mode: Mode | None = None
    _is_chord = False

    def enter_mode(self, mode: Mode) -> None:
        """Do something else from now on."""
        self.mode = mode
        self.suggestion = ""
        self.mode_changed()

    def leave_mode(self) -> bool:
        """Leave the mode, as escape does; whether there was one."""
        act = self.mode.press("escape", None) if self.mode is not None else None
        if act is not None:
            self._do(act)
        return act is not None

    def mode_changed(self) -> None:
        """There is another mode, or it shows something else."""

    def send(self, act: Send) -> None:
        """A mode wants a line sent."""

    def action_edit(self) -> None:
        """Edit the line elsewhere."""

    def _do(self, act: Act) -> None:
        if not isinstance(act, Stay):
            self.mode = None
        if isinstance(act, Put):
            if act.is_other_line:
                self.other_line()
            self.replace_all(act.text, act.cursor)
        elif isinstance(act, Send):
            self.send(act)
        self.mode_changed()

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of ours is bound to at once.

        Left to Textual it would be done only after keys typed later had reached the text.
        """
        is_chord, self._is_chord = self._is_chord, False
        if self._press(event):
            _consume(event)
        elif is_chord and event.key == "ctrl+e":
            _consume(event)
            self.action_edit()
        elif not _typed(event) and await self._run_binding(event.key):
            _consume(event)

    def _press(self, event: events.Key) -> bool:
        """Give a key to the mode; whether it took it."""
        if self.mode is None:
            return False
        act = self.mode.press(event.key, _typed(event))
        if act is not None:
            self._do(act)
        elif not self.mode.outlasts_typing:
            self.mode = None
            self.mode_changed()
        return act is not None

    async def _run_binding(self, key: str) -> bool:
        active = self.screen.active_bindings.get(key)
        if active is None or active.node is not self:
            return False
        if self.mode is not None and not active.binding.action.startswith(_EDITING):
            return True
        return await self.app.run_action(active.binding.action, self)

    def text_changed(self) -> None:
        """The text is another: a mode that was about the one before is over."""
        if self.mode is not None:
            if not self.mode.changed(self.text):
                self.mode = None
            self.mode_changed()

    async def on_paste(self, event: events.Paste) -> None:
        """A paste is never an answer; elsewhere it is text."""
        if isinstance(self.mode, Doubt):
            event.stop()
            event.prevent_default()
        else:
            await super().on_paste(event)

    def on_blur(self) -> None:
        """Something else on the desk has the keys now. While only the window is left, all stays as it is."""
        if self.app.app_focus:
            self.leave_mode()

    def action_chord(self) -> None:
        """Ctrl+x: cut what is selected, else wait for ctrl+e."""
        if self.selected_text:
            self.action_cut()
        else:
            self._is_chord = True


def _typed(event: events.Key) -> str | None:
    """The character a key types; none with alt, although Textual calls that printable too."""
    return event.character if event.is_printable and not event.key.startswith(("alt+", "ctrl+")) else None


def _consume(event: events.Key) -> None:
    event.stop()
    event.prevent_default()
