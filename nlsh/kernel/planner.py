"""From an utterance to a validated plan: context, model, validation, confidence."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from nlsh.core.errors import NotUnderstood, PlanInvalid
from nlsh.core.plan import Plan, read_plan
from nlsh.core.ports import Model, PlanDraft, PlanRequest, Shot, Toolbox
from nlsh.core.risk import Effect
from nlsh.core.syscall import SyscallSpec
from nlsh.kernel import piped, tuned
from nlsh.kernel.classifier import Classifier
from nlsh.kernel.context import build
from nlsh.kernel.faithful import inventions, omissions, reverses
from nlsh.kernel.following import follows
from nlsh.kernel.mentions import mentioned
from nlsh.kernel.nearness import shape_of
from nlsh.kernel.negation import forbids
from nlsh.kernel.pool import Keep, Pool, Shape, make_anew
from nlsh.kernel.several import several

MAX_UTTERANCE_CHARS: Final = 2000
T = TypeVar("T")
_MAX_OFFERED: Final = 3
_TALK: Final = (("say",), ("ask",))
_HINT: Final = "say it in other words; nlsh help shows what can be done, and ! runs a line as a command"


@dataclass(frozen=True)
class Proposal:
    """A validated plan, how sure it is (0 to 1), and what it cost."""

    plan: Plan
    confidence: float
    draft: PlanDraft
    elapsed_ms: float


class Planner:
    """Plans utterances with the model. `names_here` lists the working directory, `exists` tells of any path said."""

    def __init__(
        self,
        model: Model,
        toolbox: Toolbox,
        names_here: Callable[[], Sequence[str]],
        exists: Callable[[str], bool],
        floor: float,
        keep: Keep = make_anew,
        classifier: Callable[[], Classifier | None] = lambda: None,
    ) -> None:
        self._model = model
        self._toolbox = toolbox
        self._names_here = names_here
        self._exists = exists
        self._keep = keep
        self._floor = floor
        self._read_classifier = classifier

    @cached_property
    def _specs(self) -> dict[str, SyscallSpec]:
        return {spec.name: spec for spec in self._toolbox.specs() if spec.examples}

    @cached_property
    def _pool(self) -> Pool:
        return Pool(self._specs, self._keep)

    @cached_property
    def _classifier(self) -> Classifier | None:
        return self._read_classifier()

    def warm(self) -> None:
        """Read what planning needs; done behind the prompt so that the first utterance does not pay for it."""
        if self._model.is_tuned:
            _ = self._classifier
        else:
            self._pool.near("warm")

    def _request(self, utterance: str, names: Sequence[str], before: Shot | None) -> tuple[PlanRequest, float]:
        """What the model is asked, and how near the nearest example is, 1.0 for a tuned model."""
        if self._model.is_tuned:
            leant_on = before if follows(utterance) else None
            return tuned.build(utterance, self._specs, names, leant_on, self._classifier), 1.0
        return build(utterance, self._pool, self._specs, names, self._exists)

    def _offer(self, utterance: str) -> str:
        """The nearest things that can be done, as they would be asked for."""
        nearest: dict[Shape, str] = {}
        for one in self._pool.near(utterance):
            nearest.setdefault(shape_of(one.example), one.example.utterance)
        offered = [said for shape, said in nearest.items() if shape not in _TALK][:_MAX_OFFERED]
        return f"{_HINT}. The nearest I can do: {'; '.join(offered)}" if offered else _HINT

    async def _while_loading(self, make: Callable[[], T]) -> T:
        """Make the request while the model is being loaded, if it is not yet. Raises ModelUnavailable."""
        loading = asyncio.ensure_future(self._model.start())
        try:
            made = await asyncio.to_thread(make)
        except BaseException:
            loading.cancel()
            raise
        await loading
        return made

    async def _drafted(
        self, utterance: str, names: Sequence[str], before: Shot | None, is_piped: bool
    ) -> tuple[PlanRequest, PlanDraft, Plan, float]:
        """What the model was asked and said, as a plan, and how near the nearest example is."""
        found = await self._drafted_of_pipe(utterance, names) if is_piped else None
        if found is not None:
            return (*found, 1.0)
        request, nearness = await self._while_loading(lambda: self._request(utterance, names, before))
        draft = await self._model.plan(request)
        plan = self._read(utterance, draft)
        if is_piped:
            plan = piped.from_unnamed(plan, utterance, self._exists)
        return request, draft, plan, nearness

    async def _drafted_of_pipe(
        self, utterance: str, names: Sequence[str]
    ) -> tuple[PlanRequest, PlanDraft, Plan] | None:
        """The same for an utterance about what was piped in; None where it is about something else."""
        request = await self._while_loading(lambda: self._request_of_pipe(utterance, names))
        if request is None:
            return None
        draft = await self._model.plan(request)
        try:
            plan = piped.from_named(self._read(utterance, draft))
        except PlanInvalid:
            return None
        return None if plan is None else (request, draft, plan)

    def _read(self, utterance: str, draft: PlanDraft) -> Plan:
        """What the model said, validated. Raises PlanInvalid."""
        return several(utterance, read_plan(draft.text, self._toolbox.lookup), self._toolbox.lookup)

    def _request_of_pipe(self, utterance: str, names: Sequence[str]) -> PlanRequest | None:
        classifier = self._classifier if self._model.is_tuned else None
        if classifier is None or not piped.is_meant(utterance, names, self._specs, classifier):
            return None
        return piped.build(utterance, self._specs, classifier)

    def given(self, plan: str) -> Proposal:
        """A plan of an earlier turn, as a proposal nobody need be asked for. Raises PlanInvalid."""
        draft = PlanDraft(plan, True, 0.0, 0.0, 0, 0, 0.0)
        return Proposal(read_plan(plan, self._toolbox.lookup), 1.0, draft, 0.0)

    async def plan(self, utterance: str, before: Shot | None = None, *, is_piped: bool = False) -> Proposal:
        """Plan one utterance; `before` is the turn it may lean on, `is_piped` whether something was piped in. A plan
        that only looks may be far less sure than one that changes something.

        Raises:
            NotUnderstood: nothing near it is known, the plan does not validate, it is too unsure, or the utterance says
                what not to do.
            ModelUnavailable: there is no model to ask.
        """
        started = time.monotonic()
        if len(utterance) > MAX_UTTERANCE_CHARS:
            raise NotUnderstood(
                f"that is {len(utterance):,} characters long, too much to understand",
                f"say it in at most {MAX_UTTERANCE_CHARS:,} characters, or put the text into a file",
            )
        names = self._names_here()
        request, draft, plan, nearness = await self._drafted(utterance, names, before, is_piped)
        confidence = math.exp(draft.mean_logprob) * min(1.0, 0.5 + nearness)
        only_looks = all(step.syscall.effects <= {Effect.READ} for step in plan.steps)
        if not only_looks:
            confidence *= 1.0 - _talk(request)
        if forbids(utterance) and not only_looks and not _is_ending(plan):
            raise NotUnderstood("that says what not to do; nothing was done", "say what to do instead")
        if not only_looks and (left_out := omissions(utterance, plan, mentioned(utterance, names), names)):
            raise NotUnderstood(f"I did not understand what {left_out[0]} is to do with it; nothing was done", _HINT)
        if reverses(utterance, plan):
            raise NotUnderstood("I cannot keep the first few and remove the others yet; nothing was done", _HINT)
        if not only_looks and before is None and (invented := inventions(utterance, plan)):
            raise NotUnderstood(f"you did not say what {invented[0]} stands for; nothing was done", _HINT)
        if confidence < (self._floor / 4 if only_looks else self._floor):
            raise NotUnderstood("I did not understand that well enough to act on it", self._offer(utterance))
        return Proposal(plan, confidence, draft, (time.monotonic() - started) * 1000)


def _talk(request: PlanRequest) -> float:
    """How likely the utterance was to be asked back or answered in words; 0 where nothing was known beforehand."""
    return sum(math.exp(request.leanings[name]) for (name,) in _TALK if name in request.leanings)


_ENDING: Final = frozenset({"svc.disable", "svc.stop", "pkg.remove"})


def _is_ending(plan: Plan) -> bool:
    """Whether a plan puts an end to something, as `never start it at boot again` wishes."""
    return all(step.syscall.name in _ENDING for step in plan.steps)
