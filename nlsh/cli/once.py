"""`-c LINE`: one turn. A literal takes the short way, without an event loop, a model or a table in sight."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from nlsh.cli.opening import house_for, tell_news
from nlsh.core.display import visible_text
from nlsh.core.errors import Cancelled, NlshError
from nlsh.core.events import Event, Failed, Finished, Output
from nlsh.core.ports import RouteReading, TurnRow
from nlsh.core.risk import Route
from nlsh.core.scope import Cancellation

if TYPE_CHECKING:
    import argparse

    from nlsh.boot import House


def run(arguments: argparse.Namespace) -> int:
    """Run the line; the exit code is the turn's. Raises NlshError."""
    line: str = arguments.line
    if not line.strip():
        return 0
    house = house_for(arguments, terminal="pipe" if arguments.json else "inherit")
    from nlsh.kernel.route import strip_force
    from nlsh.kernel.slips import withheld

    text, forced = strip_force(line)
    reading = RouteReading(forced, 1.0) if forced else house.route(text)
    is_literal = reading.route is Route.LITERAL
    if reading.correction and not arguments.json and (told := withheld(text, reading, house.shell.kind)):
        return _withhold(house, text, told)
    if is_literal and not arguments.json and not arguments.dry_run:
        return _literal(house, text)
    if is_literal and not arguments.json:
        return _dry(house, text)
    import asyncio  # a third of the time a literal may take

    return asyncio.run(_turn(house, line, is_literal, arguments))


def _literal(house: House, line: str) -> int:
    """Run a command as written: recorded before and after, its exit code passed on."""
    from nlsh.kernel.literal import Literal

    turn = os.urandom(6).hex()
    cwd, at, started = house.shell.cwd, time.time(), time.monotonic()
    cancellation = Cancellation()
    code = 0
    with _cancelled_by_signals(cancellation):
        try:
            for event in Literal(turn, line, house.shell, house.ledger, "inherit", cancellation).events():
                code = _show(event, code)
        except Cancelled as error:
            code = error.exit_code
    elapsed_ms = (time.monotonic() - started) * 1000
    _end(house, TurnRow(turn, at, cwd, line, Route.LITERAL, "", "done" if code == 0 else "failed", code, elapsed_ms))
    return code


def _withhold(house: House, line: str, told: str) -> int:
    """A slip is not run: nothing of that name exists, and nobody is there to accept what was meant."""
    from nlsh.kernel.slips import NOT_FOUND

    _show(Failed(0, told), 0)
    turn = os.urandom(6).hex()
    _end(house, TurnRow(turn, time.time(), house.shell.cwd, line, Route.LITERAL, "", "failed", NOT_FOUND, 0.0))
    return NOT_FOUND


def _end(house: House, row: TurnRow) -> None:
    """Remember the turn, tell what is to be told, close."""
    with suppress(NlshError):  # the turn is over; that the history is full or gone changes nothing about it
        house.history.add(row)
    tell_news(house)
    _close(house)


def _dry(house: House, line: str) -> int:
    """What can be said of a literal without running it."""
    found = house.check(line)
    effects = " ".join(found["effects"]) or "no effect"  # type: ignore[arg-type]
    text = visible_text(f"would run as written: {line}\n   {effects}: {found['reason']}\n")
    sys.stdout.write(text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding))
    _close(house)
    return 0


def _show(event: Event, code: int) -> int:
    """What a literal says besides what it prints itself; returns the exit code so far."""
    if isinstance(event, Output):
        stream = sys.stderr if event.is_error else sys.stdout
        stream.flush()
        stream.buffer.write(event.text.encode("utf-8", "surrogateescape"))
        stream.buffer.flush()
    elif isinstance(event, Failed):
        sys.stderr.write(f"nlsh: {visible_text(event.message)}\n")
    return event.exit_code if isinstance(event, Finished) else code


@contextmanager
def _cancelled_by_signals(cancellation: Cancellation) -> Iterator[None]:
    def cancel(*_: object) -> None:
        # In a thread: the handler may have interrupted the very code that holds the cancellation's lock.
        threading.Thread(target=cancellation.cancel, daemon=True).start()

    before = {number: signal.signal(number, cancel) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _close(house: House) -> None:
    """Close what a literal opened: no model, so there is nothing to wait for and no loop is needed."""
    closing = house.close()
    with suppress(StopIteration):
        closing.send(None)
    closing.close()


async def _turn(house: House, line: str, is_literal: bool, arguments: argparse.Namespace) -> int:
    import asyncio

    from nlsh.repl import one_shot

    session = house.session()
    loading = None if is_literal else asyncio.ensure_future(session.start_model())
    try:
        house.look_back()
        stdin = await one_shot.read_stdin()
        return await one_shot.run(
            session,
            line,
            assume_yes=arguments.yes,
            is_dry=arguments.dry_run,
            as_json=arguments.json,
            stdin=stdin,
        )
    finally:
        if loading is not None:
            loading.cancel()
        await house.close()
