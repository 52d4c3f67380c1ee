"""What a doctor finds: one row for each thing looked at, with what to do where it is not well."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from nlsh.cli.rows import show_table
from nlsh.core.results import Column, Table

State = Literal["ok", "lacking", "missing"]
"""`lacking`: nlsh works without it, less well. `missing`: it does not work."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    state: State
    detail: str
    remedy: str = ""


def show_findings(findings: Iterable[Finding], arguments: argparse.Namespace) -> int:
    """Print the findings; 1 if something is missing that nlsh needs."""
    rows = tuple((one.subject, one.state, one.detail, one.remedy) for one in findings)
    columns = (Column("subject"), Column("state"), Column("found"), Column("what to do"))
    show_table(Table(columns, rows), arguments)
    return 1 if any(row[1] == "missing" for row in rows) else 0


def has_module(name: str) -> bool:
    """Whether a module could be imported; it is not."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def recall_by_meaning() -> Finding:
    """Recall goes by words, whether or not the semantic extra is installed: nothing uses it yet."""
    return Finding("recall by meaning", "lacking", "recall goes by words", "nothing: it is still to come")
