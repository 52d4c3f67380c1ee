"""The lines on which the route is measured: public utterances and commands, cleaned by rule and split by hash.

What is cleaned, and why: utterances lose an annotator's remark in parentheses at their start (`(GNU specific) …`) and
tldr's marks (`[a]ll`, backticks), for nobody types those; an utterance that stands in the data as a command too is
left out. Commands are typed as written, tldr's with their slots filled. Keys to press (`<Ctrl c>`) are no commands,
nor what a page says inside its program (`quit`, SQL: it does not name the program), nor what bash itself cannot
parse. Every line counts once, and a line of the held part that is in the other part too is left out of the held one.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nlsh.core.risk import Route

LOOKED_AT: Final = "looked-at"
HELD: Final = "held"
_LOOKED_AT_OF_TEN: Final = 3

Row = Mapping[str, Any]

_SLOT: Final = re.compile(r"\{\{(.*?)\}\}")
_KEYS: Final = re.compile(r"<(?:\W|\w|[A-Z]\w+(?: \S+)?)>")
_REMARK: Final = re.compile(r"^\([^()]*\)[:,]?\s*")
_MNEMONIC: Final = re.compile(r"\[(\w{1,3})\](?=\w)|(?<=\w)\[(\w{1,3})\]")
_VALUES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"(?:path/to/)?(?:file|filename|input_file|source_file|file_name)\d?", ("notes.txt", "names", "a.out", "todo.md")),
    (r"(?:path/to/)?(?:directory|folder|source|project|repository)\d?", ("photos", "src", "~/docs", "old", "../site")),
    (r"(?:path/to/)?(?:file_or_directory|target|destination)\d?", ("backup", "build", "/srv/data", "report.pdf")),
    (r"(?:path/to/)?(?:output|output_file|output_directory|output_dir)", ("out", "result.txt", "new")),
    (r"package(?:_name)?\d?|app_name|application_name|program", ("ripgrep", "htop", "firefox", "numpy")),
    (r"user(?:name)?\d?", ("maria", "root", "deploy")),
    (r"group(?:_name)?\d?", ("staff", "users")),
    (r"command\d?", ("ls", "make", "uptime")),
    (r"name\d?|value\d?|key\d?|string\d?|text", ("blue", "test", "x", "main")),
    (r"(?:search_)?pattern|regex|query|keyword|search_term", ("error", "todo", "parser", "^a.*z$")),
    (r"message|description|title", ("hello", "done")),
    (r"host(?:name)?|remote_host|server", ("web01", "nas.local", "localhost")),
    (r"branch(?:_name)?|tag(?:_name)?", ("main", "fix-login", "v1.2")),
    (r"container(?:_name)?|image(?:_name)?|service(?:_name)?|unit", ("web", "nginx", "db-1")),
    (r"port|pid|process_id|n|number|count|seconds|width|height", ("8080", "42", "3")),
)


@dataclass(frozen=True)
class Line:
    """A line as somebody would type it, what it is, and the set it belongs to."""

    text: str
    route: Route
    set: str


def lines_of(folder: Path, part: str) -> list[Line]:
    """The lines of one part of the data. Raises OSError: a file is missing."""
    seen, held = _drawn(folder, LOOKED_AT), _drawn(folder, HELD)
    commands = {line.text for line in (*seen, *held) if line.route is Route.LITERAL}
    chosen = seen if part == LOOKED_AT else [line for line in held if line not in seen]
    return [line for line in _parsed(list(dict.fromkeys(chosen))) if not _is_command(line, commands)]


def _is_command(line: Line, commands: set[str]) -> bool:
    return line.route is Route.UTTERANCE and line.text in commands


def _drawn(folder: Path, part: str) -> dict[Line, None]:
    """The lines of a part in their order, each once."""
    found: dict[Line, None] = {}
    for source in ("nl2bash", "tldr"):
        for row in _rows(folder / f"{source}.jsonl"):
            if part_of(row) == part:
                found |= dict.fromkeys(_lines(source, row))
    return found


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def part_of(row: Row) -> str:
    """The part a row belongs to, by its cluster: twins never straddle the parts."""
    bucket = int(hashlib.sha256(str(row["cluster"]).encode()).hexdigest(), 16) % 10
    return LOOKED_AT if bucket < _LOOKED_AT_OF_TEN else HELD


def _lines(source: str, row: Row) -> Iterator[Line]:
    said = utterance(row["nl"])
    if said:
        yield Line(said, Route.UTTERANCE, f"{source} utterances as written")
        yield Line(said.lower(), Route.UTTERANCE, f"{source} utterances lower-cased")
    typed = command(row)
    if typed:
        yield Line(typed, Route.LITERAL, f"{source} commands")


def utterance(sentence: str) -> str:
    """A sentence of the data as a person would type it."""
    text = re.sub(r"\s+", " ", sentence).strip().replace("`", "")
    text = _MNEMONIC.sub(lambda match: match[1] or match[2], _REMARK.sub("", text))
    return text.strip()


def command(row: Row) -> str:
    """The command of a row as a person would type it; empty where it is keys to press, or said inside a program."""
    raw = str(row.get("cmd_raw") or row["cmd"]).strip()
    if "cmd_raw" not in row:
        return raw
    if _KEYS.search(raw) or row["tool"].split()[0] not in raw:
        return ""
    return re.sub(r" +", " ", _SLOT.sub(lambda slot: _filled(slot[1], raw), raw)).strip()


def _filled(slot: str, seed: str) -> str:
    """What a person would put into a slot; the same command gets the same."""
    draw = int(hashlib.md5((seed + slot).encode(), usedforsecurity=False).hexdigest(), 16)
    choices = slot.removeprefix("[").removesuffix("]").split("|") if "|" in slot else [slot]
    words = choices[draw % len(choices)].removesuffix("...").split()
    return " ".join(_value(word, draw) for word in words).rstrip(",")


def _value(word: str, draw: int) -> str:
    for names, values in _VALUES:
        if re.fullmatch(names, word):
            return values[draw % len(values)]
    return word.replace("path/to/", "")


def _parsed(lines: list[Line]) -> list[Line]:
    """The lines without the commands bash cannot parse; tldr's pages are reviewed by hand and taken as they are."""
    doubted = [line for line in lines if line.set == "nl2bash commands"]
    with ThreadPoolExecutor(4) as pool:
        broken = {line for line, is_good in zip(doubted, pool.map(_parses, doubted), strict=True) if not is_good}
    return [line for line in lines if line not in broken]


def _parses(line: Line) -> bool:
    checked = subprocess.run(["bash", "-n"], input=line.text.encode(), capture_output=True, check=False, timeout=10)
    return checked.returncode == 0
