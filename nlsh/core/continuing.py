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
    """How many compound commands and brackets are open, and whether the text ends where a command must follow."""
    braces = depth = brackets = 0
    is_first, is_joined = True, False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if token["other"] in ("'", '"', "\\"):
            raise _OpenError
        if kind in ("gap", "remark"):
            continue
        if token["break"]:
            brackets = max(0, brackets + _bracket(token, text, is_first=is_first, has_any=brackets > 0))
            is_first = True
            is_joined = token["break"] in _JOINS or (is_joined and token["break"] == "\n") or _names(token, text)
            continue
        word = token["word"] or ""
        if is_first:
            depth += (word in _OPENS) - (word in _CLOSES)
            braces += (word == "{") - (word == "}")
        elif word == "}" and braces > 0 and not text[token.end() :].strip():  # zsh wants no end of line before it
            depth -= 1
        is_first, is_joined = is_first and word in _LEADS, False
    return depth + brackets, is_joined


def _bracket(token: re.Match[str], text: str, *, is_first: bool, has_any: bool) -> int:
    """1 where a bracket opens a group: of commands, a substitution, a sum, a list. Not in `f()` nor in a pattern."""
    if token["break"] == ")":
        return -1
    before = text[: token.start()][-1:]
    return int(token["break"] == "(" and (is_first or has_any or before in ("$", "=", "<", ">")))


def _names(token: re.Match[str], text: str) -> bool:
    """Whether it is the end of `f()`, after which the body of a function must follow."""
    name = text[: token.start()].removesuffix("(").rstrip(" ")
    return token["break"] == ")" and text[: token.start()].endswith("(") and name[-1:].isalnum()
