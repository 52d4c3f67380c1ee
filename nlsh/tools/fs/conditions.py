"""The conditions of fs.find, read once and then asked of every entry, the cheap ones first."""

from __future__ import annotations

import fnmatch
import grp
import os
import pwd
import re
import stat
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from nlsh.core.arguments import read_moment, read_size
from nlsh.core.display import visible
from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.scope import Scope
from nlsh.tools.contents import line_blocks
from nlsh.tools.fs.below import Tally
from nlsh.tools.globs import braces
from nlsh.tools.paths import expand
from nlsh.tools.paths import sensitive as delicate
from nlsh.tools.tree import Entry, open_entry

if TYPE_CHECKING:
    from nlsh.tools.fs.finding import Find

Condition = Callable[[Entry], bool]
NameTest = Callable[[str, str], bool]
"""Asks about a name and the path below where the search began."""

_SYMBOLIC: Final = re.compile(r"([ugoa]*)([+=-])([rwxXst]+)")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_BITS: Final = {"r": 4, "w": 2, "x": 1, "X": 1}
_PLACES: Final = {"u": 6, "g": 3, "o": 0}


def name_test(patterns: Sequence[str], *, ignore_case: bool) -> NameTest:
    """Whether a name matches one of some patterns; a pattern with a slash is held against the path below.

    Hidden names match like any other. Raises UsageError: braces stand for too many names.
    """
    spelled = [part.rstrip("/") for pattern in patterns for part in braces(pattern)]
    names = _compiled([part for part in spelled if "/" not in part], ignore_case)
    paths = _compiled([part.removeprefix("./") for part in spelled if "/" in part], ignore_case)

    def test(name: str, below: str) -> bool:
        return bool(names and names.match(name)) or bool(paths and paths.match(below))

    return test


def _compiled(patterns: list[str], ignore_case: bool) -> re.Pattern[str] | None:
    if not patterns:
        return None
    translated = (fnmatch.translate(pattern.replace("[^", "[!")) for pattern in patterns)
    return re.compile("|".join(translated), re.IGNORECASE if ignore_case else 0)


def conditions(find: Find, scope: Scope) -> list[Condition]:
    """Everything a Find asks for besides names and depth.

    Raises:
        UsageError: a size, a time, a mode, a user or a group cannot be read.
    """
    now = time.time()
    found = [*_plain(find), *_timed(find, scope, now)]
    if find.mode:
        found.append(mode_test(find.mode))
    if find.user:
        uid = _uid(find.user)
        found.append(lambda entry: entry.stat is not None and entry.stat.st_uid == uid)
    if find.group:
        gid = _gid(find.group)
        found.append(lambda entry: entry.stat is not None and entry.stat.st_gid == gid)
    if find.empty:
        found.append(is_empty)
    return found


def _plain(find: Find) -> list[Condition]:
    found: list[Condition] = []
    if find.type != "any":
        found.append(lambda entry: entry.kind == find.type)
    elif find.size or find.contains or find.sort == "size":
        found.append(lambda entry: entry.kind == "file")
    if find.part:
        part = find.part.casefold()
        found.append(lambda entry: part in entry.name.casefold())
    if find.size:
        ranges = [read_size(size) for size in find.size]
        found.append(lambda entry: entry.stat is not None and all(one.holds(entry.stat.st_size) for one in ranges))
    return found


def _timed(find: Find, scope: Scope, now: float) -> list[Condition]:
    found: list[Condition] = []
    if find.newer:
        newer = _moment(find.newer, scope, now)
        found.append(lambda entry: entry.stat is not None and entry.stat.st_mtime > newer)
    if find.older:
        older = _moment(find.older, scope, now)
        found.append(lambda entry: entry.stat is not None and entry.stat.st_mtime < older)
    if find.accessed:
        accessed = _moment(find.accessed, scope, now)
        found.append(lambda entry: entry.stat is not None and entry.stat.st_atime > accessed)
    if find.unused:
        unused = _moment(find.unused, scope, now)
        found.append(lambda entry: entry.stat is not None and entry.stat.st_atime < unused)
    return found


