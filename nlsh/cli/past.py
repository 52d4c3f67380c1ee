"""`undo`, `redo`, `history`, `grants`: what was done, and what was agreed to."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from nlsh.cli.opening import opened
from nlsh.cli.rows import show_json, show_table
from nlsh.core.errors import UsageError
from nlsh.core.ports import Grants, History
from nlsh.core.results import Column, Emission, Note, Table


def run(arguments: argparse.Namespace) -> int:
    """Turn changes back or forth, or list. Raises NlshError."""
    with opened(arguments) as house:
        if arguments.command in ("undo", "redo"):
            turn = house.undo if arguments.command == "undo" else house.redo
            return _turned(turn(arguments.count), arguments)
        if arguments.command == "history":
            show_table(_turns(house.history, arguments), arguments, "no turn yet")
            return 0
        return _grants(house.grants, arguments)


def _turned(emissions: Iterator[Emission], arguments: argparse.Namespace) -> int:
    if arguments.json:
        show_json(row for emission in emissions for row in _rows(emission))
        return 0
    from nlsh.repl.render import Renderer
    from nlsh.repl.screen import Screen

    renderer = Renderer(Screen.open())
    return max((renderer.emit(emission) for emission in emissions), default=0)


def _rows(emission: Emission) -> Iterator[dict[str, Any]]:
    if isinstance(emission, Table):
        yield from emission.records()
    elif isinstance(emission, Note):
        yield {"note": emission.text}


def _turns(history: History, arguments: argparse.Namespace) -> Table:
    columns = (
        Column("at", "time"),
        Column("line"),
        Column("route"),
        Column("outcome"),
        Column("exit", "count"),
        Column("ms", "count"),
        Column("folder", "path"),
    )
    rows = history.latest(arguments.count, arguments.containing)
    cells = ((row.at, row.line, row.route, row.outcome, row.exit_code, round(row.elapsed_ms), row.cwd) for row in rows)
    return Table(columns, tuple(cells)[::-1])


def _grants(grants: Grants, arguments: argparse.Namespace) -> int:
    if arguments.action == "revoke":
        if not grants.revoke(arguments.id):
            raise UsageError(f"there is no grant {arguments.id!r}", "nlsh grants lists them")
        return 0
    columns = (Column("id"), Column("syscall"), Column("folder", "path"), Column("expires", "time"), Column("origin"))
    rows = tuple((one.id, one.syscall, one.folder, one.expires_at, one.origin) for one in grants.live())
    show_table(Table(columns, rows), arguments, "no grant is in force")
    return 0
