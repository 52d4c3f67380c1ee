"""Whether an utterance says what is not to be done: a small model misses a `not`, and acting is then the worst."""

from __future__ import annotations

import re
from typing import Final

_FORBIDDEN: Final = re.compile(
    r"""(?:^|[,.;:!]\s*|\b(?:please|and|but|so|just|also|whatever\syou\sdo)\s+|\b(?=must\s|should\s))
          (?:(?:do|must|should)\s+not|don['’]?t|dont|never|mustn['’]?t|shouldn['’]?t)\s+
          (?!forget\b|remember\b|care\b|mind\b|know\b|want\s+to\s+(?:lose|forget)\b)\w+
      | ^(?:bitte\s+)?\w+\s+(?:\S+\s+){1,4}?(?:nicht|niemals)\s*[.!]*$
      | \b(?:auf\s+keinen\s+fall|keinesfalls)\b
      | ^(?:por\s+favor\s*,?\s*)?(?:no|nunca)\s+(?!olvides\b)\w+(?:es|as|e|a)\s
      | \bne\s+(?!oublie)\w+\s+(?:pas|jamais)\b | \bn['’](?!oublie)\w+\s+(?:pas|jamais)\b
      | 不要 | 别(?!的|人) | 不许 | 切勿""",
    re.IGNORECASE | re.VERBOSE,
)


def forbids(utterance: str) -> bool:
    """Whether the wish is that something be left alone. `all but …` and `not opened for a year` are no such wish."""
    return _FORBIDDEN.search(utterance.strip()) is not None


_EXCEPT: Final = re.compile(
    r"\b(?:except(?:\s+for)?|apart\s+from|other\s+than|all\s+but|everything\s+but|but\s+(?:not|keep|leave|spare)|excluding"
    r"|without|besides|außer|ausser|bis\s+auf|ohne|excepto|salvo|menos|sauf|excepté|à\s+part)\b|除了",
    re.IGNORECASE,
)


def spared(utterance: str) -> str:
    """The part of an utterance that says what is left out: what follows `except`, `all but`, `außer` …; or empty."""
    match = _EXCEPT.search(utterance)
    return utterance[match.end() :] if match else ""


_TURNING: Final = re.compile(
    r"""\b(?:not|no|never|nor|non|without|except\w*|exclud\w*|but|drop\w*|skip\w*|omit\w*|ignor\w*|remov\w*|delet\w*|hide
          |hid|strip\w*|leav\w*|leave|filter\w*\s+out|other|rest|minus|apart|lack\w*|miss\w*|de-?cod\w*|back|un\w+
          |nicht|kein\w*|ohne|außer|ausser|weg\w*|übrig\w*|entfern\w*|lösch\w*|de-?kodier\w*|zurück
          |sin|excepto|salvo|menos|no|quita\w*|borra\w*|descodific\w*|decodific\w*
          |sans|sauf|hors|pas|enlève\w*|supprime\w*|décod\w*)\b
      | n['’]t\b | 不|没|无|除|去掉|删|解码""",
    re.IGNORECASE | re.VERBOSE,
)


def turns_round(utterance: str) -> bool:
    """Whether anything in an utterance could turn its meaning round: `without`, `drop`, `decode` … or a `not`."""
    return _TURNING.search(utterance) is not None
