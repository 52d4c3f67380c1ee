"""Numbers, sizes and times a person said, in the forms syscalls take: the model chooses, it does not compute."""

from __future__ import annotations

import re
from typing import Final

_ONE_TO_TEN: Final = (
    "one two three four five six seven eight nine ten",
    "eins zwei drei vier fünf sechs sieben acht neun zehn",
    "uno dos tres cuatro cinco seis siete ocho nueve diez",
    "un deux trois quatre cinq six sept huit neuf dix",
    "一 二 三 四 五 六 七 八 九 十",
)
_WORDS = {word: n for row in _ONE_TO_TEN for n, word in enumerate(row.split(), 1)} | {
    **dict.fromkeys(("a", "an", "single", "ein", "eine", "einen", "einem", "einer", "una", "une"), 1),
    **dict.fromkeys(("couple", "两", "zwo"), 2),
}
_WORDS |= {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_WORDS |= {"dozen": 12, "twenty": 20, "fifty": 50, "hundred": 100}
_NUMBER = re.compile(r"(?<![\w.])\d{1,9}(?![\w.]*\w)|(?<=[一-鿿])\d{1,9}|\d{1,9}(?=[一-鿿])")
_TOKEN = re.compile(r"[一二三四五六七八九十两]|[^\W\d_一-鿿]+")
_SIZE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:(k|m|g|t)(?:i?b|ilo|eg|ega|ig|iga|era)?(?:ytes?|s|bytes?)?|(b|bytes?))(?![^\W\d_])",
    re.IGNORECASE,
)
_NEAR: Final = 24
"""How many letters before a size its comparison may stand."""
_MORE: Final = re.compile(
    r"\b(?:more|over|above|bigger|larger|greater|exceed\w*|at least|min\w*|größer|grösser|über|mehr|mindestens|ab|más"
    r"|mayor(?:es)?|plus|supérieurs?|dépass\w*)\b|>|大于|超过|以上",
    re.IGNORECASE,
)
_LESS: Final = re.compile(
    r"\b(?:less|under|below|smaller|at most|max\w*|up to|kleiner|unter|weniger|höchstens|bis|menos|menor(?:es)?|moins"
    r"|inférieurs?)\b|<|小于|不到|以下",
    re.IGNORECASE,
)
_UNITS: Final = (
    ("s", r"s|secs?|seconds?|sekunden?|segundos?|secondes?|秒"),
    ("m", r"min|mins|minutes?|minuten?|minutos?|分钟?"),
    ("h", r"h|hrs?|hours?|stunden?|horas?|heures?|小时"),
    ("d", r"d|days?|tage?n?|días?|dias?|jours?|天|日"),
    ("w", r"w|weeks?|wochen?|semanas?|semaines?|周|星期"),
    ("mo", r"mo|months?|monate?n?|mese?s?|mois|个月|月"),
    ("y", r"y|years?|yrs?|jahre?n?|años?|ans?|années?|年"),
)
_AGE = re.compile(
    r"(?:(?<![^\W\d_])(\d{1,4})\s*|\b([^\W\d_]+)\s+|([一二三四五六七八九十两])\s*)(?:"
    + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS)
    + r")(?![^\W\d_一-鿿])",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_DAYS: Final = {
    **dict.fromkeys(("today", "heute", "hoy", "aujourd'hui", "今天"), "today"),
    **dict.fromkeys(("yesterday", "gestern", "ayer", "hier", "昨天"), "yesterday"),
}
_LAST: Final = frozenset(
    {"last", "this", "past", "letzte", "letzten", "dieser", "última", "último", "dernière", "dernier"}
)


def numbers(utterance: str) -> tuple[int, ...]:
    """Whole numbers said in digits or words, in order."""
    found = [(match.start(), int(match[0])) for match in _NUMBER.finditer(utterance)]
    words = ((match.start(), _WORDS.get(match[0].lower())) for match in _TOKEN.finditer(utterance))
    found += [(at, number) for at, number in words if number is not None]
    return tuple(dict.fromkeys(number for _, number in sorted(found)))


def sizes(utterance: str) -> tuple[str, ...]:
    """Sizes said (`over 2 MB`, `1.5 gigs or less`) as `>2M`, `<1.5G`; all three forms where nothing was compared."""
    found: dict[str, None] = {}
    for match in _SIZE.finditer(utterance):
        size = match[1].replace(",", ".") + (match[2] or "").upper()
        around = utterance[max(0, match.start() - _NEAR) : match.end() + _NEAR // 2]
        is_more, is_less = _MORE.search(around) is not None, _LESS.search(around) is not None
        signs = (">",) if is_more and not is_less else ("<",) if is_less and not is_more else (">", "<", "")
        found.update(dict.fromkeys(sign + size for sign in signs))
    return tuple(found)


def ages(utterance: str) -> tuple[str, ...]:
    """Lengths of time and days said (`two weeks`, `last month`, `yesterday`, `2024-05-01`) as `2w`, `1mo` …"""
    found = {match[0]: None for match in _DATE.finditer(utterance)}
    lowered = utterance.lower()
    found.update({day: None for word, day in _DAYS.items() if word in lowered})
    for match in _AGE.finditer(lowered):
        amount = _amount(match)
        if amount:
            found[f"{amount}{match.lastgroup}"] = None
    return tuple(found)


def _amount(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1])
    word = match[2] or match[3]
    return 1 if word in _LAST else _WORDS.get(word, 0)


_OCTAL = re.compile(r"(?<![\w.])0?[0-7]{3}(?![\w.])")
_SYMBOLIC = re.compile(r"(?<![\w.])[ugoa]*[+=-][rwxXst]+(?![\w.])")
_RIGHTS: Final = (
    ("+x", r"execut\w*|runnable|run|start|launch|ausführbar\w*|ausführen|starten|ejecut\w*|exécut\w*|可执行|执行|运行"),
    ("a-w", r"read-?only|write-?protect\w*|schreibgeschützt|solo lectura|lecture seule|只读"),
    ("u+w", r"writ(?:e?able|e)\b|beschreibbar|schreibbar|escrib\w*|inscriptible|可写"),
    ("a+r", r"readable|lesbar|legible|lisible|可读"),
    ("go-rwx", r"private|only (?:i|me)\b|nobody else|privat|privado|privé|私有"),
)


def modes(utterance: str) -> tuple[str, ...]:
    """Rights said, as numbers, in the notation of chmod, or in words: `executable` is `+x`."""
    found = [*_OCTAL.findall(utterance), *_SYMBOLIC.findall(utterance)]
    found += [mode for mode, words in _RIGHTS if re.search(rf"(?<![^\W_])(?:{words})", utterance, re.IGNORECASE)]
    return tuple(dict.fromkeys(found))
