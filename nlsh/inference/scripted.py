"""A model that says what it is told to: the twin of the real one for tests and demonstrations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from nlsh.core.errors import NlshError
from nlsh.core.ports import ModelStatus, PlanDraft, PlanRequest

_UNSURE: Final = -10.0


class ScriptedModel:
    """Answers by utterance, in microseconds, behind the same port.

    `fault` is raised instead of an answer; `delay_s` comes before it; a model that `hangs` answers only to a cancel.
    All three may be changed between calls. An utterance without a plan gets an incomplete, unsure draft.
    """

    def __init__(
        self,
        plans: Mapping[str, str] | Callable[[PlanRequest], str],
        *,
        is_tuned: bool = True,
        mean_logprob: float = -0.01,
        fault: NlshError | None = None,
        delay_s: float = 0.0,
        hangs: bool = False,
    ) -> None:
        self._plans = plans
        self._is_tuned = is_tuned
        self._state: ModelStatus = ModelStatus("scripted", "cold", context_tokens=2048)
        self.mean_logprob = mean_logprob
        self.fault = fault
        self.delay_s = delay_s
        self.hangs = hangs
        self.requests: list[PlanRequest] = []
        """What it was asked, oldest first."""
        self.cancelled = 0
        """How many plans were cancelled."""

    @property
    def is_tuned(self) -> bool:
        """Whether it plans without shots."""
        return self._is_tuned

    def status(self) -> ModelStatus:
        """Where it stands; never blocks."""
        return self._state

    async def start(self) -> None:
        """Be ready. Raises its fault."""
        if self.fault is not None:
            self._state = ModelStatus("scripted", "failed", self.fault.message)
            raise self.fault
        self._state = ModelStatus("scripted", "ready", context_tokens=2048)

    async def plan(self, request: PlanRequest) -> PlanDraft:
        """The plan for the utterance. Raises its fault."""
        self.requests.append(request)
        try:
            await (asyncio.Event().wait() if self.hangs else asyncio.sleep(self.delay_s))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        await self.start()
        text = self._plans(request) if callable(self._plans) else self._plans.get(request.utterance, "")
        sureness = self.mean_logprob if text else _UNSURE
        return PlanDraft(text, bool(text), sureness, sureness, 16, len(text) // 4, self.delay_s * 1000)

    async def close(self) -> None:
        """Be cold again."""
        self._state = ModelStatus("scripted", "cold", context_tokens=2048)
