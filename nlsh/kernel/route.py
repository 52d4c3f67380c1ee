"""The route of a line: a literal, run as written, or an utterance, planned by the model. By its shape alone.

Evidence for either side is weighed: what the first word names in the person's shell, options, operators, quotes and
existing paths on one side; function words, question words, things people ask about and punctuation on the other.
Pure, without the model, well under a millisecond for any line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route
from nlsh.kernel.lexicon import (
    FAMILIAR,
    FOREIGN_WORDS,
    FUNCTION_WORDS,
    LIGHT_WORDS,
    PATTERN_FIRST,
    PREFIXES,
    QUALITIES,
    SPEAKERS,
    SUBCOMMANDS,
    SURE_WORDS,
    THINGS,
    WITH_SUBCOMMANDS,
    WORDS_TOO,
)
from nlsh.kernel.misuse import Surroundings, misuse
from nlsh.kernel.shapes import (
    ASKED_WITH,
    ASSIGNMENT,
    CONSTRUCT,
    GLOB,
    NAMED,
    OPERATOR,
    OPTION,
    OTHER_SCRIPT,
    QUESTION,
    QUOTE_MARK,
    SENTENCE_END,
    SHELL_START,
    VARIABLE,
    VERB,
    belong,
    is_before_command,
    is_path,
    is_shape,
    opens,
    operands,
    plain,
    without_quotes,
)

KindOf = Callable[[str], str]
Exists = Callable[[str], bool]

_MOST_CHARACTERS: Final = 2000
_MOST_WORDS: Final = 40
_MOST_NAME: Final = 64
_SURE: Final = 4.0
"""The weight of evidence at which the margin is 1."""


def strip_force(line: str) -> tuple[str, Route | None]:
    """A line without the `!` or `?` that forces its route, and that route; None where nothing forces it.

    A space it begins with stays: such a line is not kept in the history.
    """
    text = line.lstrip()
    space = " " if line.startswith(" ") else ""
    if text.startswith("!") and not text.startswith(("!!", "!=")):
        return space + text[1:].lstrip(), Route.LITERAL
    if text.startswith(("?", "？")):
        return space + text[1:].lstrip(), Route.UTTERANCE
    return line, None


def read_route(line: str, kind_of: KindOf, exists: Exists) -> RouteReading:
    """The route of a line, how sure the rule is, and why.

    `kind_of` says what a word names in the person's shell (empty: nothing), `exists` whether a path does.
    """
    _, forced = strip_force(line[:_MOST_CHARACTERS])
    if forced is not None:
        return RouteReading(forced, 1.0, "you said so")
    text = line[:_MOST_CHARACTERS].strip()
    if not text or text.startswith("#"):
        return RouteReading(Route.LITERAL, 1.0, "nothing to plan")
    scale = _Scale()
    _Weighing(text, kind_of, exists, scale).weigh()
    return scale.reading()


@dataclass
class _Scale:
    """The evidence so far, with the weightiest reason on each side."""

    literal: float = 0.0
    utterance: float = 0.0
    reasons: dict[Route, tuple[float, str]] = field(default_factory=dict)

    def add(self, route: Route, weight: float, reason: str) -> None:
        if route is Route.LITERAL:
            self.literal += weight
        else:
            self.utterance += weight
        if weight > self.reasons.get(route, (0.0, ""))[0]:
            self.reasons[route] = (weight, reason)

    def reading(self) -> RouteReading:
        route = Route.UTTERANCE if self.utterance > self.literal else Route.LITERAL
        margin = min(1.0, abs(self.utterance - self.literal) / _SURE)
        return RouteReading(route, round(margin, 3), self.reasons.get(route, (0.0, ""))[1])


_FIXED: Final = {"who am i": Route.LITERAL, "yes": Route.UTTERANCE}


class _Weighing:
    """One line on the scale."""

    def __init__(self, text: str, kind_of: KindOf, exists: Exists, scale: _Scale) -> None:
        self._text = text
        self._around = Surroundings(kind_of, exists)
        self._scale = scale
        self._bare = without_quotes(text)
        found = OPERATOR.search(self._bare)
        self._has_operator = found is not None
        self._tokens = self._bare[: found.start() if found and found.start() else None].split()[:_MOST_WORDS]

    def weigh(self) -> None:
        fixed = _FIXED.get(self._text)
        if fixed is not None:
            self._scale.add(fixed, 3.0, "as it is mostly meant")
        elif SHELL_START.match(self._text):
            self._literal(4.0, "begins like shell")
            self._language(self._tokens[1:], weight=0.5)
        else:
            self._command(self._tokens)
            self._punctuation()

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
        name = first.rstrip("?,.:!;，。？：")[:_MOST_NAME] or first[:_MOST_NAME]
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
        is_word = name in WORDS_TOO and kind not in ("alias", "function")
        self._literal(1.2 if is_word else 2.6, f"{name} is {_articled(kind)}")
        if name in PREFIXES and depth < 3 and self._prefix(name, rest, depth):
            return
        self._shape(rest)
        if not _has_option(rest):
            self._utterance(misuse(name, rest, self._around), f"{name} takes no such words")
        if name in WITH_SUBCOMMANDS and _is_subcommand(rest[:1]):
            self._literal(1.0, f"{name} {rest[0]}")
        words = operands(rest)
        is_first_free = name in PATTERN_FIRST or (name in WITH_SUBCOMMANDS and _is_subcommand(words[:1]))
        self._language(words[is_first_free:], is_word=is_word, exempt=name)

    def _prefix(self, name: str, rest: Sequence[str], depth: int) -> bool:
        """Whether the rest is a command of its own, and was weighed as that."""
        at = next((i for i, token in enumerate(rest) if not is_before_command(token)), len(rest))
        if at == len(rest) or self._around.kind_of(rest[at]) in ("", "keyword"):
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
        folded = name.casefold().replace("’", "'")
        if is_path(first):
            self._literal(1.5, "begins with a path")
        elif OTHER_SCRIPT.search(first):
            self._utterance(4.0, "is not in Latin script")
        elif name in WITH_SUBCOMMANDS and _is_subcommand(rest[:1]):
            self._literal(2.0, f"{name} is not installed")
        elif name in WORDS_TOO and _has_option(rest):
            self._literal(2.6, f"{name} is given options")
        elif opens(folded):
            self._utterance(3.0, f"{name} opens a request")
        elif VERB.fullmatch(folded) and any(token[0].isalpha() for token in rest) and not _has_option(rest):
            self._utterance(1.6, f"{name} looks like a verb")
        elif folded in ASKED_WITH:
            self._utterance(2.0, f"{name} is a word people ask with")
        else:
            self._literal(0.9, f"{name} is no command here, but the line has the shape of one")
        self._shape(rest, weight=0.5)
        self._language(rest, is_word=len(rest) > 1)

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

    # ---- language ----------------------------------------------------------------------------------------------------

    def _language(self, rest: Sequence[str], weight: float = 1.0, *, is_word: bool = False, exempt: str = "") -> None:
        total, strongest = 0.0, ("", 0.0)
        for at, token in enumerate(rest):
            value = self._word_weight(token, rest[at + 1 : at + 2], is_word=is_word, exempt=exempt)
            total += value
            if value > strongest[1]:
                strongest = (token, value)
        if total:
            self._utterance(min(total, 7.0) * weight, f"reads like language ({strongest[0][:20]})")

    def _word_weight(self, token: str, following: Sequence[str], *, is_word: bool, exempt: str) -> float:
        if is_shape(token):
            return 0.0
        word = token.strip("?,.:!;，。？()").casefold().replace("’", "'")
        if not word or self._around.exists(token):
            return 0.0
        after = plain(following[0]) if following else ""
        if word in ("a", "an"):
            return 3.2 if after in NAMED else 0.4
        if word == "all" and after and exempt != "make":
            return 3.2 if after in NAMED or is_path(following[0]) else 2.4
        if word in FUNCTION_WORDS:
            return 4.2 if word in SURE_WORDS else 3.2
        pair = 2.0 if belong(word, after) else 0.0
        return pair + self._lighter_weight(word, is_word=is_word, exempt=exempt)

    def _lighter_weight(self, word: str, *, is_word: bool, exempt: str) -> float:
        if word in FOREIGN_WORDS:
            return 2.4
        if word in LIGHT_WORDS:
            return 0.0 if exempt in ("make", *WITH_SUBCOMMANDS) else 1.1
        if word in THINGS or word in QUALITIES:
            return 0.7 if is_word else 0.5
        if OTHER_SCRIPT.search(word):
            return 3.0 if len(word) > 4 else 1.2
        return 0.35 if is_word and word.isalpha() and len(word) > 1 else 0.1

    def _punctuation(self) -> None:
        text = self._bare.rstrip()
        if QUESTION.search(text) and not self._has_operator:
            self._utterance(2.8, "ends in a question mark")
        if any(token[-1] in ",，" and token[0] not in ",-" for token in self._tokens):
            self._utterance(2.0, "has a comma after a word")
        last = self._tokens[-1] if self._tokens else ""
        if len(self._tokens) > 1 and SENTENCE_END.fullmatch(last) and not self._around.exists(last):
            self._utterance(1.0, "ends like a sentence")
        if last.endswith("!") and last.strip("!").isalpha():
            self._utterance(1.6, "ends with an exclamation mark")
        if self._tokens and self._tokens[0].endswith(":") and len(self._tokens) > 1:
            self._utterance(1.5, "names a subject first")


def _has_option(rest: Sequence[str]) -> bool:
    return any(OPTION.fullmatch(token) for token in rest)


def _is_subcommand(words: Sequence[str]) -> bool:
    return any(word in SUBCOMMANDS or len(word) == 1 for word in words)


def _articled(kind: str) -> str:
    return f"an {kind}" if kind.startswith("a") else f"a {kind}"
