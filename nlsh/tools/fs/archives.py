"""Archiving and unpacking."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from nlsh.core.arguments import NewPath, Paths
from nlsh.core.display import human_size, visible
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.formats import format_of
from nlsh.tools.fs import courses, found, parcels
from nlsh.tools.fs.arrivals import Arrival, arrival_facts, merged
from nlsh.tools.fs.wording import counted, named, previewed, recheck, totals
from nlsh.tools.paths import expand, expand_many, facts, outermost, real, shown
from nlsh.tools.staging import Staging
from nlsh.tools.tree import Entry, walk


@dataclass(frozen=True, kw_only=True)
class Archive(Syscall):
    """Pack files and folders into an archive; its ending says the kind: .tar, .tar.gz, .tar.bz2, .tar.xz, .zip.

    A single file can be compressed with .gz, .bz2 or .xz. Without `to` the archive is called after the first source,
    with .tar.gz.
    """

    name: ClassVar[str] = "fs.archive"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ, Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("zip the photos folder into photos.zip", '[{"fs.archive":{"source":"photos","to":"photos.zip"}}]'),
        Example("compress logs as logs.tar.gz", '[{"fs.archive":{"source":"logs","to":"logs.tar.gz"}}]'),
        Example("make a tarball of src", '[{"fs.archive":{"source":"src"}}]'),
        Example("pack all the pdfs into papers.tar.xz", '[{"fs.archive":{"source":"*.pdf","to":"papers.tar.xz"}}]'),
        Example("gzip access.log", '[{"fs.archive":{"source":"access.log","to":"access.log.gz"}}]'),
        Example(
            "archive photos and then delete the folder",
            '[{"fs.archive":{"source":"photos","to":"photos.tar.gz"}},{"fs.remove":{"path":"photos"}}]',
        ),
        Example(
            "tar up a.txt and b.txt in backup.tar", '[{"fs.archive":{"source":["a.txt","b.txt"],"to":"backup.tar"}}]'
        ),
        Example(
            "I have to mail the project folder, bundle it up as project.zip",
            '[{"fs.archive":{"source":"project","to":"project.zip"}}]',
        ),
        Example("packe berichte in berichte.zip", '[{"fs.archive":{"source":"berichte","to":"berichte.zip"}}]'),
        Example("comprime la carpeta fotos en fotos.tar.gz", '[{"fs.archive":{"source":"fotos","to":"fotos.tar.gz"}}]'),
        *parcels.ARCHIVE,
        *courses.ARCHIVE,
        *found.ARCHIVE,
    )

    source: Paths
    to: NewPath = ""

    def resolve(self, scope: Scope) -> Facts:
        """Count what is packed."""
        sources = outermost(expand_many(self.source, scope))
        place = self._place(sources, scope)
        form = format_of(place)
        if form.startswith("one:") and (len(sources) > 1 or not os.path.isfile(sources[0])):
            raise UsageError(
                f"{visible(self.to)} can hold one file only", "end it with .tar.gz for folders or several files"
            )
        found = facts(sources, scope, recursive=True, mutates=False)
        return arrival_facts(found, [place], scope)

    def preview(self, facts: Facts) -> Preview:
        """What goes into which archive."""
        return previewed(f"pack {', '.join(self.source)} into {self.to or 'an archive'}{totals(facts)}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Write the archive beside its place, then put it there."""
        recheck(facts)
        sources = outermost(expand_many(self.source, scope))
        place = self._place(sources, scope)
        from nlsh.tools.packing import pack

        with Staging(scope) as staging:
            staged = staging.beside(place)
            entries = _entries(sources, (real(place), staged), scope)
            yield from pack(entries, place, staged, scope, facts.size_bytes)
            size = os.path.getsize(staged)
            staging.place()
        yield Note(f"packed {named(sources, scope)}{totals(facts)} into {shown(place, scope)}, {human_size(size)}")

    def _place(self, sources: Sequence[str], scope: Scope) -> str:
        if self.to:
            place = expand(self.to, scope)
            is_folder = os.path.isdir(place)
            return os.path.join(place, os.path.basename(real(sources[0])) + ".tar.gz") if is_folder else place
        return os.path.join(scope.cwd, os.path.basename(real(sources[0])) + ".tar.gz")


