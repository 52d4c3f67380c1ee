"""Modes and owners."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from nlsh.core.arguments import Mode, Paths, User
from nlsh.core.display import visible
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import changes
from nlsh.tools.fs import found, parcels
from nlsh.tools.fs.wording import counted, named, previewed, recheck, totals
from nlsh.tools.modes import read_mode
from nlsh.tools.paths import expand_many, facts, outermost
from nlsh.tools.tree import Entry, walk

Wanted = Callable[[Entry, os.stat_result], Mapping[str, int]]
"""What is to be set on one thing; nothing where it is as wanted."""


@dataclass(frozen=True, kw_only=True)
class Chmod(Syscall):
    """Change who may read, write and run files and folders: `755`, `+x`, `u+x,go-w`; `recursive` for all below."""

    name: ClassVar[str] = "fs.chmod"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("make run.sh executable", '[{"fs.chmod":{"path":"run.sh","mode":"+x"}}]'),
        Example("chmod 644 index.html", '[{"fs.chmod":{"path":"index.html","mode":"644"}}]'),
        Example("nobody but me should be able to read diary.txt", '[{"fs.chmod":{"path":"diary.txt","mode":"600"}}]'),
        Example(
            "take away write permission for others on everything in shared",
            '[{"fs.chmod":{"path":"shared","mode":"o-w","recursive":true}}]',
        ),
        Example("all the shell scripts need to be runnable", '[{"fs.chmod":{"path":"*.sh","mode":"+x"}}]'),
        Example(
            "set permissions of public to 755, subfolders too",
            '[{"fs.chmod":{"path":"public","mode":"755","recursive":true}}]',
        ),
        Example("write-protect contract.pdf", '[{"fs.chmod":{"path":"contract.pdf","mode":"a-w"}}]'),
        Example("mach start.py ausführbar", '[{"fs.chmod":{"path":"start.py","mode":"+x"}}]'),
        Example("dale permiso de ejecución a instalar.sh", '[{"fs.chmod":{"path":"instalar.sh","mode":"+x"}}]'),
        *parcels.CHMOD,
        *found.CHMOD,
    )

    path: Paths
    mode: Mode
    recursive: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """Count what changes; granting set-user or set-group rights is privileged."""
        change = read_mode(self.mode)
        paths = _followed(self.path, scope, are_deep=self.recursive)
        found = facts(paths, scope, recursive=self.recursive, mutates=True)
        gives = any(change(top.mode, False) & ~top.mode & 0o6000 for top in found.targets if top.kind == "file")
        why = "it would run with its owner's or group's rights" if gives else ""
        return replace(found, privileged=found.privileged or why, is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """The mode, and on what."""
        below = ", with everything below" if facts.is_recursive else ""
        return previewed(f"set mode {self.mode} on {', '.join(self.path)}{below}{totals(facts)}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Set every mode that differs, contents before their folders."""
        recheck(facts)
        change = read_mode(self.mode)
        paths = _followed(self.path, scope, are_deep=self.recursive)

        def wanted(entry: Entry, found: os.stat_result) -> Mapping[str, int]:
            mode = change(found.st_mode, entry.kind == "folder")
            return {"mode": mode} if mode != stat.S_IMODE(found.st_mode) and entry.kind != "link" else {}

        count, shut = _set_all(paths, self.recursive, wanted, scope)
        yield Note(f"set mode {self.mode} on {named(paths, scope)}{_told(count, shut, self.recursive)}")


