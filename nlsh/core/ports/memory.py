"""History, memory, grants and corrections: what is remembered of the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from nlsh.core.approval import Grant


@dataclass(frozen=True)
class TurnRow:
    """One turn of the history."""

    id: str
    at: float
    cwd: str
    line: str
    route: str
    plan: str = ""
    outcome: str = ""
    exit_code: int = 0
    elapsed_ms: float = 0.0


class History(Protocol):
    """Every turn, stored."""

    def add(self, row: TurnRow) -> None:
        """Store a turn, or replace the row with its id. Lines that begin with a space are not stored."""

    def latest(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        """The newest turns first, optionally only those whose line contains a text."""


@dataclass(frozen=True)
class MemoryRow:
    """One memory: an episode (a past turn) or a fact the person stated. `why` says why it was recalled."""

    id: int
    kind: Literal["episode", "fact"]
    text: str
    at: float
    cwd: str = ""
    score: float = 0.0
    why: str = ""


class MemoryRows(Protocol):
    """Where memories are kept and found by their words. Any text is harmless in a term. Raises StoreUnavailable."""

    def add(self, kind: Literal["episode", "fact"], text: str, at: float, cwd: str = "") -> MemoryRow:
        """Keep one; a text that is kept already is renewed."""

    def commonness(self, terms: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """How many memories there are, about, and in how many each term stands (counted up to a bound)."""

    def search(self, terms: Sequence[str], limit: int) -> tuple[MemoryRow, ...]:
        """Memories with at least one term; one ending in `*` begins a word. Best BM25 score first (`score`; more is
        nearer); where too many have one to rank them, those with all terms, then the newest, unscored."""

    def resembling(self, word: str, limit: int) -> tuple[MemoryRow, ...]:
        """Memories that may hold the word misspelt by one slip, or within another word; newest first."""

    def newest(self, count: int, kind: Literal["", "episode", "fact"] = "") -> tuple[MemoryRow, ...]:
        """The newest memories first."""

    def forget(self, ids: Sequence[int]) -> int:
        """Remove memories and the turns they came from, so that no byte of them stays; returns how many there were."""


class Memory(Protocol):
    """Remembering and recall. Without the semantic extra recall is lexical, and `why` says so."""

    def recall(self, utterance: str, limit: int = 5) -> tuple[MemoryRow, ...]:
        """Memories near the utterance, best first; empty below the threshold."""

    def save(self, text: str) -> MemoryRow:
        """Remember a fact the person stated."""

    def forget(self, ids: Sequence[int]) -> int:
        """Forget facts or episodes by id, wholly; returns how many there were."""


class Grants(Protocol):
    """Remembered answers."""

    def live(self) -> tuple[Grant, ...]:
        """Those that have not expired."""

    def add(self, grant: Grant) -> None:
        """Remember one."""

    def revoke(self, grant_id: str) -> bool:
        """Forget one; False if there is none."""


@dataclass(frozen=True)
class Correction:
    """An utterance, what was planned for it, and the whole plan that was run in its place."""

    utterance: str
    planned: str
    """Plan JSON."""
    corrected: str
    """Plan JSON."""
    at: float


class Corrections(Protocol):
    """Plans that the person corrected, and then ran."""

    def add(self, utterance: str, planned: str, corrected: str) -> None:
        """Keep one. Utterances that begin with a space are not kept. Raises StoreUnavailable."""

    def all(self) -> tuple[Correction, ...]:
        """Every one, oldest first. Raises StoreUnavailable."""
