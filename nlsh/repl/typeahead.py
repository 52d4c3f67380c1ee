"""Keys that were typed for the prompt before it stood: while a command ran that did not read them."""

from __future__ import annotations

from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress


def type_ahead(data: bytes, keys: Input) -> None:
    """Let the next prompt read these bytes as if they were typed, Enter included."""
    if not data:
        return
    pressed: list[KeyPress] = []
    parser = Vt100Parser(pressed.append)
    parser.feed(data.decode("utf-8", "surrogateescape"))
    parser.flush()
    store_typeahead(keys, pressed)
