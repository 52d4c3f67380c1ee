"""Blocking iterators as async ones: each runs in a daemon thread of its own, with back-pressure and a way out."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, Generic, TypeVar

from nlsh.core.errors import Cancelled
from nlsh.core.scope import Cancellation

T = TypeVar("T")

GRACE_S: Final = 0.15
"""How long a cancelled thread may take to stop before it is left behind: with it a cancel takes under 200 ms."""
_AHEAD: Final = 256
"""Items a producer may be ahead of its consumer."""


class _Feed(Generic[T]):
    """Carries items from a thread to the loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[T | _End] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        self._is_abandoned = False

    def put(self, item: T | _End) -> None:
        """From the thread: hand an item over; dropped when nobody listens any more."""
        if self._is_abandoned:
            return
        try:
            self.loop.call_soon_threadsafe(self.queue.put_nowait, item)
        except RuntimeError:  # the loop is closed
            self._is_abandoned = True

    def wait_for_room(self) -> None:
        """From the thread: wait until the consumer has caught up. Raises Cancelled when it is gone."""
        while not self._room.acquire(timeout=0.1):
            if self._is_abandoned:
                raise Cancelled("cancelled")

    def taken(self) -> None:
        """From the loop: an item was taken."""
        self._room.release()

    def abandon(self) -> None:
        """From the loop: nobody listens any more."""
        self._is_abandoned = True


class _End:
    """The end of a feed, with what it ended by."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def _produce(feed: _Feed[T], make: Callable[[], Iterator[T]]) -> None:
    try:
        for item in make():
            feed.wait_for_room()
            feed.put(item)
    except BaseException as error:  # whatever it is, it belongs to whoever waits in the loop
        feed.put(_End(error))
    else:
        feed.put(_End(None))


async def stream(make: Callable[[], Iterator[T]], cancellation: Cancellation) -> AsyncIterator[T]:
    """The items of `make()`, which runs in a thread.

    Raises:
        Cancelled: `cancellation` was set; raised at the latest GRACE_S after it, whether the thread stopped or not.
        Exception: whatever the iterator raised.
    """
    feed: _Feed[T] = _Feed()
    late = _End(Cancelled("cancelled"))

    def give_up_later() -> None:
        feed.loop.call_later(GRACE_S, feed.queue.put_nowait, late)

    unregister = cancellation.on_cancel(soon(give_up_later))
    threading.Thread(target=_produce, args=(feed, make), daemon=True, name="nlsh-step").start()
    try:
        while not isinstance(item := await feed.queue.get(), _End):
            feed.taken()
            yield item
        if item.error is not None:
            raise item.error
    finally:
        unregister()
        feed.abandon()


def soon(call: Callable[[], object]) -> Callable[[], None]:
    """`call`, made safe to be called from any thread: it runs in the loop that is running now, if that still runs."""
    loop = asyncio.get_running_loop()

    def schedule() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(call)

    return schedule


async def in_thread(call: Callable[[], T], cancellation: Cancellation) -> T:
    """One blocking call in a thread. Raises what it raises, and Cancelled as `stream` does."""
    async for value in stream(lambda: iter((call(),)), cancellation):
        return value
    raise Cancelled("cancelled")
