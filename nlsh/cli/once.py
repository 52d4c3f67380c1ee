"""`-c LINE`: one turn. A literal takes the short way, without an event loop, a model or a table in sight."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
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
    text, reading = _read(house, line)
    if reading.route is Route.LITERAL and not arguments.json and not arguments.ask:
        if told := _withheld(house, text, reading):
            return _withhold(house, text, told)
        return _dry(house, text) if arguments.dry_run else _literal(house, text)
    import asyncio  # a third of the time a literal may take

    return asyncio.run(_turn(house, line, reading.route, arguments))


def _withheld(house: House, line: str, reading: RouteReading) -> str:
    """Why a line is not run, in a sentence; empty where it is."""
    if not reading.correction:
        return ""
    from nlsh.kernel.slips import withheld

    return withheld(line, reading, house.shell.kind)


def _read(house: House, line: str) -> tuple[str, RouteReading]:
    """The line without a mark that forces its route, and its route.

    What hardly looks like a command, and begins with none, is an utterance if something is piped into it.
    """
    from nlsh.kernel.route import strip_force

    text, forced = strip_force(line)
    if forced is not None:
        return text, RouteReading(forced, 1.0)
    reading = house.route(text)
    if reading.route is Route.LITERAL and reading.is_thin and not house.shell.kind(text.split()[0]):
        from nlsh.repl.piped import is_piped  # only for such a line

        return text, replace(reading, route=Route.UTTERANCE) if is_piped() else reading
    return text, reading


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
    describe(house, line)
    _close(house)
    return 0


def describe(house: House, line: str) -> None:
    """Print what can be said of a literal without running it."""
    found = house.check(line)
    effects = " ".join(found["effects"]) or "no effect"  # type: ignore[arg-type]
    text = visible_text(f"would run as written: {line}\n   {effects}: {found['reason']}\n")
    sys.stdout.write(text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding))
    sys.stdout.flush()


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


async def _turn(house: House, line: str, route: Route, arguments: argparse.Namespace) -> int:
    import asyncio

    from nlsh.cli.guard import tell
    from nlsh.repl import one_shot
    from nlsh.repl.piped import piped_in

    session = house.session()
    loading = None if route is Route.LITERAL else asyncio.ensure_future(session.start_model())
    try:
        house.look_back()
        if arguments.ask:
            from nlsh.repl.offering import offered

            return await offered(session, line, stdin=piped_in(tell))
        return await one_shot.run(
            session,
            line,
            route=route if route is not house.route(line).route else None,
            assume_yes=arguments.yes,
            is_dry=arguments.dry_run,
            as_json=arguments.json,
            stdin=piped_in(tell),
        )
    finally:
        if loading is not None:
            loading.cancel()
        await house.close()
