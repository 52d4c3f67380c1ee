"""BFCL's calls of its GorillaFileSystem, as every plan that means the same.

Upstream's calls know no folder but the current one, so a folder that is named is taken for it, and `folder/file` for
the file.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.foundry.pairs import Steps, canonical
from nlsh.core.errors import PlanInvalid

_POSITIONS: Final = {
    "cd": ("folder",),
    "mkdir": ("dir_name",),
    "rm": ("file_name",),
    "rmdir": ("dir_name",),
    "echo": ("content", "file_name"),
    "cp": ("source", "destination"),
    "mv": ("source", "destination"),
    "grep": ("file_name", "pattern"),
    "find": ("path", "name"),
    "wc": ("file_name", "mode"),
    "tail": ("file_name", "lines"),
    "diff": ("file_name1", "file_name2"),
    "ls": ("a",),
    "du": ("human_readable",),
}
"""The order of arguments, where calls give them by place; what is not here takes a `file_name`."""
_UNITS: Final = {"l": "lines", "w": "words", "c": "chars"}


@dataclass(frozen=True)
class Call:
    """One call of upstream's, and the folders its utterance names."""

    name: str
    values: Mapping[str, Any]
    folders: Sequence[str] = ()

    @property
    def here(self) -> list[str | None]:
        """How the current folder may be told."""
        return [None, ".", *self.folders]

    def of(self, key: str) -> list[str]:
        """How the file of an argument may be told."""
        value = str(self.values[key])
        return [value, *(f"{folder}/{value}" for folder in self.folders if folder != value)]

    def many(self, syscall: str, at: str, places: Iterable[str | None], /, **more: Any) -> list[Steps]:
        """One plan a place."""
        return [[{syscall: {key: value for key, value in ({at: place} | more).items() if value}}] for place in places]

    def both(self, name: str) -> list[Steps]:
        """A source and where it goes."""
        return [plan for to in self.of("destination") for plan in self.many(name, "source", self.of("source"), to=to)]


def _echo(call: Call) -> list[Steps]:
    text = call.values["content"]
    if not call.values.get("file_name"):
        return [[{"text.print": {"text": text}}]]
    return call.many("fs.write", "path", call.of("file_name"), text=text)


def _mv(call: Call) -> list[Steps]:
    renamed = call.many("fs.rename", "path", call.of("source"), to=call.values["destination"])
    return call.both("fs.move") + (renamed if "." in call.values["destination"].strip("./") else [])


def _find(call: Call) -> list[Steps]:
    name, path = call.values.get("name"), call.values.get("path", ".")
    places = call.here if path == "." else [path]
    ways: list[dict[str, Any]] = [{"name": name}, {"part": name}, {"name": f"*{name}*"}] if name else [{}]
    ways += [way | {"type": "file"} for way in ways]
    return [plan for way in ways for plan in call.many("fs.find", "path", places, **way)]


def _grep(call: Call) -> list[Steps]:
    files, pattern = call.of("file_name"), call.values["pattern"]
    return [plan for name, key in (("fs.grep", "path"), ("text.grep", "source"))
            for plan in call.many(name, key, files, pattern=pattern)]  # fmt: skip


def _tail(call: Call) -> list[Steps]:
    files, last = call.of("file_name"), call.values.get("lines", 10)
    return call.many("fs.read", "path", files, last=last) + call.many("text.slice", "source", files, last=last)


def _diff(call: Call) -> list[Steps]:
    return [plan for other in call.of("file_name2")
            for plan in call.many("fs.diff", "first", call.of("file_name1"), second=other)]  # fmt: skip


_MAPS: Final[Mapping[str, Callable[[Call], list[Steps]]]] = {
    "ls": lambda call: call.many("fs.list", "path", call.here, all=call.values.get("a")),
    "cd": lambda call: call.many("sh.cd", "path", call.of("folder")),
    "pwd": lambda call: call.many("fs.path", "path", (None, ".")),
    "mkdir": lambda call: call.many("fs.mkdir", "path", call.of("dir_name")),
    "touch": lambda call: call.many("fs.touch", "path", call.of("file_name")),
    "cat": lambda call: call.many("fs.read", "path", call.of("file_name")),
    "cp": lambda call: call.both("fs.copy"),
    "rm": lambda call: call.many("fs.remove", "path", call.of("file_name")),
    "rmdir": lambda call: (
        call.many("fs.remove", "path", call.of("dir_name"), empty_only=True)
        + call.many("fs.remove", "path", call.of("dir_name"))
    ),
    "sort": lambda call: call.many("text.sort", "source", call.of("file_name")),
    "wc": lambda call: call.many(
        "text.count", "source", call.of("file_name"), what=_UNITS[call.values.get("mode", "l")]
    ),
    "du": lambda call: call.many("fs.usage", "path", call.here),
    "echo": _echo, "mv": _mv, "find": _find, "grep": _grep, "tail": _tail, "diff": _diff,
}  # fmt: skip


def read_call(text: str, folders: Sequence[str] = ()) -> Call:
    """A call as upstream writes it. Raises ValueError."""
    node = ast.parse(text, mode="eval").body
    if not isinstance(node, ast.Call):
        raise ValueError(f"no call: {text}")
    name = ast.unparse(node.func)
    values = dict(zip(_POSITIONS.get(name, ("file_name",)), map(ast.literal_eval, node.args), strict=False))
    return Call(name, values | {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}, folders)


def golds(call: Call) -> tuple[str, ...]:
    """Every plan that means the call; none where no syscall does."""
    found: dict[str, None] = {}
    meant = _MAPS.get(call.name)
    for steps in meant(call) if meant else ():
        try:
            found[canonical(steps)] = None
        except PlanInvalid:
            continue
    return tuple(found)
