"""One line that stands there to be edited: a step as a call or a command, before it is agreed to."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager

from prompt_toolkit import PromptSession
from prompt_toolkit.data_structures import Size
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.vt100 import Vt100_Output

from nlsh.repl.screen import Screen


async def edited(text: str, fd: int, screen: Screen, *, is_command: bool = False) -> str | None:
    """The line as the person edited it on the terminal `fd`; None where they pressed Ctrl-C or Ctrl-D.

    It is shown on standard error, where questions are; what was typed ahead is thrown away. A command may have several
    lines: Enter takes it all, Alt-Enter makes a new line.
    """
    with _keys(fd) as keys, _output(fd, screen) as output:
        prompt: PromptSession[str] = PromptSession(
            input=keys,
            output=output,
            color_depth=ColorDepth.MONOCHROME,
            multiline=is_command,
            key_bindings=_bindings(is_command),
            prompt_continuation="  ",
        )
        try:
            # Signals stay with whoever runs the turn; Ctrl-C arrives as a key.
            return (await prompt.prompt_async("  ", default=text, handle_sigint=False)).strip()
        except (KeyboardInterrupt, EOFError):
            return None
        finally:
            clear_typeahead(keys)


def _bindings(is_command: bool) -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def take(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("escape", "enter", filter=Condition(lambda: is_command))
    def break_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


@contextmanager
def _keys(fd: int) -> Iterator[Input]:
    with open(fd, encoding="utf-8", errors="surrogateescape", closefd=False) as terminal:
        yield Vt100Input(terminal)


@contextmanager
def _output(fd: int, screen: Screen) -> Iterator[Output]:
    """Standard error for prompt-toolkit; the terminal is not asked where its cursor is."""

    def size() -> Size:
        columns, rows = os.get_terminal_size(fd)
        return Size(rows or 24, columns or 80)

    text = io.TextIOWrapper(screen.err, encoding="utf-8", errors="backslashreplace", write_through=True)
    try:
        yield Vt100_Output(text, size, term=screen.env.get("TERM"), enable_cpr=False)
    finally:
        text.detach()
