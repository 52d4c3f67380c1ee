"""`route`, `plan`, `check`: lines on standard input, one JSON object each on standard output; nothing runs."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nlsh.cli.guard import tell
from nlsh.cli.opening import opened, opened_in_loop
from nlsh.cli.rows import show_json, show_line
from nlsh.core.errors import NotUnderstood

if TYPE_CHECKING:
    from nlsh.boot import House


def run(arguments: argparse.Namespace) -> int:
    """Answer every line. Raises NlshError."""
    if arguments.command == "plan":
        return asyncio.run(_commands(arguments) if arguments.shell else _plan(arguments))
    with opened(arguments) as house:
        answer = _route if arguments.command == "route" else _check
        answers = (answer(house, line) for line in _lines())
        if arguments.json:
            show_json(answers)
            return 0
        for row in answers:
            show_line(row)
    return 0


def _lines() -> Iterator[str]:
    """The lines that hold something, each as soon as it is there."""
    for line in iter(sys.stdin.buffer.readline, b""):
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if text.strip():
            yield text


def _route(house: House, line: str) -> dict[str, Any]:
    reading = house.route(line)
    return {
        "line": line,
        "route": str(reading.route),
        "margin": round(reading.margin, 4),
        "thin": reading.is_thin,
        "correction": reading.correction,
    }


def _check(house: House, line: str) -> dict[str, Any]:
    return dict(house.check(line))


async def _plan(arguments: argparse.Namespace) -> int:
    """0 if a plan was made of anything, 3 if of nothing. Raises ModelUnavailable."""
    # Standard input is read in the loop's own thread, where asyncio's way of handling Ctrl-C would never be reached.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rows: list[dict[str, Any]] = []
    count = planned = 0
    async with opened_in_loop(arguments) as house:
        for line in _lines():
            row = await _planned(house, line)
            count += 1
            planned += row["plan"] is not None
            rows.append(row) if arguments.json else show_line(row)
    if arguments.json:
        show_json(rows)
    return NotUnderstood.exit_code if count and not planned else 0


async def _commands(arguments: argparse.Namespace) -> int:
    """One shell command a line; 3 if there is none for any. Raises ModelUnavailable."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    count = found = 0
    async with opened_in_loop(arguments) as house:
        for line in _lines():
            count += 1
            try:
                command = await house.command(line)
            except NotUnderstood as error:
                tell(error.message, error.hint)
                continue
            found += 1
            sys.stdout.buffer.write(command.encode("utf-8", "surrogateescape") + b"\n")
            sys.stdout.buffer.flush()
    return NotUnderstood.exit_code if count and not found else 0


async def _planned(house: House, line: str) -> dict[str, Any]:
    row: dict[str, Any] = {"utterance": line, "plan": None, "confidence": 0.0, "elapsed_ms": 0.0}
    try:
        plan, confidence, elapsed_ms = await house.plan(line)
    except NotUnderstood as error:
        return row | {"error": error.message}
    return row | {"plan": json.loads(plan), "confidence": round(confidence, 4), "elapsed_ms": round(elapsed_ms, 1)}
