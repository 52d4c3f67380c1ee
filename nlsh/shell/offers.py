"""What a shell's own completion said, as completions: each shell spells its offers in its own way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from nlsh.core.ports import Completion

_MOST: Final = 500
_PLAIN: Final = re.compile(r"[\w@%+=:,./~^-]+")
_BREAK: Final = re.compile(r"(?<!\\)[\s/=:,;|&<>()@'\"`]")


def offered(shell: str, line: str, said: bytes) -> tuple[Completion, ...]:
    """The completions of `line`, up to the cursor. `said` is what bash's editor listed, or the report of the others."""
    text = said.decode("utf-8", "surrogateescape")
    rows = list(dict.fromkeys(_rows(shell, text, line)))[:_MOST]
    if not rows:
        return ()
    start = _start(line, [word for word, _ in rows])
    return tuple(_completion(word, note, start) for word, note in rows)


def _of_bash(text: str, line: str) -> Iterator[tuple[str, str]]:
    """Readline's list, one to a line, between two drawings of the line; each drawing was marked by NUL.

    After a completion that failed it does not list a single offer but takes it: then the line itself is longer.
    """
    first = next((part for part in text.split("\0") if part.startswith(line)), "")
    drawn, *listed = first.split("\n")
    for row in listed:
        word = row.strip("\r").rstrip(" ")
        if word and word.isprintable():
            yield word, ""
    taken = drawn.partition("\r")[0]
    if not listed and taken.startswith(line) and len(taken.rstrip(" ")) > len(line):
        yield taken.rstrip(" ")[_begin(line) :], ""


def _of_zsh(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split("\0"):
        if word and word.isprintable():
            yield word, ""


def _of_fish(text: str) -> Iterator[tuple[str, str]]:
    for row in text.split("\n"):
        word, _, note = row.partition("\t")
        if word and word.isprintable():
            yield word, note


def _rows(shell: str, text: str, line: str) -> Iterator[tuple[str, str]]:
    """Each offer and what is said of it."""
    if shell == "bash":
        return _of_bash(text, line)
    return _of_zsh(text) if shell == "zsh" else _of_fish(text)


def _start(line: str, words: Sequence[str]) -> int:
    """Where the word that is completed begins.

    Shells break words where they like (`--color=`, `host:`), and list files by their last part: it begins where what
    was typed begins every offer.
    """
    begin = _begin(line)
    edges = [begin, *(found.end() for found in _BREAK.finditer(line) if found.end() > begin)]
    for edge in edges:
        typed = _unquoted(line[edge:])
        if all(word.startswith(typed) for word in words):
            return edge
    folded = [edge for edge in edges if all(word.lower().startswith(_unquoted(line[edge:]).lower()) for word in words)]
    return folded[0] if folded else begin


def _begin(line: str) -> int:
    """Where the last word of the line begins, its opening quote included."""
    begin, quote, at = 0, "", 0
    while at < len(line):
        letter = line[at]
        if letter == "\\" and quote != "'":
            at += 1
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter.isspace() or letter in ";|&<>()":
            begin = at + 1
        at += 1
    return begin


def _completion(word: str, note: str, start: int) -> Completion:
    is_folder = word.endswith("/")
    text = word if _PLAIN.fullmatch(word) or word.startswith("-") else _quoted(word)
    return Completion(text, start, note, is_whole=not (is_folder or word.endswith("=")))


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).lstrip("'\"")


def _quoted(word: str) -> str:
    """As one word of the shell; an open quote before it is replaced along with it."""
    return re.sub(r"([^\w@%+=:,./~^-])", r"\\\1", word)
