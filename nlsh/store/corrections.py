"""Plans that the person corrected, and then ran."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from nlsh.core.ports import Correction
from nlsh.store.columns import to_column, to_text
from nlsh.store.database import Database

_STORE: Final = "INSERT INTO corrections(at, utterance, planned, corrected) VALUES (?, ?, ?, ?)"
_ALL: Final = "SELECT utterance, planned, corrected, at FROM corrections ORDER BY id"


class StoredCorrections:
    """The Corrections port on `state.db`."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def add(self, utterance: str, planned: str, corrected: str) -> None:
        """Keep one. Utterances that begin with a space are not kept, as in the history. Raises StoreUnavailable."""
        if not utterance.startswith(" "):
            row = (self._clock(), to_column(utterance), planned, corrected)
            self._database.write(lambda connection: connection.execute(_STORE, row), is_durable=False)

    def all(self) -> tuple[Correction, ...]:
        """Every one, oldest first. Raises StoreUnavailable."""
        rows = self._database.read(lambda connection: connection.execute(_ALL).fetchall())
        return tuple(Correction(to_text(utterance), *rest) for utterance, *rest in rows)
