"""Background jobs that end while the prompt stands: those that took long are worth a ring."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from nlsh.core.ports import Session
from nlsh.repl.bell import Bell

EVERY_S: Final = 1.0


class JobWatch:
    """Looks once a second while there are jobs; none begin while the prompt stands."""

    def __init__(self, session: Session, bell: Bell) -> None:
        self._session = session
        self._bell = bell
        self._seen: dict[int, tuple[float, str]] = {}
        """When each job was first seen, on the monotonic clock, and what it is."""

    async def run(self) -> None:
        """Watch until there is nothing to watch."""
        while True:
            await asyncio.sleep(EVERY_S)
            for elapsed_s, command in await asyncio.to_thread(self._ended):
                self._bell.owe(f"job ended: {command}", elapsed_s)
            await self._bell.settle()
            if not self._seen:
                return

    def _ended(self) -> list[tuple[float, str]]:
        now = time.monotonic()
        jobs = {job.pid: job.command for job in self._session.jobs()}
        gone = [self._seen.pop(pid) for pid in list(self._seen) if pid not in jobs]
        for pid, command in jobs.items():
            self._seen.setdefault(pid, (now, command))
        return [(now - since, command) for since, command in gone]
