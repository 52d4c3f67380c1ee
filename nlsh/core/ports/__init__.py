"""The ports: what each room offers the others. Rooms on one floor meet only through these; `boot.py` wires them."""

from __future__ import annotations

from nlsh.core.ports.journal import Journal, Journals, Operation, UndoStep
from nlsh.core.ports.ledger import Ledger, Phase, Record, RecordDraft, Verification
from nlsh.core.ports.memory import Correction, Corrections, Grants, History, Memory, MemoryRow, MemoryRows, TurnRow
from nlsh.core.ports.model import Model, ModelStatus, PlanDraft, PlanRequest, Shot
from nlsh.core.ports.piped import Piped
from nlsh.core.ports.session import RouteReading, Session
from nlsh.core.ports.shell import Completion, Job, Lending, Shell, TerminalLent, TerminalUse
from nlsh.core.ports.tools import Services, Toolbox, Turns

__all__ = [
    "Completion",
    "Correction",
    "Corrections",
    "Grants",
    "History",
    "Job",
    "Journal",
    "Journals",
    "Ledger",
    "Lending",
    "Memory",
    "MemoryRow",
    "MemoryRows",
    "Model",
    "ModelStatus",
    "Operation",
    "Phase",
    "Piped",
    "PlanDraft",
    "PlanRequest",
    "Record",
    "RecordDraft",
    "RouteReading",
    "Services",
    "Session",
    "Shell",
    "Shot",
    "TerminalLent",
    "TerminalUse",
    "Toolbox",
    "TurnRow",
    "Turns",
    "UndoStep",
    "Verification",
]
