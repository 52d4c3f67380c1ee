"""Copying, moving, renaming."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from nlsh.core.arguments import NewPath, Paths
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note, Progress
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import changes
from nlsh.tools.copying import Copier
from nlsh.tools.fs import courses, errands, found
from nlsh.tools.fs.arrivals import Arrival, arrival_facts, arrivals, merged
from nlsh.tools.fs.wording import named, previewed, recheck, totals
from nlsh.tools.paths import expand, expand_many, facts, outermost, shown, target
from nlsh.tools.staging import Staging
from nlsh.tools.states import tree_print


@dataclass(frozen=True, kw_only=True)
class Copy(Syscall):
    """Copy files and folders into a folder, or one under a new name; modes, times and links are kept."""

    name: ClassVar[str] = "fs.copy"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ, Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("copy report.txt to backup", '[{"fs.copy":{"source":"report.txt","to":"backup"}}]'),
        Example(
            "duplicate config.yaml as config.bak.yaml", '[{"fs.copy":{"source":"config.yaml","to":"config.bak.yaml"}}]'
        ),
        Example("put a copy of all the pdfs into ~/Documents", '[{"fs.copy":{"source":"*.pdf","to":"~/Documents"}}]'),
        Example("I need the photos folder on /media/usb too", '[{"fs.copy":{"source":"photos","to":"/media/usb"}}]'),
        Example(
            "cp notes.md and todo.md over to archive", '[{"fs.copy":{"source":["notes.md","todo.md"],"to":"archive"}}]'
        ),
        Example(
            "back up main.py before I break it, call it main.py.bak",
            '[{"fs.copy":{"source":"main.py","to":"main.py.bak"}}]',
        ),
        Example(
            "copy everything bigger than 2 MB to /mnt/big",
            '[{"fs.find":{"size":">2M"}},{"fs.copy":{"source":"$1","to":"/mnt/big"}}]',
        ),
        Example("kopiere brief.odt nach Briefe", '[{"fs.copy":{"source":"brief.odt","to":"Briefe"}}]'),
        Example("copia la carpeta fotos a respaldo", '[{"fs.copy":{"source":"fotos","to":"respaldo"}}]'),
        Example("copie rapport.doc dans Archives", '[{"fs.copy":{"source":"rapport.doc","to":"Archives"}}]'),
        *errands.COPY,
        *found.COPY,
        *courses.BACKED_UP,
    )

    source: Paths
    to: NewPath

    def resolve(self, scope: Scope) -> Facts:
        """Count what is copied and what would be replaced."""
        sources = expand_many(self.source, scope)
        found = facts(sources, scope, recursive=True, mutates=False)
        return arrival_facts(found, [unit.path for unit in _units(sources, self.to, scope)], scope)

    def preview(self, facts: Facts) -> Preview:
        """What goes where."""
        return previewed(f"copy {', '.join(self.source)} to {self.to}{totals(facts)}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Copy beside the places, then put everything there at once."""
        recheck(facts)
        sources = expand_many(self.source, scope)
        copier = Copier(scope, facts.size_bytes)
        yield from copied(_units(sources, self.to, scope), copier, scope)
        yield Note(f"copied {named(sources, scope)} to {shown(expand(self.to, scope), scope)}{totals(facts)}")
        yield from _told_skipped(copier)


def _units(sources: Sequence[str], to: str, scope: Scope) -> list[Arrival]:
    return [unit for arrival in arrivals(sources, to, scope) for unit in merged(arrival, scope)]


def copied(units: Sequence[Arrival], copier: Copier, scope: Scope, *, is_compared: bool = False) -> Iterator[Progress]:
    """Copy every unit beside its place, then put all into place.

    Raises:
        NlshError: something could not be copied, or (`is_compared`) not whole; then nothing was put into place.
    """
    with Staging(scope) as staging:
        for unit in units:
            staged = staging.beside(unit.path)
            yield from copier.copy(unit.source, staged)
            if is_compared and _content(unit.source, scope) != _content(staged, scope):
                raise NlshError(f"{shown(unit.source, scope)} could not be copied whole", "it was left where it is")
        staging.place()


def _told_skipped(copier: Copier) -> Iterator[Note]:
    if copier.skipped:
        yield Note(f"left out {len(copier.skipped):,} of them: devices and sockets cannot be copied")


