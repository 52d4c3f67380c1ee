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
