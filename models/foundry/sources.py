"""What the corpus is drawn from, and how often."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from models.foundry import pairs
from models.foundry.corpus import Source
from models.foundry.public import PublicPairs, public
from nlsh.core.errors import PlanInvalid
from nlsh.store.columns import to_text


def sources() -> list[Source]:
    """The authors' personas, the examples declared on the syscalls, public data where it is at hand, and a person's own
    corrections if they say so.
    """
    own = os.environ.get("NLSH_TRAIN_ON_CORRECTIONS", "")
    folder = public_folder()
    found = public(folder) if folder else PublicPairs()
    return [
        Source(list(pairs.read(pairs.DATA / "trained")), 0.62),
        Source(list(pairs.examples()), 0.22),
        Source(found.typed, 0.09),
        Source(found.run, 0.07, is_literal=True),
        Source(corrections(own) if own else [], 0.05, is_literal=True),
    ]


def corrections(path: str) -> list[pairs.Pair]:
    """What a person corrected, from nlsh's state folder or its database, only read; what is no plan now is left out."""
    file = Path(path, "state.db") if Path(path).is_dir() else Path(path)
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT utterance, corrected FROM corrections ORDER BY id").fetchall()
    found: list[pairs.Pair] = []
    for utterance, plan in rows:
        with suppress(PlanInvalid):
            found.append(pairs.Pair(to_text(utterance), pairs.canonical(json.loads(plan)), origin="correction"))
    return found


def public_folder() -> Path | None:
    """Where NL2Bash, tldr and cheat lie: `NLSH_PUBLIC_DATA`, or beside the checkout; None if they do not."""
    folder = Path(os.environ.get("NLSH_PUBLIC_DATA") or Path(__file__).parents[3] / "shared" / "data" / "nl")
    return folder if (folder / "nl2bash.jsonl").exists() else None


def state_of_data() -> str:
    """Differs whenever the authors' files do."""
    found = sorted((pairs.DATA / "trained").glob("*.txt"))
    return "\n".join(f"{path.name} {path.stat().st_size}" for path in found)
