"""Names a word may go on to: what lies in a folder, as a word of the shell or of an utterance."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final

from nlsh.core.display import visible
from nlsh.core.ports import Completion
from nlsh.core.quoting import Word, quoted

LIMIT: Final = 200
"""More names than this are no help."""
_PATIENCE_S: Final = 0.3
"""How long folders are read; what was found by then is offered."""
_MOST_FOLDERS: Final = 50
_FOLDERS_ONLY: Final = frozenset({"cd", "pushd", "rmdir"})
_HIDDEN: Final = "."


@dataclass(frozen=True)
class Name:
    """A name in a folder."""

    text: str
    is_folder: bool


def names_in(folder: str, until: float) -> Iterator[Name]:
    """What lies in a folder that a terminal can show and take back; nothing where it cannot be read.

    Ends when `time.monotonic()` has reached `until`.
    """
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if time.monotonic() > until:
                    return
                if entry.name == visible(entry.name):
                    yield Name(entry.name, _is_folder(entry))
    except (OSError, ValueError):  # ValueError: a NUL was typed
        return


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def paths_for(word: Word, cwd: str) -> tuple[Completion, ...]:
    """The paths a shell word may go on to, or that its pattern stands for."""
    if word.is_opaque or (word.base.startswith("-") and not word.head):
        return ()
    until = time.monotonic() + _PATIENCE_S
    found = (_completion(word, spelled, name) for spelled, name in _found(word, cwd, until))
    return tuple(islice(found, LIMIT))


def _found(word: Word, cwd: str, until: float) -> Iterator[tuple[str, Name]]:
    """The matching names, and the folder each lies in where the word does not say it itself."""
    is_tilde = word.folder.startswith("~") and word.head.startswith("~")
    folder = os.path.expanduser(word.folder) if is_tilde else word.folder
    spread = glob.has_magic(word.head) and not os.path.isdir(os.path.join(cwd, folder))
    for one in islice(_folders(folder, cwd), _MOST_FOLDERS) if spread else ("",):
        names = (name for name in names_in(os.path.join(cwd, one or folder), until) if _is_meant(word, name))
        yield from ((one, name) for name in sorted(names, key=lambda name: name.text))


def _folders(pattern: str, cwd: str) -> Iterator[str]:
    try:
        yield from sorted(glob.iglob(pattern, root_dir=cwd))
    except (OSError, ValueError):
        return


def _is_meant(word: Word, name: Name) -> bool:
    if name.text.startswith(_HIDDEN) and not word.base.startswith(_HIDDEN):
        return False
    if word.command in _FOLDERS_ONLY and not name.is_folder:
        return False
    if word.is_pattern:
        return fnmatchcase(name.text, word.pattern + "*")
    return name.text.startswith(word.base)


def _completion(word: Word, folder: str, name: Name) -> Completion:
    if folder:
        text = quoted(folder) + quoted(name.text) + ("/" if name.is_folder else "")
    else:
        text = word.completed(name.text, is_folder=name.is_folder)
    return Completion(text, word.start, is_whole=not name.is_folder)


def programs_for(word: Word, env: Mapping[str, str]) -> tuple[Completion, ...]:
    """The programs on `PATH` whose name begins with the word."""
    if not word.base or word.head or word.is_pattern or word.is_opaque:
        return ()
    until = time.monotonic() + _PATIENCE_S
    found: set[str] = set()
    for folder in env.get("PATH", "").split(os.pathsep):
        found.update(name for name in _begun(folder or ".", word.base, until))
    return tuple(
        Completion(word.completed(name, is_folder=False), word.start, "program") for name in sorted(found)[:LIMIT]
    )


def _begun(folder: str, start: str, until: float) -> Iterator[str]:
    for name in names_in(folder, until):
        path = os.path.join(folder, name.text)
        if name.text.startswith(start) and not name.is_folder and os.access(path, os.X_OK):
            yield name.text
