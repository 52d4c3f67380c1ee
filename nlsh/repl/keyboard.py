"""The keyboard of line mode: what the terminal itself sends, answers to a program that is gone, is no key."""

from __future__ import annotations

import sys
from typing import TextIO

from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyPress

from nlsh.core.answers import Sieve


class Keyboard(Vt100Input):
    """Standard input, a terminal."""

    def __init__(self, stdin: TextIO | None = None) -> None:
        super().__init__(stdin or sys.stdin)
        self._sieve = Sieve()

    def read_keys(self) -> list[KeyPress]:
        """The keys that were pressed."""
        self.vt100_parser.feed(self._sieve.feed(self.stdin_reader.read()))
        pressed, self._buffer = self._buffer, []
        return pressed
