"""What a syscall is given to work with: where it is, what it may use, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nlsh.core.errors import Cancelled, UsageError
from nlsh.core.ports import Journal, Piped, Services
from nlsh.core.results import Result


class Cancellation:
    """A cancel that travels: set once from any thread, seen by every loop and by whoever waits on a process."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._callbacks: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def is_set(self) -> bool:
        """Whether the turn was cancelled."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Cancel: wakes waiters and calls every callback once (they must be quick and not raise)."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` at cancel (at once if it was cancelled already); returns how to unregister it."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def check(self) -> None:
        """Raise Cancelled if it was cancelled."""
        if self._event.is_set():
            raise Cancelled("cancelled")

    def wait(self, seconds: float) -> None:
        """Sleep for up to `seconds`; raises Cancelled as soon as it is cancelled."""
        if self._event.wait(seconds):
            raise Cancelled("cancelled")


@dataclass(frozen=True)
class Scope:
    """Given to `resolve`, `run` and undo. Paths are absolute and text with surrogateescape."""

    cwd: str
    home: str
    env: Mapping[str, str]
    utterance: str
    """What the person typed: hosts and private addresses named here were typed by the person."""
    services: Services
    journal: Journal
    results: Mapping[int, Result] = field(default_factory=dict)
    """Results of the earlier steps, by step number from 1."""
    stdin: Piped | None = None
    """What was piped in, if anything."""
    cancellation: Cancellation = field(default_factory=Cancellation)

    def check(self) -> None:
        """Raise Cancelled if the turn was cancelled; call it in every loop."""
        self.cancellation.check()

    def result(self, number: int) -> Result:
        """The result of an earlier step. Raises UsageError."""
        if number not in self.results:
            raise UsageError(f"step {number} has no result to use", "refer to an earlier step of the same plan")
        return self.results[number]
