"""One worker process, as the supervisor holds it: requests out, replies in, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import nlsh
from nlsh.core.errors import ModelUnavailable
from nlsh.inference import wire

CANCEL_S: Final = 0.2
"""How long a worker may take to obey a cancel before it is killed."""
_QUIT_S: Final = 1.0
_REAP_S: Final = 0.5
_UNREADABLE: Final = "the model process sent something unreadable"
_NEXT: Final = "it is started again with the next utterance"


T = TypeVar("T")


class LinkBroken(ModelUnavailable):
    """The worker died, hung or spoke nonsense; it is gone now."""


class Link:
    """A running worker. `heard` gets its messages that answer nothing."""

    def __init__(self, process: asyncio.subprocess.Process, heard: Callable[[Mapping[str, Any]], None]) -> None:
        self._process = process
        self._heard = heard
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self._reason = ""
        self._reader = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked. The system is asked too: it knows of a death before the event loop hears of it."""
        return not self._reader.done() and self._process.returncode is None and not _has_ended(self._process.pid)

    async def ask(self, do: str, deadline_s: float, read: Callable[[Mapping[str, Any]], T], **fields: Any) -> T:
        """Ask for something and `read` the answer. A cancelled wait cancels the work too, or kills the worker.

        Raises:
            LinkBroken: the worker died, or did not answer in time or in sense and was killed.
            NlshError: what the worker answers.
        """
        self._number += 1
        number = self._number
        future = self._replies[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(deadline_s):
                await self._send({"do": do, "id": number, **fields})
                reply = await asyncio.shield(future)
        except TimeoutError:
            await self._end(f"the model did not answer within {deadline_s:.3g} s")
            raise LinkBroken(self._reason, _NEXT) from None
        except asyncio.CancelledError:
            await self._cancel(number, future)
            raise
        finally:
            self._replies.pop(number, None)
            future.cancel()
        try:
            if "error" not in reply:
                return read(reply["ok"])
            error = wire.error_from_json(reply["error"])
        except (KeyError, TypeError, ValueError, AttributeError):
            await self._end(_UNREADABLE)
            raise LinkBroken(self._reason, _NEXT) from None
        raise error

    async def _send(self, message: wire.Message) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(wire.pack(message))
            await self._process.stdin.drain()
        except (ConnectionError, RuntimeError):
            await asyncio.wait({self._reader}, timeout=_REAP_S)
            raise LinkBroken(self._reason or "the model process ended", _NEXT) from None

    async def _cancel(self, number: int, future: asyncio.Future[dict[str, Any]]) -> None:
        """Tell the worker to stop; kill it unless it answers soon."""
        try:
            async with asyncio.timeout(CANCEL_S):
                await self._send({"do": "cancel", "id": number})
                await asyncio.shield(future)
        except (TimeoutError, asyncio.CancelledError):
            await self._end("the model process did not stop when it was told to")
        except ModelUnavailable:
            return

    async def _read(self) -> None:
        """Hand out what the worker says, until it ends or says what cannot be read."""
        assert self._process.stdout is not None
        try:
            while True:
                length = wire.body_length(await self._process.stdout.readexactly(wire.HEADER.size))
                self._dispatch(wire.unpack(await self._process.stdout.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._bury("")
        except (ValueError, KeyError, TypeError, RecursionError):
            await self._bury(_UNREADABLE)

    def _dispatch(self, message: dict[str, Any]) -> None:
        if "id" not in message:
            self._heard(message)
            return
        if ("ok" in message) == ("error" in message):
            raise ValueError("neither an answer nor an error")
        future = self._replies.get(message["id"])
        if future is not None and not future.done():
            future.set_result(message)

    async def _bury(self, reason: str) -> None:
        """See the process dead, and say why to whoever waits for it."""
        if reason:
            self._kill()
        try:
            async with asyncio.timeout(_REAP_S):
                code = await self._process.wait()
        except TimeoutError:
            self._kill()
            code = await self._process.wait()
        self._reason = self._reason or reason or _death(code)
        for future in self._replies.values():
            if not future.done():
                future.set_exception(LinkBroken(self._reason, _NEXT))
                future.exception()

    async def _end(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._kill()
        await asyncio.wait({self._reader}, timeout=_REAP_S)

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """End the worker: politely, after a second by force."""
        self._reason = self._reason or "the model was stopped"
        with contextlib.suppress(TimeoutError, ModelUnavailable):
            async with asyncio.timeout(_QUIT_S):
                await self._send({"do": "quit", "id": 0})
                await asyncio.shield(self._reader)
        await self._end(self._reason)


def _has_ended(pid: int) -> bool:
    """Whether a child has ended, collected or not; the exit status is left for whoever waits for it."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _death(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"the model process ended unexpectedly (exit code {code})"
    name = signal.Signals(-code).name if -code in signal.Signals.__members__.values() else str(-code)
    cause = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
    return f"the model process was ended by {name}{cause}"


async def open_link(command: Sequence[str], heard: Callable[[Mapping[str, Any]], None]) -> Link:
    """Start a worker in a session of its own, so that Ctrl-C in the terminal does not reach it.

    Raises:
        LinkBroken: it cannot be started.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise LinkBroken(f"the model process cannot be started: {error.strerror}", "try again") from error
    return Link(process, heard)


def worker_command() -> tuple[str, ...]:
    """How the worker is started: nothing is imported from the folder the person stands in."""
    return (sys.executable, "-P", "-m", "nlsh.inference.worker", str(os.getpid()))


def _environment() -> dict[str, str]:
    """Ours, with this very nlsh first on the path, and no thread pools that nobody uses."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(nlsh.__file__)))
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
