"""InterCode-ALFA by outcome: `python -m models.foundry.outcomes FOLDER` (that of intercode_alfa.jsonl and fixtures/).

The gold command and `nlsh --yes -c UTTERANCE` run each in a tree of its own. Where the gold changes something, the
state it leaves must be the same, path by path; else nothing may change and what is printed is compared, strictly and
leniently. nlsh prints tables: beside the whole output, its rows without the head, its paths alone and its found lines
alone are held against the gold's output, as a person would read them.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from models.foundry import sandbox
from models.foundry.sandbox import Outcome

_ORDERED: Final = re.compile(
    r"\b(sort(ed|s|ing)?|order(ed)?|(as|des)cending|(larg|small|bigg|new|old)est|top|reversed?)\b", re.IGNORECASE
)
_COSINE: Final = 0.75
_LONGER: Final = 4
_LIMIT_S: Final = 30.0
_GAP: Final = re.compile(r" {2,}")
_HEADS: Final = ("path", "name", "value", "what", "md5", "sha1", "sha256", "sha512")
_MODEL: Final = Path(__file__).parent.parent / "smollm2.toml"


def is_alike(output: str, wanted: str, is_ordered: bool) -> bool:
    """Whether two outputs say the same: by lines, by words, or by the paths their lines end in."""
    ours, theirs = _lines(output), _lines(wanted)
    if ours == theirs:
        return True
    words, due = " ".join(ours).split(), " ".join(theirs).split()
    if is_ordered:
        return words == due or (_are_paths(ours, theirs) and _names(ours) == _names(theirs))
    if collections.Counter(words) == collections.Counter(due):
        return True
    return _are_paths(ours, theirs) and set(_names(ours)) == set(_names(theirs))


def is_near(output: str, wanted: str) -> bool:
    """Whether one output holds all words of the other and is not much longer, or they use nearly the same words."""
    ours, theirs = (collections.Counter(" ".join(_lines(text)).split()) for text in (output, wanted))
    if not ours or not theirs:
        return False
    short, long = sorted((ours, theirs), key=lambda words: words.total())
    if set(short) <= set(long) and long.total() <= _LONGER * short.total():
        return True
    return _cosine(ours, theirs) >= _COSINE


def _cosine(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Of tf-idf over the two texts; a word of only one of them weighs more."""
    rare = 1 + math.log(1.5)
    shared = one.keys() & other.keys()
    lengths = (math.hypot(*(n if word in shared else n * rare for word, n in text.items())) for text in (one, other))
    return sum(one[word] * other[word] for word in shared) / math.prod(lengths)


def _lines(text: str) -> list[str]:
    """Lines without what makes no difference; in there `./a`, `/a` and `a` are the same."""
    squeezed = (" ".join(line.split()).removeprefix("./").removeprefix("/") for line in text.splitlines())
    return [line for line in squeezed if line]


def _names(lines: Sequence[str]) -> list[str]:
    return [line.rsplit(None, 1)[-1].rstrip("/").rpartition("/")[2] for line in lines]


def _are_paths(*texts: Sequence[str]) -> bool:
    """Whether every line ends in a path, told by a slash, or on one side is nothing but a name."""
    are_told = [bool(lines) and all("/" in line.rsplit(None, 1)[-1] for line in lines) for lines in texts]
    are_bare = [bool(lines) and all(" " not in line for line in lines) for lines in texts]
    return any(are_told) and all(a or b for a, b in zip(are_told, are_bare, strict=True))


def readings(output: str) -> Iterator[str]:
    """An output as it is, and if it is a table, without its head and the columns that answer."""
    yield output
    head, *rows = output.splitlines() or [""]
    names = _GAP.split(head.strip())
    if not rows or len(names) < 2 or names[0] not in _HEADS:
        return
    cells = [_GAP.split(row.strip()) for row in rows]
    yield "\n".join(rows)
    if names[0] in ("path", "name"):
        yield "\n".join(row[0] for row in cells)
    if names[-1] in ("text", "value"):
        yield "\n".join(row[-1] for row in cells)
        yield "\n".join(f"{row[0]}:{row[-1]}" for row in cells)


def is_changed(one: Outcome, other: Outcome, has_times: bool = False) -> bool:
    """Whether two states differ; that a file was only written again counts where times do."""
    states = (one.state, other.state)
    first, second = states if has_times else ({path: what[:5] for path, what in state.items()} for state in states)
    return first != second


