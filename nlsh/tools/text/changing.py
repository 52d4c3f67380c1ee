"""Changing text on its way through: words for words, letters for letters. No file is changed here."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from nlsh.core.arguments import Pattern, Text
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Emission
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks, encoded
from nlsh.tools.patterns import Look, Matcher
from nlsh.tools.text import sayings
from nlsh.tools.text.feed import Feed, Stage


@dataclass(frozen=True, kw_only=True)
class Replace(Stage):
    """Show a text with every occurrence of a pattern replaced; the file itself stays as it is (see fs.replace).

    In a regular expression's replacement `\\1` is the first group.
    """

    name: ClassVar[str] = "text.replace"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "show letter.txt with Smith instead of Jones, don't change the file",
            '[{"text.replace":{"source":"letter.txt","pattern":"Jones","replacement":"Smith"}}]',
        ),
        Example(
            "print config.ini with localhost swapped for db.example.org",
            '[{"text.replace":{"source":"config.ini","pattern":"localhost","replacement":"db.example.org"}}]',
        ),
        Example(
            'display list.txt with every ";" turned into ","',
            '[{"text.replace":{"source":"list.txt","pattern":";","replacement":","}}]',
        ),
        Example(
            "what would notes.md look like without the word very?",
            '[{"text.replace":{"source":"notes.md","pattern":"very"}}]',
        ),
        Example(
            'in the piped text replace "[0-9]+" by N (regex)',
            '[{"text.replace":{"pattern":"[0-9]+","replacement":"N","regex":true}}]',
        ),
        Example(
            "take the listing of this folder and write TXT where it says txt",
            '[{"fs.list":{}},{"text.replace":{"source":"$1","pattern":"txt","replacement":"TXT"}}]',
        ),
        Example(
            "zeige brief.txt mit Sie statt Du",
            '[{"text.replace":{"source":"brief.txt","pattern":"Du","replacement":"Sie"}}]',
        ),
    )

    pattern: Pattern
    replacement: Text = ""
    regex: bool = False
    ignore_case: bool = False

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the changed lines. Raises UsageError: the regular expression or the replacement is none."""
        if not self.pattern:
            raise UsageError("replace what?", "say the text to look for")
        with Matcher(Look(self.pattern, self.regex, self.ignore_case), scope, "replace", self.replacement) as matcher:
            yield from chunks(line for _, line in matcher.each(self.feed(scope, facts).lines()))


Change = Literal["", "upper", "lower", "title", "capitalize", "swap", "trim", "unix", "dos", "ascii", "expand_tabs"]


@dataclass(frozen=True, kw_only=True)
class Translate(Stage):
    """Change letters: case, white space, line ends; leave characters out, or squeeze repeats of them into one.

    `delete` and `squeeze` take the characters themselves, or the words digits, letters, punctuation, spaces, vowels.
    `trim` takes white space off both ends of every line, `unix` and `dos` set line ends, `ascii` drops accents.
    """

    name: ClassVar[str] = "text.translate"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("shout.txt in all caps please", '[{"text.translate":{"source":"shout.txt","change":"upper"}}]'),
        Example('make "Hello World" lowercase', '[{"text.translate":{"change":"lower","text":"Hello World"}}]'),
        Example("convert titles.txt to title case", '[{"text.translate":{"source":"titles.txt","change":"title"}}]'),
        Example("print codes.txt without digits", '[{"text.translate":{"source":"codes.txt","delete":"digits"}}]'),
        Example(
            "collapse repeated spaces in messy.txt", '[{"text.translate":{"source":"messy.txt","squeeze":"spaces"}}]'
        ),
        Example(
            "strip leading and trailing whitespace from the lines of form.txt",
            '[{"text.translate":{"source":"form.txt","change":"trim"}}]',
        ),
        Example(
            "show windows.txt with unix line endings", '[{"text.translate":{"source":"windows.txt","change":"unix"}}]'
        ),
        Example(
            "mets le contenu de titre.txt en majuscules", '[{"text.translate":{"source":"titre.txt","change":"upper"}}]'
        ),
        *sayings.TRANSLATE,
    )

    change: Change = ""
    delete: Text = ""
    squeeze: Text = ""
    text: Text = ""

    def resolve(self, scope: Scope) -> Facts:
        """The files that will be read; none for a text given. Raises NlshError."""
        return Facts() if self.text and not self.source else super().resolve(scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the changed lines. Raises UsageError: nothing says what to change."""
        if not (self.change or self.delete or self.squeeze):
            raise UsageError("change what?", "say upper, lower, title, or which characters to leave out")
        given = bool(self.text) and not self.source
        feed = Feed(scope, data=encoded(self.text)) if given else self.feed(scope, facts)
        yield from chunks(map(self._translation(), feed.lines()))

    def _translation(self) -> Callable[[str], str]:
        deletes = re.compile(f"[{_characters(self.delete)}]+") if self.delete else None
        squeezes = re.compile(rf"([{_characters(self.squeeze)}])\1+") if self.squeeze else None
        change = _CHANGES.get(self.change)

        def translate(line: str) -> str:
            if deletes:
                line = deletes.sub("", line)
            if squeezes:
                line = squeezes.sub(r"\1", line)
            return change(line) if change else line

        return translate


def _characters(said: str) -> str:
    """A character class's inside for a word as `digits`, or for the characters themselves."""
    word = said.strip().lower().removesuffix("s")
    return _CLASSES.get(word) or re.escape(said)


_CLASSES: Final = {
    "digit": r"\d",
    "number": r"\d",
    "letter": r"^\W\d_",
    "punctuation": re.escape(string.punctuation),
    "space": " ",
    "blank": r" \t",
    "whitespace": r"\s",
    "tab": r"\t",
    "vowel": "aeiouAEIOU",
    "quote": "\"'",
    "comma": ",",
}
_CHANGES: Final[dict[str, Callable[[str], str]]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": lambda line: string.capwords(line, " "),
    "capitalize": lambda line: line[:1].upper() + line[1:],
    "swap": str.swapcase,
    "trim": str.strip,
    "unix": lambda line: line.removesuffix("\r"),
    "dos": lambda line: line.removesuffix("\r") + "\r",
    "ascii": lambda line: "".join(c for c in unicodedata.normalize("NFKD", line) if c.isascii()),
    "expand_tabs": lambda line: line.expandtabs(8),
}

SYSCALLS: tuple[type[Syscall], ...] = (Replace, Translate)
