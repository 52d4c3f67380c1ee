"""The shapes of a line's parts: what can only be shell, what can only be a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from nlsh.kernel.lexicon import FUNCTION_WORDS, LIGHT_WORDS, OPENERS, QUALITIES, THINGS
from nlsh.kernel.repertoire import MADE
from nlsh.kernel.tongues import bare, clitic_free, openers_abroad

_QUOTED: Final = re.compile(r"""\\.|(?<![\w.])'[^']*'|"(?:[^"\\]|\\.)*\"""")
_BLANK: Final = re.compile(
    r"(?<=\s)(?:->|=>|→)(?=\s)|(?<=\s)<(?:[a-z]+://[^\s<>]+|[a-z]+(?:[ _-][a-z]+)*)>(?=[\s,.;)?]|$)"
)
"""A place to fill in, `<file name>`, an address in brackets, an arrow: what people write, and no redirection."""
QUOTE_MARK: Final = '"'
"""Stands for quoted text, whatever it says."""
SHELL_START: Final = re.compile(
    r"""[A-Za-z_]\w*\+?=|[$(<>\\&|]|\d?[<>]|\{\s|\[\[?\s|[\w-]+\s*\(\)|'[^'\s]+'|"[^"]+\""""
)
OPERATOR: Final = re.compile(r"\|\|?|&&|;|&$|\$\(|`|>>?\s*\S|<\s*\S|<<|\n")
OPTION: Final = re.compile(r"--?[A-Za-z0-9?][\w-]*(?:=.*)?|--|\+%?[\w:%.-]+")
VARIABLE: Final = re.compile(r"\$[\w{(?!$@*#-]|%\d")
ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=")
GLOB: Final = re.compile(r"[*\[{]|.\?.")
_LAST_WORD: Final = re.compile(r"[^\W\d_]{2,}\.")
_FILE: Final = re.compile(r"[\w@%+=:,~-]*(?:/|\.[A-Za-z0-9]{1,6}$|\.\.?$).*|~.*|\.[\w-]{2,}")
NUMBER: Final = re.compile(r"[+-]?\d[\d.,:]*[smhdkKMGT%]?")
QUESTION: Final = re.compile(r"\w\s?[?？]$|^[¿]|[?？]\s")
APOSTROPHE: Final = re.compile(r"(?:^|(?<=\s))[^\W\d_]+['’][^\W\d_]+")
"""An apostrophe within a word, which a shell would take for a quote."""
_SUM: Final = re.compile(r"[\d(][\d.,_()+*/^%x×÷-]*")
VERB: Final = re.compile(r"(?:re|un|de|dis|over|en)[a-z]{5,}|[a-z]{4,}(?:ize|ise|ate|ed)|[a-z]{3,}ify")
_ADVERB: Final = re.compile(r"[a-z-]{4,}ly")
_BEFORE_VERB: Final = frozenset(
    "re un auto de pre force double brute load pretty hard soft dry case bulk batch".split()
)
_PROGRAM: Final = re.compile(
    r"[^aeiouy\W]{2,}|[a-z]\w*[A-Z]\w*|[A-Z]{2,}[a-z]\w*|\w*\d\w*|\w+[-_]\w+"
    r"|[a-z]+(?:ctl|cli|cfg|conf|fs|adm|db|fmt|sh|tool|cmd|mgr|gen|ng|top|stat|info)"
)
SENTENCE_END: Final = re.compile(r"[\w'.-]*\w[.!。！]")
CONSTRUCT: Final = re.compile(r"[;\n]\s*(?:do|then|in)\b|\(\(|\)\s*\S*;;|\besac\b|\{.*\}|;\s*done\b|;\s*fi\b")


