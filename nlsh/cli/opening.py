"""Opening the house for one call, and closing it whatever happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nlsh.boot import House
    from nlsh.core.ports import TerminalUse


def house_for(
    arguments: argparse.Namespace,
    *,
    terminal: TerminalUse = "pipe",
    is_interactive: bool = False,
    words: tuple[str, ...] = (),
) -> House:
    """The house these arguments ask for; its rooms open on first use."""
    from nlsh.boot import House, Options

    return House(
        Options(
            terminal=terminal,
            assume_yes=arguments.yes,
            is_dry=arguments.dry_run,
            is_interactive=is_interactive,
            model=arguments.model,
            words=words,
        )
    )


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[House]:
    """A house for work without an event loop."""
    import asyncio

    house = house_for(arguments)
    try:
        yield house
    finally:
        tell_news(house)
        asyncio.run(house.close())


@asynccontextmanager
async def opened_in_loop(
    arguments: argparse.Namespace,
    *,
    terminal: TerminalUse = "pipe",
    is_interactive: bool = False,
    words: tuple[str, ...] = (),
) -> AsyncIterator[House]:
    """A house for work in the running event loop, closed in it: the model's process belongs to the loop."""
    house = house_for(arguments, terminal=terminal, is_interactive=is_interactive, words=words)
    try:
        yield house
    finally:
        tell_news(house)
        await house.close()


def tell_news(house: House) -> None:
    """What came up meanwhile: damage that was mended, for one."""
    from nlsh.cli.guard import tell

    for notice in house.news():
        tell(notice)
