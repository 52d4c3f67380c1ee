"""Worlds in which a plan has something to do and something to leave alone, made from what plan and utterance name."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.foundry.oracle_text import REFERENCE, Uncovered, alternatives, bounds, is_date, is_pattern, many, seconds

Steps = list[tuple[str, dict[str, Any]]]
NAMED: Final = re.compile(r"(?<![\w/.-])[\w-][\w.-]*\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/-])")
"""Files as an utterance names them."""
_FILE = re.compile(r"[^/]*\.(?!\d+$)[A-Za-z0-9~_-]{1,8}$|^\.\w[\w.-]+$|^[A-Z_-]{3,}$|^(Makefile|Dockerfile)$")
OWNER: Final = "daemon"
"""Whoever a plan names, it is this user or group in a world."""
_FOLDER: Final = r"(?:folders?|director(?:y|ies)|dirs?|ordners?|verzeichnis|carpetas?|dossiers?|文件夹|目录)"
_TEXT: Final = frozenset({"fs.read", "fs.append", "fs.write", "fs.replace", "fs.touch"})
_NUMBERS: Final = ("first", "last", "start", "end", "skip", "drop")
_MARKS: Final = {"comma": ",", "tab": "\t", "\\t": "\t", "semicolon": ";", "colon": ":", "pipe": "|", "space": " "}
_PLAIN: Final = (
    (r"\\d", "7"), (r"\\w", "a"), (r"\\s", " "), (r"\\[bB]|[$^]", ""), (r"\[(\^?)(\\?.)[^]]*\]", r"\2"),
    (r"(?<!\\)\.", "x"), (r"\((?:\?:)?([^()|]*)[^()]*\)", r"\1"), (r"(.)\{4[^}]*\}", r"\1\1\1\1"),
    (r"(.)\{3[^}]*\}", r"\1\1\1"), (r"(.)\{2[^}]*\}", r"\1\1"), (r"\{1[^}]*\}", ""), (r"(?<!\\)[*+?]", ""), (r"\\(.)", r"\1"),
)  # fmt: skip
"""From regular expressions to a text they match, as far as they are simple."""
_DAY: Final = 86400
_VARIANTS: Final = 40


@dataclass
class Item:
    """One thing of a world; times are ages in seconds."""

    is_folder: bool = False
    content: str = ""
    size: int = 0
    modified: float = 0
    accessed: float = 0
    mode: int = 0
    is_owned: bool = False


class World:
    """What is there before a plan runs, by path from the current folder."""

    def __init__(self, steps: Steps, utterance: str = "") -> None:
        self.items: dict[str, Item] = {}
        self._steps, self._said = steps, utterance
        self._arguments = [a for _, a in steps]
        self._new = {os.path.normpath(one) for name, a in steps for one in _made(name, a)}
        for path in ("other1.txt", "other2.dat", "else/other3.txt", ".dotfile"):
            self.put(path)
        for name, a in steps:
            self._serve(name, a)
        for path in NAMED.findall(utterance):
            if path not in self._new and not any(os.path.basename(one) == path for one in self.items):
                self.put(path)

    def make(self, cwd: Path, now: float) -> None:
        """Write it down below a folder."""
        for path, item in self.items.items():
            place = _place(cwd, path)
            if item.is_folder:
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(item.content, encoding="utf-8")
            if item.size > place.stat().st_size:
                os.truncate(place, item.size)
        for path in sorted(self.items, key=len, reverse=True):
            item = self.items[path]
            place = _place(cwd, path)
            place.chmod(item.mode)
            if item.is_owned:
                shutil.chown(place, OWNER, OWNER)
            os.utime(place, (now - item.accessed, now - item.modified))

    def put(self, path: str, *, is_folder: bool = False, **told: Any) -> None:
        """One thing, with times of its own; what is there already only changes as told."""
        i, path = len(self.items), os.path.normpath(path)
        if path not in self.items:
            age = (40 + i * 0.37) * _DAY
            content = "" if is_folder else self.text(path, i)
            self.items[path] = Item(is_folder, content, modified=age, accessed=age, mode=self._mode(is_folder))
        for key, value in told.items():
            setattr(self.items[path], key, value)

    def _mode(self, is_folder: bool) -> int:
        """One that the plan's chmod changes."""
        said = next((str(a["mode"]) for name, a in self._steps if name == "fs.chmod"), "")
        base = 0o777 if "-" in said else 0o400 if "+" in said else 0o641 if said else 0o644
        return base | 0o711 if is_folder else base

    def fill(self, folder: str) -> None:
        """A folder with a few things of several kinds in it."""
        self.put(folder, is_folder=True)
        n = len(self.items)
        for name in (
            f"one{n}.txt",
            f"Two{n}.csv",
            f".hidden{n}",
            f"inner{n}/three{n}.txt",
            f"inner{n}/deep/four{n}.log",
        ):
            self.put(f"{folder}/{name}")
        self.put(f"{folder}/void{n}", is_folder=True)
        self.put(f"{folder}/bare{n}.txt", content="")

    def text(self, path: str, i: int, *, holds: bool = True) -> str:
        """Numbered lines, some twice, in which what is looked for stands in many ways; a table where one is meant."""
        found = self._arguments
        length = max((int(v) for a in found for k, v in a.items() if k in _NUMBERS), default=0) % 5000 + 12 + i % 7
        if any({"field", "separator"} & set(a) or a.get("by", "length") != "length" for a in found):
            return self._table(path, i, length)
        lines = [f"{(k * 7 + i) % 23} apple pear{k % 5} {'x' * (k % 9)}" for k in range(length)]
        lines += ["7 twice", "8 once", "7 twice", "", "Last Line"]
        lines += ["z" * 200 * i] * any(a.get("sort") == "size" for a in found)
        for a in found if holds else []:
            wanted = sample(a)
            if wanted:
                ways = [wanted, f"{wanted} begins", f"ends {wanted}", f"in {wanted} the {wanted} middle", f"x{wanted}x"]
                lines[3:3] = [*ways, wanted.upper(), wanted.lower(), wanted]
        return "\n".join(lines) + "\n" * (i % 3 > 0)

    def _table(self, path: str, i: int, length: int) -> str:
        found = self._arguments
        columns = [str(a["by"]) for a in found if a.get("by", "length") != "length"]
        said = next((a["separator"] for a in found if "separator" in a), "")
        mark = _MARKS.get(said, said) or {".csv": ",", ".tsv": "\t"}.get(path[-4:], " ")
        fields = max((int(a["field"]) for a in found if "field" in a), default=3)
        rows = [[str((k * 7 + j * 5 + i) % 23) for j in range(len(columns) + fields)] for k in range(length)]
        head = [[*columns, *(f"c{j}" for j in range(fields))]] * bool(columns)
        return "".join(mark.join(row) + "\n" for row in [*head, *rows, rows[2]])

    def _serve(self, name: str, a: dict[str, Any]) -> None:
        """What one step needs."""
        places = many(a.get("path")) or ["."]
        if name == "fs.find":
            for place in places:
                self._searched(place, a)
        elif name in ("fs.list", "fs.count", "fs.grep"):
            for place in places:
                self._exist(place, name, a, is_folder=name != "fs.grep")
                for glob in (one for text in many(a.get("name")) for one in alternatives(text)):
                    for folder in (place, f"{place}/inner0"):
                        self.put(f"{folder}/{filled(glob, len(self.items))}", is_folder=a.get("type") == "folder")
        else:
            for text in many(a.get("path" if "path" in a and "source" not in a else "source")):
                self._exist(text, name, a)
        if name == "fs.append" and "path" in a and len(self._said) % 3:
            self._exist(a["path"], name, a)
        if name in ("fs.move", "fs.copy") and os.path.normpath(a["to"]) not in self._new:
            self.put(a["to"], is_folder=True)

    def _exist(self, text: str, name: str, a: Mapping[str, Any], *, is_folder: bool = False) -> None:
        """A path that was said, or several that a pattern stands for."""
        if REFERENCE.fullmatch(text):
            return
        stem = a.get("pattern", "") if name == "fs.rename" and not a.get("regex") else ""
        for one in alternatives(text):
            if not is_pattern(one):
                self._one(one, name, is_folder=is_folder)
                continue
            for deep in ("", "deep/er/", "deep/") if "**" in one else ("",) * 3:
                path = filled(one.replace("**/", deep), len(self.items), stem)
                self._one(path, name, is_folder=is_folder)

    def _one(self, path: str, name: str, *, is_folder: bool) -> None:
        path = os.path.normpath(path)
        if path in self._new and name != "fs.append":
            return
        is_file = name in _TEXT or name.startswith("text.") or (is_file_name(path) and not self._is_told_folder(path))
        if is_file and not is_folder:
            self.put(path)
        else:
            self.fill(path)

    def _is_told_folder(self, path: str) -> bool:
        name = re.escape(os.path.basename(path))
        return re.search(rf"{_FOLDER}\W+(?:\w+\W+)?{name}|{name}\W+{_FOLDER}", self._said, re.IGNORECASE) is not None

    def _searched(self, place: str, a: dict[str, Any]) -> None:
        """What a search finds, and what it just misses."""
        good, bad = conditions(a)
        if a.get("type") == "link" or ({"user", "group"} & set(a) and os.geteuid()):
            raise Uncovered("links, and without root owners")
        is_folder, n = a.get("type") == "folder", min(int(a.get("limit", 2)) + 2, 30)
        if not REFERENCE.fullmatch(place):
            self.fill(place)
        for glob in [one for text in many(a.get("name")) for one in alternatives(text)] or [""]:
            for i in range(n if is_pattern(glob) or not glob else 1):
                self._put(f"{place}/{_depth(a, i)}", glob, a, is_folder, good[i])
            for i, told in enumerate(bad):
                self._put(f"{place}/b{i}", glob, a, is_folder, good[i] | told)
            if "type" in a:
                self._put(f"{place}/{_depth(a, 0)}/k", glob, a, not is_folder, good[31])
            self._put(f"{place}/l1/l2/l3/l4/l5", glob, a, is_folder, good[32])
            for i, one in enumerate(many(a.get("exclude"))):
                spelled = f"{place}/{filled(one.strip('/'), i)}"
                if is_file_name(one):
                    self.put(spelled, **{k: v for k, v in good[33].items() if k != "holds"})
                else:
                    self._put(spelled, glob, a, is_folder, good[34 + i])

    def _put(self, folder: str, glob: str, a: Mapping[str, Any], is_folder: bool, told: Mapping[str, Any]) -> None:
        i, part = len(self.items), a.get("part", "")
        ending = "" if is_folder else (".txt", ".jpg", ".log", ".pdf")[i % 4]
        path = os.path.normpath(f"{folder}/{filled(glob, i, part) if glob else f'w{i}{part}{ending}'}")
        more = {k: v for k, v in told.items() if k != "holds" and not (is_folder and k in ("content", "size"))}
        if not told.get("holds", True):
            more["content"] = self.text(path, i, holds=False)
        self.put(path, is_folder=is_folder, **more)
        if is_folder and told.get("content") != "":
            self.put(f"{path}/in{i}.dat")


