"""Where the shell stands when its marks do not come, read off its terminal: a line may take away what prints them."""

from __future__ import annotations

import re
import termios
import time
from typing import Any, Final, Literal

from nlsh.shell.echo import complaint
from nlsh.shell.seat import Seat

_UNFINISHED_S: Final = 0.25
"""A line for which the shell has not said within this that it begins, while its editor waits, is unfinished."""
_REFUSED_S: Final = 0.06
"""The same for one that the shell has complained of."""
_SURE_S: Final = 0.12
"""How long the shell must wait in its line editor to be taken for one that stands at its prompt."""
_TAKES: Final = re.compile(r"PROMPT_COMMAND|bash_?rc|(?:^|[;&|\s])(?:source|\.|eval|exec)\s")
"""Lines that may unset the hooks. Any other may be a script of the shell's own that edits a line (`read -e`)."""


class Bearings:
    """Taken while one line runs."""

    def __init__(self, seat: Seat, line: str) -> None:
        self._seat = seat
        self._may_be_lost = _TAKES.search(line) is not None
        self._began = time.monotonic()
        self._since = 0.0

    def standing(self, echo: bytes, settings: list[Any] | None) -> tuple[Literal["", "refused", "open", "runs"], bytes]:
        """What became of a line that has not begun, seen from what the editor wrote: not known yet; the shell will not
        have it; it is not at its end; it runs, and the editor writes elsewhere. And what the shell or the line says.
        """
        said = complaint(echo, self._seat.kind.name)
        if settings is None or time.monotonic() - self._began < (_REFUSED_S if said else _UNFINISHED_S):
            return "", b""
        if settings[3] & termios.ICANON:
            return ("runs" if said else ""), said
        return ("refused" if said else "open"), said

    def is_editing(self, settings: list[Any] | None) -> bool:
        """Whether the shell itself, not a program, has waited in its line editor for a while."""
        now = time.monotonic()
        is_editing = settings is not None and _reads_keys(settings) and self._seat.foreground() == self._seat.child.pid
        self._since = (self._since or now) if is_editing else 0.0
        return is_editing and now - self._since > _SURE_S

    def find(self, settings: list[Any] | None) -> bytes:
        """What to type to have the shell hook itself in again and come to its prompt once more; once, mostly nothing.

        Raises NlshError where the question cannot be written down.
        """
        keys = self._seat.kind.enter
        if not (keys and self._may_be_lost and self.is_editing(settings)):
            return b""
        self._may_be_lost = False
        self._seat.put_line("__nlsh_hook")
        return self._seat.kind.ask + keys


def _reads_keys(settings: list[Any]) -> bool:
    """As line editors set a terminal: they take Enter as it is, which `read -n 1` does not."""
    return not (settings[3] & (termios.ICANON | termios.ECHO) or settings[0] & termios.ICRNL)
