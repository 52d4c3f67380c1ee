"""The shapes of a line's parts: what can only be shell, what can only be a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from nlsh.kernel.lexicon import LIGHT_WORDS, MADE, OPENERS, QUALITIES, THINGS

_QUOTED: Final = re.compile(r"""\\.|(?<![\w.])'[^']*'|"(?:[^"\\]|\\.)*\"""")
QUOTE_MARK: Final = '"'
"""Stands for quoted text, whatever it says."""
SHELL_START: Final = re.compile(
    r"""[A-Za-z_]\w*\+?=|[$(<>\\&|]|\d?[<>]|\{\s|\[\[?\s|[\w-]+\s*\(\)|'[^'\s]+'|"[^"]+\""""
)
OPERATOR: Final = re.compile(r"\|\|?|&&|;|&$|\$\(|`|>>?\s*\S|<\s*\S|<<|\n")
OPTION: Final = re.compile(r"--?[A-Za-z0-9?][\w-]*(?:=.*)?|--|\+%?[A-Za-z0-9:%.-]+")
VARIABLE: Final = re.compile(r"\$[\w{(?!$@*#-]|%\d")
ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=")
GLOB: Final = re.compile(r"[*\[{]|.\?.")
_FILE: Final = re.compile(r"[\w@%+=:,~-]*(?:/|\.[A-Za-z0-9]{1,6}$|\.\.?$).*|~.*")
NUMBER: Final = re.compile(r"[+-]?\d[\d.,:]*[smhdkKMGT%]?")
QUESTION: Final = re.compile(r"\w\s?[?？]$|^[¿]|[?？]\s")
OTHER_SCRIPT: Final = re.compile(r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]")
VERB: Final = re.compile(r"(?:re|un|de|dis|over|en)[a-z]{4,}|[a-z]{4,}(?:ize|ise|ate|ing|ed|able)|[a-z]{3,}ify")
SENTENCE_END: Final = re.compile(r"[\w'.-]*\w[.!。！]")
CONSTRUCT: Final = re.compile(r"[;\n]\s*(?:do|then|in)\b|\(\(|\)\s*\S*;;|\besac\b|\{.*\}|;\s*done\b|;\s*fi\b")


NAMED: Final = THINGS | QUALITIES | MADE
"""What follows `a` and `all` in language."""
ASKED_WITH: Final = THINGS | QUALITIES | LIGHT_WORDS
_DESCRIBES: Final = QUALITIES | LIGHT_WORDS


def without_quotes(text: str) -> str:
    """The text with QUOTE_MARK for every quoted part."""
    return _QUOTED.sub(lambda match: match[0] if match[0].startswith("\\") else f" {QUOTE_MARK} ", text)


def plain(token: str) -> str:
    """A token as a word: small letters, no punctuation."""
    return token.strip("?,.:!;").casefold()


def operands(rest: Sequence[str]) -> list[str]:
    """The tokens that are no options."""
    return [token for token in rest if not OPTION.fullmatch(token)]


def is_before_command(token: str) -> bool:
    """Whether a token may stand between `sudo`, `time` … and their command."""
    return token.startswith("-") or bool(ASSIGNMENT.match(token)) or bool(NUMBER.fullmatch(token))


def is_path(token: str) -> bool:
    """Whether a token is spelled like a file: `a/b`, `a.txt`, `~`."""
    return _FILE.fullmatch(token) is not None and not NUMBER.fullmatch(token)


def is_shape(token: str) -> bool:
    """Whether a token can only be an argument, not a word."""
    if not any(letter.isalnum() for letter in token):
        return True
    if OPTION.fullmatch(token) or VARIABLE.match(token) or ASSIGNMENT.match(token):
        return True
    return is_path(token.rstrip("?,!:")) or bool(NUMBER.fullmatch(token)) or bool(GLOB.search(token))


def is_alphabetic(token: str) -> bool:
    """Whether a token is spelled like a word."""
    return token.strip("?,.:!;'’").replace("'", "").replace("-", "").isalpha() and not token.startswith("-")


def belong(word: str, after: str) -> bool:
    """Whether two words say something together: `hidden files`, `newest first`."""
    return (word in _DESCRIBES and after in THINGS) or (word in QUALITIES and after in ("first", "last"))


def opens(word: str) -> bool:
    """Whether a word opens a request or a question."""
    return word in OPENERS or word.lstrip("¿¡") in OPENERS or word.endswith("'s")
