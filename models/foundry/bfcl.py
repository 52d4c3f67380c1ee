"""BFCL's file system turns, asked of the engine: `python -m models.foundry.bfcl FOLDER` (the folder of bfcl_fs.jsonl).

Only turns that upstream answers with one call of its GorillaFileSystem count; variants of a conversation that repeat a
turn count once. A plan is exact if it is any of those that mean the call.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.foundry.bfcl_calls import Call, golds, read_call
from models.foundry.evaluate import ADAPTER, Answer, Asker
from models.foundry.pairs import Pair
from nlsh.core.ports import Shot
from nlsh.kernel import tuned
from nlsh.kernel.following import follows


@dataclass(frozen=True)
class Turn:
    """What was said, what is accepted, what lay in the folder; whether the turn says all that the plan needs."""

    call: Call
    accepted: tuple[Pair, ...]
    names: tuple[str, ...] = ()
    is_whole: bool = True


def turns(rows: Sequence[Mapping[str, Any]]) -> Iterator[Turn]:
    """The turns that one call answers, each once."""
    trees = {row["group"]: row["fs_root"]["root"] for row in rows if row["fs_root"]}
    before: dict[str, tuple[str, str]] = {}
    seen = set()
    for row in rows:
        key, root = (row["nl"], *row["calls"]), trees.get(row["group"], {})
        if len(row["calls"]) != 1 or not row["fs_only"]:
            continue
        call = read_call(row["calls"][0], tuple(_said(row["nl"], _folders(root))))
        plans = golds(call)
        if plans:
            before[row["id"]] = (row["nl"], plans[0])
        if not plans or key in seen:
            continue
        seen.add(key)
        earlier = before.get(re.sub(r"\d+$", lambda at: str(int(at[0]) - 1), row["id"])) if follows(row["nl"]) else None
        here = tuple(name for top in root.values() for name in top["contents"]) if row["turn"] == 0 else ()
        texts = [value for value in call.values.values() if isinstance(value, str) and len(value) > 1]
        is_whole = all(text.lower() in row["nl"].lower() for text in texts)
        yield Turn(call, tuple(Pair(row["nl"], plan, earlier, origin=row["id"]) for plan in plans), here, is_whole)


def _folders(tree: Mapping[str, Any]) -> Iterator[str]:
    for name, node in tree.items():
        if node["type"] == "directory":
            yield name
            yield from _folders(node["contents"])


def _said(text: str, folders: Iterable[str]) -> Iterator[str]:
    for folder in dict.fromkeys(folders):
        if found := re.search(rf"(?<![\w/])(/?){re.escape(folder)}(?![\w.])", text):
            yield found[1] + folder


class Asking(Asker):
    """The engine, told what lies in the folder, as the product tells it."""

    def among(self, turn: Turn) -> list[Answer]:
        """The plan, held against everything accepted."""
        first = turn.accepted[0]
        before = Shot(*first.before) if first.before else None
        request = tuned.build(first.utterance, self.specs, turn.names, before, self.classifier)
        draft = self._engine.plan(request, lambda: False)
        return [Answer(pair, draft) for pair in turn.accepted]


def main() -> None:
    """Ask and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--adapter", type=Path, default=ADAPTER)
    parser.add_argument("--show", action="store_true", help="print every plan that is not exact")
    parser.add_argument("--most", type=int, default=0, help="ask only so many")
    chosen = parser.parse_args()
    found = list(turns([json.loads(line) for line in (chosen.folder / "bfcl_fs.jsonl").open(encoding="utf-8")]))
    found = found[:: math.ceil(len(found) / chosen.most)] if chosen.most else found
    asking, groups, times = Asking(chosen.adapter), collections.defaultdict(list), []
    for turn in found:
        answers = asking.among(turn)
        exact, named = any(one.is_exact for one in answers), any(one.is_named for one in answers)
        for group in ("all", "all is said in it" if turn.is_whole else "not all is said in it", turn.call.name):
            groups[group].append((exact, named))
        times.append(answers[0].draft.elapsed_ms)
        if chosen.show and not exact:
            print(f"{turn.accepted[0].utterance}\n    {turn.accepted[0].plan}\n    {answers[0].draft.text}")
    for group, marks in groups.items():
        exact, named = (sum(kind) / len(marks) for kind in zip(*marks, strict=True))
        print(f"{group:24}n {len(marks):4}   exact {exact:6.1%}   names {named:6.1%}")
    print(f"ms a plan: p50 {statistics.median(times):.0f}")


if __name__ == "__main__":
    main()
