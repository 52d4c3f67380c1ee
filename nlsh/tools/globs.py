"""Patterns over names: `*`, `?`, `[a-z]`, `**` and braces, expanded against the file tree."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from nlsh.core.errors import UsageError
from nlsh.core.scope import Scope

MAX_BRACES: Final = 10_000
_MAGIC = re.compile(r"[*?\[]")
_BRACES = re.compile(r"\{[^{}]*\}")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z])")


def is_glob(text: str) -> bool:
    """Whether a text holds a glob character."""
    return _MAGIC.search(text) is not None


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], object]:
    """A function that tells whether one name matches; names with a leading dot only if the pattern has one."""
    match = re.compile(fnmatch.translate(pattern.replace("[^", "[!"))).match
    if pattern.startswith("."):
        return match
    return lambda name: not name.startswith(".") and match(name)


def braces(text: str) -> list[str]:
    """`a{b,c}d` to `abd` and `acd`, `{1..3}` to three, each text once; a brace without comma or range stays as it is.

    Raises:
        UsageError: more than 10,000 texts come of it.
    """
    done: list[str] = []
    waiting = [(text, 0)]
    while waiting:
        if len(done) + len(waiting) > MAX_BRACES:
            raise UsageError(f"{text} stands for more than {MAX_BRACES} names", "ask for fewer at a time")
        current, start = waiting.pop()
        found = _BRACES.search(current, start)
        if found is None:
            done.append(current)
            continue
        choices = _choices(found[0][1:-1])
        if choices is None:
            waiting.append((current, found.start() + 1))
        else:
            parts = [current[: found.start()] + choice + current[found.end() :] for choice in choices]
            waiting.extend((part, 0 if start == 0 else start) for part in reversed(parts))
    return list(dict.fromkeys(done))


def _choices(inner: str) -> list[str] | None:
    found = _RANGE.fullmatch(inner)
    if found is None:
        return inner.split(",") if "," in inner else None
    if found[3]:
        return [chr(code) for code in _between(ord(found[3]), ord(found[4]))]
    width = max(len(found[1]), len(found[2])) if found[1].startswith("0") or found[2].startswith("0") else 0
    return [str(number).zfill(width) for number in _between(int(found[1]), int(found[2]))]


def _between(first: int, last: int) -> range:
    if abs(last - first) > MAX_BRACES:
        raise UsageError(f"{{{first}..{last}}} stands for more than {MAX_BRACES} names", "ask for fewer at a time")
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def matches(pattern: str, scope: Scope) -> list[str]:
    """The existing paths an absolute pattern stands for, sorted; links are never walked through by `**`."""
    parts = [part for part in pattern.split("/") if part]
    found = ["/"]
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        found = [path for folder in found for path in _step(folder, part, is_last, scope)]
    return sorted(set(found))


def _step(folder: str, part: str, is_last: bool, scope: Scope) -> Iterator[str]:
    scope.check()
    if part == "**":
        yield from _below(folder, is_last, scope)
    elif is_glob(part):
        is_wanted = matcher(part)
        yield from (item.path for item in _list(folder) if is_wanted(item.name) and (is_last or item.is_dir()))
    else:
        path = os.path.join(folder, part)
        if os.path.lexists(path):
            yield path


def _below(folder: str, is_last: bool, scope: Scope) -> Iterator[str]:
    """The folder and all below it; with `is_last` also the files, but not the folder itself."""
    waiting = [folder]
    while waiting:
        scope.check()
        current = waiting.pop()
        if not is_last:
            yield current
        for item in _list(current):
            if item.name.startswith("."):
                continue
            if item.is_dir(follow_symlinks=False):
                waiting.append(item.path)
            if is_last:
                yield item.path


def _list(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
