"""Waiting for the network from a worker thread: always a deadline, and a cancel is seen at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from nlsh.core.display import human_duration
from nlsh.core.errors import NlshError
from nlsh.core.scope import Scope

T = TypeVar("T")


def finish(work: Callable[[], Coroutine[Any, Any, T]], scope: Scope, deadline_s: float, what: str) -> T:
    """Run a coroutine to its end in a loop of its own; `what` names it in the error.

    Raises:
        NlshError: it did not end in time.
        Cancelled: the turn was cancelled.
    """

    async def bounded() -> T:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        forget = scope.cancellation.on_cancel(lambda: _wake(loop, task.cancel))
        try:
            async with asyncio.timeout(deadline_s):
                return await work()
        except TimeoutError as error:
            took = human_duration(deadline_s)
            raise NlshError(f"{what} took longer than {took}", "try again later, or somewhere nearer") from error
        except asyncio.CancelledError:
            scope.check()
            raise
        finally:
            forget()

    scope.check()
    return asyncio.run(bounded())


def _wake(loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *arguments: object) -> None:
    """Call something in a loop from another thread; nothing when the loop has ended."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(callback, *arguments)


async def aside(ask: Callable[[], T]) -> T:
    """Ask something that blocks without end, like the resolver, in a thread nobody waits for. Raises what it raises."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        try:
            _wake(loop, settle, ask(), None)
        except OSError as error:
            _wake(loop, settle, None, error)

    threading.Thread(target=work, daemon=True).start()
    return await answer
