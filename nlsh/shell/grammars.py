"""Whether an argument list is one of a program that only reads: an allow-list of options, exact to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from nlsh.shell.programs import CLUSTERED, VERSIONED, WHOLE

_NUMBER = re.compile(r"-\d+")


@dataclass
class Grammar:
    """The options and operands a program may be given. `short` holds letters, `long` whole words."""

    is_clustered: bool
    short: str = ""
    short_values: str = ""
    long: set[str] = field(default_factory=set)
    attached: set[str] = field(default_factory=set)
    long_values: set[str] = field(default_factory=set)
    has_numbers: bool = False
    required: set[str] = field(default_factory=set)
    most_operands: int | None = 0
    operand_start: str = ""
    """What an operand must begin with."""

    def fault(self, words: Sequence[str]) -> str:
        """Why these words are not known to be harmless; empty if they are."""
        operands = 0
        missing = set(self.required)
        rest = iter(words)
        for word in rest:
            missing.discard(word)
            if word == "--" and self.is_clustered and not self.operand_start:
                operands += sum(1 for _ in rest)
            elif len(word) < 2 or not word.startswith("-"):
                operands += 1
                if not word.startswith(self.operand_start):
                    return f"{word} is not an operand that is known to only read"
            elif not self._takes(word, rest):
                return f"the option {word} is not one that is known to only read"
        if missing:
            return f"it only reads with {' '.join(sorted(missing))}"
        if self.most_operands is not None and operands > self.most_operands:
            return f"with more than {self.most_operands} operands it is not known to only read"
        return ""

    def _takes(self, word: str, rest: Iterator[str]) -> bool:
        name, equals, _ = word.partition("=")
        if word in self.long or (equals and name in self.attached | self.long_values):
            return True
        if word in self.long_values:
            return next(rest, None) is not None
        if self.has_numbers and _NUMBER.fullmatch(word):
            return True
        return self.is_clustered and not word.startswith("--") and self._takes_cluster(word[1:], rest)

    def _takes_cluster(self, letters: str, rest: Iterator[str]) -> bool:
        for at, letter in enumerate(letters):
            if letter in self.short_values:
                return bool(letters[at + 1 :]) or next(rest, None) is not None
            if letter not in self.short:
                return False
        return True


def _grammar(text: str, is_clustered: bool) -> Grammar:
    grammar = Grammar(is_clustered)
    for part in text.split():
        if part.startswith("%"):
            grammar.operand_start = part[1:]
        elif part.startswith("+"):
            grammar.most_operands = None if part == "+*" else int(part[1:])
        elif part == "-#":
            grammar.has_numbers = True
        else:
            _add_option(grammar, part)
    return grammar


def _add_option(grammar: Grammar, part: str) -> None:
    name = part.lstrip("!")
    if part.startswith("!"):
        grammar.required.add(name)
    is_short = grammar.is_clustered and not name.startswith("--")
    if name.endswith(":"):
        if is_short:
            grammar.short_values += name[1:-1]
        else:
            grammar.long_values.add(name[:-1])
    elif name.endswith("="):
        grammar.attached.add(name[:-1])
        grammar.long.add(name[:-1])
        grammar.short += name[1:-1] if is_short else ""
    elif is_short:
        grammar.short += name[1:]
    else:
        grammar.long.add(name)


@cache
def _tables() -> tuple[dict[str, Grammar], dict[str, Grammar]]:
    clustered, whole = _texts(CLUSTERED), _texts(WHOLE)
    macros = {name: text for name, text in (clustered | whole).items() if name.startswith("@")}
    return (
        {name: _grammar(_expanded(text, macros), True) for name, text in clustered.items()},
        {name: _grammar(_expanded(text, macros), False) for name, text in whole.items()},
    )


def _texts(table: str) -> dict[str, str]:
    """Lines of `name, name: grammar`; an indented line goes on."""
    found: dict[str, str] = {}
    for line in table.replace("\n    ", " ").strip().splitlines():
        head, _, text = line.partition(":")
        found.update((name.strip(), text) for name in head.split(","))
    return found


def _expanded(text: str, macros: dict[str, str]) -> str:
    return " ".join(_expanded(macros[word], macros) if word in macros else word for word in text.split())


def fault_of(program: str, words: Sequence[str]) -> str:
    """Why a command is not known to only read; empty if it is. `words` are its arguments, without quotes."""
    clustered, whole = _tables()
    if program in VERSIONED and list(words) in (["--version"], ["--help"]):
        return ""
    for count in (2, 1, 0):
        name = " ".join((program, *words[:count]))
        if len(words) >= count and name in whole:
            return whole[name].fault(words[count:])
    if program not in clustered:
        return f"{program} is not known to only read"
    return clustered[program].fault(words)
