"""Lending the real terminal to a program: the desk steps aside, draws nothing, and comes back."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from textual.app import App

from nlsh.core.ports import Lending


async def lend(app: App[Any], lending: Lending) -> str | None:
    """Lend the terminal until it is given back; returns what was written after the program's own screen was left.

    None where the terminal cannot be lent (tests, a browser): it is refused at once.
    """
    driver = app._driver
    if driver is None or not driver.can_suspend:
        lending.refuse()
        return None
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        lending.refuse()
        return None
    try:
        with app.suspend(), app.batch_update():
            # A thread, and nothing drawn meanwhile: awaiting inside `suspend` alone would wait for ever, because the
            # driver's writer has no reader while suspended.
            tail = await asyncio.to_thread(lending.run, terminal)
    finally:
        os.close(terminal)
    app.refresh(layout=True)
    return tail.decode("utf-8", "surrogateescape")
