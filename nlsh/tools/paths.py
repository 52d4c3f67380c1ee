"""From what was said to places in the file tree, and what is to be known about them before anything is done."""

from __future__ import annotations

import difflib
import heapq
import itertools
import os
import pwd
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from nlsh.core.arguments import RESULT
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts, Target
from nlsh.core.scope import Scope
from nlsh.tools.faults import explaining
from nlsh.tools.globs import braces, is_glob, matches
from nlsh.tools.tree import Entry, kind_of, real, walk
from nlsh.tools.wards import Wards, is_outside, outside_test, owner_name, privileged, protected, sensitive

__all__ = [
    "Wards",
    "existing",
    "expand",
    "expand_many",
    "expand_new",
    "facts",
    "is_outside",
    "outermost",
    "privileged",
    "protected",
    "real",
    "sensitive",
    "shown",
    "target",
]

MAX_ENTRIES: Final = 1_000_000
SAMPLE: Final = 50
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")


def expand(text: str, scope: Scope) -> str:
    """One absolute path from what was said: relative, `~`, `~user`, `$1` (one path), `$HOME`. Need not exist.

    No globs. Only `.` and `//` are normalised: `..` is left to the kernel, a last link is not followed.

    Raises:
        UsageError: empty, an unset variable, or `$1` is not exactly one path.
    """
    if RESULT.fullmatch(text):
        found = _result(text, scope)
        if len(found) != 1:
            raise UsageError(f"{text} is {len(found)} paths, and one is needed", "narrow the step before it")
        return found[0]
    return _absolute(text, scope)


def existing(text: str, scope: Scope) -> str:
    """One path that exists, from a name, a glob with one match, or `$1` with one path.

    Raises:
        UsageError: there is none, or there are several.
    """
    found = _existing(text, scope)
    if len(found) != 1:
        raise UsageError(f"{visible(text)} is {len(found)} things, and one is needed", "name one of them")
    return found[0]


def expand_many(texts: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """Existing paths, each once: names, globs (`*`, `?`, `[a-z]`, `**`), braces, `$1`; matches of a glob sorted.

    A text that exists as written is that path, whatever its characters. Hidden names only match a pattern whose part
    begins with a dot.

    Raises:
        UsageError: a text is nothing that exists, or a pattern matches nothing; it is named.
    """
    return tuple(dict.fromkeys(path for text in texts for path in _existing(text, scope)))


def expand_new(texts: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """As `expand_many`, but a plain name (after braces) may be new.

    Raises:
        UsageError: a pattern with `*` or `?` matches nothing.
    """
    return tuple(dict.fromkeys(path for text in texts for path in _maybe_new(text, scope)))


def outermost(paths: Sequence[str]) -> tuple[str, ...]:
    """The paths without those that lie inside another of them: what is done to a folder is done to all in it."""
    every = {path.rstrip("/") or "/" for path in paths}
    return tuple(path for path in paths if not any(above in every for above in above_of(path)))


def above_of(path: str) -> Iterator[str]:
    """The folders above an absolute path, nearest first."""
    while path not in ("/", ""):
        path = os.path.dirname(path)
        yield path


def _existing(text: str, scope: Scope) -> Sequence[str]:
    if RESULT.fullmatch(text):
        found = _result(text, scope)
        if not found:
            raise UsageError(f"the step {text} refers to found no paths", "there is nothing to work on")
        return found
    path = _absolute(text, scope)
    if os.path.lexists(path):
        return [path]
    alternatives = [_absolute(part, scope) for part in braces(text)]
    found = sorted(hit for part in alternatives for hit in _hits(part, scope))
    if not found:
        raise UsageError(
            f"nothing matches {visible(text)} in {shown(scope.cwd, scope)}", "list the folder to see names"
        )
    return found


def _hits(path: str, scope: Scope) -> Sequence[str]:
    if os.path.lexists(path):
        return [path]
    if is_glob(path):
        return matches(path, scope)
    raise UsageError(f"there is no {shown(path, scope)}", _near(path))


def _maybe_new(text: str, scope: Scope) -> Sequence[str]:
    if RESULT.fullmatch(text) or os.path.lexists(_absolute(text, scope)):
        return _existing(text, scope)
    paths: list[str] = []
    for part in (_absolute(part, scope) for part in braces(text)):
        found = matches(part, scope) if is_glob(part) else []
        if not found and ("*" in part or "?" in part):
            raise UsageError(f"nothing matches {visible(text)}", "a new name cannot hold * or ?")
        paths += found or [part]
    return paths


def _near(path: str) -> str:
    """A hint naming the closest existing names."""
    head, name = os.path.split(path)
    try:
        with os.scandir(head) as entries:
            names = [entry.name for entry in itertools.islice(entries, 2000)]
    except OSError:
        return f"there is no folder {visible(head)} either" if not os.path.lexists(head) else "check the name"
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.7)
    return f"did you mean {' or '.join(map(visible, close))}?" if close else "check the name, or list the folder"


def _result(text: str, scope: Scope) -> list[str]:
    return [_absolute(path, scope, is_literal=True) for path in scope.result(int(text[1:])).paths()]


def _absolute(text: str, scope: Scope, *, is_literal: bool = False) -> str:
    if not text or "\0" in text:
        raise UsageError("a path is empty" if not text else "a path holds a NUL byte", "name a file or folder")
    plain = _tidy(text, scope.cwd)
    if is_literal or not (text.startswith("~") or "$" in text):
        return plain
    if os.path.lexists(plain) and text != "~" and not text.startswith("~/"):
        return plain
    return _tidy(_VARIABLE.sub(lambda match: _variable(match, scope), _tilde(text, scope)), scope.cwd)


def _tidy(path: str, cwd: str) -> str:
    parts = [part for part in os.path.join(cwd, path).split("/") if part not in ("", ".")]
    return "/" + "/".join(parts)


def _tilde(text: str, scope: Scope) -> str:
    if not text.startswith("~"):
        return text
    name, slash, rest = text[1:].partition("/")
    if not name:
        return scope.home + slash + rest
    try:
        return pwd.getpwnam(name).pw_dir + slash + rest
    except KeyError:
        return text


def _variable(match: re.Match[str], scope: Scope) -> str:
    name = match[1] or match[2]
    value = scope.home if name == "HOME" else scope.cwd if name == "PWD" else scope.env.get(name, "")
    if not value:
        raise UsageError(f"the variable {name} is not set", "say the path itself")
    return value


def shown(path: str, scope: Scope) -> str:
    """A path as a person would write it here, safe to print: relative to the working directory, or with `~`."""
    for folder, short in ((scope.cwd, ""), (scope.home, "~/")):
        prefix = folder.rstrip("/") + "/"
        if path.startswith(prefix) and len(path) > len(prefix):
            return visible(short + path[len(prefix) :])
    return "~" if path == scope.home else visible(path)


def target(path: str) -> Target:
    """What stands at a path, its last link not followed; kind `missing` where there is nothing.

    Raises:
        NlshError: it cannot be looked at.
    """
    try:
        with explaining("look at", path):
            found = os.lstat(path)
    except NlshError as error:
        if isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError)):
            return Target(path, "missing")
        raise
    return _target(path, found)


