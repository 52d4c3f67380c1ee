"""Writing and appending text."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from nlsh.core.arguments import RESULT, NewPath, Source, Text
from nlsh.core.display import human_size, visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.ports import Piped
from nlsh.core.results import Emission, Note, Result
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import encoded
from nlsh.tools.copying import Copier, copy_attributes
from nlsh.tools.faults import explaining
from nlsh.tools.fs import courses, found, wishes
from nlsh.tools.fs.wording import diff_lines, recheck
from nlsh.tools.paths import expand, facts, shown, target
from nlsh.tools.staging import Staging
from nlsh.tools.tree import open_file, open_parent

DIFF_BYTES: Final = 256 << 10
"""Files up to this size are shown as a diff."""
COPY_BYTES: Final = 256 << 20
"""Bigger files are appended to in place: keeping a copy for undo would cost too much."""

PIPED_BYTES: Final = 64 << 20
"""So much of what is piped in can be written: it is held in memory, to be shown before it is."""


@dataclass(frozen=True, kw_only=True)
class Write(Syscall):
    """Write text into a file, new or instead of what is in it: `text`, the result of a step, or what was piped in."""

    name: ClassVar[str] = "fs.write"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("write hello world to greeting.txt", '[{"fs.write":{"path":"greeting.txt","text":"hello world"}}]'),
        Example("create notes.md saying buy milk", '[{"fs.write":{"path":"notes.md","text":"buy milk"}}]'),
        Example("put 42 into answer.txt", '[{"fs.write":{"path":"answer.txt","text":"42"}}]'),
        Example(
            "make a file called todo.txt with the line call mum", '[{"fs.write":{"path":"todo.txt","text":"call mum"}}]'
        ),
        Example(
            "save the list of pdfs in pdfs.txt",
            '[{"fs.find":{"name":"*.pdf"}},{"fs.write":{"path":"pdfs.txt","source":"$1"}}]',
        ),
        Example("overwrite version.txt so it just says 2.0", '[{"fs.write":{"path":"version.txt","text":"2.0"}}]'),
        Example("empty out debug.log", '[{"fs.write":{"path":"debug.log"}}]'),
        Example("schreib hallo in gruss.txt", '[{"fs.write":{"path":"gruss.txt","text":"hallo"}}]'),
        Example("escribe hola en saludo.txt", '[{"fs.write":{"path":"saludo.txt","text":"hola"}}]'),
        *wishes.WRITE,
        *courses.WRITTEN,
        *found.WRITE,
    )

    path: NewPath
    text: Text = ""
    source: Source = ""

    def resolve(self, scope: Scope) -> Facts:
        """What stands there now, and how the text differs from it."""
        path = written_path(self.path, scope)
        return written_facts(path, new_content(self.text, self.source, scope), scope)

    def preview(self, facts: Facts) -> Preview:
        """The path and a diff."""
        verb = "replace what is in" if facts.overwrites else "write"
        return Preview(f"{verb} {self.path} ({human_size(facts.size_bytes)})", tuple(facts.details.get("diff", ())))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Write beside the file, then exchange."""
        recheck(facts)
        path = written_path(self.path, scope)
        content = new_content(self.text, self.source, scope)
        with Staging(scope) as staging:
            write_new(staging.beside(path), content, path)
            staging.place()
        verb = "replaced what was in" if facts.overwrites else "wrote"
        yield Note(f"{verb} {shown(path, scope)}: {human_size(len(content))}")


@dataclass(frozen=True, kw_only=True)
class Append(Syscall):
    """Add text at the end of a file, as a line of its own; the file is made if there is none."""

    name: ClassVar[str] = "fs.append"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("add buy eggs to shopping.txt", '[{"fs.append":{"path":"shopping.txt","text":"buy eggs"}}]'),
        Example("append the line DEBUG=1 to settings.env", '[{"fs.append":{"path":"settings.env","text":"DEBUG=1"}}]'),
        Example("put *.pyc at the end of .gitignore", '[{"fs.append":{"path":".gitignore","text":"*.pyc"}}]'),
        Example(
            "diary.txt also needs: went swimming today",
            '[{"fs.append":{"path":"diary.txt","text":"went swimming today"}}]',
        ),
        Example(
            "tack the sorted names onto all.txt",
            '[{"text.sort":{"source":"names.txt"}},{"fs.append":{"path":"all.txt","source":"$1"}}]',
        ),
        Example("join b.txt onto the end of a.txt", '[{"fs.append":{"path":"a.txt","source":"b.txt"}}]'),
        Example("häng ende an bericht.txt an", '[{"fs.append":{"path":"bericht.txt","text":"ende"}}]'),
        Example("ajoute merci à lettre.txt", '[{"fs.append":{"path":"lettre.txt","text":"merci"}}]'),
        *wishes.APPEND,
    )

    path: NewPath
    text: Text = ""
    source: Source = ""

    def resolve(self, scope: Scope) -> Facts:
        """What stands there now and what would be added."""
        path = written_path(self.path, scope)
        content = new_content(self.text, self.source, scope)
        if not content:
            raise UsageError("there is nothing to append", "give a text or a source")
        found = facts([path], scope, recursive=False, mutates=True)
        is_big = found.size_bytes > COPY_BYTES
        sample = content[:2000].decode("utf-8", "surrogateescape").splitlines()[:8]
        return replace(
            found,
            is_reversible=not is_big,
            irreversible=f"it is bigger than {human_size(COPY_BYTES)}, so no copy is kept" if is_big else "",
            details={**found.details, "diff": ["+" + visible(line) for line in sample], "added": len(content)},
        )

    def preview(self, facts: Facts) -> Preview:
        """The lines that are added."""
        size = human_size(facts.details.get("added", 0))
        return Preview(f"append {size} to {self.path}", tuple(facts.details.get("diff", ())))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Write a longer copy beside the file, then exchange; a big file is written in place."""
        recheck(facts)
        path = written_path(self.path, scope)
        content = new_content(self.text, self.source, scope)
        if not os.path.lexists(path):
            with Staging(scope) as staging:
                write_new(staging.beside(path), content, path)
                staging.place()
        elif not facts.is_reversible:
            _append_in_place(path, content)
        else:
            yield from _append_to_copy(path, content, scope)
        yield Note(f"appended {human_size(len(content))} to {shown(path, scope)}")


def written_path(text: str, scope: Scope) -> str:
    """The place a text is written to, through a link to the file it leads to.

    Raises:
        UsageError: it is a folder, a device, a pipe or a socket.
    """
    path = os.path.realpath(expand(text, scope))
    kind = target(path).kind
    if kind not in ("file", "missing"):
        raise UsageError(f"{shown(path, scope)} is a {kind}, not a file", "name a file")
    return path


def new_content(text: str, source: str, scope: Scope) -> bytes:
    """The bytes to write: a step's result, a file, the text as lines, or what was piped in. Raises NlshError."""
    if source:
        return _from_source(source, scope)
    if not text and scope.stdin is not None and scope.stdin.speaks():
        return _piped(scope.stdin, scope)
    return encoded(text if not text or text.endswith("\n") else text + "\n")


