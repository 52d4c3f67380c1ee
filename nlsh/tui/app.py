"""Starting the desk, and playing recorded events into it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from nlsh.core.events import Event
from nlsh.core.ports import Session
from nlsh.tui.desk import Desk
from nlsh.tui.frame import all_bindings

if TYPE_CHECKING:
    from nlsh.config.themes import Theme

__all__ = ["Desk", "binding_ids", "replay", "run"]

_CLOSE_S: Final = 5.0
"""How long ending the session may take."""


def run(
    session: Session,
    theme: Theme,
    keymap: Mapping[str, str],
    on_resize: Callable[[int, int], None] | None = None,
    news: Sequence[str] = (),
    *,
    history_limit: int = 1000,
    may_notify: bool = True,
) -> int:
    """The desk until the person leaves; closes the session and returns the exit code.

    `on_resize(rows, columns)` is told how much of the terminal programs have; `news` is shown once it is up.
    `history_limit` is how many past lines the prompt offers, `may_notify` whether the person may be called back.

    Raises:
        Exception: whatever broke the desk; the terminal is itself again by then.
    """
    desk = Desk(session, theme, keymap, on_resize, news=news, history_limit=history_limit, may_notify=may_notify)
    return asyncio.run(_serve(desk))


async def _serve(desk: Desk) -> int:
    try:
        code = await desk.run_async()
        if desk._exception is not None:
            raise desk._exception
        return code or 0
    finally:
        with contextlib.suppress(TimeoutError):  # the process ends in any case
            await asyncio.wait_for(desk.session.close(), _CLOSE_S)


async def replay(desk: Desk, events: Iterable[Event]) -> None:
    """Play a recorded stream into a desk that is up, as if its session had sent it."""
    for event in events:
        await desk.receive(event)


def binding_ids() -> frozenset[str]:
    """The ids of every key that can be given another place."""
    return frozenset(binding.id for binding in Binding.make_bindings(all_bindings(Desk)) if binding.id)
