"""Running a step that may run: in a thread, with its journal open, its emissions streamed and kept."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from nlsh.core.errors import Cancelled, NlshError, NotUnderstood
from nlsh.core.events import Event, Failed, Finished, Outcome, Started
from nlsh.core.ports import TerminalLent
from nlsh.core.results import Emission, Result
from nlsh.kernel.circumstances import Attempt, Circumstances
from nlsh.kernel.emissions import Kept, event_of
from nlsh.kernel.faults import told
from nlsh.kernel.threads import stream


@dataclass
class Execution:
    """Runs one step; `outcome`, `exit_code` and `result` tell how it went when `events` has ended."""

    given: Circumstances
    attempt: Attempt
    outcome: Outcome = "failed"
    exit_code: int = 1
    result: Result = field(default_factory=Result)

    async def events(self) -> AsyncIterator[Event]:
        """Start, emissions, end. Raises Cancelled; a failure of the tool is an event."""
        number, syscall = self.attempt.step.number, self.attempt.step.syscall
        yield Started(number, syscall.to_json())
        started = time.monotonic()
        kept = Kept()
        try:
            async for emission in stream(self._work, self.given.cancellation):
                kept.take(emission)
                if event := event_of(number, emission):
                    yield event
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            failure = told(error)
            self.exit_code = failure.exit_code
            yield Failed(number, failure.message, failure.hint)
            return
        self.outcome, self.exit_code = _outcome(kept.code)
        self.result = kept.result()
        yield Finished(number, kept.code, (time.monotonic() - started) * 1000, syscall.is_reversible)

    def _work(self) -> Iterator[Emission | TerminalLent]:
        """In a thread: open the journal, run the tool, close the journal whatever happens."""
        syscall, journals = self.attempt.step.syscall, self.given.rooms.journals
        if not syscall.is_reversible:
            yield from syscall.run(self.given.scope(), self.attempt.facts)
            return
        operation, journal = journals.open(self.given.turn, syscall.to_json())
        try:
            yield from syscall.run(self.given.scope(journal), self.attempt.facts)
        finally:
            journals.done(operation)


def _outcome(code: int) -> tuple[Outcome, int]:
    """How a step that ended by itself went; the tools of `ask` exit with NotUnderstood's code."""
    if code == NotUnderstood.exit_code:
        return "not understood", code
    return ("done", 0) if code == 0 else ("failed", 1)