_Ranges = tuple[tuple[int, int], ...]
_UNSPACED: Final[_Ranges] = (
    *((0x0E00, 0x0EFF), (0x2E80, 0xA4CF), (0xF900, 0xFAFF), (0xFF66, 0xFFDC), (0x20000, 0x3FFFF)),
)
"""Scripts without spaces between words."""
_SPACED: Final[_Ranges] = ((0x0370, 0x0DFF), (0x0F00, 0x1FFF), (0xA4D0, 0xD7FF))

NAMED: Final = THINGS | QUALITIES | MADE
"""What follows `a` and `all` in language."""
ASKED_WITH: Final = THINGS | QUALITIES | LIGHT_WORDS | FUNCTION_WORDS
_DESCRIBES: Final = QUALITIES | LIGHT_WORDS


def without_quotes(text: str) -> str:
    """The text with QUOTE_MARK for every quoted part."""
    quiet = _QUOTED.sub(lambda match: match[0] if match[0].startswith("\\") else f" {QUOTE_MARK} ", text)
    return _BLANK.sub(" ", quiet)


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
    return _FILE.fullmatch(token) is not None and not NUMBER.fullmatch(token) and not _LAST_WORD.fullmatch(token)


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


def is_in_other_script(word: str) -> bool:
    """Whether a word has letters that are not Latin."""
    return is_unspaced(word) or _has(word, _SPACED)


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script without spaces between words: a long one is a sentence."""
    return _has(word, _UNSPACED)


def _has(word: str, ranges: _Ranges) -> bool:
    # Not a regular expression: to compile one with these ranges takes longer than all else here together.
    return not word.isascii() and any(first <= ord(letter) <= last for letter in word for first, last in ranges)


def is_before_comma(token: str) -> bool:
    """Whether a token with a comma at its end is a word or a file's name, as it stands in a sentence."""
    return is_alphabetic(token) or (is_path(token[:-1]) and not set(token[:-1]) & set(",={}[]()"))


def belong(word: str, after: str) -> bool:
    """Whether two words say something together: `hidden files`, `newest first`."""
    return (word in _DESCRIBES and after in THINGS) or (word in QUALITIES and after in ("first", "last"))


def opens(word: str) -> bool:
    """Whether a word, in small letters, opens a request or a question in any of the languages known here."""
    if opens_in_english(word):
        return True
    return any(part in openers_abroad() for part in clitic_free(bare(word.lstrip("¿¡"))))


def is_sum(word: str) -> bool:
    """Whether a word is a number or a sum, which no command is."""
    return _SUM.fullmatch(word) is not None


def opens_in_english(word: str) -> bool:
    """Whether a word opens a request: an order, also in the third person (`lists`) or made of two (`re-run`)."""
    if word in OPENERS or "'" in word[1:-1] or _ADVERB.fullmatch(word):
        return True
    if len(word) > 4 and any(stem in OPENERS for stem in _stems(word)):
        return True
    before, dash, after = word.rpartition("-")
    return bool(dash) and before in _BEFORE_VERB and after in OPENERS


def _stems(word: str) -> Iterator[str]:
    """What a verb may be made of: `lists`, `copies`, `removing`, `reinitialize`."""
    if word.endswith("s"):
        yield word[:-1]
        if word.endswith("ies"):
            yield word[:-3] + "y"
        if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
            yield word[:-2]
    if word.endswith("ing"):
        yield word[:-3]
        yield word[:-3] + "e"
        yield word[:-4]
    for before in ("re", "un", "de", "dis", "over", "en", "mis", "pre", "auto", "down", "up"):
        if word.startswith(before):
            yield word[len(before) :]


def is_choice(word: str) -> bool:
    """Whether it is orders to choose from: `install/uninstall`."""
    parts = word.split("/")
    return len(parts) > 1 and all(part.isalpha() and opens_in_english(part) for part in parts)


def is_spelled_like_a_program(word: str) -> bool:
    """Whether no word of a language is spelled so: `nmcli`, `k9s`, `VBoxManage`, `foo-bar`."""
    return _PROGRAM.fullmatch(word) is not None and not word.isupper()
