"""What steps would do, told before they run: for a question that is tried dry, and for refusing a plan whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

from nlsh.core.errors import Cancelled, NlshError
from nlsh.core.events import Foreseen
from nlsh.core.plan import Step
from nlsh.kernel.agenda import Agenda
from nlsh.kernel.circumstances import Attempt, Circumstances
from nlsh.kernel.faults import told
from nlsh.kernel.grounds import Place, bounded, touched
from nlsh.kernel.policy import Decision


async def verdict_ahead(given: Circumstances, step: Step, *, is_theirs: bool = False) -> Decision | None:
    """The verdict as far as it can be told before earlier steps have run; None where it cannot. Raises Cancelled."""
    try:
        return (await given.attempt(step, is_theirs=is_theirs)).decision
    except Cancelled:
        raise
    except (NlshError, OSError):
        return None


async def foreseen(given: Circumstances, agenda: Agenda, number: int) -> AsyncIterator[Foreseen]:
    """What the step with a number and those after it would do. Reads only, runs nothing. Raises Cancelled."""
    for step in agenda.pending(number):
        missing = sorted(step.syscall.results_used() - given.results.keys())
        if missing:
            why = f"it works on the result of step {missing[0]}, which is known only when that has run"
            yield _unknown(step, why)
            continue
        try:
            attempt = await given.attempt(step, is_theirs=step.number in agenda.theirs)
        except Cancelled:
            raise
        except (NlshError, OSError) as error:
            yield _unknown(step, _hindrance(told(error).message, is_first=step.number == number))
        else:
            yield _known(given, attempt)


def _hindrance(message: str, *, is_first: bool) -> str:
    return message if is_first else f"as things stand: {message}; the steps before it may change that"


def _known(given: Circumstances, attempt: Attempt) -> Foreseen:
    syscall, decision = attempt.step.syscall, attempt.decision
    preview = syscall.preview(attempt.facts)
    facts = touched(syscall, attempt.facts, Place.of(given), "\n".join(preview.lines))
    verdict = f"{decision.verdict}, {decision.risk.name}: {decision.reason}"
    return Foreseen(attempt.step.number, syscall.to_json(), preview.title, bounded([*preview.lines, *facts, verdict]))


def _unknown(step: Step, why: str) -> Foreseen:
    return Foreseen(step.number, step.syscall.to_json(), f"{step.syscall.name} {step.syscall.spoken()}", (why,), False)
