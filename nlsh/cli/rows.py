"""What a subcommand prints: rows as a table for people, as one JSON list for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from nlsh.core.results import Table


def show_table(table: Table, arguments: argparse.Namespace, empty: str = "nothing to show") -> None:
    """Print a table; `empty` is the narration where it has no rows. Raises BrokenPipeError."""
    if arguments.json:
        show_json(table.records())
        return
    from nlsh.repl.screen import Screen
    from nlsh.repl.tables import table_text

    screen = Screen.open()
    screen.write(table_text(table, screen).encode("utf-8", "backslashreplace"))
    if not table.rows:
        screen.tell(empty, "dim")
    if table.note:
        screen.tell(table.note, "warn")


def show_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print rows as one JSON list, streaming: a row a line. Raises BrokenPipeError."""
    start = "["
    for row in rows:
        sys.stdout.write(start + json.dumps(row, separators=(",", ":"), default=str))
        start = ",\n"
    sys.stdout.write("[]\n" if start == "[" else "]\n")
    sys.stdout.flush()


def show_line(row: Mapping[str, Any]) -> None:
    """Print one JSON object on a line of its own, at once. Raises BrokenPipeError."""
    sys.stdout.write(json.dumps(row, separators=(",", ":"), default=str) + "\n")
    sys.stdout.flush()
