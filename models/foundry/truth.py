"""Whether pairs lie: `python -m models.foundry.truth [FILES…] [--most N] [--show]` runs what can be run.

A plan that only touches files and text is carried out by the product's own tools in a world made from what plan and
utterance name, and by an independent oracle (GNU tools, see `oracle.py`) in a second copy of it. Both must end well,
find something and change something, show the same and leave the same tree; and they must not take kinds of files that
were not said, nor what was said to be kept.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from models.foundry import pairs
from models.foundry.oracle import script
from models.foundry.oracle_text import REFERENCE, Uncovered, bounds, many
from models.foundry.pairs import Pair
from models.foundry.props import is_file_name
from models.foundry.rehearsal import LIMIT_S, LOOKING, TABLES, Copy, Rows, asked, carried_out, loose, shown
from models.foundry.worlds import NAMED, OWNER, Steps, World
from nlsh.core.errors import NlshError

Outcome = Literal["agrees", "cannot", "fails", "differs"]
_PATHS: Final = ("path", "source", "to", "exclude")
_FINDING: Final = frozenset({"fs.find", "fs.list", "fs.grep", "fs.read", "fs.count", "text.grep"})
_MOVING_BYTES: Final = frozenset({"fs.copy", "fs.archive", "fs.grep", "fs.replace", "fs.read", "fs.append"})
_BIG: Final = 4 << 20
_KINDS: Final = "pdf jpg png csv log txt mp3 mp4 docx xlsx json xml html py js md yaml tmp bak sql conf svg".split()
_SAID_KIND = re.compile(rf"(?<![\w/.-])(?:\*?\.)?({'|'.join(_KINDS)})(?:'?s)?(?![\w/.-])", re.IGNORECASE)
_KEPT = re.compile(
    r"\b(?:except(?: for)?|but not|but keep|excluding|other than|ohne|außer|sauf|salvo|excepto|menos)"
    rf"\s+(?:the |die |der |das |den |le |la |el )?({NAMED.pattern})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Verdict:
    """What came of a pair, and why."""

    outcome: Outcome
    reason: str = ""


def truthful(pair: Pair, reference: str = "") -> Verdict:
    """Whether a pair does what it says, as far as running it tells; `reference` is a plan the oracle does instead."""
    with tempfile.TemporaryDirectory(prefix="nlsh-truth-") as folder:
        try:
            steps = _mapped(pair.plan)
            meant = _mapped(reference) if reference else steps
            script(steps)
            world = World(steps, pair.utterance)
            for other in [World(meant, pair.utterance)] if reference else []:
                world.items = other.items | world.items
            copies = [Copy(Path(folder, name)) for name in ("ours", "theirs")]
            now = time.time()
            for copy in copies:
                for part in ("home/work", "top", "data", "state", "out"):
                    (copy.root / part).mkdir(parents=True)
                world.make(copy.cwd, now)
            return _compared(pair, steps, meant, copies)
        except (Uncovered, OSError) as error:
            return Verdict("cannot", str(error))


def _mapped(plan: str) -> Steps:
    """The steps, absolute paths below a folder of our own. Raises Uncovered."""
    steps: Steps = [(name, dict(a)) for step in json.loads(plan) for name, a in step.items()]
    for number, (name, a) in enumerate(steps, 1):
        for key in {*_PATHS} & set(a):
            found = [_below(one) for one in many(a[key])]
            a[key] = found if isinstance(a[key], list) else found[0]
        _check_source(number, name, a, steps)
        a |= {key: OWNER for key in ("user", "group") if key in a}
    sizes = [size for _, a in steps for size in many(a.get("size"))]
    if any(max(filter(None, bounds(size))) > _BIG for size in sizes) and _MOVING_BYTES & {name for name, _ in steps}:
        for _, a in steps:
            a |= {"size": [_smaller(size) for size in many(a["size"])]} if "size" in a else {}
    return steps


def _below(path: str) -> str:
    """A path as it is meant here; what could lead out of the folder is not run. Raises Uncovered."""
    path = re.sub(r"^\$\{?HOME\}?(?=/|$)", "~", path)
    above = path.count("..") - len(re.findall(r"\{\w+\.\.\w+\}", path))
    if re.match(r"~\w|.*\$[A-Za-z{]", path) or above > 1 or (above and not re.match(r"\.\.(/|$)", path)):
        raise Uncovered(f"the path {path}")
    return "../../top" + path if path.startswith("/") else path


def _smaller(size: str) -> str:
    low, high = bounds(size)
    return f"{low >> 16}..{high >> 16}" if high is not None else f">{low >> 16}"


def _check_source(number: int, name: str, a: Mapping[str, Any], steps: Steps) -> None:
    """Rows of a table are only counted, cut and searched here. Raises Uncovered."""
    if not name.startswith("text."):
        return
    said = many(a.get("source")) or [f"${number - 1}"]
    found = REFERENCE.fullmatch(said[0])
    before = steps[int(found[1]) - 1][0] if found and number > 1 else ""
    is_plain = name == "text.slice" or a.get("at", a.get("what", "")) in ("", "anywhere", "lines")
    is_counting = found is not None and "counts" in steps[int(found[1]) - 1][1]
    is_table = before in TABLES or is_counting
    if is_table and (name in ("text.sort", "text.uniq") or not is_plain or "only_matches" in a):
        raise Uncovered(f"{name} of a table")


def _compared(pair: Pair, steps: Steps, meant: Steps, copies: list[Copy]) -> Verdict:
    ours, theirs = copies
    commands = script(meant)
    before = ours.state(frozenset())
    try:
        results = carried_out(steps, ours, pair.utterance)
    except NlshError as error:
        return Verdict("fails", str(error))
    wrong = asked(commands, theirs, len(meant))
    if wrong:
        return Verdict("fails", f"the oracle: {wrong}")
    for number, (name, a) in enumerate(steps if list(map(_name, steps)) == list(map(_name, meant)) else [], 1):
        one, other = shown(name, a, number, results, copies)
        if name in _FINDING and one in ([], [("0",)]):
            return Verdict("fails", f"step {number} finds nothing in a world made for it")
        if one != other:
            return Verdict("differs", f"step {number} {name} shows {_apart(one, other)}")
    return _left(pair, steps, before, copies, frozenset(loose(steps, results)))


def _name(step: tuple[str, Mapping[str, Any]]) -> str:
    return step[0]


def _apart(one: Rows, other: Rows) -> str:
    """What the one has that the other has not, in short."""
    more, less = [row for row in one if row not in other], [row for row in other if row not in one]
    return f"too much {more[:3]}, too little {less[:3]}" if more or less else f"another order {one[:4]} {other[:4]}"


def _left(pair: Pair, steps: Steps, before: Mapping[str, Any], copies: list[Copy], slack: frozenset[str]) -> Verdict:
    """Compare what both left."""
    one, other = (copy.state(slack) for copy in copies)
    changed = {path for path in before.keys() | one.keys() if _plain(before, path) != _plain(one, path)}
    is_touching = any(name == "fs.touch" for name, _ in steps)
    if not changed and not is_touching and any(name not in LOOKING for name, _ in steps):
        return Verdict("fails", "it changes nothing in a world made for it")
    for path in sorted(one.keys() | other.keys()):
        if _plain(one, path) != _plain(other, path):
            is_there, due = (_plain(state, path) or "gone" for state in (one, other))
            return Verdict("differs", f"{path} is {is_there}, should be {due}")
        if is_touching and one[path][1] and abs(cast(float, one[path][2]) - cast(float, other[path][2])) > LIMIT_S:
            return Verdict("differs", f"{path} has another time")
    return _spoken(pair, steps, {path for path in before if path not in one})


def _plain(state: Mapping[str, Any], path: str) -> tuple[object, ...]:
    return tuple(state[path][:2]) if path in state else ()


def _spoken(pair: Pair, steps: Steps, gone: set[str]) -> Verdict:
    """Hold what went away against kinds and exceptions that the utterance says."""
    utterance = pair.utterance
    for path in gone:
        if os.path.basename(path) in _KEPT.findall(utterance):
            return Verdict("differs", f"{path} was to be kept")
    if pair.before or any("exclude" in a for _, a in steps):
        return Verdict("agrees")
    said = {kind.lower() for kind in _SAID_KIND.findall(utterance)}
    fresh = [path for path in gone if is_file_name(path) and os.path.basename(path) not in utterance]
    kinds = {os.path.splitext(path)[1][1:].lower() for path in fresh}
    said |= {kind for kind in kinds if kind in utterance.lower()}
    if said and kinds and not said & kinds and {"fs.remove", "fs.move"} & {name for name, _ in steps}:
        return Verdict("differs", f"{', '.join(kinds)} go, but {', '.join(said)} was said")
    return Verdict("agrees")


def main() -> None:
    """Judge pairs and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="persona files; all that are trained if none is named")
    parser.add_argument("--most", type=int, default=0, help="only so many, spread evenly")
    parser.add_argument("--show", action="store_true", help="also say why pairs cannot be run")
    chosen = parser.parse_args()
    files = chosen.files or sorted((pairs.DATA / "trained").glob("*.txt"))
    found = [(path.name, pair) for path in files for pair in pairs.read_file(path)]
    found = found[:: -(-len(found) // chosen.most)] if chosen.most else found
    tally: collections.Counter[tuple[str, str]] = collections.Counter()
    for name, pair in found:
        verdict = truthful(pair)
        tally[verdict.outcome, " ".join(key for step in json.loads(pair.plan) for key in step)] += 1
        if verdict.outcome in ("fails", "differs") or chosen.show:
            print(f"{verdict.outcome} {name}: {pair.utterance}\n    {pair.plan}\n    {verdict.reason}", flush=True)
    for outcome, number in collections.Counter(key[0] for key in tally.elements()).most_common():
        print(f"{outcome:8} {number:6} {number / len(found):6.1%}")
    for (outcome, calls), number in tally.most_common():
        if outcome != "cannot" or chosen.show:
            print(f"{number:6} {outcome:8} {calls}")


if __name__ == "__main__":
    main()
