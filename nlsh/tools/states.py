"""What stands at a place, in a form the journal can hold, and whether two such states are the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

from nlsh.core.errors import NlshError
from nlsh.tools.faults import explaining
from nlsh.tools.tree import Checked, Entry, kind_of, open_parent, walk

State = Mapping[str, Any]


def state_of(found: os.stat_result) -> dict[str, Any]:
    """An lstat as the journal keeps it."""
    return {
        "device": found.st_dev,
        "inode": found.st_ino,
        "size": found.st_size,
        "mtime_ns": found.st_mtime_ns,
        "mode": found.st_mode,
        "kind": kind_of(found.st_mode),
    }


def state_in(dirfd: int, name: str) -> dict[str, Any]:
    """The state of a name in an open folder. Raises OSError."""
    return state_of(os.stat(name, dir_fd=dirfd, follow_symlinks=False))


def state_at(path: str) -> dict[str, Any] | None:
    """The state of a path, None where there is nothing.

    Raises:
        NlshError: it cannot be looked at.
    """
    try:
        with open_parent(path) as (dirfd, name), explaining("look at", path):
            return state_in(dirfd, name)
    except NlshError as error:
        if isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError)):
            return None
        raise


def difference(expected: State, found: State | None) -> str:
    """How a found state differs from the one expected, in words; empty if it does not.

    Device numbers are not compared: they may change when the machine starts again. Of a folder neither are size and
    time: what happens in it is not what happens to it.
    """
    if found is None:
        return "is no longer there"
    is_folder = expected["kind"] == "folder"
    for keys, words in (
        (("kind", "inode"), "was replaced by something else"),
        (() if is_folder else ("size", "mtime_ns"), "has been changed since"),
        (("mode",), "has got another mode since"),
    ):
        if any(expected[key] != found[key] for key in keys):
            return words
    return ""


def tree_print(path: str, checked: Checked, *, is_exact: bool = True) -> str:
    """A digest of everything below a folder, whatever the order it is read in: names, kinds, sizes, link targets,
    and with `is_exact` modes and the times of what is not a folder.

    What undo keeps there itself is left out.

    Raises:
        NlshError: the folder cannot be looked at.
        Cancelled: the work was cancelled.
    """
    total = 0
    for entry in walk(path, checked):
        if entry.depth and not (entry.name.startswith(".nlsh-") and entry.name.endswith(".kept")):
            digest = hashlib.blake2b(_line(entry, len(path), is_exact), digest_size=16).digest()
            total += int.from_bytes(digest, "big")
    return f"{total % (1 << 128):032x}"


def _line(entry: Entry, skip: int, is_exact: bool) -> bytes:
    parts: list[object] = [entry.kind, bool(entry.error)]
    if entry.stat is not None:
        if is_exact:
            parts.append(entry.stat.st_mode)
        if entry.kind != "folder":
            parts += [entry.stat.st_size, entry.stat.st_mtime_ns if is_exact else 0]
    if entry.kind == "link":
        parts.append(os.readlink(entry.name, dir_fd=entry.dirfd))
    return os.fsencode(f"{entry.path[skip:]}\0{parts!r}")
