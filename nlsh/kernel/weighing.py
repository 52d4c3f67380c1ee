"""Weighs one line: the evidence that it is shell, and the evidence that a person is speaking."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route
from nlsh.kernel.language import Language
from nlsh.kernel.misuse import Surroundings, misuse
from nlsh.kernel.repertoire import (
    FAMILIAR,
    PATTERN_FIRST,
    PREFIXES,
    SPEAKERS,
    SUBCOMMANDS,
    WITH_SUBCOMMANDS,
    WORDS_TOO,
)
from nlsh.kernel.shapes import (
    APOSTROPHE,
    ASKED_WITH,
    ASSIGNMENT,
    CONSTRUCT,
    GLOB,
    OPERATOR,
    OPTION,
    QUESTION,
    QUOTE_MARK,
    SENTENCE_END,
    SHELL_START,
    VARIABLE,
    VERB,
    is_before_comma,
    is_before_command,
    is_choice,
    is_in_other_script,
    is_path,
    is_spelled_like_a_program,
    is_sum,
    opens,
    opens_in_english,
    operands,
    without_quotes,
)

KindOf = Callable[[str], str]
Exists = Callable[[str], bool]

_MOST_WORDS: Final = 40
_MOST_NAME: Final = 64
_SURE: Final = 4.0
"""The weight of evidence at which the margin is 1."""
_TRAILING: Final = "?,.:!;，。？：！"
_FIXED: Final = {"who am i": Route.LITERAL, "yes": Route.UTTERANCE}
_HOMELY: Final = re.compile(r"\.{0,2}/|~|\.{1,2}$")


@dataclass
class Scale:
    """The evidence so far, with the weightiest reason on each side."""

    literal: float = 0.0
    utterance: float = 0.0
    reasons: dict[Route, tuple[float, str]] = field(default_factory=dict)

    def add(self, route: Route, weight: float, reason: str) -> None:
        """Put evidence on one side."""
        if route is Route.LITERAL:
            self.literal += weight
        else:
            self.utterance += weight
        if weight > self.reasons.get(route, (0.0, ""))[0]:
            self.reasons[route] = (weight, reason)

    def reading(self) -> RouteReading:
        """What the evidence says; where it is even, a literal."""
        route = Route.UTTERANCE if self.utterance > self.literal else Route.LITERAL
        margin = min(1.0, abs(self.utterance - self.literal) / _SURE)
        return RouteReading(route, round(margin, 3), self.reasons.get(route, (0.0, ""))[1])


class Weighing:
    """One line, without what forces its route, on the scale."""

    def __init__(self, text: str, kind_of: KindOf, exists: Exists) -> None:
        self._text = text
        self._around = Surroundings(kind_of, exists)
        self._scale = Scale()
        self._bare = without_quotes(text)
        found = OPERATOR.search(self._bare)
        self._has_operator = found is not None
        self._tokens = self._bare[: found.start() if found and found.start() else None].split()[:_MOST_WORDS]

    def reading(self) -> RouteReading:
        """The route by the weight of the evidence."""
        fixed = _FIXED.get(self._text)
        if fixed is not None:
            self._scale.add(fixed, 3.0, "as it is mostly meant")
        elif SHELL_START.match(self._text):
            is_quote = self._text[0] in "\"'"
            self._literal(1.5 if is_quote else 4.0, "begins like shell")
            self._shape(self._tokens[1:], weight=0.5)
            self._language(self._tokens[1:], weight=1.0 if is_quote else 0.5, is_word=is_quote)
        else:
            self._command(self._tokens)
            self._punctuation()
        return self._scale.reading()

    def _literal(self, weight: float, reason: str) -> None:
        self._scale.add(Route.LITERAL, weight, reason)

    def _utterance(self, weight: float, reason: str) -> None:
        self._scale.add(Route.UTTERANCE, weight, reason)

    def _command(self, tokens: Sequence[str], depth: int = 0) -> None:
        """A first word and what follows it."""
        if not tokens:
            self._literal(1.0, "a command alone")
            return
        first, rest = tokens[0], tokens[1:]
        name = first.rstrip(_TRAILING)[:_MOST_NAME] or first[:_MOST_NAME]
        kind = self._around.kind_of(name)
        if kind == "keyword" and name not in PREFIXES:
            self._keyword(name, rest)
        elif kind or name in FAMILIAR:
            self._known(name, kind or "program, though not installed here", rest, depth)
        else:
            self._unknown(first, name, rest)

    # ---- a word the shell knows --------------------------------------------------------------------------------------

    def _known(self, name: str, kind: str, rest: Sequence[str], depth: int) -> None:
        if name in SPEAKERS and not (self._text.endswith("?") and not rest):
            self._literal(6.0, f"{name} takes any words")
            return
        weight = _weight_of_name(name, kind)
        is_word = weight < 2.0
        self._literal(weight, f"{name} is {_articled(kind)}")
        if name in PREFIXES and depth < 3 and self._prefix(name, rest, depth):
            return
        self._shape(rest)
        if not _has_option(rest):
            self._utterance(misuse(name, rest, self._around), f"{name} takes no such words")
        is_subcommand = name in WITH_SUBCOMMANDS and _is_subcommand(rest[:1]) and not (is_word and rest[0] == "a")
        if is_subcommand:
            self._literal(1.0, f"{name} {rest[0]}")
        is_pattern = name in PATTERN_FIRST
        words = operands(rest) if is_pattern else rest
        self._language(words, start=is_subcommand or is_pattern, name=name, is_word=is_word)

    def _prefix(self, name: str, rest: Sequence[str], depth: int) -> bool:
        """Whether the rest is a command of its own, and was weighed as that."""
        at = next((i for i, token in enumerate(rest) if not is_before_command(token)), len(rest))
        if at == len(rest):
            return False
        kind = self._around.kind_of(rest[at])
        if kind == "keyword" or not (kind or rest[at] in FAMILIAR):
            return False
        if name in ("which", "type", "whereis", "man", "help"):
            self._literal(sum(0.8 for token in rest if self._around.kind_of(token)), "asks about commands")
            return False
        self._command(rest[at:], depth + 1)
        return True

    def _keyword(self, name: str, rest: Sequence[str]) -> None:
        if CONSTRUCT.search(self._text) or name in ("{", "[[", "!", "}", "]]"):
            self._literal(4.0, f"a {name} of the shell")
            return
        self._literal(0.8, f"{name} is a keyword of the shell")
        self._utterance(1.0, "a keyword without its construct")
        self._shape(rest)
        self._language(rest, is_word=True)

    # ---- a word the shell does not know ------------------------------------------------------------------------------

    def _unknown(self, first: str, name: str, rest: Sequence[str]) -> None:
        if not self._spoken(first, name, rest):
            self._unspoken(first, name, rest)
        if rest and OPTION.fullmatch(rest[0]):
            self._literal(2.4, "options come first")
        self._shape(rest, weight=0.5)
        self._language(rest, is_word=len(rest) > 1)

    def _spoken(self, first: str, name: str, rest: Sequence[str]) -> bool:
        """Whether the first word is one that people begin to speak with."""
        folded = name.casefold().replace("’", "'")
        if is_in_other_script(first):
            self._utterance(4.0, "is not in Latin script")
        elif name in WITH_SUBCOMMANDS and _is_subcommand(rest[:1]):
            return False
        elif name in WORDS_TOO and _has_option(rest):
            self._literal(2.6, f"{name} is given options")
        elif opens(folded) or (is_choice(folded) and not self._around.exists(first)):
            self._utterance(3.0, f"{name} opens a request")
        else:
            return self._worded(name, folded, rest)
        return True

    def _worded(self, name: str, folded: str, rest: Sequence[str]) -> bool:
        """Whether the first word is one of a language, or a number."""
        if VERB.fullmatch(folded) and any(token[0].isalpha() for token in rest) and not _has_option(rest):
            self._utterance(1.6, f"{name} looks like a verb")
        elif folded in ASKED_WITH:
            self._utterance(2.0, f"{name} is a word people ask with")
        elif is_sum(name) and (rest or not name.isdigit()):
            self._utterance(2.2, "begins with a number")
        elif not folded.isascii() and folded.isalpha():
            self._utterance(2.0, "no command is spelled so")
        else:
            return False
        return True

    def _unspoken(self, first: str, name: str, rest: Sequence[str]) -> None:
        if is_path(first):
            self._literal(1.5 if _HOMELY.match(first) or self._around.exists(first) else 0.9, "begins with a path")
        elif name in WITH_SUBCOMMANDS and _is_subcommand(rest[:1]):
            self._literal(2.0, f"{name} is not installed")
        else:
            self._literal(1.25, f"{name} is no command here, but the line has the shape of one")
            if is_spelled_like_a_program(name):
                self._literal(0.8, f"{name} is spelled like a program")
        if _is_subcommand(rest[:1]):
            self._literal(0.6, "a subcommand follows")

    # ---- shape -------------------------------------------------------------------------------------------------------

    def _shape(self, rest: Sequence[str], weight: float = 1.0) -> None:
        if self._has_operator:
            self._literal(3.0 * weight, "has shell operators")
        if _has_option(rest):
            self._literal(2.0 * weight, "has options")
        if any(VARIABLE.match(token) or ASSIGNMENT.match(token) for token in rest):
            self._literal(1.5 * weight, "has variables")
        if QUOTE_MARK in rest:
            self._literal(0.5 * weight, "has quotes")
        if any(GLOB.search(token) for token in rest):
            self._literal(0.4 * weight, "has a pattern")
        if any(is_path(token) or self._around.exists(token) for token in rest):
            self._literal(0.4 * weight, "names files")

    def _language(
        self, rest: Sequence[str], weight: float = 1.0, *, start: int = 0, name: str = "", is_word: bool = False
    ) -> None:
        total, word = Language(self._around, name, is_word=is_word).of(rest, start)
        if total:
            self._utterance(total * weight, f"reads like language ({word})")

    def _punctuation(self) -> None:
        text = self._bare.rstrip()
        if QUESTION.search(text) and not self._has_operator:
            self._utterance(2.8, "ends in a question mark")
        if any(token[-1] in ",，" and (not at or is_before_comma(token)) for at, token in enumerate(self._tokens)):
            self._utterance(2.0, "has a comma after a word")
        if APOSTROPHE.search(self._bare):
            self._utterance(1.5, "has an apostrophe in a word")
        last = self._tokens[-1] if self._tokens else ""
        if len(self._tokens) > 1 and SENTENCE_END.fullmatch(last) and not self._around.exists(last):
            self._utterance(1.0, "ends like a sentence")
        if last.endswith("!") and last.strip("!").isalpha():
            self._utterance(1.6, "ends with an exclamation mark")
        if self._tokens and self._tokens[0].endswith(":") and len(self._tokens) > 1:
            self._utterance(1.5, "names a subject first")


def _weight_of_name(name: str, kind: str) -> float:
    """What a known name weighs: less where it is a word of English too; what a person defined is theirs."""
    if kind in ("alias", "function"):
        return 2.6
    if name in WORDS_TOO:
        return 1.2
    return 1.8 if opens_in_english(name) and name not in FAMILIAR else 2.6


def _has_option(rest: Sequence[str]) -> bool:
    return any(OPTION.fullmatch(token) for token in rest)


def _is_subcommand(words: Sequence[str]) -> bool:
    return any(word in SUBCOMMANDS or len(word) == 1 for word in words)


def _articled(kind: str) -> str:
    return f"an {kind}" if kind.startswith("a") else f"a {kind}"
