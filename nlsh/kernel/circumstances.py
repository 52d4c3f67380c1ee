"""What a step is judged and run under: where it is, what earlier steps gave, how sure the plan is."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nlsh.core.errors import StoreUnavailable
from nlsh.core.facts import Facts
from nlsh.core.plan import Step
from nlsh.core.ports import Journal, Piped, UndoStep
from nlsh.core.results import Result
from nlsh.core.risk import Verdict
from nlsh.core.scope import Cancellation, Scope
from nlsh.core.syscall import Syscall
from nlsh.kernel.policy import Decision, Standing, decide
from nlsh.kernel.rooms import Rooms
from nlsh.kernel.threads import in_thread


class _NoJournal:
    """The journal of what changes nothing undo could take back: writing to it is a fault of the tool."""

    def prepare(self, step: UndoStep) -> int:
        raise StoreUnavailable(
            "this syscall has no journal", "report this: a syscall changed files it had not declared"
        )

    def applied(self, step_id: int, after: Mapping[str, Any]) -> None:
        raise StoreUnavailable("this syscall has no journal")

    def abandon(self, step_id: int) -> None:
        raise StoreUnavailable("this syscall has no journal")


NO_JOURNAL: Final = _NoJournal()


@dataclass(frozen=True)
class Attempt:
    """A step with what was found and decided about it: the planned one, or one the person wrote in its place."""

    step: Step
    facts: Facts
    decision: Decision


@dataclass(frozen=True)
class Circumstances:
    """The same for all that is found out about a step, asked about it and done for it."""

    rooms: Rooms
    turn: str
    utterance: str
    results: Mapping[int, Result]
    confidence: float
    cancellation: Cancellation
    stdin: Piped | None = None

    def scope(self, journal: Journal = NO_JOURNAL) -> Scope:
        """What a syscall is given; without a journal it can change nothing that undo would have to know."""
        shell = self.rooms.shell
        return Scope(
            cwd=shell.cwd,
            home=self.rooms.home,
            env=shell.env,
            utterance=self.utterance,
            services=self.rooms.services,
            journal=journal,
            results=self.results,
            stdin=self.stdin,
            cancellation=self.cancellation,
        )

    async def resolve(self, syscall: Syscall) -> Facts:
        """The facts, found in a thread. Raises NlshError, OSError, Cancelled."""
        return await in_thread(lambda: syscall.resolve(self.scope()), self.cancellation)

    def standing(self, syscall: Syscall, *, is_theirs: bool) -> Standing:
        """What else the verdict depends on; of what the person wrote themselves nobody is unsure."""
        return Standing(
            is_unsure=self.confidence < self.rooms.act_floor and not is_theirs,
            is_tainted=bool(syscall.results_used()),
            grants=self.rooms.grants.live(),
            now=time.time(),
        )

    def decide(self, syscall: Syscall, facts: Facts, *, is_theirs: bool) -> Decision:
        """Policy's verdict as things stand; what the person wrote is never done unasked."""
        decision = decide(syscall, facts, self.rooms.rules, self.standing(syscall, is_theirs=is_theirs))
        if is_theirs and decision.verdict is Verdict.ALLOW:
            return dataclasses.replace(decision, verdict=Verdict.ASK, reason="you edited it, so it is shown once more")
        return decision

    async def attempt(self, step: Step, *, is_theirs: bool) -> Attempt:
        """A step with its facts and the verdict. Raises NlshError, OSError, Cancelled."""
        facts = await self.resolve(step.syscall)
        return Attempt(step, facts, self.decide(step.syscall, facts, is_theirs=is_theirs))