def _made(name: str, a: Mapping[str, Any]) -> Iterator[str]:
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


def _place(cwd: Path, path: str) -> Path:
    in_home = path == "~" or path.startswith("~/")
    return Path(os.path.normpath(cwd.parent / path[2:] if in_home else cwd / path))


def sample(a: Mapping[str, Any]) -> str:
    """A text that a step looks for; of a regular expression one that it matches, empty if none is at hand."""
    wanted = str(a.get("contains") or a.get("pattern", ""))
    if not a.get("regex"):
        return wanted
    for old, new in _PLAIN:
        wanted = re.sub(old, new, wanted)
    return wanted if re.search(a["pattern"], wanted) else ""


def is_file_name(path: str) -> bool:
    """Whether a name looks like a file's."""
    return _FILE.match(os.path.basename(path.rstrip("/"))) is not None


def filled(glob: str, i: int, part: str = "") -> str:
    """A name that a pattern stands for."""
    found = re.sub(r"\[!?(\w)-\w[^]]*\]", r"\1", glob)
    found = found.replace("?", "q")
    held = "" if part.strip("*") and part.casefold() in found.casefold() else part
    return re.sub(r"\*+", f"W{i}{held}", found, count=1).replace("*", "v")


def _depth(a: Mapping[str, Any], i: int) -> str:
    least = int(a.get("min_depth", 1))
    most = 1 if a.get("direct") else int(a.get("max_depth") or least + 2)
    return "/".join(f"d{level}" for level in range(least - 1 + i % (most - least + 1)))


