"""`nlsh -c LINE`: one turn. Results go to standard output, narration to standard error."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable
from typing import Final

from nlsh.core.approval import Answer, Approval
from nlsh.core.errors import UsageError
from nlsh.core.events import Event, to_json
from nlsh.core.ports import Session
from nlsh.core.risk import Risk, Route
from nlsh.repl.reading import readable
from nlsh.repl.render import Renderer
from nlsh.repl.screen import Screen
from nlsh.repl.turn import Answering, cancelled_by_signals, nobody, run_turn, yes_below_r4

STDIN_WAIT_S: Final = 1.0
"""How long a silent pipe is waited for; programs started without a terminal often inherit one nobody writes to."""
STDIN_BYTES: Final = 64 << 20


async def run(
    session: Session,
    line: str,
    *,
    assume_yes: bool,
    is_dry: bool,
    as_json: bool,
    stdin: bytes | None = None,
    screen: Screen | None = None,
    route: Route | None = None,
) -> int:
    """Run one turn and return its exit code; `route` is one the person gave it.

    Approvals: `assume_yes` agrees up to R3; else a person at a terminal is asked; else the answer is no.
    """
    screen = screen or Screen.open()
    is_asking = screen.may_ask and not assume_yes
    show = _json_lines(screen) if as_json else Renderer(screen, is_dry=is_dry, is_asking=is_asking).show
    answer, interrupt = _answering(screen, assume_yes)

    def cancel() -> None:
        session.cancel()
        interrupt()

    with cancelled_by_signals(cancel) as interrupts:
        ended = await run_turn(session, line, show=show, answer=answer, stdin=stdin, is_dry=is_dry, route=route)
    if ended.outcome == "cancelled" and interrupts.number:
        return 128 + interrupts.number
    return ended.exit_code


def _answering(screen: Screen, assume_yes: bool) -> tuple[Answering, Callable[[], None]]:
    if assume_yes:
        return _agreeing(screen), _nothing
    if not screen.may_ask:
        return _refusing(screen), _nothing
    from nlsh.repl.asking import Asker  # only where somebody is asked

    asker = Asker(screen, may_remember=False)
    return asker.ask, asker.interrupt


def _agreeing(screen: Screen) -> Answering:
    async def answer(approval: Approval) -> Answer:
        if approval.risk > Risk.R3:
            screen.tell(f"nlsh: this is {approval.risk.name}, and --yes agrees only up to R3", "warn")
        return await yes_below_r4(approval)

    return answer


def _refusing(screen: Screen) -> Answering:
    async def answer(approval: Approval) -> Answer:
        screen.tell("nlsh: this needs a yes, and there is no terminal to ask at; --yes agrees up to R3", "warn")
        return await nobody(approval)

    return answer


def _nothing() -> None:
    return


def _json_lines(screen: Screen) -> Callable[[Event], None]:
    return lambda event: screen.write(to_json(event).encode() + b"\n")


async def read_stdin(fd: int = 0, wait_s: float = STDIN_WAIT_S) -> bytes | None:
    """What was piped in, to its end. None for a terminal, a closed stdin, or a pipe that stays silent for `wait_s`.

    Raises:
        UsageError: there is more than STDIN_BYTES.
    """
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return None
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        return await _drain(fd) if await _speaks(fd, wait_s) else None
    return await _drain(fd) if stat.S_ISREG(mode) else None


async def _speaks(fd: int, wait_s: float) -> bool:
    try:
        async with asyncio.timeout(wait_s):
            await readable(fd)
    except TimeoutError:
        return False
    return True


async def _drain(fd: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := await _piece(fd):
        size += len(piece)
        if size > STDIN_BYTES:
            raise UsageError("more than 64 MiB were piped in", "write it to a file first and name the file")
        pieces.append(piece)
    return b"".join(pieces)


async def _piece(fd: int) -> bytes:
    await readable(fd)
    try:
        return os.read(fd, 1 << 16)
    except OSError:  # a folder, or a stream that was cut: there is no more of it
        return b""
