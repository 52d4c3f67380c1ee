"""How people really type: politeness, chatter, typos, no capitals, no punctuation. Never inside a name.

Works on templates: the characters of the private use area stand for names and are left as they are.
"""

from __future__ import annotations

import random
import re
from typing import Final

_BEFORE: Final = {
    "en": (
        "please ",
        "can you ",
        "could you please ",
        "hey, ",
        "ok now ",
        "so ",
        "i need you to ",
        "i want to ",
        "quick: ",
        "would you ",
        "hi, ",
        "um ",
        "right, ",
        "now ",
        "i'd like you to ",
        "just ",
        "also ",
        "help me ",
        "go ahead and ",
    ),
    "de": ("bitte ", "kannst du ", "könntest du bitte ", "hey, ", "so, ", "ich möchte ", "jetzt ", "mal eben ", "ok, "),
    "es": ("por favor ", "puedes ", "podrías ", "oye, ", "ahora ", "necesito que ", "vale, ", "a ver, "),
    "fr": ("s'il te plaît ", "peux-tu ", "pourrais-tu ", "bon, ", "maintenant ", "allez, ", "alors ", "dis, "),
    "zh": ("请", "帮我", "麻烦", "请帮我", "现在", "那个，"),
}
_AFTER: Final = {
    "en": (" please", " thanks", ", thanks!", " for me", " now", " ok?", " pls", " asap", " if you can", ", cheers"),
    "de": (" bitte", ", danke", " mal", " jetzt", " danke dir"),
    "es": (" por favor", ", gracias", " ahora", " porfa"),
    "fr": (" s'il te plaît", ", merci", " stp", " maintenant"),
    "zh": ("，谢谢", "吧", "一下", "好吗"),
}
_WORD = re.compile(r"[A-Za-z]{4,}")
_ORDER = re.compile(r"[A-Za-zÄÖÜäöüéèáíóúñ]")
_END: Final = ".!。！"


def _typo(draw: random.Random, word: str) -> str:
    at = draw.randrange(1, len(word) - 1)
    how = draw.random()
    if how < 0.35:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if how < 0.7:
        return word[:at] + word[at + 1 :]
    if how < 0.85:
        return word[:at] + word[at] + word[at:]
    near = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "r", "s": "d", "l": "k", "r": "t", "d": "f"}
    return word[:at] + near.get(word[at], word[at]) + word[at + 1 :]


def _mistyped(draw: random.Random, text: str) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    found = draw.choice(words)
    return text[: found.start()] + _typo(draw, found[0]) + text[found.end() :]


def noisy(draw: random.Random, text: str, language: str, *, is_order: bool) -> str:
    """The utterance as somebody else might have typed it. Politeness is added to orders only."""
    if is_order and language in _BEFORE and draw.random() < 0.2:
        text = _polite(draw, text, language)
    if draw.random() < 0.25:
        text = text.rstrip(_END + "?？")
    if draw.random() < 0.3:
        text = text[:1].lower() + text[1:]
    if draw.random() < 0.12:
        text = text.lower()
    if draw.random() < 0.06:
        text = text[:1].upper() + text[1:] + ("." if text[-1:].isalnum() else "")
    if draw.random() < 0.1:
        text = text.replace(",", "").replace("'", "")
    while draw.random() < 0.1:
        text = _mistyped(draw, text)
    return text


def _polite(draw: random.Random, text: str, language: str) -> str:
    if draw.random() < 0.5:
        text = text.rstrip(_END)
        return text + draw.choice(_AFTER[language])
    head = text[:1].lower() + text[1:] if _ORDER.match(text) else text
    return draw.choice(_BEFORE[language]) + head
