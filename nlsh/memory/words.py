"""What an utterance is looked up by: its words, without those that say nothing, each with the forms it may take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MOST_TERMS: Final = 12
"""Further words of a long line are left out; the longest are kept, being the rarest."""
_SCRIPTS: Final = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Kana and Han: written without spaces, so looked up two characters at a time."""
_TOKEN: Final = re.compile(f"[{_SCRIPTS}]+|[^\\W_{_SCRIPTS}]+")
_UNSPACED: Final = re.compile(f"[{_SCRIPTS}]")
_SAYS_NOTHING: Final = """
    a about after again all also am an and any are as at be been before but by can could did do does doing done for from
    had has have he her here him his how i if in into is it its just let like me more most my no not now of off on one
    only or other our out over please really she should so some such than that the their them then there these they
    thing things this those to too up us very was we were what when where which while who why will with would you your
    der die das den dem des ein eine einen einem und oder nicht ist sind war ich du er sie wir ihr mir mich mein meine
    auf aus bei mit nach von vor zu zum zur im am was wie wo wann bitte alle
    el la los las un una unos unas y o no es son de del al en con por para que como donde cuando mi mis tu su me se lo
    le les des du au aux et ou ne pas est sont je tu il elle nous vous ils mon ma mes dans sur avec pour par que qui
    的 了 是 在 我 你 他 她 它 们 这 那 有 和 不 也 都 吗 呢 吧 请 把
"""
_SAYS_LITTLE: Final = """
    add change check copy create delete display file files find folder folders get give go list look make move need open
    print put read remove rename run save search see set show start stop tell use want write directory directories
    datei dateien ordner zeige zeig finde lösche kopiere verschiebe
    archivo archivos carpeta muestra busca borra copia mueve
    fichier fichiers dossier montre cherche supprime copie déplace
    文件 目录 显示 删除 查找 复制 移动
"""
_STOP: Final = frozenset(_SAYS_NOTHING.split())
_WEAK: Final = frozenset(_SAYS_LITTLE.split())


@dataclass(frozen=True)
class Term:
    """One word to look up."""

    word: str
    forms: tuple[str, ...]
    """What to search for; a form that ends in `*` is the beginning of a word."""
    is_weak: bool = False
    """Whether nearly every line here has it."""

    @property
    def is_unspaced(self) -> bool:
        """Whether it is a piece of a script without spaces."""
        return _UNSPACED.match(self.word) is not None

    def is_in(self, plain: str) -> bool:
        """Whether a folded word of a memory is one of the forms."""
        if self.is_unspaced:
            return self.word in plain
        return any(plain.startswith(form[:-1]) if form.endswith("*") else plain == form for form in self.forms)


def folded(text: str) -> str:
    """Small letters without accents, as the index compares them."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", "".join(char for char in parts if not unicodedata.combining(char)))


def tokens(text: str) -> list[str]:
    """The words of a text, in order."""
    return _TOKEN.findall(text)


def terms(utterance: str) -> tuple[Term, ...]:
    """The words that say something, in order, each once."""
    found = {term.word: term for token in tokens(utterance) for term in _read(token.lower())}
    if len(found) > _MOST_TERMS:
        kept = sorted(found, key=len, reverse=True)[:_MOST_TERMS]
        found = {word: term for word, term in found.items() if word in kept}
    return tuple(found.values())


def _read(token: str) -> Iterator[Term]:
    if _UNSPACED.match(token):
        pieces = [token[at : at + 2] for at in range(len(token) - 1)] or [token]
        yield from (_term(piece, (piece,)) for piece in pieces if not set(piece) & _STOP)
    elif token not in _STOP and len(token) > 1:
        yield _term(folded(token), _forms(folded(token)), token)


def _term(word: str, forms: tuple[str, ...], written: str = "") -> Term:
    return Term(word, forms, (written or word) in _WEAK)


def _forms(word: str) -> tuple[str, ...]:
    stem = word
    for ending in ("ies", "ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            stem = word.removesuffix(ending)
            break
    single = word.removesuffix("s") if len(word) > 2 else word
    if len(single) >= 4 and not word.isdigit():
        return (stem + "*",)
    return (word, single) if single != word else (word, word + "s")
