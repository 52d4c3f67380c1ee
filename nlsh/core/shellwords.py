"""Words for a shell's command line, spelled so that bash, zsh and fish read the same."""

from __future__ import annotations

import re
from typing import Final

_BARE: Final = re.compile(r"[A-Za-z0-9_./:,+@-][A-Za-z0-9_./:,+@=-]*")
_PIECE: Final = re.compile(r"['\\]+|[^'\\]+")


def shell_word(text: str) -> str:
    """A text as one word: nothing in it is expanded, whatever the shell.

    fish reads a backslash between single quotes otherwise than bash and zsh do, so it stands between double quotes, as
    the single quote must; nothing else does, so nothing is expanded there.
    """
    if _BARE.fullmatch(text):
        return text
    pieces = (match[0] for match in _PIECE.finditer(text))
    return "".join(_doubled(piece) if piece[0] in "'\\" else f"'{piece}'" for piece in pieces) or "''"


def _doubled(piece: str) -> str:
    return '"' + piece.replace("\\", "\\\\") + '"'


def shell_path(path: str) -> str:
    """A path as one word: `~` at its beginning stays the home folder, and it is never an option."""
    if path == "~":
        return path
    if path.startswith("~/"):
        return "~/" + (shell_word(path[2:]) if path[2:] else "")
    return shell_word(f"./{path}" if path.startswith(("-", "~")) else path)
