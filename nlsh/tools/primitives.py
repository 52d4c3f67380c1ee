"""One primitive change each, made by directory descriptor on exactly the thing that was looked at, or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from typing import Any, Final

from nlsh.core.display import visible
from nlsh.core.errors import NlshError
from nlsh.core.scope import Cancellation
from nlsh.tools.copying import Copier, remove_tree
from nlsh.tools.faults import explaining
from nlsh.tools.kernelcalls import rename_exclusive, rename_swapping
from nlsh.tools.states import State, difference, state_at, state_in, tree_print
from nlsh.tools.tree import open_parent

Spot = tuple[int, str]
"""A name in an open folder."""
_LOOK: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_NOFOLLOW | os.O_CLOEXEC


def present(path: str) -> State:
    """What stands at a path. Raises NlshError where there is nothing."""
    found = state_at(path)
    if found is None:
        raise NlshError(f"{visible(path)} is no longer there", "nothing was done to it")
    return found


def meta_at(path: str, values: Mapping[str, int]) -> State:
    """The state of a path, with the present values (`set`) of what is to become `values` (`new`). Raises NlshError."""
    with open_parent(path) as (dirfd, name), explaining("look at", path):
        found = os.stat(name, dir_fd=dirfd, follow_symlinks=False)
        return state_in(dirfd, name) | {"set": _meta_of(found, values), "new": dict(values)}


def _meta_of(found: os.stat_result, keys: Iterable[str]) -> dict[str, int]:
    values = {
        "mode": stat.S_IMODE(found.st_mode),
        "uid": found.st_uid,
        "gid": found.st_gid,
        "mtime_ns": found.st_mtime_ns,
        "atime_ns": found.st_atime_ns,
    }
    return {key: values[key] for key in keys}


def move(source: str, target: str, expected: State, told: str = "") -> dict[str, Any]:
    """Rename without replacing; what was moved is checked to be what was meant, else it is put back.

    `told` is the path errors speak of where the source is a hidden one.

    Raises:
        NlshError: it is no longer as expected, or cannot be moved; `__cause__` has EXDEV across file systems.
    """
    with open_parent(source) as (source_fd, name), open_parent(target) as (target_fd, new_name):
        with explaining("make" if told else "move", told or source):
            _refuse_changed(source, expected, state_in(source_fd, name))
            try:
                rename_exclusive(name, new_name, source_fd, target_fd)
            except OSError as error:
                if error.errno != errno.EXDEV or os.fstat(source_fd).st_dev != os.fstat(target_fd).st_dev:
                    raise
                _move_by_copy(source, target)
            found = state_in(target_fd, new_name)
        if found["inode"] != expected["inode"] and found["mtime_ns"] != expected["mtime_ns"]:
            rename_exclusive(new_name, name, target_fd, source_fd)
            raise NlshError(f"{visible(source)} was exchanged for something else just now", "nothing was moved")
        return found


def _move_by_copy(source: str, target: str) -> None:
    """Overlay and bind mounts cannot rename some folders: copy, compare, and only then remove the first one."""
    never = Cancellation()
    try:
        for _ in Copier(never, keeps_owner=True).copy(source, target):
            pass
        if _weight(source) != _weight(target):
            raise NlshError(f"{visible(source)} cannot be copied whole", "it holds devices, or it is being changed")
    except BaseException:
        if os.path.lexists(target):
            remove_tree(target, never)
        raise
    remove_tree(source, never)


def _weight(path: str) -> object:
    found = os.lstat(path)
    return tree_print(path, Cancellation()) if stat.S_ISDIR(found.st_mode) else found.st_size


def with_tree(path: str, found: dict[str, Any]) -> dict[str, Any]:
    """A state, for a folder with the digest of what it holds."""
    if found["kind"] != "folder":
        return found
    return found | {"tree": tree_print(path, Cancellation())}


def set_values(path: str, expected: State, values: Mapping[str, int]) -> dict[str, Any]:
    """Set mode, owner, times of the thing that was looked at, never through a link. Raises NlshError."""
    with open_parent(path) as (dirfd, name), explaining("change", path):
        fd = os.open(name, _LOOK, dir_fd=dirfd)
        try:
            found = os.fstat(fd)
            if found.st_ino != expected["inode"]:
                raise NlshError(f"{visible(path)} was exchanged for something else just now", "nothing was changed")
            _apply(fd, name, dirfd, values, found)
            now = os.stat(name, dir_fd=dirfd, follow_symlinks=False)
            return state_in(dirfd, name) | {"set": _meta_of(now, values)}
        finally:
            os.close(fd)


def _apply(fd: int, name: str, dirfd: int, values: Mapping[str, int], found: os.stat_result) -> None:
    """Owner first: the kernel clears set-user bits with it, and the mode, coming after, restores them."""
    if "uid" in values or "gid" in values:
        os.chown(name, values.get("uid", -1), values.get("gid", -1), dir_fd=dirfd, follow_symlinks=False)
    if "mode" in values and not stat.S_ISLNK(found.st_mode):
        here = f"/proc/self/fd/{fd}"
        if os.path.exists(here):
            os.chmod(here, values["mode"])
        else:
            os.chmod(name, values["mode"], dir_fd=dirfd)
    if "mtime_ns" in values or "atime_ns" in values:
        times = (values.get("atime_ns", found.st_atime_ns), values.get("mtime_ns", found.st_mtime_ns))
        os.utime(name, ns=times, dir_fd=dirfd, follow_symlinks=False)


def _refuse_changed(path: str, expected: State, found: State) -> None:
    differs = difference(expected, found)
    if differs:
        raise NlshError(f"{visible(path)} {differs}, so it was left alone", "look at it, then ask again")


def exchange(path: str, slot: str, staged: str, old: State) -> dict[str, Any]:
    """Keep the old content under a second name, then let the new take the first: at no moment is there none.

    All three lie on one file system.

    Raises:
        NlshError: it is no longer what was looked at, or cannot be replaced.
    """
    with (
        open_parent(path) as here,
        open_parent(slot) as there,
        open_parent(staged) as stage,
        explaining("write", path),
    ):
        _refuse_changed(path, old, state_in(*here))
        if (state_in(*stage)["kind"] == "folder") != (old["kind"] == "folder"):
            raise NlshError(f"{visible(path)} cannot be replaced: one is a folder, one is not", "choose another name")
        if _second_name(here, there, old):
            _replace(stage, here, there)
        else:
            rename_swapping(stage[1], here[1], stage[0], here[0])
            rename_exclusive(stage[1], there[1], stage[0], there[0])
        return state_in(*here) | {"old": state_in(*there)}


def _second_name(here: Spot, there: Spot, old: State) -> bool:
    """Whether the old content could be linked to its slot; folders and some file systems cannot be."""
    if old["kind"] == "folder":
        return False
    try:
        os.link(here[1], there[1], src_dir_fd=here[0], dst_dir_fd=there[0], follow_symlinks=False)
    except (OSError, NotImplementedError):
        return False
    return True


def _replace(stage: Spot, here: Spot, there: Spot) -> None:
    try:
        os.rename(stage[1], here[1], src_dir_fd=stage[0], dst_dir_fd=here[0])
    except OSError:
        os.unlink(there[1], dir_fd=there[0])
        raise


def swap(path: str, slot: str) -> None:
    """Exchange two names. Raises NlshError."""
    with (
        open_parent(path) as (dirfd, name),
        open_parent(slot) as (slot_fd, slot_name),
        explaining("restore", path),
    ):
        rename_swapping(name, slot_name, dirfd, slot_fd)
