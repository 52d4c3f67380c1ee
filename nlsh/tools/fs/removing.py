"""Deleting, which is throwing into the trash of the same file system."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from nlsh.core.arguments import Paths
from nlsh.core.display import visible
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import changes
from nlsh.tools.fs import errands, found
from nlsh.tools.fs.wording import named, previewed, recheck, totals
from nlsh.tools.paths import expand_many, facts, outermost, target
from nlsh.tools.tree import walk


@dataclass(frozen=True, kw_only=True)
class Remove(Syscall):
    """Delete files and folders: they go to the trash, and undo brings them back.

    With `empty_only` only empty files and folders without any file go; other things named are left alone.
    """

    name: ClassVar[str] = "fs.remove"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.DELETE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example("delete old_backup.tar.gz", '[{"fs.remove":{"path":"old_backup.tar.gz"}}]'),
        Example("get rid of all the tmp files", '[{"fs.remove":{"path":"*.tmp"}}]'),
        Example("throw away the build folder", '[{"fs.remove":{"path":"build"}}]'),
        Example(
            "I don't need draft1.txt and draft2.txt any more", '[{"fs.remove":{"path":["draft1.txt","draft2.txt"]}}]'
        ),
        Example("remove every empty folder in projects", '[{"fs.remove":{"path":"projects","empty_only":true}}]'),
        Example(
            "clean out logs older than 30 days",
            '[{"fs.find":{"name":"*.log","older":"30d"}},{"fs.remove":{"path":"$1"}}]',
        ),
        Example("rm -r node_modules please", '[{"fs.remove":{"path":"node_modules"}}]'),
        Example("lösche alle bak dateien", '[{"fs.remove":{"path":"*.bak"}}]'),
        Example("borra la carpeta cache", '[{"fs.remove":{"path":"cache"}}]'),
        Example("supprime notes.txt", '[{"fs.remove":{"path":"notes.txt"}}]'),
        Example("把 test.txt 删掉", '[{"fs.remove":{"path":"test.txt"}}]'),
        *errands.REMOVE,
        *found.REMOVE,
    )

    path: Paths
    empty_only: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """Count everything that would go, folders with all in them."""
        paths = self._paths(scope)
        return replace(facts(paths, scope, recursive=True, mutates=True), is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """What goes to the trash."""
        return previewed(f"delete {', '.join(self.path)}{totals(facts)}, to the trash", facts)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Move everything into the trash."""
        recheck(facts)
        paths = [path for path, _, _ in facts.details.get("items", ())] or self._paths(scope)
        changes.discard(paths, scope)
        what = named(paths, scope) if facts.count <= 1 else f"{named(paths, scope)}{totals(facts)}"
        yield Note(f"moved {what} to the trash")

    def _paths(self, scope: Scope) -> Sequence[str]:
        paths = outermost(expand_many(self.path, scope))
        if not self.empty_only:
            return paths
        found = [empty for path in paths for empty in _empties(path, scope)]
        if not found:
            raise UsageError(f"nothing in {visible(', '.join(self.path))} is empty", "nothing was deleted")
        return outermost(found)


def _empties(path: str, scope: Scope) -> list[str]:
    """An empty file, or the folders at and below a path that hold no file, however deep."""
    kind = target(path)
    if kind.kind != "folder":
        return [path] if kind.kind == "file" and kind.size_bytes == 0 else []
    folders: list[str] = []
    filled: set[str] = set()
    for entry in walk(path, scope):
        if entry.kind == "folder" and not entry.error:
            folders.append(entry.path)
            continue
        above = entry.path if entry.error else os.path.dirname(entry.path)
        while above not in filled and len(above) >= len(path):
            filled.add(above)
            above = os.path.dirname(above)
    return [folder for folder in folders if folder not in filled]


SYSCALLS: tuple[type[Syscall], ...] = (Remove,)
