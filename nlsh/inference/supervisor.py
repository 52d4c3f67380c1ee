"""The model as the kernel sees it: a worker that is started when it is needed and again when it dies."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from nlsh.core.display import visible
from nlsh.core.errors import ModelUnavailable
from nlsh.core.model import ModelSpec
from nlsh.core.ports import ModelStatus, PlanDraft, PlanRequest
from nlsh.inference import wire
from nlsh.inference.link import Link, LinkBroken, open_link, worker_command
from nlsh.inference.requantise import locate

_LOAD_S: Final = 120.0
"""Reading a big model from a slow disk takes its time."""
_GRACE_S: Final = 2.0
"""How much longer than its deadline a plan is waited for: the worker ends it by itself."""
_PATIENCE: Final = 3
"""So many crashes in a row are answered at once with a new start; from then on with a pause."""
_LONGEST_PAUSE_S: Final = 60.0


class LlamaModel:
    """A llama.cpp model in a process of its own, behind the `Model` port.

    `on_notice` hears sentences for the person. `command` starts the worker; `clock` counts seconds.
    """

    def __init__(
        self,
        spec: ModelSpec,
        cache_dir: str,
        on_notice: Callable[[str], None],
        *,
        command: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spec = spec
        self._cache_dir = cache_dir
        self._on_notice = on_notice
        self._command = tuple(command) or worker_command()
        self._clock = clock
        self._status = ModelStatus(spec.name, "cold", context_tokens=spec.context_tokens)
        self._turn = asyncio.Lock()
        self._link: Link | None = None
        self._starting: asyncio.Task[None] | None = None
        self._crashes = 0
        self._not_before = 0.0

    @property
    def is_tuned(self) -> bool:
        """Whether it was trained on our plans."""
        return self._spec.is_tuned

    def status(self) -> ModelStatus:
        """Where it stands; never blocks."""
        if self._status.state == "ready" and (self._link is None or not self._link.is_alive):
            return dataclasses.replace(
                self._status, state="cold", detail="it ended and starts again when needed", pid=0
            )
        return self._status

    async def start(self) -> None:
        """Load it; harmless when loaded. A cancelled wait leaves it loading.

        Raises:
            ModelUnavailable: a file is missing or damaged, or the worker crashed.
        """
        if self._link is not None and self._link.is_alive and self._starting is None:
            return
        if self._starting is None:
            self._starting = asyncio.create_task(self._bring_up())
            self._starting.add_done_callback(self._started)
        starting = self._starting
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if starting.cancelled() and task is not None and not task.cancelling():
                raise ModelUnavailable("the model was stopped", "try again") from None
            raise

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting = None
        if not task.cancelled():
            task.exception()

    async def _bring_up(self) -> None:
        self._check_patience()
        self._say("loading")
        try:
            self._link = await open_link(self._command, self._heard)
            fields = {"spec": dataclasses.asdict(self._spec), "cache_dir": self._cache_dir}
            tokens = await self._link.ask("load", _LOAD_S, lambda reply: int(reply["context_tokens"]), **fields)
        except LinkBroken as error:
            self._crashed(error)
            raise
        except ModelUnavailable as error:
            self._say("missing" if self._is_missing() else "failed", error.message)
            await self._drop()
            raise
        except asyncio.CancelledError:
            self._say("cold")
            raise
        if self._crashes:
            self._on_notice("the model was restarted")
        self._say("ready", pid=self._link.pid, context_tokens=tokens)

    async def plan(self, request: PlanRequest) -> PlanDraft:
        """Plan one utterance. Cancelling the awaiting task stops the decoding within 200 ms.

        Raises:
            ModelUnavailable: missing, corrupt, crashed, or past its deadline; the next call starts it again.
            NotUnderstood: the utterance is too long, or nothing in the request can be said.
        """
        async with self._turn:
            await self.start()
            link = self._link
            assert link is not None
            self._say("busy", pid=link.pid)
            try:
                fields = {"request": wire.request_to_json(request)}
                draft, speed = await link.ask("plan", request.deadline_s + _GRACE_S, _read_plan, **fields)
            except LinkBroken as error:
                if self._link is link:
                    self._crashed(error)
                raise
            finally:
                if self._status.state == "busy":
                    self._say("ready" if link.is_alive else "cold", pid=link.pid if link.is_alive else 0)
            self._crashes = 0
            self._say("ready", pid=link.pid, tokens_per_s=speed)
            return draft

    async def close(self) -> None:
        """Stop it and give its memory back, within two seconds."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait({self._starting})
        await self._drop()
        self._say("cold")

    async def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    def _check_patience(self) -> None:
        wait = self._not_before - self._clock()
        if wait > 0:
            raise ModelUnavailable(
                f"the model crashed {self._crashes} times in a row", f"it is tried again in {wait:.0f} s"
            )

    def _crashed(self, error: LinkBroken) -> None:
        self._link = None
        self._crashes += 1
        if self._crashes >= _PATIENCE:
            self._not_before = self._clock() + min(_LONGEST_PAUSE_S, 2.0 ** (self._crashes - _PATIENCE + 1))
        self._say("failed", error.message)

    def _heard(self, message: Mapping[str, Any]) -> None:
        if "progress" in message:
            self._say("preparing", visible(str(message["progress"])))
        if "notice" in message:
            self._on_notice(visible(str(message["notice"])))

    def _say(self, state: Any, detail: str = "", pid: int = 0, **changes: Any) -> None:
        self._status = dataclasses.replace(self._status, state=state, detail=detail, pid=pid, **changes)

    def _is_missing(self) -> bool:
        try:
            return not os.path.exists(locate(self._spec.source))
        except ModelUnavailable:
            return True


def _read_plan(reply: Mapping[str, Any]) -> tuple[PlanDraft, float]:
    """A draft, and how many tokens a second it took. Raises KeyError, TypeError, ValueError."""
    return wire.draft_from_json(reply), float(reply["tokens_per_s"])
