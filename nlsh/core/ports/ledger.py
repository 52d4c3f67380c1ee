"""The audit ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Phase = Literal["open", "intent", "approval", "result", "recovered", "close"]


@dataclass(frozen=True)
class RecordDraft:
    """What is to be put on the ledger. Only JSON values; bytes are text with surrogateescape."""

    phase: Phase
    turn: str = ""
    syscall: str = ""
    """Canonical syscall JSON."""
    facts_digest: str = ""
    risk: str = ""
    verdict: str = ""
    rule: str = ""
    approval: str = ""
    """The approval's hash, where one was asked."""
    outcome: str = ""
    intent: int = 0
    """For a result: the sequence number of its intent."""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """One row of the ledger: hash = SHA-256(previous hash ‖ canonical JSON of everything before it)."""

    seq: int
    at: float
    session: str
    draft: RecordDraft
    hash: str


@dataclass(frozen=True)
class Verification:
    """What checking the chain found; `broken_at` 0 and empty `fault` when it holds."""

    count: int
    head: str
    broken_at: int = 0
    fault: str = ""


class Ledger(Protocol):
    """The append-only, hash-chained audit store. Thread-safe; several processes may share it."""

    def append(self, draft: RecordDraft) -> Record:
        """Write one record durably before returning. Raises StoreUnavailable: then nothing may run."""

    def tail(self, count: int) -> tuple[Record, ...]:
        """The newest records, oldest first."""

    def verify(self) -> Verification:
        """Check the whole chain, streaming."""

    def head(self) -> Record | None:
        """The newest record."""

    def export(self) -> Iterator[str]:
        """Every record as one line of JSON, with its hash."""

    def uncertain(self) -> tuple[Record, ...]:
        """Intents of ended sessions without a result: it is not known whether they took effect."""