@dataclass(frozen=True, kw_only=True)
class Chown(Syscall):
    """Give files and folders to another user or group; `recursive` for all below. Takes the administrator's rights."""

    name: ClassVar[str] = "fs.chown"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("make alice the owner of report.txt", '[{"fs.chown":{"path":"report.txt","user":"alice"}}]'),
        Example("chown -R www-data site", '[{"fs.chown":{"path":"site","user":"www-data","recursive":true}}]'),
        Example("change the group of shared to staff", '[{"fs.chown":{"path":"shared","group":"staff"}}]'),
        Example(
            "data.db should belong to postgres:postgres",
            '[{"fs.chown":{"path":"data.db","user":"postgres","group":"postgres"}}]',
        ),
        Example(
            "hand the whole music folder over to bob", '[{"fs.chown":{"path":"music","user":"bob","recursive":true}}]'
        ),
        Example("root should own config.ini", '[{"fs.chown":{"path":"config.ini","user":"root"}}]'),
        Example("übertrage bild.png an anna", '[{"fs.chown":{"path":"bild.png","user":"anna"}}]'),
        *parcels.CHOWN,
    )

    path: Paths
    user: User = ""
    group: User = ""
    recursive: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """Check user and group, count what changes."""
        uid = self._ids().get("uid")
        found = facts(
            _followed(self.path, scope, are_deep=self.recursive), scope, recursive=self.recursive, mutates=True
        )
        is_given = uid is not None and uid != os.geteuid()
        why = f"it gives things to {visible(self.user)}" if is_given else ""
        return replace(found, privileged=found.privileged or why, is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """To whom, and what."""
        return previewed(f"give {', '.join(self.path)} to {self._whom()}{totals(facts)}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Change every owner that differs; the mode is kept."""
        recheck(facts)
        ids = self._ids()
        paths = _followed(self.path, scope, are_deep=self.recursive)

        def wanted(entry: Entry, found: os.stat_result) -> Mapping[str, int]:
            present = {"uid": found.st_uid, "gid": found.st_gid}
            if all(present[key] == value for key, value in ids.items()):
                return {}
            return ids | ({} if entry.kind == "link" else {"mode": stat.S_IMODE(found.st_mode)})

        count, shut = _set_all(paths, self.recursive, wanted, scope)
        yield Note(f"gave {named(paths, scope)} to {self._whom()}{_told(count, shut, self.recursive)}")

    def _whom(self) -> str:
        user, group = self._names()
        return visible(" and ".join([user] * bool(user) + [f"group {group}"] * bool(group)))

    def _names(self) -> tuple[str, str]:
        user, _, group = self.user.partition(":")
        return user, self.group or group

    def _ids(self) -> dict[str, int]:
        """User and group as numbers. Raises UsageError."""
        user, group = self._names()
        if not user and not group:
            raise UsageError("it was not said who shall own it", "name a user or a group")
        found: dict[str, int] = {}
        if user:
            found["uid"] = _number("user", user, lambda: pwd.getpwnam(user).pw_uid)
        if group:
            found["gid"] = _number("group", group, lambda: grp.getgrnam(group).gr_gid)
        return found


def _number(kind: str, name: str, lookup: Callable[[], int]) -> int:
    try:
        return int(name) if name.isdecimal() else lookup()
    except KeyError as error:
        raise UsageError(f"there is no {kind} {visible(name)}", "check the name") from error


def _followed(texts: Sequence[str], scope: Scope, *, are_deep: bool) -> Sequence[str]:
    """The named things themselves, links followed as chmod does; if all below them is meant, none inside another.

    Folders stand before what is in them.
    """
    paths = sorted({os.path.realpath(path) for path in expand_many(texts, scope)})
    return outermost(paths) if are_deep else paths


def _set_all(paths: Sequence[str], recursive: bool, wanted: Wanted, scope: Scope) -> tuple[int, int]:
    """Set what is wanted for every path (and all below); returns how many changed and how many folders were shut.

    Deepest last in the walk, first in the work: no folder is shut before its contents were changed.
    """
    rows: list[tuple[str, Mapping[str, int]]] = []
    shut = 0
    for path in paths:
        for entry in walk(path, scope, enters=lambda _: recursive):
            shut += bool(entry.error)
            values = wanted(entry, entry.stat) if entry.stat is not None else {}
            if values:
                rows.append((entry.path, values))
    return changes.set_meta(reversed(rows), scope), shut


def _told(count: int, shut: int, recursive: bool) -> str:
    told = f": {counted(count, 'thing')} changed" if recursive else ""
    return told + (f", {counted(shut, 'folder')} could not be entered" if shut else "")


SYSCALLS: tuple[type[Syscall], ...] = (Chmod, Chown)