def _target(path: str, found: os.stat_result) -> Target:
    return Target(
        name=path,
        kind=kind_of(found.st_mode),
        size_bytes=found.st_size,
        device=found.st_dev,
        inode=found.st_ino,
        modified_ns=found.st_mtime_ns,
        mode=found.st_mode,
        owner=owner_name(found.st_uid),
        is_own=found.st_uid == os.geteuid(),
        links=found.st_nlink,
    )


@dataclass
class _Tally:
    """Counts and sizes of a walk, with the largest entries kept."""

    count: int = 0
    size_bytes: int = 0
    unreadable: int = 0
    largest: list[tuple[int, int, Target]] = field(default_factory=list)
    tops: list[Target] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.count += 1
        self.unreadable += bool(entry.error)
        if entry.stat is None:
            return
        self.size_bytes += entry.stat.st_size if entry.kind == "file" else 0
        if entry.depth and (len(self.largest) < SAMPLE or entry.stat.st_size > self.largest[0][0]):
            self._keep(_target(entry.path, entry.stat))

    def _keep(self, found: Target) -> None:
        row = (found.size_bytes, self.count, found)
        (heapq.heappush if len(self.largest) < SAMPLE else heapq.heappushpop)(self.largest, row)

    def sample(self) -> tuple[Target, ...]:
        inner = [row[2] for row in sorted(self.largest, key=lambda row: (-row[0], row[1]))]
        tops = sorted(self.tops, key=lambda top: -top.size_bytes)
        return tuple((tops + inner)[:SAMPLE])


def facts(paths: Sequence[str], scope: Scope, *, recursive: bool, mutates: bool) -> Facts:
    """What stands at the paths: totals over everything (below folders too if `recursive`), the 50 largest as targets.

    The named paths come first among the targets, a folder with the size of all below it. With `mutates` also why they
    are protected or privileged, else why reading them is delicate; what is protected is refused and so not counted
    below. `details`: `items`, a `[path, device, inode]` for
    each path, and `stopped` or `unreadable` where the walk was cut short or shut out.

    Raises:
        NlshError: a path cannot be looked at.
        Cancelled: the turn was cancelled.
    """
    wards = Wards(scope) if mutates else None
    protected_why = _concern(paths, scope, wards.protected) if wards else ""
    tally = _Tally()
    for path in paths:
        scope.check()
        _count(path, scope, recursive and not protected_why, tally)
    items = [[top.name, top.device, top.inode] for top in tally.tops]
    details = {"items": items, "stopped": tally.count >= MAX_ENTRIES, "unreadable": tally.unreadable}
    is_out = outside_test(scope)
    return Facts(
        targets=tally.sample(),
        count=tally.count,
        size_bytes=tally.size_bytes,
        protected=protected_why,
        privileged=_concern(paths, scope, wards.privileged) if wards else "",
        sensitive="" if wards else _concern(paths, scope, sensitive),
        is_outside=any(map(is_out, paths)),
        is_recursive=recursive and any(top.kind == "folder" for top in tally.tops),
        details={key: value for key, value in details.items() if value},
    )


def _concern(paths: Sequence[str], scope: Scope, check: Callable[[str], str]) -> str:
    """The first reason, with the path it is about."""
    found = ((path, check(path)) for path in paths)
    return next((f"{shown(path, scope)}: {why}" for path, why in found if why), "")


def _count(path: str, scope: Scope, recursive: bool, tally: _Tally) -> None:
    top = target(path)
    if not recursive or top.kind != "folder":
        tally.count += 1
        tally.size_bytes += top.size_bytes if top.kind == "file" else 0
        tally.tops.append(top)
        return
    before = tally.size_bytes
    for entry in walk(path, scope):
        tally.add(entry)
        if tally.count >= MAX_ENTRIES:
            break
    tally.tops.append(replace(top, size_bytes=tally.size_bytes - before))
