"""What the kernel is given to work with, as ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlsh.core.ports import (
    Corrections,
    Grants,
    History,
    Journals,
    Ledger,
    Memory,
    Model,
    Record,
    RecordDraft,
    Services,
    Shell,
    TerminalUse,
    Toolbox,
)
from nlsh.core.rule import Rule
from nlsh.kernel.planner import Planner


@dataclass(frozen=True)
class Rooms:
    """Wired once by `boot.py`."""

    shell: Shell
    toolbox: Toolbox
    ledger: Ledger
    journals: Journals
    history: History
    memory: Memory
    grants: Grants
    corrections: Corrections
    model: Model
    planner: Planner
    services: Services
    rules: Sequence[Rule]
    home: str
    terminal: TerminalUse
    act_floor: float
    """Below this confidence nothing is changed unasked."""
    recall_limit: int

    def record(self, draft: RecordDraft) -> Record:
        """Put a record on the ledger. Blocks; raises StoreUnavailable."""
        return self.ledger.append(draft)
