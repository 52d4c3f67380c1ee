"""Completion of paths in line mode: the word before the cursor, read as the shell reads it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from nlsh.core.display import visible

_WORD: Final = re.compile(r"(?:[^\s\\]|\\.)*$", re.DOTALL)
_SPECIAL: Final = re.compile(r"([^\w@%+=:,./~-])")
LIMIT: Final = 200
"""More names than this are no help."""


class PathCompleter(Completer):
    """Names below the working directory, and below any folder that is spelled out."""

    def __init__(self, cwd: Callable[[], str]) -> None:
        self._cwd = cwd

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """The names the last word may go on to."""
        match = _WORD.search(document.text_before_cursor)
        word = match[0] if match else ""
        if not word and not complete_event.completion_requested:
            return
        for name, is_folder in sorted(self._names(unquote(word)))[:LIMIT]:
            head = word[: len(word) - len(os.path.basename(word))]
            text = head + quote(name) + ("/" if is_folder else "")
            yield Completion(text, start_position=-len(word), display=visible(name) + ("/" if is_folder else ""))

    def _names(self, word: str) -> Iterator[tuple[str, bool]]:
        folder, _, start = word.rpartition("/")
        root = "/" if word.startswith("/") and not folder else os.path.expanduser(folder)
        try:
            with os.scandir(os.path.join(self._cwd(), root)) as entries:
                for entry in entries:
                    if entry.name.startswith(start) and _is_offered(entry.name, start):
                        yield entry.name, entry.is_dir()
        except OSError:
            return


def _is_offered(name: str, start: str) -> bool:
    """Hidden names only where a dot was typed; names no terminal can take back never."""
    return (start != "" or not name.startswith(".")) and name == visible(name)


def quote(name: str) -> str:
    """A name as one word of the shell."""
    return _SPECIAL.sub(r"\\\1", name)


def unquote(word: str) -> str:
    """One word of the shell as the name it means."""
    return re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL)