@dataclass(frozen=True, kw_only=True)
class Move(Syscall):
    """Move files and folders into a folder, or one to a new name, also to another disk."""

    name: ClassVar[str] = "fs.move"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE, Effect.DELETE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("move invoice.pdf to Documents", '[{"fs.move":{"source":"invoice.pdf","to":"Documents"}}]'),
        Example("put all the jpgs into pictures", '[{"fs.move":{"source":"*.jpg","to":"pictures"}}]'),
        Example(
            "sort the csv files into a new folder called data",
            '[{"fs.mkdir":{"path":"data"}},{"fs.move":{"source":"*.csv","to":"data"}}]',
        ),
        Example("get draft.txt out of here, into ~/old", '[{"fs.move":{"source":"draft.txt","to":"~/old"}}]'),
        Example("can you shift a.log and b.log to logs?", '[{"fs.move":{"source":["a.log","b.log"],"to":"logs"}}]'),
        Example("mv src/util.py lib/", '[{"fs.move":{"source":"src/util.py","to":"lib/"}}]'),
        Example(
            "move everything in downloads older than a month to attic",
            '[{"fs.find":{"path":"downloads","older":"1mo"}},{"fs.move":{"source":"$1","to":"attic"}}]',
        ),
        Example("verschieb die bilder nach Urlaub", '[{"fs.move":{"source":"bilder","to":"Urlaub"}}]'),
        Example("mueve tarea.docx a escuela", '[{"fs.move":{"source":"tarea.docx","to":"escuela"}}]'),
        Example("déplace photo.png dans images", '[{"fs.move":{"source":"photo.png","to":"images"}}]'),
        *errands.MOVE,
        *found.MOVE,
    )

    source: Paths
    to: NewPath

    def resolve(self, scope: Scope) -> Facts:
        """Count what moves and what would be replaced."""
        sources = outermost(expand_many(self.source, scope))
        found = facts(sources, scope, recursive=True, mutates=True)
        paths = [_movable(arrival, scope).path for arrival in arrivals(sources, self.to, scope)]
        return arrival_facts(found, paths, scope, is_moving=True)

    def preview(self, facts: Facts) -> Preview:
        """What goes where."""
        return previewed(f"move {', '.join(self.source)} to {self.to}{totals(facts)}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Rename where one disk holds both; else copy, compare, and throw the first one into its trash."""
        recheck(facts)
        sources = outermost(expand_many(self.source, scope))
        found = [_movable(arrival, scope) for arrival in arrivals(sources, self.to, scope)]
        folder = os.path.dirname(found[0].path)
        if not os.path.isdir(folder):
            with Staging(scope) as staging:
                os.mkdir(staging.beside(folder))
                staging.place()
        changes.discard([arrival.path for arrival in found if os.path.lexists(arrival.path)], scope)
        near = [arrival for arrival in found if _is_near(arrival)]
        changes.rename([(arrival.source, arrival.path) for arrival in near], scope)
        far = [arrival for arrival in found if arrival not in near] if len(near) < len(found) else []
        yield from _moved_far(far, facts, scope)
        yield Note(f"moved {named(sources, scope)} to {shown(expand(self.to, scope), scope)}{totals(facts)}")


def _movable(arrival: Arrival, scope: Scope) -> Arrival:
    """Refuse to move onto a folder that holds something, or a folder onto a file. Raises NlshError."""
    there = target(arrival.path).kind
    is_folder = target(arrival.source).kind == "folder"
    if there == "folder" and (not is_folder or os.listdir(arrival.path)):
        raise NlshError(
            f"there is a folder {shown(arrival.path, scope)} already", "copy into it instead, or choose another name"
        )
    if is_folder and there not in ("folder", "missing"):
        raise NlshError(f"there is a file {shown(arrival.path, scope)} already", "choose another name")
    return arrival


def _is_near(arrival: Arrival) -> bool:
    return os.lstat(arrival.source).st_dev == os.stat(os.path.dirname(arrival.path)).st_dev


def _moved_far(far: Sequence[Arrival], facts: Facts, scope: Scope) -> Iterator[Progress]:
    if not far:
        return
    copier = Copier(scope, facts.size_bytes, keeps_owner=True)
    yield from copied(far, copier, scope, is_compared=True)
    changes.discard([arrival.source for arrival in far], scope)


def _content(path: str, scope: Scope) -> object:
    found = os.lstat(path)
    is_folder = os.path.isdir(path) and not os.path.islink(path)
    return tree_print(path, scope, is_exact=False) if is_folder else found.st_size


SYSCALLS: tuple[type[Syscall], ...] = (Copy, Move)