def marks(row: Mapping[str, Any], gold: Outcome, ours: Outcome, before: Outcome) -> tuple[bool, bool]:
    """Whether an outcome is right: strictly, and leniently."""
    has_times = re.search(r"\btouch\b", row["cmd"]) is not None
    if is_changed(gold, ours, has_times):
        return False, False
    if is_changed(gold, before, has_times):
        return True, True
    is_ordered = _ORDERED.search(row["nl"]) is not None
    strict = any(is_alike(text, gold.output, is_ordered) for text in readings(ours.output))
    return strict, strict or any(is_near(text, gold.output) for text in readings(ours.output))


def is_verifiable(row: Mapping[str, Any], gold: Outcome, again: Outcome, before: Outcome) -> bool:
    """Whether the gold does the same twice, and anything at all."""
    is_same = gold.output == again.output and not is_changed(gold, again)
    return is_same and not marks(row, gold, before, before)[0]


def make_kept(folder: Path, adapter: Path | None) -> list[str]:
    """nlsh's `config` and `cache` for all runs; returns how nlsh is called. Without an adapter: as it is shipped."""
    (folder / "config" / "models").mkdir(parents=True)
    (folder / "cache").mkdir()
    called = [f"{sys.prefix}/bin/nlsh", "--yes"]
    if adapter is None:
        return called
    shutil.copy(adapter, folder / "config" / "models" / "foundry.gguf")
    kept = [line for line in _MODEL.read_text().splitlines() if not line.startswith(("adapter", "is_tuned"))]
    about = "\n".join([*kept, 'adapter = "foundry.gguf"', "is_tuned = true", ""])
    (folder / "config" / "models" / "foundry.toml").write_text(about)
    return [*called, "--model", "foundry"]


def main() -> None:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--adapter", type=Path, help="instead of the model that is shipped")
    parser.add_argument("--most", type=int, default=0, help="run only so many")
    parser.add_argument("--show", action="store_true", help="print every row that is not strictly right")
    chosen = parser.parse_args()
    lines = (chosen.folder / "intercode_alfa.jsonl").open(encoding="utf-8")
    rows = [row for row in map(json.loads, lines) if row["verifiable"]]
    rows = rows[:: math.ceil(len(rows) / chosen.most)] if chosen.most else rows
    with tempfile.TemporaryDirectory(prefix="nlsh-kept-") as folder:
        called = make_kept(Path(folder), chosen.adapter)
        found = [tried(row, chosen.folder, Path(folder), called, chosen.show) for row in rows]
    print("\n".join(report([one for one in found if one])))
    print(f"not verifiable here, not counted: {found.count(None)}")


Tried = tuple[bool, bool, bool, bool, float]
"""Strictly and leniently right, the same of doing nothing, and the seconds it took."""


def tried(row: Mapping[str, Any], folder: Path, kept: Path, called: Sequence[str], is_shown: bool) -> Tried | None:
    """What came of one row; None where it cannot tell right from wrong."""
    fixture = json.loads((folder / "fixtures" / f"{row['fixture']}.json").read_text(encoding="utf-8"))
    gold, again = (sandbox.run(fixture, ["bash", "-c", row["cmd"]], kept) for _ in range(2))
    before = replace(sandbox.run(fixture, ["true"], kept), output="")
    if not is_verifiable(row, gold, again, before):
        if is_shown:
            print(f"{row['id']} is not verifiable here: {row['cmd']}")
        return None
    ours = sandbox.run(fixture, [*called, "-c", row["nl"]], kept, limit_s=_LIMIT_S)
    strict, lenient = marks(row, gold, ours, before)
    if is_shown and not strict:
        print(f"{row['id']} {row['nl']}{'  (leniently right)' if lenient else ''}\n    {row['cmd']}\n{_shown(gold)}")
        print(f"    nlsh: {ours.code}\n{_shown(ours)}")
    return (strict, lenient, *marks(row, gold, before, before), ours.seconds)


def report(found: Sequence[Tried]) -> Iterator[str]:
    """The figures."""
    if not found:
        yield "nothing was verifiable"
        return
    *kinds, seconds = zip(*found, strict=True)
    strict, lenient, nothing, nothing_lenient = (f"{sum(kind) / len(found):6.1%}" for kind in kinds)
    yield f"n {len(found)}   strict {strict}   lenient {lenient}   seconds: p50 {statistics.median(seconds):.2f}"
    yield f"doing nothing: strict {nothing}   lenient {nothing_lenient}"


def _shown(outcome: Outcome) -> str:
    lines = [*outcome.errors.splitlines()[:6], *outcome.output.splitlines()[:6]]
    return "\n".join(f"        {line[:150]}" for line in lines)


if __name__ == "__main__":
    main()
