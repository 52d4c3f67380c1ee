"""Whether a command is at its end, or goes on in the next line: open quotes, here-documents, compound commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<gap>[ \t]+|\\\n)
      | (?P<remark>(?<![^\s;&|()])\#[^\n]*)
      | (?P<here><<-?[ \t]*(?P<quote>['"\\]?)(?P<mark>[\w.!-]+)['"]?)
      | (?P<string><<<)
      | (?P<break>&&|\|\|?|;;?&?|&|\n|[()])
      | (?P<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\;&|()<>]|[<>](?!<))+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENS: Final = frozenset({"for", "while", "until", "select", "if", "case", "{"})
_CLOSES: Final = frozenset({"done", "fi", "esac", "}"})
_LEADS: Final = frozenset({"do", "then", "else", "elif", "if", "while", "until", "{", "!", "time"})
"""After these words a command begins."""
_JOINS: Final = frozenset({"&&", "||", "|"})


def needs_more(text: str) -> bool:
    """Whether the shell would ask for another line. Where it cannot be told, no: the shell itself then complains."""
    try:
        depth, is_joined = _measure(_without_documents(text))
    except _OpenError:
        return True
    return depth > 0 or is_joined


class _OpenError(Exception):
    """A quote, a here-document or the line itself is open."""


def _without_documents(text: str) -> str:
    """The text without the bodies of its here-documents. Raises _OpenError where one does not end."""
    lines = text.split("\n")
    kept: list[str] = []
    while lines:
        kept.append(lines.pop(0))
        for mark, is_tabbed in _documents(kept[-1]):
            _skip(lines, mark, is_tabbed)
    return "\n".join(kept)


def _documents(line: str) -> Iterator[tuple[str, bool]]:
    for token in _TOKEN.finditer(line):
        if token["here"]:
            yield token["mark"], token["here"].startswith("<<-")


def _skip(lines: list[str], mark: str, is_tabbed: bool) -> None:
    while lines:
        line = lines.pop(0)
        if (line.lstrip("\t") if is_tabbed else line) == mark:
            return
    raise _OpenError


def _measure(text: str) -> tuple[int, bool]:
    """How many compound commands are open, and whether the text ends where a command must follow."""
    depth, is_first, is_joined = 0, True, False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if token["other"] in ("'", '"', "\\"):
            raise _OpenError
        if kind in ("gap", "remark"):
            continue
        if token["break"]:
            is_first = True
            is_joined = token["break"] in _JOINS or (is_joined and token["break"] == "\n")
            continue
        word = token["word"] or ""
        if is_first:
            depth += (word in _OPENS) - (word in _CLOSES)
        is_first, is_joined = is_first and word in _LEADS, False
    return depth, is_joined
