"""`memory`: what is remembered, from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from nlsh.cli.findings import Finding, recall_by_meaning, show_findings
from nlsh.cli.opening import opened
from nlsh.cli.rows import show_json, show_table
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.ports import Memory, MemoryRow
from nlsh.core.results import Column, Table


def run(arguments: argparse.Namespace) -> int:
    """Search, add, forget or check. Raises UsageError, StoreUnavailable."""
    with opened(arguments) as house:
        if arguments.action == "doctor":
            return show_findings((_store(house.memory), recall_by_meaning()), arguments)
        if not arguments.words:
            raise UsageError(f"memory {arguments.action} what?", f"nlsh memory {arguments.action} and the words")
        return _ACTIONS[arguments.action](house.memory, arguments)


def _search(memory: Memory, arguments: argparse.Namespace) -> int:
    rows = memory.recall(" ".join(arguments.words), arguments.count)
    show_table(memory_table(rows), arguments, "nothing remembered is near that")
    return 0


def memory_table(rows: Sequence[MemoryRow]) -> Table:
    """Memories as rows."""
    columns = (
        Column("id", "count"),
        Column("kind"),
        Column("text"),
        Column("at", "time"),
        Column("score", "count"),
        Column("why"),
    )
    return Table(columns, tuple((row.id, row.kind, row.text, row.at, round(row.score, 3), row.why) for row in rows))


def _add(memory: Memory, arguments: argparse.Namespace) -> int:
    row = memory.save(" ".join(arguments.words))
    if arguments.json:
        show_json(memory_table([row]).records())
    else:
        sys.stderr.write(f"remembered as {row.id}\n")
    return 0


def _forget(memory: Memory, arguments: argparse.Namespace) -> int:
    wrong = [word for word in arguments.words if not word.isdecimal()]
    if wrong:
        raise UsageError(f"not the number of a memory: {wrong[0]}", "nlsh memory search shows the numbers")
    count = memory.forget([int(word) for word in arguments.words])
    if arguments.json:
        show_json([{"forgotten": count}])
    else:
        sys.stderr.write(f"forgot {count} of {len(arguments.words)}\n")
    return 0 if count else 1


_ACTIONS = {"search": _search, "add": _add, "forget": _forget}


def _store(memory: Memory) -> Finding:
    try:
        memory.recall("anything", 1)
    except NlshError as error:
        return Finding("memory", "missing", error.message, error.hint)
    return Finding("memory", "ok", "memories can be searched")
