"""The freedesktop trash, always on the file system of what is thrown away: a rename, whatever the size.

Beside `files` and `info` a trash folder holds `nlsh`: the slots where undo keeps overwritten files.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

from nlsh.core.display import visible
from nlsh.core.errors import NlshError
from nlsh.core.scope import Scope
from nlsh.tools.faults import explaining, fault
from nlsh.tools.tree import open_parent, real_parent
from nlsh.tools.wards import mount_points

_NAME_BYTES: Final = 255
_INFO: Final = ".trashinfo"
_TRIES: Final = 50


class Trash:
    """Where things of a scope are thrown away. Made once for many paths: folders are found once."""

    def __init__(self, scope: Scope) -> None:
        data = scope.env.get("XDG_DATA_HOME") or os.path.join(scope.home, ".local", "share")
        self._home = os.path.join(data, "Trash")
        self._mounts = mount_points()
        self._found: dict[str, str] = {}

    def folder(self, path: str) -> str:
        """The trash folder for a path, made if need be.

        Raises:
            NlshError: no trash can be made on its file system; nothing may be deleted then.
        """
        head, _ = real_parent(path)
        if head not in self._found:
            self._found[head] = self._make(head)
        return self._found[head]

    def slot(self, path: str) -> str:
        """A free place on the file system of `path` for what undo must keep: in its trash, else a hidden neighbour."""
        head, _ = real_parent(path)
        try:
            folder = os.path.join(self.folder(path), "nlsh")
            with explaining("keep a copy in", folder):
                os.makedirs(folder, mode=0o700, exist_ok=True)
        except NlshError:
            return os.path.join(head, f".nlsh-{secrets.token_hex(8)}.kept")
        return os.path.join(folder, secrets.token_hex(8))

    def reserve(self, path: str) -> str:
        """Write the `.trashinfo` of a path and return where in `files` it is to be moved.

        Raises:
            NlshError: it is in the trash already, holds the trash, or no trash can be made.
        """
        folder = self.folder(path)
        place = os.path.join(*real_parent(path))
        if place == folder or place.startswith(folder + "/"):
            raise NlshError(f"{visible(path)} is in the trash already", "empty the trash with your desktop or with rm")
        if folder.startswith(place + "/"):
            raise NlshError(f"{visible(path)} holds the trash itself", "remove what is in it one by one")
        return os.path.join(folder, "files", self._reserve_name(folder, place))

    def _reserve_name(self, folder: str, place: str) -> str:
        with explaining("write to the trash", folder):
            for attempt in range(_TRIES):
                name = _numbered(os.path.basename(place), attempt)
                if os.path.lexists(os.path.join(folder, "files", name)):
                    continue
                try:
                    write_info(os.path.join(folder, "files", name), place)
                except FileExistsError:
                    continue
                return name
        raise NlshError(f"the trash in {visible(folder)} has no free name", "empty it")

    def _make(self, head: str) -> str:
        top = self._top(head)
        home_above = _first_existing(self._home)
        if os.stat(head).st_dev == os.stat(home_above).st_dev and self._top(home_above) == top:
            return _furnished(self._home)
        try:
            return _furnished(_shared(top) or _own(top))
        except NlshError as error:
            raise NlshError(
                f"no trash can be made on the file system at {visible(top)}, so nothing there is deleted",
                f"make a folder .Trash-{os.getuid()} there that belongs to you, or delete with a command of your own",
            ) from error

    def _top(self, folder: str) -> str:
        """The highest folder of the same mount."""
        folder = os.path.realpath(folder)
        with explaining("look at", folder):
            device = os.stat(folder).st_dev
            while folder != "/" and folder not in self._mounts:
                above = os.path.dirname(folder)
                if os.stat(above).st_dev != device:
                    break
                folder = above
        return folder


def _first_existing(path: str) -> str:
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _shared(top: str) -> str:
    """`.Trash/$uid` at the top of a mount, where an administrator has prepared it safely; else empty."""
    shared = os.path.join(top, ".Trash")
    try:
        found = os.lstat(shared)
    except OSError:
        return ""
    is_safe = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
    return os.path.join(shared, str(os.getuid())) if is_safe else ""


def _own(top: str) -> str:
    return os.path.join(top, f".Trash-{os.getuid()}")


def _furnished(folder: str) -> str:
    """The folder with its `files` and `info`, real and our own."""
    with explaining("make the trash", folder):
        for part in (folder, os.path.join(folder, "files"), os.path.join(folder, "info")):
            os.makedirs(part, mode=0o700, exist_ok=True)
            found = os.lstat(part)
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                raise fault(PermissionError(errno.EPERM, ""), "trust the trash", part)
    return os.path.realpath(folder)


def _numbered(name: str, attempt: int) -> str:
    """`name`, `name.2`, …, at last with random digits; short enough for its `.trashinfo`."""
    suffix = "" if attempt == 0 else f".{attempt + 1}" if attempt < _TRIES // 2 else f".{secrets.token_hex(4)}"
    room = _NAME_BYTES - len(_INFO) - len(suffix)
    return os.fsdecode(os.fsencode(name)[:room]) + suffix


def _info_of(trashed: str) -> str:
    """The `.trashinfo` of a thing in a trash's `files`; empty for any other place."""
    folder, name = os.path.split(trashed)
    trash, last = os.path.split(folder)
    above, called = os.path.split(trash)
    is_trash = called == "Trash" or called.startswith(".Trash-") or os.path.basename(above) == ".Trash"
    return os.path.join(trash, "info", name + _INFO) if last == "files" and is_trash else ""


def write_info(trashed: str, original: str) -> None:
    """Say where a trashed thing came from and when. Does nothing outside a trash.

    Raises:
        FileExistsError: the name is taken.
        OSError: as open.
    """
    path = _info_of(trashed)
    if not path:
        return
    trash = os.path.dirname(os.path.dirname(path))
    top = os.path.dirname(trash) if not trash.endswith("/Trash") else ""
    top = os.path.dirname(top) if os.path.basename(top) == ".Trash" else top
    said = original[len(top) :].lstrip("/") if top and original.startswith(top.rstrip("/") + "/") else original
    now = datetime.now().strftime("%Y-%m-%dT%H:%M:%S")
    text = f"[Trash Info]\nPath={quote_from_bytes(os.fsencode(said))}\nDeletionDate={now}\n"
    with open_parent(path) as (dirfd, name):
        fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=dirfd)
        with os.fdopen(fd, "w", encoding="ascii") as stream:
            stream.write(text)


def drop_info(trashed: str) -> None:
    """Forget where a trashed thing came from: it is there no more. Does nothing outside a trash."""
    path = _info_of(trashed)
    if path:
        try:
            os.unlink(path)
        except FileNotFoundError:
            return


def read_info(trashed: str) -> Mapping[str, str]:
    """`Path` (decoded) and `DeletionDate` of a trashed thing; empty where nothing is known."""
    path = _info_of(trashed)
    try:
        with open(path, encoding="ascii", errors="surrogateescape") as lines:
            pairs = dict(line.rstrip("\n").partition("=")[::2] for line in lines if "=" in line)
    except OSError:
        return {}
    return pairs | {"Path": os.fsdecode(unquote_to_bytes(pairs.get("Path", "")))}
