"""Kinds of file in people's words, as globs: `the pictures` is `*.{jpg,jpeg,png,…}`. The model chooses among them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_KINDS: Final = (
    (
        "jpg jpeg png gif webp heic tif tiff bmp svg",
        "picture pictures pic pics photo photos image images bild bilder foto fotos imagen imágenes imagenes "
        "image photographie 图片 照片",
    ),
    ("mp4 mkv avi mov webm mpg", "video videos movie movies film films filme película películas vidéo vidéos 视频"),
    ("mp3 flac ogg wav m4a opus", "music song songs audio musik lied lieder música musique chanson 音乐"),
    ("md", "markdown"),
    ("txt", "text texts textdatei textdateien texto textos texte textes 文本"),
    ("py", "python"),
    ("js", "javascript"),
    ("sh", "shell script scripts bash skript skripte"),
    ("log", "log logs logfile logfiles protokoll protokolle 日志"),
    ("xlsx xls ods csv", "spreadsheet spreadsheets excel tabelle tabellen 表格"),
    ("doc docx odt", "word document documents dokument dokumente documento documentos"),
    ("zip tar.gz tgz tar tar.bz2 tar.xz 7z", "archive archives archiv archive zips"),
    ("html htm", "html webpage webpages"),
)
_BY_WORD: Final = {word: endings.split() for endings, words in _KINDS for word in words.split()}
_BREAK = re.compile(r"[\s,;:!?()\[\]\"'`-]+")
_CJK_EDGE = re.compile(r"(?<=[\u3040-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z0-9])(?=[\u3040-\u9fff])")
_COMPOUND: Final = frozenset({"tar.gz", "tar.xz", "tar.bz2"})
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_KNOWN: Final = frozenset(
    """7z aac avi bak bash bmp bz2 c cc cfg conf cpp css csv db deb doc docx epub exe flac flv gif go gz h heic hpp htm
    html ico img ini ipynb iso jar java jpeg jpg js json key kt lock log lua m4a md mkv mov mp3 mp4 odp ods odt ogg old
    opus orig pdf pem php pl png ppt pptx ps1 py rar rb rpm rs rst rtf sh sql sqlite srt svg swp tar tex tgz tif tiff
    tmp toml tsv ttf txt vue wav webm webp wmv xls xlsx xml xz yaml yml zip zsh zst""".split()
)


def globs(utterance: str, names: Iterable[str]) -> dict[str, str]:
    """Globs for the kinds and endings that were said, each with its word.

    An ending counts if everybody knows it, or if it stands here.
    """
    words = _words(utterance)
    here = {match[1].lower() for name in names if (match := _ENDING.search(name))}
    found: dict[str, str] = {}
    for word in words:
        if ending := _ending(word, here):
            found[f"*.{ending}"] = word
    for word in (*words, *(kind for kind in _BY_WORD if not kind.isascii() and kind in utterance)):
        if endings := _BY_WORD.get(word):
            found[f"*.{endings[0]}" if len(endings) == 1 else "*.{" + ",".join(endings) + "}"] = word
    return found


def endings_said(utterance: str, names: Iterable[str]) -> frozenset[str]:
    """The words of an utterance that name an ending or a kind, and so are no file's name."""
    here = {match[1].lower() for name in names if (match := _ENDING.search(name))}
    return frozenset(word for word in _words(utterance) if word in _BY_WORD or _ending(word, here))


def _words(utterance: str) -> list[str]:
    """Words in lower case, `*.md` and `.iso` as their endings; names of files are none."""
    words = (word.lower().lstrip("*.").rstrip(".") for word in _BREAK.split(_CJK_EDGE.sub(" ", utterance)))
    return [word for word in words if word and "/" not in word and ("." not in word or word in _COMPOUND)]


def _ending(word: str, here: set[str]) -> str:
    """The ending a word names, in the singular or the plural; empty if none."""
    for ending in (word, word.removesuffix("s")):
        if ending in here or ending in _COMPOUND or (ending in _KNOWN and len(ending) > 1):
            return ending
    return ""
