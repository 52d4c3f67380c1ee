"""Ctrl-R: everything typed before, below the line. Typing filters; nothing is changed until one is taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.layout import BufferControl, ConditionalContainer, Dimension, FormattedTextControl, HSplit, Window
from prompt_toolkit.layout.containers import Container
from prompt_toolkit.layout.processors import BeforeInput

from nlsh.core.past import Found, search
from nlsh.core.ports import TurnRow
from nlsh.repl.past import Past
from nlsh.repl.search_rows import heading, row_text

_MOST_ROWS: Final = 10
_SOON_S: Final = 0.05
"""How long Escape waits for the rest of Alt-Enter."""
_KEYS: Final = "Enter takes the line · Alt-Enter runs its plan again · Esc goes back"

Taken = Callable[[TurnRow, bool], None]
"""Called with the turn that was taken, and whether its plan is to be run again."""


class Search:
    """The search. `taken` is called after the line has the keys again."""

    def __init__(self, past: Past, taken: Taken) -> None:
        self._past = past
        self._taken = taken
        self._is_open = False
        self._found: list[Found] = []
        self._at = 0
        self._app: Application[Any] | None = None
        self._timeout: float | None = None
        self._query = Buffer(name="search", multiline=False, on_text_changed=lambda _: self._look())

    @property
    def container(self) -> Container:
        """What belongs below the line."""
        control = BufferControl(
            self._query, input_processors=[BeforeInput("  search: ", "class:hint")], key_bindings=self._bindings()
        )
        rows = Window(FormattedTextControl(self.rows), height=self._height, wrap_lines=False)
        keys = Window(FormattedTextControl([("class:hint", f"  {_KEYS}")]), height=1)
        self._input = Window(control, height=1)
        return ConditionalContainer(HSplit([self._input, rows, keys]), Condition(lambda: self._is_open) & ~is_done)

    def open(self, typed: str) -> None:
        """Take the keys and search for what is typed already."""
        self._app = app = get_app()
        self._is_open, self._timeout, app.timeoutlen = True, app.timeoutlen, _SOON_S
        app.vi_state.input_mode = InputMode.INSERT
        self._query.text = typed
        self._query.cursor_position = len(typed)
        self._look()
        app.layout.focus(self._input)

    def close(self) -> None:
        """Give the keys back; what was shown is taken away."""
        app, self._app, self._is_open = self._app, None, False
        if app is None:
            return
        app.timeoutlen = self._timeout or app.timeoutlen
        app.layout.focus_last()
        if app.is_running:
            app.renderer.erase()

    def _look(self) -> None:
        self._found, self._at = search(self._past.rows, self._query.text), 0

    def _height(self) -> Dimension:
        room = max(2, get_app().output.get_size().rows // 2)
        return Dimension.exact(1 + max(1, min(len(self._found), _MOST_ROWS, room)))

    def rows(self) -> StyleAndTextTuples:
        """The turns that were found, as many as there is room for, the chosen one among them."""
        size = get_app().output.get_size()
        room = self._height().preferred - 1
        first = max(0, min(self._at - room // 2, len(self._found) - room))
        shown: StyleAndTextTuples = [*heading(size.columns)]
        now = time.time()
        for at, found in enumerate(self._found[first : first + room], first):
            shown += [("", "\n"), *row_text(found, size.columns, now, is_chosen=at == self._at)]
        return shown if self._found else [*shown, ("", "\n"), ("class:hint", "  nothing typed before matches")]

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        for keys, count in ((("up", "c-p"), -1), (("down", "c-n", "c-r"), 1), (("pageup",), -8), (("pagedown",), 8)):
            for key in keys:
                bindings.add(key)(self._stepping(count))
        for key in ("enter", "c-j"):
            bindings.add(key)(lambda _: self._take(is_again=False))
        bindings.add("escape", "enter")(lambda _: self._take(is_again=True))
        for key in ("escape", "c-g", "c-c"):
            bindings.add(key)(lambda _: self.close())
        return bindings

    def _stepping(self, count: int) -> Callable[[KeyPressEvent], None]:
        def step(_: KeyPressEvent) -> None:
            self._at = max(0, min(self._at + count, len(self._found) - 1))

        return step

    def _take(self, *, is_again: bool) -> None:
        row = self._found[self._at].row if self._found else None
        if row is None or (is_again and not row.plan):
            return
        self.close()
        self._taken(row, is_again)
