"""One turn, shown: every event to the renderer, every approval to whoever may answer it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.events import Asked, Event, TurnEnded
from nlsh.core.ports import Session
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
    stdin: bytes | None = None,
    is_dry: bool = False,
) -> TurnEnded:
    """Run a line to its last event, which is returned. Approvals are answered by `answer`.

    What is said instead of an answer declines, and is the next line: it is planned, never run as a command unless it
    begins with `!`.
    """
    ended, said = await _run_one(session, line, None, show, answer, stdin=stdin, is_dry=is_dry)
    while said:
        is_forced = said.startswith("!") and session.route(said).route is Route.LITERAL
        route = None if is_forced else Route.UTTERANCE
        ended, said = await _run_one(session, said, route, show, answer)
    return ended


async def _run_one(
    session: Session,
    line: str,
    route: Route | None,
    show: Callable[[Event], None],
    answer: Answering,
    *,
    stdin: bytes | None = None,
    is_dry: bool = False,
) -> tuple[TurnEnded, str]:
    """One turn: its last event, and what was said instead of an answer, if anything."""
    ended = TurnEnded("", "failed", 1, 0.0, session.cwd)
    said = ""
    async for event in session.run(line, route=route, stdin=stdin, is_dry=is_dry):
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
