"""The whole program with a scripted model: `FLOW_PLANS` is a JSON object of plans by utterance."""

from __future__ import annotations

import json
import os
import sys
from functools import cached_property

from nlsh import boot
from nlsh.cli import main
from nlsh.core.ports import Model, PlanDraft, PlanRequest
from nlsh.inference.scripted import ScriptedModel
from nlsh.store.database import Database


class Hanging(ScriptedModel):
    """Thinks for ever, and says so by making the file `FLOW_HANGS`."""

    async def plan(self, request: PlanRequest) -> PlanDraft:
        """No plan, ever."""
        with open(os.environ["FLOW_HANGS"], "w", encoding="ascii"):
            return await super().plan(request)


def _model(_house: boot.House) -> Model:
    plans = {utterance: json.dumps(plan) for utterance, plan in json.loads(os.environ["FLOW_PLANS"]).items()}
    return Hanging(plans, hangs=True) if "FLOW_HANGS" in os.environ else ScriptedModel(plans)


def _database(house: boot.House) -> Database:
    return Database(house.paths.make_state_dir(), float(os.environ.get("FLOW_BUSY_S", "10")))


for name, make in (("model", _model), ("_database", _database)):
    wired = cached_property(make)
    wired.__set_name__(boot.House, name)
    setattr(boot.House, name, wired)

# What a scripted model says is not weighed with what the real one's classifier holds likely.
setattr(boot.House, "_classifier", lambda _house: None)  # noqa: B010 - mypy forbids assigning to a method

sys.exit(main())
