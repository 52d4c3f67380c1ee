"""What a person says right after they declined: `no, only the ones from May`, `quatsch, notes.txt`.

How they begin says that it is a correction and nothing else; the model has learned it as one word, `no`. And it has
learned days, not months.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_LEAD: Final = re.compile(
    r"""(?:(?:no+|nope|nah|nein|nee|non|sorry|pardon|perdona|wait|oops|ups|quatsch|falsch|moment|doch|actually|eigentlich
      |wrong(?:\ (?:one|ones|file|folder))?|i\ (?:mean|meant|said)|ich\ (?:mein(?:e|te)|sagte)|quise\ decir
      |not\ (?:those|that|these|them|it|this|all)|nicht\ (?:die|das|diese[rsnm]?|den|der|alle))\b[\s,.;:!–—-]*)+""",
    re.IGNORECASE | re.VERBOSE,
)
_ONLY: Final = re.compile(
    r"""(?:(?:but|and|aber|und)\s+)?(?:only|just|nur|bloß|bloss|lediglich|sólo|solo|solamente|seulement|que)\s+
      (?=(?:the|those|these|ones?|in|from|of|under|over|below|above|with|within|older|newer|larger|bigger|smaller|files?
        |that|which|what|die|der|das|den|dem|jene|in|im|aus|von|vom|über|unter|mit|ältere?n?|neuere?n?|größere?n?
        |kleinere?n?|dateien|was|los|las|lo|el|la|en|de|del|les|ceux|celles|dans|du|des)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_SOLE: Final = re.compile(r"^(?:only|just|nur|bloß|bloss|lediglich|sólo|solo|solamente|seulement)\s+", re.IGNORECASE)
_BUT: Final = re.compile(
    r"""(?:(?:all|everything|alle[sn]?|todos?|tous|tout)\s+)?
      (?:but(?:\ not)?|except(?:\ for)?|apart\ from|not|without|keep|spare|außer|ausser|bis\ auf|nicht|ohne|behalte
        |excepto|salvo|menos|sauf|pas)\s+(.+)""",
    re.IGNORECASE | re.VERBOSE,
)
_AND: Final = re.compile(r"\s*,\s*(?:and\s+|und\s+)?|\s+(?:and|und|y|et)\s+", re.IGNORECASE)
_MONTHS: Final = (
    *("jan(?:uary|uar)?|jänner", "feb(?:ruary|ruar)?", "mar(?:ch)?|märz", "apr(?:il)?", "may|mai", "june?|juni"),
    *("july?|juli", "aug(?:ust)?", "sept?(?:ember)?", "o[ck]t(?:ober)?", "nov(?:ember)?", "de[cz](?:ember)?"),
)
_IN_MONTH: Final = re.compile(
    r"\b(?:from|in|of|vom|im|aus\s+dem|von)\s+(?:last\s+|letzte[nm]\s+)?"
    rf"(?:{'|'.join(f'(?P<m{at}>{month})' for at, month in enumerate(_MONTHS, 1))})\b\.?(?:\s+(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)


def corrected(utterance: str, today: date) -> str:
    """What was said after a no, as the model has learned to hear it; what is no correction stays as it is."""
    text = utterance.strip()
    lead = _LEAD.match(text)
    rest = text[lead.end() :] if lead else text
    if not rest or not (lead or narrows(rest)):
        return utterance
    return "no, " + _IN_MONTH.sub(lambda match: _days(match, today), rest)


def narrows(utterance: str) -> bool:
    """Whether it says on what only, and so keeps what is done: `only those in src`, but not `just list them`."""
    lead = _LEAD.match(utterance.strip())
    return _ONLY.match(utterance.strip(), lead.end() if lead else 0) is not None


def named(utterance: str) -> tuple[str, ...]:
    """The names a correction consists of, if it consists of nothing else: `sorry, only a.txt and b.txt`."""
    return _names(_without_lead(utterance))


def spared_names(utterance: str) -> tuple[str, ...]:
    """The names that are to be left alone, if a correction says nothing else: `all but b.pdf`, `not b.pdf`."""
    match = _BUT.match(_without_lead(utterance))
    return _names(match[1]) if match else ()


def _without_lead(utterance: str) -> str:
    text = utterance.strip()
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else text


def _names(text: str) -> tuple[str, ...]:
    parts = tuple(
        part.strip(" \"'`.!") if "/" not in part else part.strip() for part in _AND.split(_SOLE.sub("", text))
    )
    return parts if all(part and not part.isspace() for part in parts) else ()


def _days(match: re.Match[str], today: date) -> str:
    """A month as its days: the latest that has begun, unless its year was said."""
    month = next(at for at in range(1, 13) if match[f"m{at}"])
    year = int(match["year"]) if match["year"] else today.year - (month > today.month)
    after = date(year + month // 12, month % 12 + 1, 1)
    return f"newer than {date(year, month, 1)} and older than {after}"