def _age(text: str) -> float:
    if is_date(text):
        return time.time() - time.mktime(time.strptime(text[:10], "%Y-%m-%d"))
    return seconds(text)


def conditions(a: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What things are like that meet all conditions, each a bit different; and each way to miss one of them."""
    good: list[dict[str, Any]] = [{} for _ in range(_VARIANTS)]
    bad: list[dict[str, Any]] = []
    for low, high, key in _ages(a):
        bad += [{key: low * 0.9}] * bool(low) + ([] if high is None else [{key: high * 1.1}])
        for i, one in enumerate(good):
            top = high if high is not None else low * 2 + 1000
            one[key] = low + (top - low) * (i + 3) / (_VARIANTS + 6)
    sizes = [bounds(one) for one in many(a.get("size"))]
    if sizes:
        least, most = max(low for low, _ in sizes), min((high for _, high in sizes if high is not None), default=None)
        bad += [{"size": least - 1, "content": "x"}] * (least > 1) + ([] if most is None else [{"size": most + 1}])
        for i, one in enumerate(good):
            top = most if most is not None else least * 2 + 9000
            one |= {"size": least + (top - least) * (i + 1) // (_VARIANTS + 1), "content": ""}
    if a.get("empty"):
        bad.append({"content": "x\n"})
        good = [one | {"content": ""} for one in good]
    if "contains" in a:
        bad.append({"holds": False})
    if "user" in a or "group" in a:
        bad.append({"is_owned": False})
        good = [one | {"is_owned": True} for one in good]
    if "mode" in a:
        exact = [int(a["mode"], 8)] if re.fullmatch("[0-7]{3,4}", a["mode"]) else [0o777, 0o755, 0o400]
        bad += [{"mode": mode} for mode in (*exact, 0o600, 0o640, 0o744, 0o666, 0o4755, 0o2755, 0o500)]
    return good, bad


def _ages(a: Mapping[str, Any]) -> Iterator[tuple[float, float | None, str]]:
    """The least and the greatest age that are asked for, of change and of reading."""
    for newer, older, key in (("newer", "older", "modified"), ("accessed", "unused", "accessed")):
        if newer in a or older in a:
            yield _age(a[older]) if older in a else 0, _age(a[newer]) if newer in a else None, key
