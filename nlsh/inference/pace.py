"""How many threads to decode on, found from how much processor time they get.

Threads meet at a barrier after every operation, so beside other work two are slower than one: measured with one busy
process on two cores, 2.3 times; with three, a step can take seconds. Results do not depend on the number of threads
(see `context`), so it may change at any time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_ENOUGH: Final = 0.8
"""Threads that get less than this share of their time wait for each other."""
_SOON_S: Final = 0.03
"""After so long a step that is starved is given up."""
_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 32.0


class Pace:
    """At most `most` threads. The clocks count seconds: of the wall, and of all threads of this process."""

    def __init__(
        self,
        most: int,
        wall: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        self._most = max(1, most)
        self._wall = wall
        self._cpu = cpu
        self._threads = 1
        self._began = (0.0, 0.0)
        self._pause_s = _PAUSE_S
        self._alone_until = 0.0

    @contextmanager
    def step(self) -> Iterator[int]:
        """Around one step of work: how many threads to do it on."""
        self._threads = 1 if self._wall() < self._alone_until else self._most
        self._began = (self._wall(), self._cpu())
        yield self._threads
        self._judge()

    def is_starved(self) -> bool:
        """Whether the step that is being done is better given up, and done again on one thread."""
        return self._threads > 1 and self._wall() - self._began[0] > _SOON_S and self._share() < _ENOUGH

    def _share(self) -> float:
        spent, got = self._wall() - self._began[0], self._cpu() - self._began[1]
        return got / (self._threads * spent) if spent > 0 else 1.0

    def _judge(self) -> None:
        """One thread for a while, each time longer, if there was too little time for more; or even for one."""
        is_enough = self._share() >= _ENOUGH
        if not is_enough:
            self._alone_until = self._wall() + self._pause_s
        if self._threads > 1:
            self._pause_s = _PAUSE_S if is_enough else min(_LONGEST_PAUSE_S, 2 * self._pause_s)
