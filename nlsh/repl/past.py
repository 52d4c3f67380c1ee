"""The lines of earlier turns at the prompt: read when they are needed, and read anew behind the prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import History

from nlsh.core.errors import NlshError
from nlsh.core.past import distinct, ghost
from nlsh.core.ports import Session, TurnRow


class Past:
    """Every line once, newest first. The kernel stores the turns; where they cannot be read there is no past."""

    def __init__(self, session: Session, limit: int) -> None:
        self._session = session
        self._limit = limit
        self._rows: tuple[TurnRow, ...] | None = None

    @property
    def rows(self) -> tuple[TurnRow, ...]:
        """The newest turn of every line."""
        if self._rows is None:
            self._rows = self._read() or ()
        return self._rows

    def add(self, row: TurnRow) -> None:
        """A turn that has just ended, until it is read back."""
        self._rows = distinct((row, *self.rows))

    async def refresh(self) -> None:
        """Read what this session and others have stored, or forgotten, meanwhile."""
        read = await asyncio.to_thread(self._read)
        self._rows = self._rows if read is None else read

    def _read(self) -> tuple[TurnRow, ...] | None:
        with suppress(NlshError):
            return distinct(self._session.history(self._limit))
        return None


class TurnHistory(History):
    """The same for prompt_toolkit's own keys (Alt-. takes the last word of a line). Nothing is stored here."""

    def __init__(self, past: Past) -> None:
        super().__init__()
        self._past = past

    def load_history_strings(self) -> Iterable[str]:
        """Newest first."""
        return [row.line for row in self._past.rows]

    def append_string(self, string: str) -> None:
        """Remember a line for the keys, unless it begins with a space."""
        if not string.startswith(" "):
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Nothing to do."""


class Ghost(AutoSuggest):
    """What the line may go on to, in grey behind the cursor."""

    def __init__(self, past: Past, session: Session) -> None:
        self._past = past
        self._session = session

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        """The rest of the newest line that begins so."""
        rest = ghost(self._past.rows, document.text, self._session.cwd) if document.is_cursor_at_the_end else ""
        return Suggestion(rest) if rest else None
