"""The command line, read: which module does what the words ask for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from nlsh.core.errors import UsageError

if TYPE_CHECKING:
    import argparse


def dispatch(words: Sequence[str]) -> int:
    """Run what the words ask for. Raises NlshError."""
    try:
        arguments = _bare_line(words) or _parsed(words)
    except SystemExit as left:  # --help and --version print and leave
        return left.code if isinstance(left.code, int) else 0
    return _command(arguments)(arguments)


def _bare_line(words: Sequence[str]) -> argparse.Namespace | None:
    """`-c LINE` and nothing else, what scripts call most: without the parser, whose making takes time."""
    if len(words) != 2 or words[0] != "-c":
        return None
    said: Any = SimpleNamespace(line=words[1], command=None, inline=False, yes=False, dry_run=False)
    said.json, said.model = False, ""
    return cast("argparse.Namespace", said)


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    from nlsh.cli.options import parser, with_line_attached

    return parser().parse_args(with_line_attached(words))


def _command(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    if arguments.command and arguments.line is not None:
        raise UsageError("-c LINE and a subcommand do not go together", "give one of them")
    module = arguments.module if arguments.command else ("once" if arguments.line is not None else "front")
    return cast("Callable[[argparse.Namespace], int]", importlib.import_module(f"nlsh.cli.{module}").run)
