"""The audit pane: the ledger's newest records, drawn by visible row."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.core.events import Recorded
from nlsh.core.ports import Record
from nlsh.tui.rows import Piece, RowsScroll
from nlsh.tui.safe import brief, clock, fit, one_line

KEPT: Final = 1000
"""Records the pane keeps; the ledger keeps all."""

_ROLES: Final = {"ALLOW": "good", "ASK": "warn", "DENY": "bad", "failed": "bad", "done": "good"}


@dataclass(frozen=True)
class AuditRow:
    """One record as the pane shows it."""

    seq: int
    at: float
    phase: str
    syscall: str
    verdict: str
    outcome: str


def row_of_event(event: Recorded) -> AuditRow:
    """A record just written."""
    return AuditRow(event.seq, event.at, event.phase, event.syscall, event.verdict, event.outcome)


def row_of_record(record: Record) -> AuditRow:
    """A record of the ledger."""
    draft = record.draft
    return AuditRow(record.seq, record.at, draft.phase, draft.syscall, draft.verdict, draft.outcome)


def audit_pieces(row: AuditRow, width: int) -> list[Piece]:
    """One record in one row: number, time, syscall, and what was decided or came of it, flush right."""
    name, arguments = brief(row.syscall) if row.syscall else (row.phase, "")
    word = one_line(row.outcome or row.verdict.lower() or row.phase, 14)
    head = f"{'#' + str(row.seq):>6} {clock(row.at)} "
    room = max(0, width - len(head) - len(word) - 1)
    role = _ROLES.get(row.outcome or row.verdict, "muted")
    return [(head, "muted"), (fit(f"{name} {arguments}".rstrip(), room) + " ", "plain"), (word, role)]


class AuditPane(RowsScroll):
    """The newest records; stays at the end until the person scrolls."""

    BORDER_TITLE = "Audit"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.rows: deque[AuditRow] = deque(maxlen=KEPT)

    def load(self, records: Sequence[Record]) -> None:
        """Put records of the ledger before those that came meanwhile."""
        known = {row.seq for row in self.rows}
        older = [row_of_record(record) for record in records if record.seq not in known]
        merged = sorted([*older, *self.rows], key=lambda row: row.seq)
        self.rows = deque(merged, maxlen=KEPT)
        self._changed()

    def add(self, event: Recorded) -> None:
        """A record was written."""
        self.rows.append(row_of_event(event))
        self._changed()

    def _changed(self) -> None:
        was_at_end = self.is_vertical_scroll_end
        self.rows_changed()
        if was_at_end:
            self.scroll_end(animate=False)

    def row_count(self) -> int:
        """One row a record."""
        return len(self.rows)

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """A record."""
        return audit_pieces(self.rows[y], width)
