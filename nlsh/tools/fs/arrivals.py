"""Where copied and moved things arrive: into a folder or under a new name, onto nothing or onto something."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.scope import Scope
from nlsh.tools.paths import SAMPLE, expand, facts, real, shown
from nlsh.tools.tree import Entry, walk


@dataclass(frozen=True)
class Arrival:
    """One thing and where it is to stand."""

    source: str
    path: str


def arrivals(sources: Sequence[str], to: str, scope: Scope) -> list[Arrival]:
    """Each source with its place: inside `to` if that is a folder, or must become one; else `to` itself.

    Raises:
        UsageError: a thing would land on or inside itself, or two in one place.
    """
    place = expand(to, scope)
    is_into = os.path.isdir(place) or len(sources) > 1 or to.endswith("/")
    if is_into and os.path.lexists(place) and not os.path.isdir(place):
        raise UsageError(f"{shown(place, scope)} is not a folder", "choose a folder to put them into")
    found = [Arrival(source, os.path.join(place, _last(source)) if is_into else place) for source in sources]
    taken: set[str] = set()
    for arrival in found:
        _refuse_self(arrival, scope)
        if arrival.path in taken:
            raise UsageError(f"two of them are called {shown(arrival.path, scope)}", "move them one by one")
        taken.add(arrival.path)
    return found


def _last(source: str) -> str:
    return os.path.basename(real(source)) or "root"


def _refuse_self(arrival: Arrival, scope: Scope) -> None:
    source, path = real(arrival.source), real(arrival.path)
    if source == path or _is_same(source, path):
        raise UsageError(f"{shown(source, scope)} is there already", "choose another place or name")
    if _is_folder(source) and os.path.realpath(path).startswith(source.rstrip("/") + "/"):
        raise UsageError(f"{shown(source, scope)} cannot be put into itself", "choose a place outside it")


def _is_same(source: str, path: str) -> bool:
    try:
        return os.path.samestat(os.lstat(source), os.lstat(path))
    except OSError:
        return False


def merged(arrival: Arrival, scope: Scope) -> Iterator[Arrival]:
    """What has to be put into place so that a thing arrives: a folder onto a folder is taken apart.

    Raises:
        NlshError: a file would replace a folder, or the other way round.
    """
    if not _is_folder(arrival.source) or not _is_folder(arrival.path):
        yield _checked(arrival, scope)
        return

    def goes_on(entry: Entry) -> bool:
        return _is_folder(arrival.path + entry.path[len(arrival.source) :])

    for entry in walk(arrival.source, scope, enters=goes_on):
        if entry.error:
            raise NlshError(entry.error, "nothing was done")
        inner = Arrival(entry.path, arrival.path + entry.path[len(arrival.source) :])
        if not (entry.kind == "folder" and _is_folder(inner.path)):
            yield _checked(inner, scope)


def _checked(arrival: Arrival, scope: Scope) -> Arrival:
    if os.path.lexists(arrival.path) and _is_folder(arrival.source) != _is_folder(arrival.path):
        there = "folder" if _is_folder(arrival.path) else "file"
        raise NlshError(f"{shown(arrival.path, scope)} is a {there} already", "choose another place or name")
    return arrival


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def arrival_facts(found: Facts, paths: Sequence[str], scope: Scope, *, is_moving: bool = False) -> Facts:
    """Facts of what is copied, archived or moved, joined with those of the places it arrives at."""
    there = facts(paths, scope, recursive=False, mutates=True)
    return replace(
        found,
        targets=(*found.targets[: SAMPLE // 2], *there.targets)[:SAMPLE],
        overwrites=sum(map(os.path.lexists, paths)),
        protected=found.protected or there.protected,
        privileged=found.privileged or there.privileged,
        is_outside=there.is_outside or (is_moving and found.is_outside),
        is_reversible=True,
        details={**found.details, "items": [*found.details.get("items", ()), *there.details.get("items", ())]},
    )
