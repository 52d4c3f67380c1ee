"""What is put on the ledger about a step: the intent, every answer, the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nlsh.core.ports import Phase, Record, RecordDraft
from nlsh.core.scope import Cancellation
from nlsh.kernel.circumstances import Attempt, Circumstances
from nlsh.kernel.threads import in_thread

_MOST: Final = 4000
"""Characters of a line the person wrote that are kept."""


async def put_on_record(
    given: Circumstances,
    attempt: Attempt,
    phase: Phase,
    *,
    intent: int = 0,
    approval: str = "",
    outcome: str = "",
    edited: Sequence[tuple[int, str]] = (),
) -> Record:
    """One record. Raises StoreUnavailable: then nothing may run."""
    decision = attempt.decision
    details = {"cwd": given.rooms.shell.cwd, "confidence": round(given.confidence, 4)}
    lines = {str(number): text[:_MOST] for number, text in edited}
    draft = RecordDraft(
        phase=phase,
        turn=given.turn,
        syscall=attempt.step.syscall.to_json(),
        facts_digest=attempt.facts.digest(),
        risk=decision.risk.name,
        verdict=decision.verdict,
        rule=decision.rule,
        approval=approval,
        outcome=outcome,
        intent=intent,
        details=details | ({"edited": lines} if lines else {}),
    )
    # The ledger is not cancelled: a result that happened is recorded even while the turn is being stopped.
    return await in_thread(lambda: given.rooms.ledger.append(draft), Cancellation())
