"""What an utterance mentions: spans to copy, names that are here, places, and the wishes it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from nlsh.kernel.kinds import endings_said

_MAX_SPANS: Final = 90
_MAX_SPAN_WORDS: Final = 7
_MAX_PIECE: Final = 6
_HERE: Final = frozenset(
    """. here this current everything all folder directory hier dieser diesem dieses alles aquí este esta todo ici ce
    cette tout 这里 这个 当前 所有""".split()
)
"""Words by which this folder may be meant."""
_SHORT: Final = 2
"""Names and stems of so few letters are only meant where they stand as they are: `a` is an article."""
_MAX_NAMES: Final = 40
_MAX_CLAUSES: Final = 3
_JOINT = re.compile(
    r"\s+(?:and then|and|then|und dann|und|dann|y luego|y|luego|et puis|et|puis)\s+|[;,]\s*then\s+|;|然后|并且|并|再"
)
"""What joins two wishes, in the languages people mix most."""
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'|`([^`]+)`|“([^”]+)”|„([^“”]+)[“”]|«\s*([^»]+?)\s*»|「([^」]+)」")
_MARKED = re.compile(r"[\"“„]([^\"“”„]+)[\"“”]|«\s*([^»]+?)\s*»")
_WORD = re.compile(r"(?:[^\s，。、；！？,]|,(?![\u3400-\u9fff]))+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_MIXED = re.compile(r"([\u3400-\u9fff]{0,8})([\w./~-]*[A-Za-z0-9_/~])", re.ASCII)
_TRIM: Final = "\"'`“”„«»「」.,;:!?()[]，。？！、："


def spans(utterance: str, *, most: int = _MAX_SPANS, are_long: bool = False) -> tuple[str, ...]:
    """What could be copied from an utterance: quotations first, then runs of words without outer punctuation.

    Runs of more than a few words are only among them if `are_long`, and if a sentence or a part of one ends with them.
    """
    found: dict[str, None] = dict.fromkeys(_quoted(utterance))
    words = [(match.start(), match.end()) for match in _WORD.finditer(utterance)]
    for length in range(1, (len(words) if are_long else _MAX_SPAN_WORDS) + 1):
        for first in range(len(words) - length + 1):
            span = utterance[words[first][0] : words[first + length - 1][1]]
            if length <= _MAX_SPAN_WORDS or first + length == len(words) or span[-1] in _TRIM:
                _add(found, span)
    if are_long:
        found.update(dict.fromkeys(_inner(utterance)))
    for match in _CJK.finditer(utterance):
        _add_pieces(found, match[0], len(match[0]) if are_long else _MAX_PIECE)
    return tuple(found)[:most]


def _quoted(utterance: str) -> tuple[str, ...]:
    return tuple(next(group for group in match.groups() if group) for match in _QUOTED.finditer(utterance))


def _inner(utterance: str) -> list[str]:
    """The sides of `NAME=value` and `user:group`, patterns with their last bracket, Latin names amid other scripts."""
    words = _WORD.findall(utterance)
    sides = [side for word in words for side in re.split("[=:]", word) if side and side != word]
    bracketed = [word.rstrip(".,;!?") for word in words if word[-1] in "[](){}*"]
    mixed = [match[1][at:] + match[2] for match in _MIXED.finditer(utterance) for at in range(len(match[1]) + 1)]
    return [*sides, *bracketed, *mixed]


def quoted_whole(utterance: str) -> tuple[str, ...]:
    """Quotations in marks that are nothing else, unlike an apostrophe: whoever sets them means the whole."""
    return tuple(match[1] or match[2] for match in _MARKED.finditer(utterance))


def _add(found: dict[str, None], text: str) -> None:
    stripped = text.rstrip(_TRIM).lstrip(_TRIM.replace(".", ""))
    if stripped and "\n" not in stripped:
        found.setdefault(stripped, None)


def _add_pieces(found: dict[str, None], run: str, longest: int) -> None:
    """Scripts without spaces: every piece of two characters or more."""
    for length in range(2, longest + 1):
        for first in range(len(run) - length + 1):
            found.setdefault(run[first : first + length], None)


def mentioned(utterance: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names the utterance mentions, in full or without their ending, in whatever case; the longest first.

    Only those: a name nobody said is never a candidate, so no plan can touch what was not meant.
    """
    names = tuple(names)
    said = utterance.casefold()
    whole = {name.casefold() for name in names}
    words = {word.strip(_TRIM) for word in said.split()} - endings_said(said, names)

    def is_said(name: str) -> bool:
        folded = name.casefold()
        stem = folded.rsplit(".", 1)[0]
        is_short_for = len(stem) > _SHORT and stem in words and stem not in whole - {folded}
        return folded in words or is_short_for or _stands_in(folded, said)

    return tuple(sorted((name for name in names if is_said(name)), key=lambda name: (-len(name), name))[:_MAX_NAMES])


def _stands_in(name: str, said: str) -> bool:
    """Whether a name of several letters stands in a text as a whole: `here.txt` is not in `nowhere.txt`."""
    is_long = len(name) > (_SHORT if name.isascii() else 1)
    whole = rf"(?<![a-z0-9_./-]){re.escape(name)}(?![a-z0-9_-]|\.[a-z0-9])"
    return is_long and re.search(whole, said) is not None


def places_said(utterance: str, names: Sequence[str]) -> tuple[str, ...]:
    """What was said that names a place: names that are here, quotations, and what looks like a path or pattern."""
    looks = filter(_is_place, spans(utterance))
    return tuple(dict.fromkeys((*mentioned(utterance, names), *_quoted(utterance), *looks)))


def anchors(utterance: str) -> tuple[str, ...]:
    """This folder, the home folder and the one above, where they were said."""
    said = set(re.findall(r"[^\W\d_]+|\.\.|~", utterance.casefold()))
    home = ("~",) if said & {"~", "home", "zuhause", "casa", "maison"} else ()
    above = ("..",) if said & {"..", "up", "above", "parent", "hoch", "arriba", "haut"} else ()
    here = (".",) if said & _HERE else ()
    return (*here, *home, *above)


def _is_place(span: str) -> bool:
    """Whether a span looks like a place or a pattern rather than like a word."""
    return len(span.split()) == 1 and re.search(r"[/~*?]|\w\.\w|^\.\w", span) is not None


def clauses(utterance: str) -> tuple[str, ...]:
    """The parts of an utterance that a conjunction joins, if each is long enough to be a wish of its own."""
    hidden = _QUOTED.sub(lambda match: "x" * len(match[0]), utterance)
    cuts = [0, *(at for match in _JOINT.finditer(hidden) for at in match.span()), len(utterance)]
    parts = tuple(utterance[start:end].strip(" ,;") for start, end in zip(cuts[::2], cuts[1::2], strict=True))
    is_joined = 2 <= len(parts) <= _MAX_CLAUSES and all(map(_is_wish, parts))
    return parts if is_joined else ()


def _is_wish(part: str) -> bool:
    """Whether a part is long enough: two words, or three letters of a script without spaces."""
    return len(part.split()) > 1 or sum(len(run) for run in _CJK.findall(part)) > 2
