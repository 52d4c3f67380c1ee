"""Whether an utterance leans on the one before: `only the ones from may`, `now delete them`, `no, I meant docs`.

Only then is the model shown the turn before. A word too many here costs little: the model was trained with turns before
that had nothing to do with the wish.
"""

from __future__ import annotations

import re
from typing import Final

_LEANING: Final = re.compile(
    r"""\b(?:them|those|these|it|its|ones?|this|that|same|again|instead|rather|either|others?|another|each|too|also
          |as\ well|only|just|now|then|both|all\ of|none|except|without|more|less|fewer|not|wrong|actually|meant|mean
          |sorry|what\ about|how\ about|by\ (?:size|date|name|age)|sorted|reversed?|recursively)\b
      | ^(?:and|but|or|no|nope|ok(?:ay)?|so|with|from|in|for|as|to|und|aber|nein|oder|doch|mit|von|y|pero|no|con|de|et
          |mais|non|avec|ou|bigger|smaller|larger|older|newer)\b
      | \b(?:sie|diese[rnms]?|jene|davon|darin|dort|es|ihn|nochmal|wieder|stattdessen|auch|nur|jetzt|alle|doch|sondern
          |meinte|dasselbe|statt|andere[rns]?|letzte[rns]?)\b
      | \b(?:los|las|lo|esos?|esas?|estos?|estas?|ese|este|otra|mismo|misma|también|ahora|solo|sólo|mejor|otros?|quise
          |decía|ellos)\b | \w(?:lo|la|los|las)\b
      | \b(?:les|ceux|celles|cela|ça|ceci|celui|celle|aussi|maintenant|seulement|plutôt|encore|même|eux|en|autres?)\b
      | 它|这|那|他们|再|只|也|还|刚|现在|改成|不是|一样|同样|其中|剩下|换""",
    re.IGNORECASE | re.VERBOSE,
)


_SHORT_WORDS: Final = 4
"""So few words seldom say a whole wish: `any case`, `the last 4`."""


def follows(utterance: str) -> bool:
    """Whether the turn before may be needed to understand this one."""
    text = utterance.strip()
    return len(text.split()) <= _SHORT_WORDS or _LEANING.search(text) is not None