def _moment(text: str, scope: Scope, now: float) -> float:
    """An age or a date; else the time of the file of that name. Raises UsageError."""
    try:
        return read_moment(text, now)
    except UsageError:
        path = expand(text, scope)
        if not os.path.exists(path):
            raise
        return os.stat(path).st_mtime


def mode_test(text: str) -> Condition:
    """`644` exactly, `-644` all of these bits, `/222` any, `u+x`, `o-w`, `+x` for anybody. Raises UsageError."""
    octal = re.fullmatch(r"([-/]?)([0-7]{1,4})", text)
    if octal:
        return _octal_test(octal[1], int(octal[2], 8))
    tests = [_symbolic_test(part) for part in text.split(",")]
    return lambda entry: entry.stat is not None and all(test(entry.stat.st_mode) for test in tests)


def _octal_test(how: str, bits: int) -> Condition:
    tests: dict[str, Callable[[int], bool]] = {
        "": lambda mode: mode & 0o7777 == bits,
        "-": lambda mode: mode & bits == bits,
        "/": lambda mode: bool(mode & bits) or not bits,
    }
    return lambda entry: entry.stat is not None and tests[how](entry.stat.st_mode)


def _symbolic_test(text: str) -> Callable[[int], bool]:
    match = _SYMBOLIC.fullmatch(text)
    if match is None:
        raise UsageError(f"{visible(text)} is not a mode", "write it like 644, u+x or o-w")
    classes = "ugo" if not match[1] or "a" in match[1] else match[1]
    groups = [sum(_bit(letter, place) for letter in match[3]) for place in classes]
    whole = sum(7 << _PLACES[place] for place in classes)
    wanted = 0
    for bits in groups:
        wanted |= bits
    if match[2] == "-":
        return lambda mode: not mode & wanted
    if match[2] == "=":
        return lambda mode: mode & whole == wanted & 0o777
    if match[1]:
        return lambda mode: mode & wanted == wanted
    return lambda mode: any(bits and mode & bits == bits for bits in groups)


def _bit(letter: str, place: str) -> int:
    if letter == "t":
        return stat.S_ISVTX
    if letter == "s":
        return {"u": stat.S_ISUID, "g": stat.S_ISGID, "o": 0}[place]
    return _BITS[letter] << _PLACES[place]


def _uid(name: str) -> int:
    try:
        return int(name) if name.isdigit() else pwd.getpwnam(name).pw_uid
    except KeyError as error:
        raise UsageError(f"there is no user {visible(name)}", "check the name") from error


def _gid(name: str) -> int:
    try:
        return int(name) if name.isdigit() else grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise UsageError(f"there is no group {visible(name)}", "check the name") from error


def is_empty(entry: Entry) -> bool:
    """A file of no bytes, or a folder with nothing in it; what cannot be looked into is not said to be empty."""
    if entry.kind == "file":
        return entry.stat is not None and entry.stat.st_size == 0
    if entry.kind != "folder":
        return False
    try:
        fd = os.open(entry.name or ".", _FOLDER, dir_fd=entry.dirfd)
    except OSError:
        return False
    try:
        with os.scandir(fd) as items:
            return next(iter(items), None) is None
    except OSError:
        return False
    finally:
        os.close(fd)


def holds(entry: Entry, text: str, scope: Scope, tally: Tally, *, is_agreed: bool) -> bool:
    """Whether a file's content holds a text. Delicate files are passed over unless they were agreed to."""
    if not is_agreed and delicate(entry.path):
        tally.delicate += 1
        return False
    needle = text.encode("utf-8", "surrogateescape")
    try:
        with open_entry(entry.dirfd, entry.name, entry.path) as file:
            return any(needle in block for block in line_blocks(file, scope, entry.path))
    except Cancelled:
        raise
    except NlshError as error:
        tally.fail(error.message)
        return False
