"""`nlsh FILE [WORD ...]`: a script of lines. What it reads on standard input belongs to its lines."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from nlsh.cli.guard import tell
from nlsh.cli.once import describe
from nlsh.cli.opening import opened_in_loop
from nlsh.core.errors import UsageError

if TYPE_CHECKING:
    from nlsh.core.ports import TerminalUse


def run(arguments: argparse.Namespace) -> int:
    """Run the script; returns its exit code. Raises NlshError."""
    if arguments.inline:
        raise UsageError("--inline and a file do not go together", "leave one of them out")
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from nlsh.repl.piped import piped_in
    from nlsh.repl.screen import Screen
    from nlsh.repl.script import ScriptRun, read_script

    script = read_script(arguments.script[0])
    terminal: TerminalUse = "pipe" if arguments.json else "inherit"
    async with opened_in_loop(arguments, terminal=terminal, words=arguments.script) as house:
        house.look_back()
        return await ScriptRun(
            house.session(),
            script,
            Screen.open(),
            piped=lambda: piped_in(tell),
            describe=lambda line: describe(house, line),
            assume_yes=arguments.yes,
            is_dry=arguments.dry_run,
            as_json=arguments.json,
        ).run()
