"""The two front ends a person stays in: the desk and line mode; and plain lines where there is no terminal."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from typing import TYPE_CHECKING

from nlsh.cli.guard import keep_crash, tell
from nlsh.cli.opening import house_for, opened_in_loop
from nlsh.core.errors import UsageError

if TYPE_CHECKING:
    from nlsh.boot import House
    from nlsh.repl.habits import Habits


def run(arguments: argparse.Namespace) -> int:
    """Stay until the person leaves; returns the exit code. Raises NlshError."""
    if arguments.dry_run or arguments.json:
        raise UsageError("--dry-run and --json want a line to work on", "give it with -c LINE")
    gc.disable()  # collecting while modules are loaded finds nothing, and takes a tenth of the time to the prompt
    has_desk = _has_screen() and sys.stderr.isatty()  # it is drawn on standard error
    if arguments.inline or arguments.screen_reader or not has_desk:
        return asyncio.run(_inline(arguments))
    return _desk(arguments)


def _collect_again() -> None:
    gc.freeze()  # what is loaded stays
    gc.enable()


def _has_screen() -> bool:
    return _has_terminal() and os.environ.get("TERM", "dumb") != "dumb"


def _has_terminal() -> bool:
    """Whether a person sits there, whose shell is kept running; a script's lines each have a shell of their own."""
    return all(stream is not None and not stream.closed and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _news(house: House) -> list[str]:
    """What was left uncertain or was damaged, told before the first prompt."""
    house.look_back()
    news = house.news()
    for notice in news:
        tell(notice)
    return news


async def _inline(arguments: argparse.Namespace) -> int:
    async with opened_in_loop(arguments, terminal="inherit", is_interactive=_has_terminal()) as house:
        from nlsh.repl.screen import Screen

        habits = _habits(house)
        screen = Screen.open(is_read_aloud=arguments.screen_reader or house.settings.screen_reader)
        if screen.is_plain or not (screen.may_ask and screen.is_out_terminal):
            from nlsh.repl.lines import run_lines

            session = house.session()
            _news(house)
            _collect_again()
            return await run_lines(session, assume_yes=arguments.yes, screen=screen, habits=habits)
        from nlsh.cli.late import LateSession
        from nlsh.repl import inline  # prompt_toolkit, only for people

        late = LateSession(house)

        def prepare() -> list[str]:
            _collect_again()
            return late.open()

        return await inline.run(
            late, screen, assume_yes=arguments.yes, habits=habits, prepare=prepare, keep_fault=_kept
        )


def _kept(fault: BaseException) -> str:
    """Keep what went wrong in nlsh itself for its report; returns where."""
    try:
        raise fault
    except BaseException:
        return keep_crash()


def _habits(house: House) -> Habits:
    from nlsh.repl.habits import Habits

    settings = house.settings
    is_first_run = not os.path.exists(os.path.join(house.paths.state_dir, "state.db"))
    return Habits(settings.editing, settings.history_limit, settings.notifications, is_first_run)


def _desk(arguments: argparse.Namespace) -> int:
    from nlsh.config.keymap import check_ids
    from nlsh.config.themes import load_theme
    from nlsh.tui.app import binding_ids, run  # textual, only for people

    house = house_for(arguments, terminal="pty", is_interactive=True)
    settings = house.settings
    if settings.screen_reader:
        return asyncio.run(_inline(arguments))
    check_ids(house.paths.config_file, settings.keymap, binding_ids())
    theme = load_theme(house.paths, settings.theme)
    session = house.session()
    _collect_again()
    return run(
        session,
        theme,
        settings.keymap,
        house.shell.resize,
        _news(house),
        history_limit=settings.history_limit,
        may_notify=settings.notifications,
    )
