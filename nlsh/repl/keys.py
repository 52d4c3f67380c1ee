"""The keys of the prompt, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, Protocol

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import (
    Condition,
    emacs_mode,
    has_completions,
    has_focus,
    has_selection,
    vi_insert_mode,
    vi_navigation_mode,
)
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from nlsh.core.display import visible_text
from nlsh.core.past import next_word
from nlsh.repl.bell import FOCUS_IN, FOCUS_OUT

LEGEND: Final = (
    ("Tab", "complete; once more: choose"),
    ("→ · End · Ctrl-F", "take the grey text; Alt-→ or Alt-F: a word of it"),
    ("↑ · ↓", "earlier lines that contain what is typed"),
    ("Ctrl-R", "search the past; there Alt-Enter runs a plan once more"),
    ("Ctrl-Space · Alt-A", "this line the other way: as a command, or asked for"),
    ("Alt-Enter", "a new line within the line"),
    ("Ctrl-X Ctrl-E", "the line in $VISUAL or $EDITOR (vi keys: v)"),
    ("Ctrl-C", "throw the line away; while something runs: stop it"),
    ("Ctrl-D", "leave"),
    ("! · ?", "first: a command, or asked for"),
    ("Space", "first: the line is not in the history, only on the ledger"),
)
"""Key and what it does."""

_FOCUSED: Final = Keys.ControlF23
_BLURRED: Final = Keys.ControlF24
# No keyboard has these; prompt_toolkit has no name for the terminal's own reports.
ANSI_SEQUENCES[FOCUS_IN] = _FOCUSED
ANSI_SEQUENCES[FOCUS_OUT] = _BLURRED

_LINE: Final = has_focus(DEFAULT_BUFFER)


class Prompted(Protocol):
    """What the keys do."""

    def submit(self) -> None:
        """Send the line, or ask about it first."""

    def flip(self) -> None:
        """Change the route of this line."""

    def walk(self, direction: Literal[-1, 1]) -> None:
        """Older (-1) or newer (1) lines."""

    def search(self) -> None:
        """Search the past."""

    def complete(self) -> None:
        """Complete the word at the cursor."""

    def edit(self) -> None:
        """Open the line in an editor."""

    def show_keys(self) -> None:
        """Say what the keys do."""

    def focus(self, has_focus: bool) -> None:
        """The terminal says whether somebody looks."""


@Condition
def _has_ghost() -> bool:
    buffer = get_app().current_buffer
    return buffer.suggestion is not None and buffer.suggestion.text != "" and buffer.document.is_cursor_at_the_end


def bindings_for(prompt: Prompted) -> KeyBindings:
    """The keys of the line; prompt_toolkit's own are below them."""
    keys = KeyBindings()
    _bind_sending(keys, prompt)
    _bind_past(keys, prompt)
    _bind_editing(keys, prompt)
    keys.add(_FOCUSED)(lambda _: prompt.focus(True))
    keys.add(_BLURRED)(lambda _: prompt.focus(False))
    return keys


def _bind_sending(keys: KeyBindings, prompt: Prompted) -> None:
    keys.add("enter", filter=_LINE)(_calling(prompt.submit))
    keys.add("c-@", filter=_LINE)(_calling(prompt.flip))
    keys.add("escape", "a", filter=_LINE & emacs_mode)(_calling(prompt.flip))
    keys.add("f1", filter=_LINE)(_calling(prompt.show_keys))


def _bind_past(keys: KeyBindings, prompt: Prompted) -> None:
    older, newer = _calling(lambda: prompt.walk(-1)), _calling(lambda: prompt.walk(1))
    is_walking = _LINE & ~has_completions & ~has_selection
    for key, newer_key, condition in (
        ("up", "down", is_walking),
        ("c-p", "c-n", is_walking & emacs_mode),
        ("k", "j", is_walking & vi_navigation_mode),
    ):
        keys.add(key, filter=condition)(older)
        keys.add(newer_key, filter=condition)(newer)
    keys.add("c-r", filter=_LINE & (emacs_mode | vi_insert_mode))(_calling(prompt.search))
    for take in ("right", "end", "c-f", "c-e"):
        keys.add(take, filter=_LINE & _has_ghost)(_take_ghost)
    keys.add("escape", "right", filter=_LINE & _has_ghost & emacs_mode)(_take_word)
    keys.add("escape", "f", filter=_LINE & _has_ghost & emacs_mode)(_take_word)
    keys.add("c-right", filter=_LINE & _has_ghost)(_take_word)


def _bind_editing(keys: KeyBindings, prompt: Prompted) -> None:
    keys.add(Keys.Vt100MouseEvent)(_nothing)  # a pasted colour reads as the report of a mouse that nobody asked for
    keys.add("tab", filter=_LINE)(_calling(prompt.complete))
    keys.add("c-x", "c-e", filter=_LINE & (emacs_mode | vi_insert_mode))(_calling(prompt.edit))
    keys.add("v", filter=_LINE & vi_navigation_mode & ~has_selection)(_calling(prompt.edit))
    keys.add("escape", "enter", filter=_LINE & emacs_mode)(lambda event: event.current_buffer.insert_text("\n"))
    keys.add(Keys.BracketedPaste, filter=_LINE)(_paste)
    keys.add("c-z", filter=_LINE)(lambda _: None)  # pressed out of habit; there is nothing to stop here


def _calling(work: Callable[[], None]) -> Callable[[KeyPressEvent], None]:
    return lambda _: work()


def _take_ghost(event: KeyPressEvent) -> None:
    _take(event.current_buffer, lambda text: text)


def _take_word(event: KeyPressEvent) -> None:
    _take(event.current_buffer, next_word)


def _take(buffer: Buffer, part: Callable[[str], str]) -> None:
    if buffer.suggestion is not None:
        buffer.insert_text(part(buffer.suggestion.text))


def _paste(event: KeyPressEvent) -> None:
    """A paste is text and nothing more; what cannot be seen is left out."""
    text = event.data.replace("\r\n", "\n").replace("\r", "\n")
    event.current_buffer.insert_text("".join(char for char in text if visible_text(char) == char))


def _nothing(_event: KeyPressEvent) -> None:
    """It is no key."""
