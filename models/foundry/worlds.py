"""Worlds in which a plan has something to do and something to leave alone, made from what plan and utterance name."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.foundry.oracle_text import REFERENCE, Uncovered, alternatives, is_pattern, many
from models.foundry.props import TEXT, VARIANTS, conditions, depth, filled, is_file_name, made, sample, table, texts

Steps = list[tuple[str, dict[str, Any]]]
NAMED: Final = re.compile(r"(?<![\w/.-])[\w-][\w.-]*\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/-])")
"""Files as an utterance names them."""
OWNER: Final = "daemon"
"""Whoever a plan names, it is this user or group in a world."""
_FOLDER: Final = r"(?:folders?|director(?:y|ies)|dirs?|ordners?|verzeichnis|carpetas?|dossiers?|文件夹|目录)"
_NUMBERS: Final = ("first", "last", "start", "end", "skip", "drop")
_DAY: Final = 86400


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
    is_link: bool = False


class World:
    """What is there before a plan runs, by path from the current folder."""

    def __init__(self, steps: Steps, utterance: str = "") -> None:
        self.items: dict[str, Item] = {}
        self._steps, self._said = steps, utterance
        self._arguments = [a for _, a in steps]
        said = [(os.path.normpath(one), i) for i, (name, a) in enumerate(steps) for one in made(name, a)]
        self._new, self._at, self._turns = dict(reversed(said)), 0, 0
        for path in ("other1.txt", "other2.dat", "else/other3.txt", ".dotfile"):
            self.put(path)
        self._texts = {one for name, a in steps for one in texts(name, a)}
        for self._at, (name, a) in enumerate(steps):
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
            if item.is_link:
                place.symlink_to("nowhere")
                continue
            place.write_text(item.content, encoding="utf-8")
            if item.size > place.stat().st_size:
                os.truncate(place, item.size)
        for path in sorted(self.items, key=len, reverse=True):
            item = self.items[path]
            place = _place(cwd, path)
            if not item.is_link:
                place.chmod(item.mode)
            if item.is_owned:
                owner = pwd.getpwnam(OWNER)
                os.chown(place, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
            os.utime(place, (now - item.accessed, now - item.modified), follow_symlinks=False)

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
            return table(found, path, i, length)
        lines = [f"{(k * 7 + i) % 23} apple pear{k % 5} {'x' * (k % 9)}" for k in range(length)]
        lines += ["7 twice", "8 once", "7 twice"]
        lines += [] if any(a.get("numeric") for a in found) else ["", "Last Line"]
        lines += ["z" * 200 * i] * any(a.get("sort") == "size" for a in found)
        for a in found if holds else []:
            wanted = sample(a)
            if wanted:
                ways = [wanted, f"{wanted} begins", f"ends {wanted}", f"in {wanted} the {wanted} middle", f"x{wanted}x"]
                lines[3:3] = [*ways, wanted.upper(), wanted.lower(), wanted]
        return "\n".join(lines) + "\n" * (i % 3 > 0)

    def _serve(self, name: str, a: dict[str, Any]) -> None:
        """What one step needs."""
        places = many(a.get("path")) or ["."]
        self._around(name, a)
        if name == "fs.find":
            for place in places:
                self._searched(place, a)
        elif name in ("fs.list", "fs.count", "fs.grep"):
            for place in places:
                self._exist(place, name, a, is_folder=name != "fs.grep")
                self._named(place, a)
        else:
            for text in many(a.get("path" if "path" in a and "source" not in a else "source")):
                self._exist(text, name, a)

    def _around(self, name: str, a: Mapping[str, Any]) -> None:
        """The folders in which something is made, and what it is added to."""
        paths = many(a["path"]) if name in ("fs.write", "fs.append", "fs.touch") else []
        places = [os.path.dirname(path) for path in paths] + ([a["to"]] if name in ("fs.move", "fs.copy") else [])
        for folder in {os.path.normpath(place) for place in places} - set(self._new):
            self.put(folder, is_folder=True)
        if name == "fs.append" and len(self._said) % 3:
            self.put(a["path"])

    def _named(self, place: str, a: Mapping[str, Any]) -> None:
        for glob in _globs(a) or ["*"] * (a.get("type") == "link"):
            for folder in (place, f"{place}/inner0"):
                kinds = {"is_folder": a.get("type") == "folder", "is_link": a.get("type") == "link"}
                self.put(f"{folder}/{filled(glob, len(self.items))}", **kinds)

    def _exist(self, text: str, name: str, a: Mapping[str, Any], *, is_folder: bool = False) -> None:
        """A path that was said, or several that a pattern stands for."""
        if REFERENCE.fullmatch(text):
            return
        stem = sample(a) if name == "fs.rename" else ""
        for one in alternatives(text):
            if not is_pattern(one):
                self._one(one, name, is_folder=is_folder)
                continue
            for deep in ("", "deep/er/", "deep/") if "**" in one else ("",) * 3:
                path = filled(one.replace("**/", deep), len(self.items), stem)
                self._one(path, name, is_folder=is_folder)

    def _one(self, path: str, name: str, *, is_folder: bool) -> None:
        path = os.path.normpath(path)
        if self._new.get(path, len(self._steps)) <= self._at:
            return
        is_text = name in TEXT or name.startswith("text.") or path in self._texts
        is_file = is_text or (is_file_name(path) and not self._is_told_folder(path))
        if is_file and not is_folder:
            self.put(path)
        else:
            self.fill(path)

    def _is_told_folder(self, path: str) -> bool:
        name = re.escape(os.path.basename(path))
        return re.search(rf"{_FOLDER}\W+(?:\w+\W+)?{name}|{name}\W+{_FOLDER}", self._said, re.IGNORECASE) is not None

    def _searched(self, place: str, a: dict[str, Any]) -> None:
        """What a search finds, and what it just misses."""
        if {"user", "group"} & set(a) and os.geteuid():
            raise Uncovered("owners, without root's rights")
        if not REFERENCE.fullmatch(place):
            self.fill(place)
        for glob in _globs(a) or [""]:
            self._variants(place, glob, a)
            self._left_out(place, glob, a)

    def _variants(self, place: str, glob: str, a: dict[str, Any]) -> None:
        good, bad = conditions(a)
        is_folder, n = a.get("type") == "folder", min(int(a.get("limit", 10 if "mode" in a else 2)) + 2, 30)
        for i in range(n if is_pattern(glob) or not glob else 1):
            self._put(f"{place}/{depth(a, i)}", glob, a, is_folder, good[self._turn()])
        for i, told in enumerate(bad):
            self._put(f"{place}/b{i}", glob, a, is_folder, good[self._turn()] | told)
        if "type" in a:
            self._put(f"{place}/{depth(a, 0)}/k", glob, a, not is_folder, good[self._turn()])
        self._put(f"{place}/l1/l2/l3/l4/l5", glob, a, is_folder, good[self._turn()])

    def _turn(self) -> int:
        """Another variant each time: no two things have one size or age."""
        self._turns = (self._turns + 1) % VARIANTS
        return self._turns

    def _left_out(self, place: str, glob: str, a: Mapping[str, Any]) -> None:
        """What would be found, were it not left out."""
        good, _ = conditions(a)
        for i, one in enumerate(many(a.get("exclude"))):
            is_whole = one.startswith(("../", f"{place.rstrip('/')}/"))
            spelled = ("" if is_whole else f"{place}/") + filled(one.rstrip("/"), i)
            if is_file_name(one):
                self.put(spelled, **{k: v for k, v in good[self._turn()].items() if k != "holds"})
            else:
                self._put(spelled, glob, a, a.get("type") == "folder", good[self._turn()])

    def _put(self, folder: str, glob: str, a: Mapping[str, Any], is_folder: bool, told: Mapping[str, Any]) -> None:
        i, part = len(self.items), a.get("part", "")
        ending = "" if is_folder else (".txt", ".jpg", ".log", ".pdf")[i % 4]
        path = os.path.normpath(f"{folder}/{filled(glob, i, part) if glob else f'w{i}{part}{ending}'}")
        if a.get("type") == "link" and not is_folder:
            self.put(path, **{k: v for k, v in told.items() if k in ("modified", "accessed", "is_owned")}, is_link=True)
            return
        more = {k: v for k, v in told.items() if k != "holds" and not (is_folder and k in ("content", "size"))}
        if not told.get("holds", True):
            more["content"] = self.text(path, i, holds=False)
        self.put(path, is_folder=is_folder, **more)
        if is_folder and told.get("content") != "":
            self.put(f"{path}/in{i}.dat")


def _globs(a: Mapping[str, Any]) -> list[str]:
    return [one for text in many(a.get("name")) for one in alternatives(text)]


def _place(cwd: Path, path: str) -> Path:
    return Path(os.path.normpath(cwd.parent / path[2:] if path == "~" or path.startswith("~/") else cwd / path))
