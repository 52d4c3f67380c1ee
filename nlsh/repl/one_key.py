"""A question of one key, below the line. The keys are its own then; what is typed too early is no answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, Window
from prompt_toolkit.layout.containers import Container

from nlsh.core.display import visible
from nlsh.repl.doubt import ENTER, ESCAPE, Choice, Doubt

DEAF_S: Final = 0.25
"""For so long no key counts: fingers may still be on their way."""
_NAMES: Final = {Keys.ControlM: ENTER, Keys.ControlJ: ENTER, Keys.Escape: ESCAPE, Keys.ControlG: ESCAPE}


class Question:
    """Shown where there is one. `answered` is called with what was chosen, after the line has the keys again."""

    def __init__(self, answered: Callable[[Choice], None]) -> None:
        self._answered = answered
        self._doubt: Doubt | None = None
        self._since = 0.0
        control = FormattedTextControl(self.text, focusable=True, key_bindings=self._bindings(), show_cursor=False)
        self._window = Window(control, dont_extend_height=True, wrap_lines=True)

    @property
    def container(self) -> Container:
        """What belongs below the line."""
        return ConditionalContainer(self._window, Condition(lambda: self._doubt is not None) & ~is_done)

    def ask(self, doubt: Doubt) -> None:
        """Ask, and take the keys."""
        self._doubt, self._since = doubt, time.monotonic()
        get_app().layout.focus(self._window)

    def forget(self) -> None:
        """Nothing is asked any more."""
        self._doubt = None

    def text(self) -> StyleAndTextTuples:
        """The question with its keys."""
        if self._doubt is None:
            return []
        keys = " · ".join(f"{choice.key} {visible(choice.says)}" for choice in self._doubt.choices)
        return [("class:warn", f"  {self._doubt.question}  "), ("class:hint", keys)]

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        bindings.add(Keys.Any, eager=True)(self._press)
        bindings.add(Keys.Escape, eager=True)(self._press)
        bindings.add("c-c", eager=True)(_throw_away)
        return bindings

    def _press(self, event: KeyPressEvent) -> None:
        pressed = event.key_sequence[0].key
        name = _NAMES.get(pressed, pressed) if isinstance(pressed, Keys) else pressed
        doubt = self._doubt
        if doubt is None or time.monotonic() - self._since < DEAF_S:
            return
        choice = next((choice for choice in doubt.choices if choice.key == name), None)
        if choice is not None:
            self._doubt = None
            event.app.layout.focus_last()
            self._answered(choice)


def _throw_away(event: KeyPressEvent) -> None:
    event.app.exit(exception=KeyboardInterrupt(), style="class:aborting")
