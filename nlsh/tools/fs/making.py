"""Making folders, empty files and links; setting times; cutting a file into pieces."""

from __future__ import annotations

import itertools
import os
import string
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final

from nlsh.core.arguments import Age, Kind, Mode, Name, NewPath, Path, Size, read_bytes, read_moment
from nlsh.core.display import human_size, visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note, Progress
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import changes
from nlsh.tools.contents import line_blocks
from nlsh.tools.faults import explaining
from nlsh.tools.fs import courses, parcels, wishes
from nlsh.tools.fs.wording import counted, named, previewed, recheck
from nlsh.tools.modes import read_mode
from nlsh.tools.paths import existing, expand, expand_new, facts, shown, target
from nlsh.tools.staging import Staging
from nlsh.tools.tree import open_file

NewPaths = Annotated[tuple[str, ...], Kind.NEW_PATH]
MAX_PIECES: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Mkdir(Syscall):
    """Make folders, with the folders above them; those that exist are left as they are."""

    name: ClassVar[str] = "fs.mkdir"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("make a folder for the invoices of march", '[{"fs.mkdir":{"path":"invoices of march"}}]'),
        Example("create a directory called build", '[{"fs.mkdir":{"path":"build"}}]'),
        Example("I need folders src, tests and docs", '[{"fs.mkdir":{"path":["src","tests","docs"]}}]'),
        Example("mkdir -p a/b/c", '[{"fs.mkdir":{"path":"a/b/c"}}]'),
        Example("new private folder secrets, mode 700", '[{"fs.mkdir":{"path":"secrets","mode":"700"}}]'),
        Example(
            "make a folder images and put all the pngs there",
            '[{"fs.mkdir":{"path":"images"}},{"fs.move":{"source":"*.png","to":"images"}}]',
        ),
        Example("set up ~/projects/demo for me", '[{"fs.mkdir":{"path":"~/projects/demo"}}]'),
        Example("erstelle einen ordner namens rechnungen", '[{"fs.mkdir":{"path":"rechnungen"}}]'),
        Example("crea una carpeta llamada viajes", '[{"fs.mkdir":{"path":"viajes"}}]'),
        Example("新建一个文件夹 照片", '[{"fs.mkdir":{"path":"照片"}}]'),
        *wishes.MKDIR,
        *courses.MKDIR,
    )

    path: NewPaths
    mode: Mode = ""

    def resolve(self, scope: Scope) -> Facts:
        """Which of them are new."""
        if self.mode:
            read_mode(self.mode)
        paths = expand_new(self.path, scope)
        for path in paths:
            if os.path.lexists(path) and not os.path.isdir(path):
                raise NlshError(f"{shown(path, scope)} is there already and is no folder", "choose another name")
        new = [path for path in paths if not os.path.lexists(path)]
        found = facts(new, scope, recursive=False, mutates=True)
        return replace(found, is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """Their names."""
        return Preview(f"make {'folder' if len(self.path) == 1 else 'folders'} {', '.join(self.path)}")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Make those that are missing."""
        paths = expand_new(self.path, scope)
        new = [path for path in paths if not os.path.isdir(path)]
        for path in new:
            if os.path.isdir(path):
                continue
            with Staging(scope) as staging:
                self._make(staging.beside(path), path)
                staging.place()
        old = [path for path in paths if path not in new]
        if new:
            yield Note(f"made {'folder ' + shown(new[0], scope) if len(new) == 1 else counted(len(new), 'folder')}")
        if old:
            yield Note(f"{named(old, scope)} {'was' if len(old) == 1 else 'were'} there already")

    def _make(self, staged: str, path: str) -> None:
        with explaining("make", path):
            os.mkdir(staged)
            if self.mode:
                os.chmod(staged, read_mode(self.mode)(os.stat(staged).st_mode, True))


@dataclass(frozen=True, kw_only=True)
class Touch(Syscall):
    """Make empty files, or set the times of files that exist to now or to `time` (an age such as 2d, or a date)."""

    name: ClassVar[str] = "fs.touch"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("create an empty file called notes.txt", '[{"fs.touch":{"path":"notes.txt"}}]'),
        Example("touch a.txt b.txt and c.txt", '[{"fs.touch":{"path":["a.txt","b.txt","c.txt"]}}]'),
        Example("I want a blank main.py in src", '[{"fs.touch":{"path":"src/main.py"}}]'),
        Example("set the date of report.pdf to 2024-05-01", '[{"fs.touch":{"path":"report.pdf","time":"2024-05-01"}}]'),
        Example("make old.log look two days old", '[{"fs.touch":{"path":"old.log","time":"2d"}}]'),
        Example("update the timestamp on all the header files", '[{"fs.touch":{"path":"*.h"}}]'),
        Example("leg eine leere datei test.md an", '[{"fs.touch":{"path":"test.md"}}]'),
        Example("crea un archivo vacío prueba.txt", '[{"fs.touch":{"path":"prueba.txt"}}]'),
        *wishes.TOUCH,
    )

    path: NewPaths
    time: Age = ""

    def resolve(self, scope: Scope) -> Facts:
        """Which exist and which are new."""
        self._moment_ns()
        paths = expand_new(self.path, scope)
        return replace(facts(paths, scope, recursive=False, mutates=True), is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """Their names."""
        when = f" to {self.time}" if self.time else ""
        new = sum(found.kind == "missing" for found in facts.targets)
        verb = "make empty file" if new == facts.count else "set the time of"
        return previewed(f"{verb} {', '.join(self.path)}{when}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Make the new ones, set the times of the others."""
        recheck(facts)
        paths = list(map(os.path.realpath, expand_new(self.path, scope)))
        moment = self._moment_ns()
        old = [path for path in paths if os.path.lexists(path)]
        with Staging(scope) as staging:
            for path in paths:
                if path not in old:
                    self._make(staging.beside(path), path, moment)
            staging.place()
        changes.set_meta([(path, {"mtime_ns": moment, "atime_ns": moment}) for path in old], scope)
        made = len(paths) - len(old)
        words = [f"made {counted(made, 'empty file')}"] * bool(made) + [f"set the time of {named(old, scope)}"] * bool(
            old
        )
        yield Note(" and ".join(words))

    def _make(self, staged: str, path: str, moment: int) -> None:
        with explaining("make", path):
            os.close(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
            os.utime(staged, ns=(moment, moment))

    def _moment_ns(self) -> int:
        return int(read_moment(self.time, time.time()) * 1e9) if self.time else time.time_ns()


@dataclass(frozen=True, kw_only=True)
class Link(Syscall):
    """Make a link called `path` to a target: symbolic, or with `hard` a second name of the same file."""

    name: ClassVar[str] = "fs.link"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("make a link called latest to release-2.1", '[{"fs.link":{"target":"release-2.1","path":"latest"}}]'),
        Example("symlink ~/data/big.csv here", '[{"fs.link":{"target":"~/data/big.csv"}}]'),
        Example(
            "ln -s /opt/tool/bin/tool ~/bin/tool", '[{"fs.link":{"target":"/opt/tool/bin/tool","path":"~/bin/tool"}}]'
        ),
        Example(
            "I want shortcut.txt to point at notes.txt", '[{"fs.link":{"target":"notes.txt","path":"shortcut.txt"}}]'
        ),
        Example("create a hard link b.txt to a.txt", '[{"fs.link":{"target":"a.txt","path":"b.txt","hard":true}}]'),
        Example("point current at v3", '[{"fs.link":{"target":"v3","path":"current"}}]'),
        Example("verknüpfe bilder mit fotos", '[{"fs.link":{"target":"bilder","path":"fotos"}}]'),
        Example("crée un lien docs vers documentation", '[{"fs.link":{"target":"documentation","path":"docs"}}]'),
        *parcels.LINK,
    )

    target: Path
    path: NewPath = ""
    hard: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """Where the link will stand and what it leads to."""
        leads_to = existing(self.target, scope)
        if self.hard and os.path.isdir(leads_to):
            raise UsageError(
                f"{shown(leads_to, scope)} is a folder, and folders have no hard links", "make it symbolic"
            )
        place = self._place(leads_to, scope)
        if os.path.lexists(place) and not os.path.islink(place):
            raise NlshError(f"{shown(place, scope)} exists already and is no link", "choose another name for the link")
        found = facts([place], scope, recursive=False, mutates=True)
        return replace(found, overwrites=int(os.path.lexists(place)), is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """The link and its target."""
        kind = "hard link" if self.hard else "link"
        return previewed(f"make a {kind} {self.path or os.path.basename(self.target)} to {self.target}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Make the link beside its place, then put it there."""
        recheck(facts)
        leads_to = existing(self.target, scope)
        place = self._place(leads_to, scope)
        with Staging(scope) as staging, explaining("link", place):
            staged = staging.beside(place)
            if self.hard:
                os.link(os.path.realpath(leads_to), staged, follow_symlinks=False)
            else:
                os.symlink(self._spelling(leads_to, place), staged)
            staging.place()
        yield Note(f"{shown(place, scope)} is now a {'hard ' if self.hard else ''}link to {shown(leads_to, scope)}")

    def _place(self, leads_to: str, scope: Scope) -> str:
        name = os.path.basename(leads_to.rstrip("/"))
        if not self.path:
            return os.path.join(scope.cwd, name)
        place = expand(self.path, scope)
        return os.path.join(place, name) if os.path.isdir(place) and not os.path.islink(place) else place

    def _spelling(self, leads_to: str, place: str) -> str:
        """The target as it was said where that leads there from the link's folder; else the absolute path."""
        said = os.path.join(os.path.dirname(place), self.target)
        is_right = os.path.lexists(said) and os.path.realpath(said) == os.path.realpath(leads_to)
        return self.target if is_right and not self.target.startswith(("~", "$")) else leads_to


@dataclass(frozen=True, kw_only=True)
class Split(Syscall):
    """Cut a file into pieces of so many lines, or of a size; the pieces are called `prefix` with aa, ab, … after it."""

    name: ClassVar[str] = "fs.split"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ, Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("split big.log into pieces of 1000 lines", '[{"fs.split":{"path":"big.log","lines":1000}}]'),
        Example("cut video.mp4 into 100 MB parts", '[{"fs.split":{"path":"video.mp4","size":"100M"}}]'),
        Example(
            "break data.csv up, 500 lines each, named part_",
            '[{"fs.split":{"path":"data.csv","lines":500,"prefix":"part_"}}]',
        ),
        Example("chop dump.sql into chunks of 10 megabytes", '[{"fs.split":{"path":"dump.sql","size":"10M"}}]'),
        Example("split -l 20 words.txt w", '[{"fs.split":{"path":"words.txt","lines":20,"prefix":"w"}}]'),
        Example("teile liste.txt alle 50 zeilen", '[{"fs.split":{"path":"liste.txt","lines":50}}]'),
        Example("divide datos.csv en partes de 200 líneas", '[{"fs.split":{"path":"datos.csv","lines":200}}]'),
        *parcels.SPLIT,
    )

    path: Path
    lines: int = 0
    size: Size = ""
    prefix: Name = ""

    def resolve(self, scope: Scope) -> Facts:
        """How many pieces there will be."""
        path = existing(self.path, scope)
        with open_file(path) as stream:
            count = sum(1 for _ in self._cuts(stream.fileno(), scope, path))
        if not 1 <= count <= MAX_PIECES:
            raise UsageError(f"that makes {count:,} pieces", f"1 to {MAX_PIECES:,} are possible; choose another size")
        pieces = self._names(path, count, scope)
        there = facts(pieces, scope, recursive=False, mutates=True)
        overwrites = sum(map(os.path.lexists, pieces))
        return replace(there, size_bytes=target(path).size_bytes, overwrites=overwrites, is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """How many pieces, of what size."""
        each = f"{self.lines:,} lines" if self.lines else self.size
        return previewed(f"cut {self.path} into {counted(facts.count, 'piece')} of {each}", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Write all pieces beside their places, then put them there."""
        recheck(facts)
        path = existing(self.path, scope)
        with open_file(path) as stream, Staging(scope) as staging:
            cuts = list(self._cuts(stream.fileno(), scope, path))
            names = self._names(path, len(cuts), scope)
            for number, ((start, end), name) in enumerate(zip(cuts, names, strict=True), 1):
                self._write(stream.fileno(), start, end, staging.beside(name), name, scope)
                yield Progress(number, len(cuts))
            staging.place()
        yield Note(f"cut {shown(path, scope)} ({human_size(cuts[-1][1])}) into {counted(len(cuts), 'piece')}")

    def _write(self, fd: int, start: int, end: int, staged: str, name: str, scope: Scope) -> None:
        with explaining("write", name), open(staged, "xb") as stream:
            while start < end and (data := os.pread(fd, min(1 << 20, end - start), start)):
                scope.check()
                stream.write(data)
                start += len(data)

    def _cuts(self, fd: int, scope: Scope, path: str) -> Iterator[tuple[int, int]]:
        """Where each piece begins and ends, in bytes."""
        whole = os.fstat(fd).st_size
        if bool(self.lines) == bool(self.size):
            raise UsageError("say either how many lines or what size a piece shall have", "for example 1000 lines")
        if self.size:
            step = read_bytes(self.size)
            if step < 1:
                raise UsageError(f"a piece cannot have {visible(self.size)}", "write it like 500k or 10M")
            yield from ((start, min(start + step, whole)) for start in range(0, whole, step))
            return
        if self.lines < 1:
            raise UsageError(f"a piece cannot have {self.lines} lines", "say a number above 0")
        yield from self._line_cuts(fd, scope, path)

    def _line_cuts(self, fd: int, scope: Scope, path: str) -> Iterator[tuple[int, int]]:
        start = position = seen = 0
        with open(os.dup(fd), "rb") as stream:
            stream.seek(0)
            for block in line_blocks(stream, scope, path):
                at = 0
                while at < len(block):
                    at = block.find(b"\n", at) + 1 or len(block)
                    seen += 1
                    if seen == self.lines:
                        yield start, position + at
                        start, seen = position + at, 0
                position += len(block)
        if start < position:
            yield start, position

    def _names(self, path: str, count: int, scope: Scope) -> Sequence[str]:
        prefix = expand(self.prefix, scope) if self.prefix else path + "."
        width = 2 if count <= 26**2 else 3
        letters = itertools.product(string.ascii_lowercase, repeat=width)
        return [prefix + "".join(suffix) for suffix in itertools.islice(letters, count)]


SYSCALLS: tuple[type[Syscall], ...] = (Mkdir, Touch, Link, Split)
