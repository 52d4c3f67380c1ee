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
from nlsh.core.ports import TurnRow
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
    text, route = _read(house, line)
    if arguments.ask:
        import asyncio

        return asyncio.run(_turn(house, line, route, arguments))
    is_literal = route is Route.LITERAL
    if is_literal and not arguments.json and not arguments.dry_run:
        return _literal(house, text)
    if is_literal and not arguments.json:
        return _dry(house, text)
    import asyncio  # a third of the time a literal may take

    return asyncio.run(_turn(house, line, route, arguments))


def _read(house: House, line: str) -> tuple[str, Route]:
    """The line without a mark that forces its route, and its route.

    What hardly looks like a command, and begins with none, is an utterance if something is piped into it.
    """
    from nlsh.kernel.route import strip_force

    text, forced = strip_force(line)
    if forced is not None:
        return text, forced
    reading = house.route(text)
    if reading.route is Route.LITERAL and reading.is_thin and not house.shell.kind(text.split()[0]):
        from nlsh.repl.piped import is_piped  # only for such a line

        return text, Route.UTTERANCE if is_piped() else Route.LITERAL
    return text, reading.route


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
    outcome = "done" if code == 0 else "failed"
    elapsed_ms = (time.monotonic() - started) * 1000
    with suppress(NlshError):  # the command ran; that the history is full or gone changes nothing about it
        house.history.add(TurnRow(turn, at, cwd, line, Route.LITERAL, "", outcome, code, elapsed_ms))
    tell_news(house)
    _close(house)
    return code


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
            is_utterance=route is not house.route(line).route and route is Route.UTTERANCE,
            assume_yes=arguments.yes,
            is_dry=arguments.dry_run,
            as_json=arguments.json,
            stdin=piped_in(tell),
        )
    finally:
        if loading is not None:
            loading.cancel()
        await house.close()
