"""What an argument of each kind may be: real values, and the open forms the grammar knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from nlsh.core.arguments import Kind
from nlsh.core.syscall import Argument
from nlsh.inference.rules import (
    ESCAPES,
    Beyond,
    Chars,
    Choice,
    Node,
    Repeat,
    Rule,
    Sequence,
    Words,
    json_text,
    optional,
)

MAX_CANDIDATES: Final = 400
MAX_CANDIDATE_CHARS: Final = 1000
MAX_FREE_CHARS: Final = 120
MAX_MANY: Final = 8

Candidates = Mapping[str, tuple[str, ...]]

_DIGITS = "0123456789"
_FREE: Final = frozenset({Kind.TEXT, Kind.PATTERN, Kind.COMMAND, Kind.PROSE})
_REFERABLE: Final = frozenset({Kind.PATH, Kind.PATHS, Kind.SOURCE})
_SIGNALS: Final = ("TERM", "KILL", "HUP", "INT", "QUIT", "STOP", "CONT", "USR1", "USR2", "WINCH")
_AGE_UNITS: Final = ("s", "m", "h", "d", "w", "mo", "y")


def _digits(low: int, high: int) -> Node:
    return Repeat(Chars(_DIGITS), low, high)


def _quoted(*items: Node) -> Node:
    return Sequence(Words('"'), *items, Words('"'))


def _integer() -> Node:
    positive = Sequence(Chars("123456789"), _digits(0, 8))
    return Choice((Words("0"), Sequence(optional(Words("-")), positive)))


def _size() -> Node:
    amount = Sequence(_digits(1, 6), optional(Sequence(Words("."), Chars(_DIGITS))), optional(Chars("KMG")))
    return _quoted(Choice((Sequence(optional(Chars("<>")), amount), Sequence(amount, Words(".."), amount))))


def _age() -> Node:
    date = Sequence(_digits(4, 4), Words("-"), _digits(2, 2), Words("-"), _digits(2, 2))
    return _quoted(Choice((Sequence(_digits(1, 4), Words(*_AGE_UNITS)), date, Words("today", "yesterday"))))


def _mode() -> Node:
    symbolic = Sequence(Repeat(Chars("ugoa"), 0, 3), Chars("+=-"), Repeat(Chars("rwxXst"), 1, 3))
    return _quoted(Choice((Repeat(Chars("01234567"), 3, 4), symbolic)))


def _free() -> Node:
    plain = Chars("".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in ESCAPES))
    escaped = Words(*(ESCAPES[char] for char in '"\\\n\t'))
    return _quoted(Repeat(Choice((plain, escaped, Beyond())), 0, MAX_FREE_CHARS))


_OPEN: Final[Mapping[Kind, Node]] = {
    Kind.SIZE: _size(),
    Kind.AGE: _age(),
    Kind.DURATION: _quoted(_digits(1, 4), Words("s", "m", "h", "d")),
    Kind.MODE: _mode(),
    Kind.SIGNAL: _quoted(Choice((Words(*_SIGNALS), _digits(1, 2)))),
    Kind.PORT: Sequence(Chars("123456789"), _digits(0, 4)),
    Kind.INTEGER: _integer(),
    Kind.NUMBER: Sequence(_integer(), optional(Sequence(Words("."), _digits(1, 4)))),
    Kind.BOOLEAN: Words("true", "false"),
}
_BARE: Final = frozenset({Kind.PORT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN})
"""Kinds that are no JSON strings: their candidates are written as they are."""


class Values:
    """The values of one request, by kind."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._rules: dict[tuple[Kind, int, bool], Rule | None] = {}

    def rule(self, argument: Argument, step: int) -> Node | None:
        """What the argument may be in a step; None if nothing is known that it could be."""
        if argument.choices:
            return Words(*(json_text(choice) for choice in argument.choices))
        key = (argument.kind, step if self.depends_on_step(argument) else 1, argument.is_many)
        if key not in self._rules:
            self._rules[key] = self._rule(*key)
        return self._rules[key]

    def depends_on_step(self, argument: Argument) -> bool:
        """Whether later steps may refer to earlier ones here."""
        return argument.kind in _REFERABLE

    def _rule(self, kind: Kind, step: int, is_many: bool) -> Rule | None:
        forms = self._forms(kind, step)
        if not forms:
            return None
        name = f"v-{kind.replace('_', '-')}-{step}"
        one = Rule(f"{name}-one" if is_many else name, lambda: Choice(forms))
        return Rule(name + "-many", lambda: _many(one)) if is_many else one

    def _forms(self, kind: Kind, step: int) -> tuple[Node, ...]:
        given = clean(self._candidates.get(kind, ()))
        write = str if kind in _BARE else json_text
        forms: list[Node] = [Words(*map(write, given))] if given else []
        if kind in _OPEN and kind not in self._candidates:
            forms.append(_OPEN[kind])
        if kind in (Kind.GLOB, Kind.PATHS) and Kind.GLOB not in self._candidates:
            forms.append(_glob())
        if kind in _FREE and not given:
            forms.append(_free())
        if kind in _REFERABLE and step > 1:
            forms.append(_quoted(Words("$"), Chars(_DIGITS[1:step])))
        return tuple(forms)


def _glob() -> Node:
    return _quoted(Words("*."), Repeat(Chars("abcdefghijklmnopqrstuvwxyz0123456789"), 1, 8))


def _many(one: Rule) -> Node:
    return Choice((one, Sequence(Words("["), one, Repeat(Sequence(Words(","), one), 1, MAX_MANY - 1), Words("]"))))


def clean(values: Iterable[str]) -> tuple[str, ...]:
    """The values that can be offered: no empty one, none twice, none absurdly long, not too many."""
    usable = (value for value in values if value and "\0" not in value and len(value) <= MAX_CANDIDATE_CHARS)
    return tuple(dict.fromkeys(usable))[:MAX_CANDIDATES]
