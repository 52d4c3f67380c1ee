"""`audit`: the ledger, read and checked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from nlsh.cli.opening import opened
from nlsh.cli.rows import show_json, show_table
from nlsh.core.ports import Ledger, Record
from nlsh.core.results import Column, Table


def run(arguments: argparse.Namespace) -> int:
    """Show or verify the ledger; 1 if its chain is broken. Raises StoreUnavailable."""
    with opened(arguments) as house:
        ledger = house.ledger
        if arguments.action == "verify":
            return _verify(ledger, arguments)
        if arguments.action == "export":
            return _export(ledger, arguments)
        head = ledger.head()
        records = ledger.tail(arguments.count) if arguments.action == "tail" else ((head,) if head else ())
        show_table(records_table(records), arguments, "the ledger is empty")
        return 0


def records_table(records: Sequence[Record]) -> Table:
    """Ledger records as rows."""
    kinds = {"seq": "count", "at": "time"}
    names = ("seq", "at", "phase", "syscall", "risk", "verdict", "rule", "outcome", "turn", "session", "hash")
    columns = tuple(Column(name, kinds.get(name, "text")) for name in names)  # type: ignore[arg-type]
    return Table(columns, tuple(_row(record) for record in records))


def _row(record: Record) -> tuple[object, ...]:
    draft = record.draft
    said = (draft.phase, draft.syscall, draft.risk, draft.verdict, draft.rule, draft.outcome, draft.turn)
    return (record.seq, record.at, *said, record.session, record.hash)


def _verify(ledger: Ledger, arguments: argparse.Namespace) -> int:
    found = ledger.verify()
    holds = not found.fault
    if arguments.json:
        row = {"count": found.count, "head": found.head, "broken_at": found.broken_at, "fault": found.fault}
        show_json([row | {"holds": holds}])
    elif holds:
        sys.stdout.write(f"the chain holds: {found.count} records, head {found.head or 'none'}\n")
    else:
        sys.stdout.write(f"the chain is broken at record {found.broken_at}: {found.fault}\n")
    return 0 if holds else 1


def _export(ledger: Ledger, arguments: argparse.Namespace) -> int:
    if arguments.json:
        show_json(json.loads(line) for line in ledger.export())
        return 0
    for line in ledger.export():
        sys.stdout.write(line.rstrip("\n") + "\n")
    return 0
