"""What the things of a world are like: names a pattern stands for, texts that are looked for, sizes, ages, modes."""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from models.foundry.oracle_text import REFERENCE, Uncovered, bounds, is_date, is_pattern, many, seconds

_FILE = re.compile(r"[^/]*\.(?!\d+$)[A-Za-z0-9~_-]{1,8}$|^\.\w[\w.-]+$|^[A-Z_-]{3,}$|^(Makefile|Dockerfile)$")
_PLAIN: Final[tuple[tuple[str, str], ...]] = (
    (r"\\d", "7"), (r"\\w", "a"), (r"\\s", " "), (r"\\[bB]|[$^]", ""), (r"\[(\w)-(\w)[^]]*\]", r"\2"),
    (r"\[(\^?)(\\?.)[^]]*\]", r"\2"), (r"(?<!\\)\.", "x"), (r"\((?:\?:)?([^()|]*)[^()]*\)", r"\1"),
    (r"(?<!\\)[*+?]", ""), (r"\\(.)", r"\1"),
)  # fmt: skip
"""From regular expressions to a text they match, as far as they are simple."""
TEXT: Final = frozenset({"fs.read", "fs.append", "fs.write", "fs.replace", "fs.touch"})
_MODES: Final = (0o777, 0o755, 0o400, 0o600, 0o640, 0o744, 0o666, 0o4755, 0o2755, 0o1777)
MARKS: Final = {"comma": ",", "tab": "\t", "\\t": "\t", "semicolon": ";", "colon": ":", "pipe": "|", "space": " "}
VARIANTS: Final = 200


def sample(a: Mapping[str, Any]) -> str:
    """A text that a step looks for; of a regular expression one that it matches, empty if none is at hand."""
    wanted = str(a.get("contains") or a.get("pattern", ""))
    if not a.get("regex"):
        return wanted
    for old, new in _PLAIN:
        wanted = re.sub(old, new, wanted)
    wanted = re.sub(r"(.)\{(\d+)[^}]*\}", lambda found: found[1] * int(found[2]), wanted)
    if not re.search(a["pattern"], wanted):
        raise Uncovered("no text at hand that the regular expression matches")
    return wanted


def is_file_name(path: str) -> bool:
    """Whether a name looks like a file's."""
    return _FILE.match(os.path.basename(path.rstrip("/"))) is not None


def filled(glob: str, i: int, part: str = "") -> str:
    """A name that a pattern stands for."""
    found = re.sub(r"\[!?(\w)-\w[^]]*\]", r"\1", glob)
    found = found.replace("?", "q")
    held = "" if part.strip("*") and part.casefold() in found.casefold() else part
    return re.sub(r"\*+", lambda _: f"{held}W{i}", found, count=1).replace("*", "v")


def depth(a: Mapping[str, Any], i: int) -> str:
    """Folders as deep as is asked for."""
    least = int(a.get("min_depth", 1))
    most = 1 if a.get("direct") else int(a.get("max_depth") or least + 2)
    return "/".join(f"d{level}" for level in range(least - 1 + i % (most - least + 1)))


def _age(text: str) -> float:
    if is_date(text):
        return time.time() - time.mktime(time.strptime(text[:10], "%Y-%m-%d"))
    return seconds(text)


Variant = dict[str, Any]


def conditions(a: Mapping[str, Any]) -> tuple[list[Variant], list[Variant]]:
    """What things are like that meet all conditions, each a bit different; and each way to miss one of them."""
    good: list[Variant] = [{} for _ in range(VARIANTS)]
    bad = [*_aged(a, good), *_sized(a, good)]
    for key, met, missed in (("empty", {"content": ""}, {"content": "x"}), ("contains", {}, {"holds": False})):
        good, bad = ([one | met for one in good], [*bad, missed]) if key in a else (good, bad)
    if "user" in a or "group" in a:
        bad.append({"is_owned": False})
        good = [one | {"is_owned": True} for one in good]
    if "mode" in a:
        exact = [int(a["mode"], 8)] * 2 if re.fullmatch("[0-7]{3,4}", a["mode"]) else []
        good = [one | {"mode": mode} for one, mode in zip(good, itertools.cycle([*exact, *_MODES]), strict=False)]
    return good, bad


def _aged(a: Mapping[str, Any], good: list[Variant]) -> Iterator[Variant]:
    """Ages of change and of reading between what is asked for; yields those just outside."""
    for newer, older, key in (("newer", "older", "modified"), ("accessed", "unused", "accessed")):
        if newer not in a and older not in a:
            continue
        low = _age(a[older]) if older in a else 0
        high = _age(a[newer]) if newer in a else low * 2 + 1000
        for i, one in enumerate(good):
            one[key] = low + (high - low) * (i + 3) / (VARIANTS + 6)
        yield from [{key: low * 0.9}] * (older in a) + [{key: high * 1.1}] * (newer in a)


def _sized(a: Mapping[str, Any], good: list[Variant]) -> Iterator[Variant]:
    """Sizes between what is asked for; yields those just outside."""
    sizes = [bounds(one) for one in many(a.get("size"))]
    if not sizes:
        return
    least, most = max(low for low, _ in sizes), min((high for _, high in sizes if high is not None), default=None)
    top = least * 2 + 9000 if most is None else most
    for i, one in enumerate(good):
        one |= {"size": least + (top - least) * (i + 1) // (VARIANTS + 1), "content": ""}
    if least > 1:
        yield {"size": least - 1, "content": "x"}
    if most is not None:
        yield {"size": most + 1}


def made(name: str, a: Mapping[str, Any]) -> Iterator[str]:
    """What a step makes, and so need not be there before it."""
    if name in ("fs.mkdir", "fs.write", "fs.append") or (name == "fs.touch" and "time" not in a):
        yield from (one for one in many(a["path"]) if not is_pattern(one))
    if name in ("fs.move", "fs.copy"):
        said = many(a["source"])
        if len(said) > 1 or is_pattern(said[0]) or REFERENCE.fullmatch(said[0]) or is_file_name(a["to"]):
            yield a["to"]
    elif name == "fs.rename" and "to" in a:
        yield os.path.join(os.path.dirname(many(a["path"])[0]), a["to"])
    elif "to" in a:
        yield a["to"]


def texts(name: str, a: Mapping[str, Any]) -> Iterator[str]:
    """Paths that must be text files, by what is done with them."""
    if name in TEXT or name.startswith("text."):
        yield from (os.path.normpath(one) for key in ("path", "source") for one in many(a.get(key)))


def table(found: list[dict[str, Any]], path: str, i: int, length: int) -> str:
    """Rows of numbers, with a header where a column is named."""
    columns = [str(a["by"]) for a in found if a.get("by", "length") != "length"]
    said = next((a["separator"] for a in found if "separator" in a), "")
    mark = MARKS.get(said, said) or {".csv": ",", ".tsv": "\t"}.get(path[-4:], " ")
    fields = max((int(a["field"]) for a in found if "field" in a), default=3)
    rows = [[str((k * 7 + j * 5 + i) % 23) for j in range(len(columns) + fields)] for k in range(length)]
    head = [[*columns, *(f"c{j}" for j in range(fields))]] * bool(columns)
    return "".join(mark.join(row) + "\n" for row in [*head, *rows, rows[2]])
