"""How much the words after a command's name read like language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from nlsh.kernel.lexicon import FUNCTION_WORDS, LIGHT_WORDS, QUALITIES, SURE_WORDS, THINGS
from nlsh.kernel.misuse import Surroundings
from nlsh.kernel.repertoire import FAMILIAR, OWN_WORDS, WITH_SUBCOMMANDS
from nlsh.kernel.shapes import NAMED, OPTION, belong, is_in_other_script, is_path, is_shape, is_unspaced, plain
from nlsh.kernel.tongues import SHORT_ABROAD, THINGS_ABROAD, WORDS_ABROAD, bare

_MOST: Final = 7.0
_ENDING: Final = re.compile(r"[a-z]{3,}(?:tion|ment|ness|ity|ive|able|ous|ful|ing|ed|ance|ence)s?")
"""How long words of English end, and hardly any argument."""
_ADVERB: Final = re.compile(r"[a-z]{4,}ly")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


class Language:
    """Reads the words that follow `name`; `is_word` where that name is a word of English, or nothing at all."""

    def __init__(self, around: Surroundings, name: str = "", *, is_word: bool = False) -> None:
        self.around = around
        self.name = name
        self.is_word = is_word

    def of(self, rest: Sequence[str], start: int = 0) -> tuple[float, str]:
        """How much the words from `start` on weigh for language, at most 7, and the weightiest of them."""
        total, strongest = 0.0, ("", 0.0)
        own = OWN_WORDS.get(self.name, frozenset())
        for at in range(start, len(rest)):
            token = rest[at]
            if token in own:
                continue
            value = self._weight(token, rest, at)
            total += value
            if value > strongest[1]:
                strongest = (token, value)
        return min(total, _MOST), strongest[0][:20]

    def _weight(self, token: str, rest: Sequence[str], at: int) -> float:
        if is_shape(token):
            return 0.0
        word = token.strip("?,.:!;，。？()").casefold().replace("’", "'")
        if not word or self.around.exists(token):
            return 0.0
        value = self._as_word(word, rest[at + 1 : at + 2])
        return value * self._trust(word, rest, at)

    def _trust(self, word: str, rest: Sequence[str], at: int) -> float:
        """A word weighs less where commands have words of their own: after an option, and as the only operand."""
        if at and OPTION.fullmatch(rest[at - 1]) and rest[at - 1].startswith("-"):
            return 0.5 if word in SURE_WORDS else 0.0
        if at or self.is_word or not self.name or not word.isascii():
            return 1.0
        if word == "i":  # `npm i` installs
            return 0.0
        if self.name in FAMILIAR or self.name in WITH_SUBCOMMANDS:
            return 1.0
        return 0.6 if len(rest) == 1 or word not in SURE_WORDS else 1.0

    def _as_word(self, word: str, following: Sequence[str]) -> float:
        after = plain(following[0]) if following else ""
        if word in ("a", "an"):
            return self._article(after)
        if word == "all" and after and self.name != "make":
            return 3.2 if after in NAMED or is_path(following[0]) else 2.4
        if word in FUNCTION_WORDS:
            return 4.2 if word in SURE_WORDS and len(word) > 1 else 3.2
        pair = 1.0 if self.name in WITH_SUBCOMMANDS else 2.0
        return pair * belong(word, after) + self._lighter(word)

    def _article(self, after: str) -> float:
        if after in NAMED:
            return 3.2
        return 2.6 if self.is_word and _WORD.fullmatch(after) else 0.4

    def _lighter(self, word: str) -> float:
        if word in LIGHT_WORDS:
            return 0.0 if self.name == "make" or self.name in WITH_SUBCOMMANDS else 1.1
        if word in THINGS or word in QUALITIES:
            return 0.7 if self.is_word else 0.5
        if is_unspaced(word):
            return 3.4 if len(word) > 3 else 1.6
        if is_in_other_script(word):
            return 1.3
        return self._abroad(bare(word)) or self._plain(word)

    def _abroad(self, word: str) -> float:
        if word in WORDS_ABROAD:
            return 2.4 if len(word) > 3 else 2.0
        if word in SHORT_ABROAD:
            return 1.6
        return 0.7 * (word in THINGS_ABROAD)

    def _plain(self, word: str) -> float:
        if not word.isascii() and word.isalpha():
            return 1.0
        if not (self.is_word and word.isalpha() and len(word) > 1):
            return 0.1
        if _ADVERB.fullmatch(word):
            return 1.2
        return 0.6 if _ENDING.fullmatch(word) else 0.35
