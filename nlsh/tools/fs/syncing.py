"""Making one folder like another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from nlsh.core.arguments import NewPath, Path
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import changes
from nlsh.tools.copying import Copier
from nlsh.tools.fs import parcels
from nlsh.tools.fs.arrivals import Arrival, arrival_facts, merged
from nlsh.tools.fs.moving import copied
from nlsh.tools.fs.wording import counted, previewed, recheck
from nlsh.tools.paths import expand, facts, outermost, shown, target
from nlsh.tools.tree import walk

_SAME_NS = 2_000_000_000


@dataclass(frozen=True, kw_only=True)
class Sync(Syscall):
    """Make the folder `to` like the folder `source`: copy what is new or changed.

    With `delete` what is only in `to` goes to the trash.
    """

    name: ClassVar[str] = "fs.sync"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ, Effect.WRITE, Effect.DELETE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("sync photos to /media/usb/photos", '[{"fs.sync":{"source":"photos","to":"/media/usb/photos"}}]'),
        Example(
            "mirror website to backup/website exactly",
            '[{"fs.sync":{"source":"website","to":"backup/website","delete":true}}]',
        ),
        Example("bring ~/notes_copy up to date with ~/notes", '[{"fs.sync":{"source":"~/notes","to":"~/notes_copy"}}]'),
        Example("rsync -a src/ dst/", '[{"fs.sync":{"source":"src/","to":"dst/"}}]'),
        Example("only copy what changed in music over to player", '[{"fs.sync":{"source":"music","to":"player"}}]'),
        Example(
            "make target identical to master, dropping extra files",
            '[{"fs.sync":{"source":"master","to":"target","delete":true}}]',
        ),
        Example("gleiche dokumente mit sicherung ab", '[{"fs.sync":{"source":"dokumente","to":"sicherung"}}]'),
        Example("sincroniza trabajo con respaldo", '[{"fs.sync":{"source":"trabajo","to":"respaldo"}}]'),
        *parcels.SYNC,
    )

    source: Path
    to: NewPath
    delete: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """Compare the two by size and time."""
        fresh, extra = self._differences(scope)
        found = facts([unit.source for unit in fresh], scope, recursive=True, mutates=False)
        gone = facts(extra, scope, recursive=True, mutates=True)
        there = arrival_facts(found, [unit.path for unit in fresh], scope)
        return replace(
            there,
            targets=(*gone.targets, *there.targets)[:50],
            count=there.count + gone.count,
            size_bytes=there.size_bytes + gone.size_bytes,
            protected=there.protected or gone.protected,
            privileged=there.privileged or gone.privileged,
            details={**there.details, "fresh": found.count, "gone": gone.count, "copy_bytes": found.size_bytes},
        )

    def preview(self, facts: Facts) -> Preview:
        """How many are copied and how many go."""
        gone = facts.details.get("gone", 0)
        title = f"make {self.to} like {self.source}: copy {counted(facts.details.get('fresh', 0), 'thing')}"
        return previewed(title + (f", delete {counted(gone, 'thing')}" if gone else ""), facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Copy, then throw the extra ones into the trash."""
        recheck(facts)
        fresh, extra = self._differences(scope)
        yield from copied(fresh, Copier(scope, facts.details.get("copy_bytes", 0)), scope)
        changes.discard(extra, scope)
        told = f"copied {counted(facts.details.get('fresh', 0), 'thing')}"
        if extra:
            told += f", moved {counted(facts.details.get('gone', 0), 'thing')} to the trash"
        yield Note(f"{told}: {shown(expand(self.to, scope), scope)} is like {shown(expand(self.source, scope), scope)}")

    def _differences(self, scope: Scope) -> tuple[list[Arrival], tuple[str, ...]]:
        """What is to be copied, and what is to go."""
        source, place = os.path.realpath(expand(self.source, scope)), os.path.realpath(expand(self.to, scope))
        if not os.path.isdir(source):
            raise UsageError(f"{shown(source, scope)} is no folder", "name a folder, or use copy")
        if os.path.lexists(place) and not os.path.isdir(place):
            raise UsageError(f"{shown(place, scope)} is no folder", "name a folder")
        if (place + "/").startswith(source + "/") or (source + "/").startswith(place + "/"):
            raise UsageError("one of the two folders lies in the other", "name two separate folders")
        fresh = [unit for unit in merged(Arrival(source, place), scope) if _differs(unit)]
        return fresh, outermost(_extra(source, place, scope)) if self.delete else ()


def _differs(unit: Arrival) -> bool:
    here, there = target(unit.source), target(unit.path)
    if there.kind != here.kind:
        return True
    if here.kind == "link":
        return os.readlink(unit.source) != os.readlink(unit.path)
    is_near = abs(here.modified_ns - there.modified_ns) < _SAME_NS
    return here.size_bytes != there.size_bytes or not is_near


def _extra(source: str, place: str, scope: Scope) -> list[str]:
    if not os.path.isdir(place):
        return []
    entries = walk(place, scope, enters=lambda entry: os.path.isdir(source + entry.path[len(place) :]))
    return [entry.path for entry in entries if not os.path.lexists(source + entry.path[len(place) :])]


SYSCALLS: tuple[type[Syscall], ...] = (Sync,)