def _piped(stdin: Piped, scope: Scope) -> bytes:
    content = bytearray()
    for block in stdin.blocks(scope.check):
        content += block
        if len(content) > PIPED_BYTES:
            raise UsageError(f"more than {human_size(PIPED_BYTES)} were piped in", "redirect it to the file with >")
    return bytes(content)


def _from_source(source: str, scope: Scope) -> bytes:
    if RESULT.fullmatch(source):
        result: Result = scope.result(int(source[1:]))
        return result.output or encoded(result.text())
    path = expand(source, scope)
    with open_file(path) as stream:
        if os.fstat(stream.fileno()).st_size > COPY_BYTES:
            raise UsageError(f"{shown(path, scope)} is too big for that", "copy the file instead")
        return stream.read()


def written_facts(path: str, content: bytes, scope: Scope) -> Facts:
    """Facts of writing `content` to `path`, with a diff where both are small text."""
    found = facts([path], scope, recursive=False, mutates=True)
    is_there = found.targets[0].kind != "missing"
    return replace(
        found,
        size_bytes=len(content),
        overwrites=int(is_there and found.targets[0].size_bytes > 0),
        is_reversible=True,
        details={**found.details, "diff": _diff(path, content, scope) if is_there else []},
    )


def _diff(path: str, content: bytes, scope: Scope) -> list[str]:
    with open_file(path) as stream:
        old = stream.read(DIFF_BYTES + 1)
    if len(old) > DIFF_BYTES or len(content) > DIFF_BYTES or b"\0" in old + content:
        return [f"{human_size(os.path.getsize(path))} become {human_size(len(content))}"]
    before, after = (data.decode("utf-8", "surrogateescape") for data in (old, content))
    return list(diff_lines(before, after, shown(path, scope)))


def write_new(staged: str, content: bytes, path: str) -> None:
    """Write a staged file durably, with the mode, owner and attributes of the one it replaces. Raises NlshError."""
    with explaining("write", path):
        fd = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        with os.fdopen(fd, "wb") as stream:
            stream.write(content)
            stream.flush()
            dress_like(fd, path)
            os.fsync(fd)


def dress_like(fd: int, path: str) -> None:
    """Give an open new file the owner, mode and attributes of a file that exists; nothing where none does."""
    try:
        old = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        found = os.fstat(old)
        with contextlib.suppress(PermissionError):
            os.fchown(fd, found.st_uid, found.st_gid)
        copy_attributes(old, fd)
        os.fchmod(fd, stat.S_IMODE(found.st_mode))
    finally:
        os.close(old)


def _append_to_copy(path: str, content: bytes, scope: Scope) -> Iterator[Emission]:
    with Staging(scope) as staging, open_file(path) as reading:
        staged = staging.beside(path)
        yield from Copier(scope, os.fstat(reading.fileno()).st_size).copy_file(reading, staged, path)
        with explaining("append to", path):
            fd = os.open(staged, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
            with os.fdopen(fd, "ab") as stream:
                stream.write(_on_new_line(fd, content))
                stream.flush()
                dress_like(fd, path)
                os.fsync(fd)
        staging.place()


def _append_in_place(path: str, content: bytes) -> None:
    with open_parent(path) as (dirfd, name), explaining("append to", path):
        fd = os.open(name, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=dirfd)
        with os.fdopen(fd, "ab") as stream:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise NlshError(f"{visible(path)} is no longer a file", "look at it again")
            stream.write(_on_new_line(fd, content))
            stream.flush()
            os.fsync(fd)


def _on_new_line(fd: int, content: bytes) -> bytes:
    """The content, begun with a newline where the file does not end with one."""
    size = os.fstat(fd).st_size
    return content if size == 0 or os.pread(fd, 1, size - 1) == b"\n" else b"\n" + content


SYSCALLS: tuple[type[Syscall], ...] = (Write, Append)
