"""What is no task for a shell: `python -m models.foundry.outside FOLDER` (the folder of clinc150.jsonl).

It should be answered in words (`say`, `ask`), refused, or be too unsure to act on. The planner is the product's own, in
an empty folder; its floor is applied here, so that one run tells both: one floor for every plan, and the product's way,
where plans that only look may be four times less sure.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.foundry.evaluate import ADAPTER, Asker
from models.foundry.pairs import TOOLS
from nlsh.config.settings import Settings
from nlsh.core.errors import NotUnderstood, PlanInvalid
from nlsh.core.ports import ModelStatus, PlanDraft, PlanRequest
from nlsh.core.risk import Effect
from nlsh.core.syscall import Syscall
from nlsh.kernel.planner import Planner

_FLOOR: Final = Settings().plan_floor
_CHANGES: Final = frozenset(Effect) - {Effect.READ, Effect.NETWORK}
_SEED: Final = 20260
_OURS: Final = frozenset(
    """
    time date timezone calculator measurement_conversion exchange_rate reminder reminder_update alarm timer spelling
    definition translate todo_list todo_list_update shopping_list shopping_list_update calendar calendar_update
    meeting_schedule schedule_meeting current_location user_name change_user_name what_can_i_ask_you repeat
    play_music next_song update_playlist change_volume reset_settings change_language sync_device roll_dice flip_coin
    """.split()
)
"""Intents that a shell may serve, some by what it remembers; not counted."""
_WORKABLE: Final = re.compile(
    r"\b(calculat\w*|comput\w*|add|multipl\w*|sum|product of|square root|factorial|prime|convert|solve|average"
    r"|time|date|today|files?|folders?|director(y|ies)|process(es)?|commands?|terminal|remind\w*|remember|server|ip"
    r"|search|fetch|download|urls?|https?|json|install|open|run|list|sort|cpu|memory|disk|log|your name)\b"
    r"|[\d)]\s*[-+*/^]",
    re.IGNORECASE,
)
"""Prompts a shell could do something about: BFCL only means that the tools offered there do not help."""


class Direct:
    """The engine as the planner's model, without a worker."""

    is_tuned = True

    def __init__(self, adapter: Path) -> None:
        self._asker = _Asker(adapter)
        self.classifier = self._asker.classifier

    def status(self) -> ModelStatus:
        return ModelStatus("foundry", "ready")

    async def start(self) -> None:
        """It is loaded."""

    async def plan(self, request: PlanRequest) -> PlanDraft:
        return self._asker.plan(request)

    async def close(self) -> None:
        """It goes with the process."""


class _Asker(Asker):
    def plan(self, request: PlanRequest) -> PlanDraft:
        """The draft of a request that is built already."""
        return self._engine.plan(request, lambda: False)


@dataclass(frozen=True)
class Reaction:
    """What nlsh would do about an utterance: its plan's names, how sure, and what they would do. None: refused."""

    names: tuple[str, ...]
    confidence: float = 0.0
    effects: frozenset[Effect] = frozenset()

    @property
    def is_talk(self) -> bool:
        """Refused before it is planned through, or answered in words."""
        return all(name in ("say", "ask") for name in self.names)

    def is_acted_on(self, looking: float = 1.0) -> bool:
        """Whether it would be run; `looking` is how much of the floor is asked of plans that only look."""
        floor = _FLOOR * (looking if self.effects <= {Effect.READ} else 1.0)
        return not self.is_talk and self.confidence >= floor

    @property
    def would_change(self) -> bool:
        """Whether something would be different afterwards (approval may still be asked)."""
        return self.is_acted_on() and bool(self.effects & _CHANGES)


def react(planner: Planner, utterance: str) -> Reaction:
    """What becomes of one utterance."""
    try:
        proposal = asyncio.run(planner.plan(utterance))
    except (NotUnderstood, PlanInvalid):
        return Reaction(())
    steps = [step.syscall for step in proposal.plan.steps]
    effects = frozenset(effect for step in steps for effect in step.effects if not _only_shows(step))
    return Reaction(tuple(step.name for step in steps), proposal.confidence, effects)


def _only_shows(step: Syscall) -> bool:
    """A page fetched, but into no file: its class declares that it may write."""
    return step.name == "net.fetch" and "to" not in step.given()


def rows(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The sets and their utterances, those left out that a shell may serve."""
    clinc, bfcl = _read(folder / "clinc150.jsonl"), _read(folder / "bfcl_irrelevance.jsonl")
    yield "CLINC150", [row["nl"] for row in clinc if row["intent"] not in _OURS]
    yield "BFCL irrelevance", [row["nl"] for row in bfcl if row["nl"].strip() and not _WORKABLE.search(row["nl"])]


def _read(path: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def report(title: str, found: Sequence[Reaction]) -> Iterator[str]:
    """The figures of one set."""

    def share(marks: Iterator[bool]) -> str:
        return f"{sum(marks) / len(found):6.1%}"

    yield f"-- {title}: n {len(found)}"
    yield f"{'not acted on (floor for every plan)':44}{share(not one.is_acted_on() for one in found)}"
    yield f"{'    answered by say or ask':44}{share(one.is_talk and bool(one.names) for one in found)}"
    yield f"{'    refused':44}{share(not one.names for one in found)}"
    yield f"{f'    below {_FLOOR}':44}{share(not one.is_talk and not one.is_acted_on() for one in found)}"
    yield f"{'acted on':44}{share(one.is_acted_on() for one in found)}"
    yield f"{'    would have changed something':44}{share(one.would_change for one in found)}"
    yield f"{'acted on, looking from a quarter of the floor':44}{share(one.is_acted_on(0.25) for one in found)}"
    most = collections.Counter(" ".join(one.names) for one in found if one.is_acted_on()).most_common(8)
    yield "most: " + ", ".join(f"{name} {count}" for name, count in most)


def main() -> None:
    """Ask and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--adapter", type=Path, default=ADAPTER)
    parser.add_argument("--most", type=int, default=300, help="how many of each set, by chance, the same every time")
    parser.add_argument("--show", action="store_true", help="print what would be acted on")
    chosen = parser.parse_args()
    direct = Direct(chosen.adapter)
    planner = Planner(direct, TOOLS, lambda: (), lambda _: False, floor=0.0, classifier=lambda: direct.classifier)
    for title, utterances in rows(chosen.folder):
        found = []
        for utterance in random.Random(_SEED).sample(utterances, min(chosen.most, len(utterances))):
            found.append(one := react(planner, utterance))
            if chosen.show and one.is_acted_on():
                print(f"{utterance[:150]!r}\n    {' '.join(one.names)}  {one.confidence:.2f}")
        print("\n".join(report(title, found)))


if __name__ == "__main__":
    main()
