"""The two front ends a person stays in: the desk and line mode; and plain lines where there is no terminal."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import TYPE_CHECKING

from nlsh.cli.guard import tell
from nlsh.cli.opening import house_for, opened_in_loop
from nlsh.core.errors import UsageError

if TYPE_CHECKING:
    from nlsh.boot import House


def run(arguments: argparse.Namespace) -> int:
    """Stay until the person leaves; returns the exit code. Raises NlshError."""
    if arguments.dry_run or arguments.json:
        raise UsageError("--dry-run and --json want a line to work on", "give it with -c LINE")
    if arguments.inline or not (_has_screen() and sys.stderr.isatty()):  # the desk is drawn on standard error
        return asyncio.run(_inline(arguments))
    return _desk(arguments)


def _has_screen() -> bool:
    streams = (sys.stdin, sys.stdout)
    has_terminal = all(stream is not None and not stream.closed and stream.isatty() for stream in streams)
    return has_terminal and os.environ.get("TERM", "dumb") != "dumb"


def _news(house: House) -> list[str]:
    """What was left uncertain or was damaged, told before the first prompt."""
    house.look_back()
    news = house.news()
    for notice in news:
        tell(notice)
    return news


async def _inline(arguments: argparse.Namespace) -> int:
    async with opened_in_loop(arguments, terminal="inherit", is_interactive=True) as house:
        session = house.session()
        _news(house)
        if not _has_screen():
            from nlsh.repl.lines import run_lines

            return await run_lines(session, assume_yes=arguments.yes)
        from nlsh.repl import inline  # prompt_toolkit, only for people

        return await inline.run(session, assume_yes=arguments.yes, history_limit=house.settings.history_limit)


def _desk(arguments: argparse.Namespace) -> int:
    from nlsh.config.keymap import check_ids
    from nlsh.config.themes import load_theme
    from nlsh.tui.app import binding_ids, run  # textual, only for people

    house = house_for(arguments, terminal="pty", is_interactive=True)
    settings = house.settings
    check_ids(house.paths.config_file, settings.keymap, binding_ids())
    theme = load_theme(house.paths, settings.theme)
    session = house.session()
    return run(
        session,
        theme,
        settings.keymap,
        house.shell.resize,
        _news(house),
        history_limit=settings.history_limit,
        notify=settings.notify,
    )
