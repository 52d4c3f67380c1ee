"""Switches nobody could have meant: a small model often adds one more, and then the answer is another.

A switch is offered to the model only where something in the utterance could mean it, in the languages people mix most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from nlsh.core.syscall import Argument, SyscallSpec
from nlsh.kernel.negation import turns_round


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE | re.VERBOSE)


_GREAT: Final = r"""bigg|large|great|high|most|max|top|größ|höch|meist|mayor|alto|más|grand|plus|haut|最|大"""
_SMALL: Final = r"""small|least|low|few|min|klein|niedrig|wenig|menor|bajo|petit|moins|bas|小|少"""
_CUES: Final[Mapping[str, re.Pattern[str]]] = {
    "unique": _cue(
        r"""uniq|duplic|distinct|dedup|once|repeat|repet|differ|doppel|einmal|einzig|versch|únic|unic|distint|doublon
        |repit|重复|去重|不同|唯一"""
    ),
    "only_matches": _cue(r"extract|pull|match|occur|\bpart|extrah|treffer|teil|extra[ei]|coincid|partie|提取|匹配"),
    "regex": _cue(
        r"""regex|regular|pattern|expression|muster|ausdruck|patr[óo]n|expresi|motif|正则|[][\\+*?^$|(){}]"""
    ),
    "numeric": _cue(rf"numer|number|zahl|númer|nombr|chiffr|value|wert|valor|valeur|count|size|数|{_GREAT}|{_SMALL}"),
    "reverse": _cue(
        rf"""revers|desc|backw|down|last|late|new|old|z\W|umge|abst|rück|zuletzt|neu|inver|décroi|últim|dern|倒|反|降
        |{_GREAT}"""
    ),
    "at": _cue(
        r"""start|begin|begi|end|first|last|prefix|suffix|whole|exact|just|anf|erst|letzt|schlu|ganz|empiez|empez|acab
        |termin|comienz|commenc|fini|début|fin\b|头|尾|开|结"""
    ),
    "text.sort.by": _cue(
        r"""\bby\b|column|field|length|long|short|nach|spalte|feld|läng|por\b|columna|campo|larg|par\b|selon|colonne|champ
        |按|列|长"""
    ),
    "text.sort.field": _cue(r"column|field|word|spalte|feld|wort|column|campo|palabra|colonne|champ|mot\b|列|词|\d"),
    "separator": _cue(
        r"""separat|delimit|split|join|comma|tab|colon|space|pipe|slash|dash|dot|csv|tsv|trenn|getrennt|komma|punkt|leer
        |separa|coma\b|espac|sépar|virgule|分隔|逗|\W\W|[;:|,]"""
    ),
    "drop": _cue(r"last|end|bottom|tail|final|foot|letzt|schlu|últim|dern|fin\b|最后|末|尾"),
}
_TURNING: Final = ("invert", "decode", "drop")


def sayable(spec: SyscallSpec, utterance: str) -> tuple[Argument, ...]:
    """The arguments of a syscall without the switches for which nothing was said."""
    is_turned = turns_round(utterance)

    def may_be_meant(name: str) -> bool:
        cue = _CUES.get(name) or _CUES.get(f"{spec.name}.{name}")
        return (is_turned or name not in _TURNING) and (cue is None or cue.search(utterance) is not None)

    return tuple(argument for argument in spec.arguments if may_be_meant(argument.name))
