"""Public data as pairs: what people wrote for a shell command, and the plan that does the same.

`python -m models.foundry.public FOLDER` tells how many rows became what and shows some. The folder is the caller's:
NL2Bash (MIT), tldr-pages (CC-BY-4.0) and cheat (CC0) are read from it and never committed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from models.foundry.bash_cues import unanswered
from models.foundry.bash_line import Line, NotConverted, read_line
from models.foundry.bash_plans import plan as plan_of
from models.foundry.bash_programs import COVERED
from models.foundry.grounding import Said
from models.foundry.pairs import Pair, canonical
from models.foundry.tldr_slots import filled
from nlsh.core.errors import NlshError

_SOURCES: Final = ("nl2bash", "tldr", "cheatsheets")
_MOST_CHARS: Final = 80
_MOST_A_TOOL: Final = 3
_NO_WISH: Final = re.compile(
    r"\b(?:help|version|manual|documentation|usage|results?|cumulative|given|one per line|single column)\b"
    r"|^only\b|only$",
    re.IGNORECASE,
)
"""Help and versions of a tool, and sentences that mean nothing away from the tool's page."""
_PROGRAM: Final = re.compile(r"[a-z][a-z0-9_.+-]*")
_FRAMES: Final = (
    "{wish} with {tool}",
    "{wish} using {tool}",
    "use {tool} to {wish}",
    "{tool}: {wish}",
    "{wish} ({tool})",
)

Row = dict[str, Any]


@dataclass
class PublicPairs:
    """The pairs that were made, and what became of the rows: counted by source and fate."""

    typed: list[Pair] = field(default_factory=list)
    run: list[Pair] = field(default_factory=list)
    fates: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def pairs(self) -> list[Pair]:
        """All of them."""
        return self.typed + self.run


def public(folder: Path) -> PublicPairs:
    """The pairs of a data folder. Raises OSError: a file is missing."""
    made = PublicPairs()
    said: set[str] = set()
    tools: Counter[str] = Counter()
    for source in _SOURCES:
        for row in _rows(folder / f"{source}.jsonl"):
            fate = _add(source, row, made, said, tools)
            made.fates[source, fate] += 1
    return made


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _add(source: str, row: Row, made: PublicPairs, said: set[str], tools: Counter[str]) -> str:
    """Make a pair of a row and keep it; what became of the row."""
    try:
        if tools[row.get("tool", "")] >= _MOST_A_TOOL:
            raise NotConverted("enough of this tool")
        pair, is_typed = convert(row, source)
    except NotConverted as refused:
        return str(refused)
    if pair.utterance.lower() in said:
        return "said before"
    said.add(pair.utterance.lower())
    if "tool" in row:
        tools[row["tool"]] += 1
    (made.typed if is_typed else made.run).append(pair)
    return "typed" if is_typed else "run"


def convert(row: Row, source: str) -> tuple[Pair, bool]:
    """A row as a pair, and whether its plan is typed. Raises NotConverted."""
    if row.get("bench_overlap"):
        raise NotConverted("in a benchmark")
    utterance, command = _asked(row, source)
    if not 4 < len(utterance) <= 300 or not utterance.isascii():
        raise NotConverted("utterance")
    line = read_line(command)
    try:
        return Pair(utterance, typed(utterance, line), origin=source), True
    except NotConverted as refused:
        if _program(line) in COVERED:
            raise
        if str(refused) not in ("program", "sudo"):
            raise
    if source != "nl2bash":
        utterance = _with_tool(utterance, row["tool"], line)
    plan = run(utterance, command.strip(), line, is_vocabulary=source != "nl2bash")
    return Pair(utterance, plan, origin=source), False


def _asked(row: Row, source: str) -> tuple[str, str]:
    """The utterance and the command of a row. Raises NotConverted."""
    sentence = re.sub(r"\s+", " ", row["nl"]).strip().rstrip(":")
    if source == "nl2bash":
        return sentence, row["cmd"]
    if _NO_WISH.search(sentence) or row.get("platform", "common") != "common":
        raise NotConverted("platform or help")
    if source == "tldr":
        if "git-extras" in row.get("tool_desc", ""):  # named like commands of git that everybody has, and other things
            raise NotConverted("platform or help")
        return filled(sentence, row["cmd_raw"])
    if re.search(r"<\w|\[\w|\.\.\.|#", row["cmd"]):
        raise NotConverted("cheat: slots")
    return sentence, row["cmd"]


def _program(line: Line) -> str:
    words = line.commands[0]
    name = words[1] if words[0] == "sudo" and len(words) > 1 else words[0]
    return name.removeprefix("/usr/bin/").removeprefix("/bin/")


def typed(utterance: str, line: Line) -> str:
    """The typed plan of a command line, if the utterance says all of it and no more. Raises NotConverted."""
    said = Said(utterance)
    steps = plan_of(line, said)
    try:
        found = canonical(steps)
    except NlshError as error:
        raise NotConverted("plan refused") from error
    if said.leftovers():
        raise NotConverted("utterance says more")
    if unanswered(said.rest(), found):
        raise NotConverted("utterance says more")
    return found


def run(utterance: str, command: str, line: Line, *, is_vocabulary: bool = False) -> str:
    """The plan that runs the command itself, if the utterance says its names. Raises NotConverted.

    In tldr's commands plain words are the program's own, because the slots stand apart (`is_vocabulary`).
    """
    if len(command) > _MOST_CHARS or not _PROGRAM.fullmatch(_program(line)):
        raise NotConverted("no program to run")
    said = Said(utterance)
    for number, words in enumerate(line.commands):
        for at, word in enumerate(words[1:], 1):
            _say(word, said, may_be_verb=is_vocabulary or (number == 0 and at == 1))
    if line.to:
        said.path(line.to)
    if said.leftovers():
        raise NotConverted("utterance says more")
    return canonical([{"sh.run": {"cmd": command}}])


def _say(word: str, said: Said, *, may_be_verb: bool) -> None:
    """A word of a command must be said, unless it is an option or what the program calls its own doings."""
    if re.fullmatch(r"--?[a-zA-Z][a-zA-Z-]*", word) or (may_be_verb and re.fullmatch(r"[a-z][a-z-]*", word)):
        said.mark(re.escape(word))
        return
    value = word.partition("=")[2] if word.startswith("--") else word
    if value.isdigit():
        said.number(int(value))
    elif value not in (".", "-", "./"):
        said.path(value)


def _with_tool(utterance: str, tool: str, line: Line) -> str:
    """The utterance with the program's name in it, which nobody could guess from the wish alone."""
    name = _program(line)
    if name != tool.split()[0] or not utterance[:1].isupper():
        raise NotConverted("not the tool's command")
    if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", utterance, re.IGNORECASE):
        return utterance
    wish = utterance if utterance[1:2].isupper() else utterance[0].lower() + utterance[1:]
    return _FRAMES[zlib.crc32(utterance.encode()) % len(_FRAMES)].format(wish=wish, tool=name)


def main() -> None:
    """Show what the data of a folder becomes."""
    parser = argparse.ArgumentParser(description="What the public data becomes.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    made = public(chosen.folder)
    for (source, fate), count in sorted(made.fates.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{source:12} {count:6}  {fate}")
    print(f"{len(made.typed)} typed, {len(made.run)} run")
    draw = random.Random(chosen.seed)
    for pair in draw.sample(made.pairs, min(chosen.samples, len(made.pairs))):
        print(f"{pair.utterance}\n    {pair.plan}")


if __name__ == "__main__":
    main()
