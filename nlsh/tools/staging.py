"""Making new things under a hidden name beside their place, so that nothing half-made is ever seen there."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.scope import Cancellation, Scope
from nlsh.tools.changes import place
from nlsh.tools.copying import remove_tree
from nlsh.tools.faults import explaining
from nlsh.tools.paths import shown
from nlsh.tools.tree import real


class Staging:
    """What one syscall makes. Leaving the block removes whatever was not put into place.

    with Staging(scope) as staging:
        write(staging.beside(path))
        staging.place()
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._waiting: dict[str, str] = {}
        self._workrooms: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for staged in (*self._waiting.values(), *self._workrooms):
            if os.path.lexists(staged):
                with contextlib.suppress(NlshError):
                    remove_tree(staged, Cancellation())

    def beside(self, path: str) -> str:
        """Where to make what shall stand at `path`. Missing folders above it are staged with it.

        Raises:
            UsageError: two things would stand at the same place.
            NlshError: a part of the path is no folder.
        """
        path = real(path)
        top = _first_missing(path)
        if top in self._waiting and top == path:
            raise UsageError(f"two of them would become {shown(path, self._scope)}", "give them different names")
        if top not in self._waiting:
            self._waiting[top] = os.path.join(os.path.dirname(top), f".nlsh-{secrets.token_hex(6)}.part")
        staged = self._waiting[top] + path[len(top) :]
        if top != path:
            with explaining("make the folder of", path):
                os.makedirs(os.path.dirname(staged), exist_ok=True)
            if os.path.lexists(staged):
                raise UsageError(f"two of them would become {shown(path, self._scope)}", "give them different names")
        return staged

    def inside(self, folder: str) -> str:
        """A new hidden folder on the file system of `folder`, for what shall stand in it. Raises NlshError."""
        above = os.path.dirname(_first_missing(os.path.join(real(folder), "x")))
        staged = os.path.join(above, f".nlsh-{secrets.token_hex(6)}.part")
        with explaining("make a folder in", above):
            os.mkdir(staged, 0o700)
        self._workrooms.append(staged)
        return staged

    def place(self) -> int:
        """Put everything into place, journaled; returns how many places that were.

        Raises:
            NlshError: as `changes.place`.
        """
        return self.place_all([(staged, path) for path, staged in self._waiting.items()])

    def place_all(self, pairs: Sequence[tuple[str, str]]) -> int:
        """Put what was made inside into the places said, with the folders above them. Raises as `place`."""
        count = 0
        for folder in sorted({os.path.dirname(path) for _, path in pairs}):
            if not os.path.isdir(folder):
                made = self.beside(folder)
                with explaining("make", folder):
                    os.mkdir(made)
                top = _first_missing(folder)
                count += place([(self._waiting[top], top)], self._scope)
        return count + place(pairs, self._scope)


def _first_missing(path: str) -> str:
    """The path, or the highest folder above it that does not exist."""
    above = os.path.dirname(path)
    while above != path and not os.path.lexists(above):
        path, above = above, os.path.dirname(above)
    return path
