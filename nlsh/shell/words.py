"""What the first word of a line names: an alias, a function, a builtin, a keyword, a program, or nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Final, Literal

from nlsh.shell.vocabulary import BUILTINS, KEYWORDS

Kind = Literal["alias", "function", "builtin", "keyword", "program", ""]


class Programs:
    """Which programs PATH holds; looked up once per word until a folder of PATH changes."""

    def __init__(self) -> None:
        self._folders: dict[str, tuple[int, dict[str, bool]]] = {}

    def holds(self, word: str, path: str, cwd: str) -> bool:
        """Whether `word` can be run as a program."""
        if "/" in word:
            return _is_program(os.path.join(cwd, os.path.expanduser(word)))
        return any(self._in_folder(os.path.join(cwd, folder), word) for folder in path.split(":"))

    def _in_folder(self, folder: str, word: str) -> bool:
        try:
            changed_ns = os.stat(folder).st_mtime_ns
        except OSError:
            return False
        seen_ns, words = self._folders.get(folder, (-1, {}))
        if seen_ns != changed_ns:
            words = {}
            self._folders[folder] = (changed_ns, words)
        if word not in words:
            words[word] = _is_program(os.path.join(folder, word))
        return words[word]


def _is_program(path: str) -> bool:
    try:
        return os.path.isfile(path) and os.access(path, os.X_OK)
    except ValueError:
        return False


def kind_in_shell(shell: str, word: str) -> Kind:
    """`builtin` or `keyword` where the shell itself knows the word."""
    if word in KEYWORDS.get(shell, KEYWORDS["sh"]):
        return "keyword"
    return "builtin" if word in BUILTINS.get(shell, BUILTINS["sh"]) else ""


_ONE_COMMAND: Final = re.compile(r"[\w./+@:%-]+(?:[ \t][^\n$`;&|()<>{}!#]*)?")
"""One program and its arguments: nothing in it can change the shell's own state."""


def may_change_state(line: str, kind: Callable[[str], Kind]) -> bool:
    """Whether a line may leave the shell with other variables, aliases or functions."""
    return _ONE_COMMAND.fullmatch(line) is None or kind(line.split()[0]) != "program"


_NAMES: Final = re.compile(
    r"\b(?:alias|unalias|function|functions|source|eval|unset|unfunction|autoload|abbr|PATH)\b|\(\)|(?:^|[;&|]\s*)\.\s"
)


def may_name(line: str, kind: Callable[[str], Kind]) -> bool:
    """Whether a line may give words another meaning: it defines some, sets PATH, or runs what may (`nvm use`)."""
    first = line.split(maxsplit=1)[:1]
    return _NAMES.search(line) is not None or any(kind(word) in ("alias", "function") for word in first)
