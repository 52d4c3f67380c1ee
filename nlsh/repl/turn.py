"""One turn, shown: every event to the renderer, every approval to whoever may answer it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.events import Asked, Event, TurnEnded
from nlsh.core.ports import Piped, Session
from nlsh.core.risk import Risk, Route

Answering = Callable[[Approval], Awaitable[Answer]]


async def yes_below_r4(approval: Approval) -> Answer:
    """The answer of `--yes`: once, up to R3; R4 and above stay refused."""
    return Answer(Choice.ONCE if approval.risk <= Risk.R3 else Choice.STOP)


async def nobody(_approval: Approval) -> Answer:
    """The answer where nobody can be asked: no."""
    return Answer(Choice.STOP)


async def run_turn(
    session: Session,
    line: str,
    *,
    show: Callable[[Event], None],
    answer: Answering,
    stdin: Piped | None = None,
    is_dry: bool = False,
    route: Route | None = None,
    plan: str = "",
) -> TurnEnded:
    """Run a line to its last event, which is returned. Approvals are answered by `answer`.

    With a `plan` of an earlier turn the model is not asked. What is said instead of an answer declines, and is the next
    line: it is planned, never run as a command unless it begins with `!`.
    """
    first = session.run(line, route=route, stdin=stdin, is_dry=is_dry, plan=plan)
    ended, said = await _shown(session, first, show, answer)
    while said:
        is_forced = said.startswith("!") and session.route(said).route is Route.LITERAL
        following = session.run(said, route=None if is_forced else Route.UTTERANCE)
        ended, said = await _shown(session, following, show, answer)
    return ended


async def _shown(
    session: Session, events: AsyncIterator[Event], show: Callable[[Event], None], answer: Answering
) -> tuple[TurnEnded, str]:
    """One turn: its last event, and what was said instead of an answer, if anything."""
    ended = TurnEnded("", "failed", 1, 0.0, session.cwd)
    said = ""
    async for event in events:
        show(event)
        if isinstance(event, Asked):
            answered = await answer(event.approval)
            said = answered.said
            session.answer(event.approval.id, answered)
        elif isinstance(event, TurnEnded):
            ended = event
    return ended, "" if ended.outcome == "cancelled" else said


class Interrupts:
    """Which signal came last while a turn ran; 0 if none did."""

    number: int = 0


@contextmanager
def cancelled_by_signals(cancel: Callable[[], None]) -> Iterator[Interrupts]:
    """While it lasts Ctrl-C, a hang-up or a TERM cancels the turn instead of killing the process."""
    loop = asyncio.get_running_loop()
    interrupts = Interrupts()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(number: int) -> None:
        interrupts.number = number
        cancel()

    for number in numbers:
        loop.add_signal_handler(number, interrupt, number)
    try:
        yield interrupts
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