def _entries(sources: Sequence[str], left_out: Sequence[str], scope: Scope) -> Iterator[tuple[Entry, str]]:
    """Everything to pack, with its name in the archive: relative to here, or beginning with the source's own name."""
    for source in sources:
        start = os.path.dirname(source)
        if source.startswith(scope.cwd.rstrip("/") + "/"):
            start = scope.cwd
        elif source == scope.cwd:
            start = source
        for entry in walk(source, scope):
            name = entry.path[len(start.rstrip("/")) + 1 :]
            if name and real(entry.path) not in left_out:
                yield entry, name


@dataclass(frozen=True, kw_only=True)
class Extract(Syscall):
    """Unpack an archive (tar in every compression, zip, gz, bz2, xz) here or into the folder `to`.

    Refused whole: names or links that lead outside, devices, and what would not fit on the disk.
    """

    name: ClassVar[str] = "fs.extract"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ, Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("unpack backup.tar.gz", '[{"fs.extract":{"source":"backup.tar.gz"}}]'),
        Example("unzip photos.zip into holiday", '[{"fs.extract":{"source":"photos.zip","to":"holiday"}}]'),
        Example("extract data.tar.xz to ~/data", '[{"fs.extract":{"source":"data.tar.xz","to":"~/data"}}]'),
        Example("what's inside release.tgz? just open it up here", '[{"fs.extract":{"source":"release.tgz"}}]'),
        Example("tar xf src.tar -C build", '[{"fs.extract":{"source":"src.tar","to":"build"}}]'),
        Example("gunzip access.log.gz", '[{"fs.extract":{"source":"access.log.gz"}}]'),
        Example("entpacke archiv.zip", '[{"fs.extract":{"source":"archiv.zip"}}]'),
        Example(
            "descomprime musica.tar.gz en canciones", '[{"fs.extract":{"source":"musica.tar.gz","to":"canciones"}}]'
        ),
        Example("décompresse dossier.zip", '[{"fs.extract":{"source":"dossier.zip"}}]'),
        *parcels.EXTRACT,
        *courses.EXTRACT,
    )

    source: Paths
    to: NewPath = "."

    def resolve(self, scope: Scope) -> Facts:
        """Judge every member, and count what would be replaced."""
        sources, place = expand_many(self.source, scope), expand(self.to, scope)
        from nlsh.tools.unpacking import free_bytes, surveyed

        names, size = surveyed(sources, free_bytes(_existing(place)), scope)
        tops = list(dict.fromkeys(os.path.join(place, name.split("/")[0]) for name in names))
        found = facts(sources, scope, recursive=False, mutates=False)
        here = arrival_facts(found, tops, scope)
        overwrites = sum(os.path.lexists(os.path.join(place, name)) for name, kind in names.items() if kind != "folder")
        return replace(here, count=len(names), size_bytes=size, overwrites=overwrites)

    def preview(self, facts: Facts) -> Preview:
        """How much comes out of it, and where to."""
        where = "here" if self.to == "." else self.to
        return previewed(f"unpack {', '.join(self.source)} to {where}{totals(facts)}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Unpack into a hidden folder beside, then put everything into place."""
        recheck(facts)
        sources, place = expand_many(self.source, scope), expand(self.to, scope)
        from nlsh.tools.unpacking import free_bytes, unpacked

        for source in sources:
            with Staging(scope) as staging:
                inner = staging.inside(place)
                yield from unpacked(source, inner, free_bytes(inner), facts.size_bytes, scope)
                units = [unit for top in sorted(os.listdir(inner)) for unit in _units(inner, place, top, scope)]
                staging.place_all([(unit.source, unit.path) for unit in units])
        yield Note(f"unpacked {counted(facts.count, 'thing')} from {named(sources, scope)} to {shown(place, scope)}")


def _existing(place: str) -> str:
    while not os.path.isdir(place):
        if os.path.lexists(place):
            raise UsageError(f"{os.path.basename(place)} is not a folder", "choose a folder to unpack into")
        place = os.path.dirname(place)
    return place


def _units(inner: str, place: str, top: str, scope: Scope) -> Iterator[Arrival]:
    return merged(Arrival(os.path.join(inner, top), os.path.join(place, top)), scope)


SYSCALLS: tuple[type[Syscall], ...] = (Archive, Extract)
