"""The events as `--json` writes them: programs read these keys, so a change here is a change for them."""

from __future__ import annotations

import dataclasses
from typing import get_args

from nlsh.core.events import Event

SCHEMA = {
    "TurnStarted": "turn line cwd at",
    "Routed": "route margin reason",
    "Recalled": "memories",
    "Noticed": "message",
    "Planned": "steps confidence elapsed_ms prompt_tokens plan_tokens",
    "Decided": "step syscall verdict risk rule reason effects preview",
    "Recorded": "seq phase hash at syscall verdict risk rule outcome",
    "Asked": "step approval",
    "Edited": "step syscall",
    "Foreseen": "step syscall title lines is_known",
    "Answered": "step approval_id choice elapsed_ms",
    "Started": "step syscall",
    "Output": "step text is_error",
    "Tabled": "step table",
    "Told": "step text",
    "Progressed": "step done total unit",
    "TerminalWanted": "step lending",
    "Finished": "step exit_code elapsed_ms is_reversible",
    "Failed": "step message hint",
    "TurnEnded": "turn outcome exit_code elapsed_ms cwd",
}


def test_every_event_has_these_keys_in_this_order_and_no_key_goes() -> None:
    found = {kind.__name__: " ".join(one.name for one in dataclasses.fields(kind)) for kind in get_args(Event)}
    assert {name: found[name][: len(keys)] for name, keys in SCHEMA.items()} == SCHEMA
    assert found.keys() == SCHEMA.keys()
