"""What was piped into nlsh: data that a turn may read, if it needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol


class Piped(Protocol):
    """Standard input that is a pipe, a socket or a file. Nothing of it is read before it is asked for.

    `check` is called while waiting and may raise, as `Scope.check` does. One reader at a time.
    """

    def blocks(self, check: Callable[[], None]) -> Iterator[bytes]:
        """Its bytes from the beginning, in blocks, as they come.

        Raises:
            NlshError: nothing came for too long, or it is read a second time and was too much to be kept.
        """

    def speaks(self) -> bool:
        """Whether something of it, or its end, is there; waits a second at most."""

    def descriptor(self) -> int | None:
        """Where a program can read it itself; None once anything of it was read here."""
