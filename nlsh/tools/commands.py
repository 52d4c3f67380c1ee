"""Syscalls as shell commands, for people who keep their shell: those a command does exactly, and no others.

A command shows the same things in its own layout. What nlsh does better, or with a net below it (moving, removing,
writing), has none. The commands are those of GNU and work alike in bash, zsh and fish.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from nlsh.core.arguments import read_size
from nlsh.core.errors import UsageError
from nlsh.core.plan import Plan
from nlsh.core.shellwords import shell_path, shell_word
from nlsh.core.syscall import Syscall
from nlsh.tools.text.plural import singular

Args = Mapping[str, Any]
_PATTERN: Final = re.compile(r"[*?\[\]{}]|\A\$")
_NAMES: Final = re.compile(r"[^\[\]{}/\\]+")
_ALTERNATIVES: Final = re.compile(r"([^\[\]{}/\\]*)\{([^\[\]{}/\\]+)\}([^\[\]{}/\\]*)")
_AGE: Final = re.compile(r"(\d+)(s|min|m|h|d|w)")
_UNITS: Final = {"s": "seconds", "min": "minutes", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TYPES: Final = {"file": " -type f", "folder": " -type d", "link": " -type l", "any": ""}


class _Inexact(Exception):
    """No command does just that."""


def shell_command(plan: Plan, cwd: str) -> str:
    """The plan as one command line that does the same where `cwd` is the working directory; empty where none does."""
    commands: list[str] = []
    try:
        for step in plan.steps:
            is_first = step.number == 1
            if not is_first and not _follows(step.syscall, step.number):
                return ""
            if step.number < len(plan.steps) and step.syscall.name not in _LINES:
                return ""
            commands.append(_command(step.syscall, cwd, is_first=is_first))
    except (_Inexact, UsageError):
        return ""
    return " | ".join(commands)


def _follows(syscall: Syscall, number: int) -> bool:
    """Whether a step works on the lines of the one before it, and on nothing else."""
    sources = _many(syscall.given().get("source"))
    return syscall.name in _LINES and (not sources or sources == [f"${number - 1}"])


def _command(syscall: Syscall, cwd: str, *, is_first: bool) -> str:
    write = _COMMANDS.get(syscall.name)
    if write is None:
        raise _Inexact
    arguments = syscall.given()
    if not is_first:
        arguments.pop("source", None)
    elif syscall.name in _OF_FILES:
        _check_file(arguments.get(_OF_FILES[syscall.name]), cwd)
    return write(arguments)


def _many(value: Any) -> list[str]:
    return [] if value is None else list(map(str, value if isinstance(value, list) else [value]))


def _only(arguments: Args, *known: str) -> None:
    """Raise _Inexact where an argument was said that the command knows nothing of."""
    if not set(arguments) <= set(known):
        raise _Inexact


def _place(value: Any) -> str:
    """One place that is no pattern and no result, as a word. Raises _Inexact."""
    said = _many(value)
    if len(said) != 1 or _PATTERN.search(said[0]):
        raise _Inexact
    return shell_path(said[0])


def _check_file(value: Any, cwd: str) -> None:
    """Raise _Inexact unless it is one file that is there: of a folder, or of nothing, a command says something else."""
    _place(value)
    if not os.path.isfile(os.path.join(cwd, os.path.expanduser(_many(value)[0]))):
        raise _Inexact


def _run(a: Args) -> str:
    if "\n" in a["cmd"]:
        raise _Inexact
    return str(a["cmd"])


def _cd(a: Args) -> str:
    path = a["path"]
    is_relative = not path.startswith(("/", "~", "."))
    return f"cd {_place('./' + path if is_relative else path)}"  # or else CDPATH would be asked


def _export(a: Args) -> str:
    return f"export {a['variable']}={shell_word(a['value']) if a['value'] else ''}"


def _mkdir(a: Args) -> str:
    _only(a, "path")
    return " ".join(("mkdir -p", *(_place(path) for path in _many(a["path"]))))


def _list(a: Args) -> str:
    _only(a, "path", "all", "long", "sort", "reverse")
    order = {"name": "", "modified": "t"}.get(a.get("sort", "name"))
    if order is None:  # of folders `ls` knows another size
        raise _Inexact
    flags = "lh" + "H" * ("path" in a) + "A" * bool(a.get("all")) + order + "r" * bool(a.get("reverse"))
    return f"ls -{flags}" + (f" {_place(a['path'])}" if "path" in a else "")


def _named(value: Any, flag: str) -> str:
    """Tests of `find` for names. Raises _Inexact where `find` reads the pattern otherwise."""
    names = [name for text in _many(value) for name in _written_out(text)]
    tests = [f"{flag} {shell_word(name)}" for name in names]
    return f" {tests[0]}" if len(tests) == 1 else rf" \( {' -o '.join(tests)} \)" if tests else ""


def _written_out(text: str) -> list[str]:
    if _NAMES.fullmatch(text):
        return [text]
    found = _ALTERNATIVES.fullmatch(text)
    if found is None:
        raise _Inexact
    return [f"{found[1]}{part}{found[3]}" for part in found[2].split(",")]


def _find(a: Args) -> str:
    _only(a, "path", "name", "ignore_case", "type", "size", "newer", "older", "empty", "direct", "max_depth")
    depth = 1 if a.get("direct") else a.get("max_depth", 0)
    tests = "".join((_named(a.get("name"), "-iname" if a.get("ignore_case") else "-name"), *_conditions(a)))
    deepest = f" -maxdepth {depth}" if depth else ""
    return f"find {_place(a.get('path', '.'))} -mindepth 1{deepest}{tests}"


def _conditions(a: Args) -> Iterator[str]:
    kind = a.get("type", "file" if "size" in a else "any")
    if "empty" in a and kind == "any":
        raise _Inexact
    yield _TYPES[kind]
    sizes = _many(a.get("size"))
    if len(sizes) > 1:
        raise _Inexact
    for wanted in map(read_size, sizes):
        yield f" -size +{wanted.least_bytes - 1}c" if wanted.least_bytes else ""
        yield "" if wanted.most_bytes is None else f" -size -{wanted.most_bytes + 1}c"
    yield f" -newermt {_moment(a['newer'])}" if "newer" in a else ""
    yield f" ! -newermt {_moment(a['older'])}" if "older" in a else ""
    yield " -empty" if a.get("empty") else ""


def _moment(age: str) -> str:
    if _DATE.fullmatch(age):
        return age
    found = _AGE.fullmatch(age)
    if found is None:
        raise _Inexact
    return f"'{found[1]} {_UNITS[found[2]]} ago'"


def _count(a: Args) -> str:
    _only(a, "path", "name", "type", "recursive")
    deepest = "" if a.get("recursive") else " -maxdepth 1"
    kind = _TYPES[a.get("type", "file")]
    tests = f"{deepest}{kind}{_named(a.get('name'), '-name')}"
    return f"find {_place(a.get('path', '.'))} -mindepth 1{tests} -printf x | wc -c"


def _read(a: Args) -> str:
    file = _place(a["path"])
    if set(a) == {"path"}:
        return f"cat {file}"
    if set(a) == {"path", "number"}:
        return f"cat -n {file}"
    return _span(a, "path") + f" {file}"


def _span(a: Args, place: str) -> str:
    """What keeps some of the lines of what follows it."""
    said = {key: value for key, value in a.items() if key != place}
    if any(not isinstance(value, int) or isinstance(value, bool) or value < 1 for value in said.values()):
        raise _Inexact
    match said:
        case {"start": start, "end": end, **rest} if not rest and end >= start:
            return f"sed -n {start},{end}p"
        case {"first": count, **rest} if not rest:
            return f"head -n {count}"
        case {"last": count, **rest} if not rest:
            return f"tail -n {count}"
        case {"skip": count, **rest} if not rest:
            return f"tail -n +{count + 1}"
        case {"start": start, **rest} if not rest:
            return f"tail -n +{start}"
        case {"drop": count, **rest} if not rest:
            return f"head -n -{count}"
    raise _Inexact


def _grep(a: Args) -> str:
    _only(a, "pattern", "path", "ignore_case", "invert", "word")
    flags = "nF" + "i" * bool(a.get("ignore_case")) + "v" * bool(a.get("invert")) + "w" * bool(a.get("word"))
    return f"grep -{flags} -e {_sought(a)} {_place(a['path'])}"


def _sought(a: Args) -> str:
    if not a["pattern"] or "\n" in a["pattern"] or (a.get("ignore_case") and not a["pattern"].isascii()):
        raise _Inexact
    return shell_word(a["pattern"])


def _source(a: Args) -> str:
    return f" {_place(a['source'])}" if "source" in a else ""


def _kept(a: Args) -> str:
    _only(a, "source", "pattern", "ignore_case", "invert")
    if singular(a["pattern"]) and not a.get("invert"):
        raise _Inexact
    flags = "F" + "i" * bool(a.get("ignore_case")) + "v" * bool(a.get("invert"))
    return f"grep -{flags} -e {_sought(a)}{_source(a)}"


def _slice(a: Args) -> str:
    return _span(a, "source") + _source(a)


def _sort(a: Args) -> str:
    _only(a, "source", "reverse", "unique")
    flags = "r" * bool(a.get("reverse")) + "u" * bool(a.get("unique"))
    return "LC_ALL=C sort" + f" -{flags}" * bool(flags) + _source(a)


def _uniq(a: Args) -> str:
    _only(a, "source")
    return "awk '!seen[$0]++'" + _source(a)


def _measure(a: Args) -> str:
    _only(a, "source", "what")
    way = {"lines": "grep -c ''", "words": "LC_ALL=C wc -w", "bytes": "wc -c"}.get(a.get("what", "lines"))
    if way is None:
        raise _Inexact
    return f"{way} <{_source(a)}" if "source" in a else way


_COMMANDS: Final[Mapping[str, Callable[[Args], str]]] = {
    "sh.run": _run, "sh.cd": _cd, "sh.export": _export, "fs.mkdir": _mkdir, "fs.list": _list, "fs.find": _find,
    "fs.count": _count, "fs.read": _read, "fs.grep": _grep, "text.grep": _kept, "text.slice": _slice,
    "text.sort": _sort, "text.uniq": _uniq, "text.count": _measure,
}  # fmt: skip
_OF_FILES: Final = {"fs.read": "path", "fs.grep": "path"} | dict.fromkeys(
    ("text.grep", "text.slice", "text.sort", "text.uniq", "text.count"), "source"
)
"""The argument that names the file they read."""
_LINES: Final = frozenset(_OF_FILES) - {"fs.grep"}
"""Those that show lines as they are."""
