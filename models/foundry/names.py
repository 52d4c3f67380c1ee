"""Names, numbers and words to fill slots with: of the same look as what stood there."""

from __future__ import annotations

import random
import re
import string
import tomllib
from pathlib import Path
from typing import Final

_WORDS_FILE: Final = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
_FAMILIES: Final = [family.split() for family in _WORDS_FILE["families"]]
_STEMS: Final[list[str]] = _WORDS_FILE["stems"].split()
_ENDINGS: Final[list[str]] = _WORDS_FILE["endings"].split()
_FOLDERS: Final[list[str]] = _WORDS_FILE["folders"].split()
_PROCESSES: Final[list[str]] = _WORDS_FILE["processes"].split()
_UNITS: Final[list[str]] = _WORDS_FILE["units"].split()
_PACKAGES: Final[list[str]] = _WORDS_FILE["packages"].split()
_USERS: Final[list[str]] = _WORDS_FILE["users"].split()
_WORDS: Final[list[str]] = _WORDS_FILE["words"].split()
_DOMAINS: Final[list[str]] = _WORDS_FILE["domains"].split()


def _odd(draw: random.Random) -> str:
    """A name nobody has heard: to be copied letter by letter."""
    letters = string.ascii_lowercase + (string.digits if draw.random() < 0.4 else "")
    return "".join(draw.choice(letters) for _ in range(draw.randint(3, 9)))


def _stem(draw: random.Random) -> str:
    stem = draw.choice(_STEMS) if draw.random() < 0.75 else _odd(draw)
    look = draw.random()
    if look < 0.12:
        stem = stem.capitalize()
    elif look < 0.16:
        stem = stem.upper()
    more = draw.random()
    if more < 0.15:
        stem += draw.choice("-_") + draw.choice(_STEMS)
    elif more < 0.25:
        stem += draw.choice(("", "-", "_", "_v")) + str(draw.randint(1, 99))
    elif more < 0.32:
        stem += draw.choice("-_") + f"{draw.randint(2012, 2026)}" + draw.choice(("", f"-{draw.randint(1, 12):02}"))
    elif more < 0.34:
        stem = f"{draw.randint(1, 99):02}-{stem}"
    return stem


def place(draw: random.Random, like: str) -> str:
    """A file or folder, with or without an ending, below others or with spaces, as the one that stood there."""
    if "/" in like.strip("/") or like.startswith(("/", "~")):
        return _deep(draw, like)
    if " " in like:
        return " ".join(draw.choice(_STEMS) for _ in like.split()) + _ending_like(draw, like)
    if like.startswith("."):
        return like if draw.random() < 0.5 else "." + _stem(draw).lower()
    ending = _ending_like(draw, like)
    if not ending and draw.random() < 0.5:
        return draw.choice([folder for folder in _FOLDERS if "/" not in folder])
    return _stem(draw) + ending


def _deep(draw: random.Random, like: str) -> str:
    if not _ending_like(draw, like):
        chosen = (
            draw.choice([folder for folder in _FOLDERS if "/" in folder]) if like[0] in "/~" else draw.choice(_STEMS)
        )
        return chosen + ("" if draw.random() < 0.5 else "/" + _stem(draw))
    head = draw.choice(_FOLDERS) if like[0] not in "/~" else draw.choice([one for one in _FOLDERS if one[0] in "/~"])
    return f"{head}/{_stem(draw)}{_ending_like(draw, like)}"


def _ending_like(draw: random.Random, like: str) -> str:
    match = re.search(r"\w\.([A-Za-z][A-Za-z0-9]{0,4}|tar\.\w+|7z)$", like)
    if not match:
        return ""
    return "." + ending(draw, match[1]) if draw.random() < 0.6 else "." + match[1]


def ending(draw: random.Random, like: str) -> str:
    """An ending of the same family."""
    family = next((family for family in _FAMILIES if like.lower() in family), _ENDINGS)
    return draw.choice(family) if draw.random() < 0.8 else draw.choice(_ENDINGS)


def text(draw: random.Random, like: str) -> str:
    """Words to look for or to write; long ones and those in other scripts stay mostly as they are."""
    count = len(like.split())
    if count > 6 or not like.isascii() or draw.random() < 0.4:
        return like
    return " ".join(draw.choice(_WORDS) if draw.random() < 0.7 else _odd(draw) for _ in range(count))


def word(draw: random.Random, like: str) -> str:
    """A variable, a column, a zone: mostly itself."""
    if like.isupper() and draw.random() < 0.6:
        return draw.choice(_STEMS[:120]).upper() + draw.choice(("", "_URL", "_PATH", "_KEY", "_HOME", "_MODE"))
    return like


def process(draw: random.Random, like: str) -> str:
    """A process by name, or by its number."""
    if like.isdigit():
        return str(draw.randint(100, 65000))
    return _of(draw, _PROCESSES, like)


def unit(draw: random.Random, like: str) -> str:
    """A service."""
    return _of(draw, _UNITS, like)


def package(draw: random.Random, like: str) -> str:
    """A package."""
    return _of(draw, _PACKAGES, like)


def user(draw: random.Random, like: str) -> str:
    """A user or a group."""
    return _of(draw, _USERS, like)


def _of(draw: random.Random, some: list[str], like: str) -> str:
    chance = draw.random()
    if chance < 0.2:
        return like
    if chance < 0.35:
        return _odd(draw)
    return draw.choice(some)


def host(draw: random.Random, like: str) -> str:
    """A host of the same look: an address, a domain, a short name."""
    if re.fullmatch(r"[\d.]+", like):
        return ".".join(str(draw.randint(1, 254)) for _ in range(4))
    if "." in like:
        parts = [
            _odd(draw) if draw.random() < 0.5 else draw.choice(_STEMS[:100]) for _ in range(draw.choice((1, 1, 2)))
        ]
        return ".".join((*parts, draw.choice(_DOMAINS)))
    return draw.choice(("web", "db", "nas", "mail", "node", "pi", "srv", "backup", "app")) + draw.choice(
        ("", "1", "02", "-prod")
    )


def url(draw: random.Random, like: str) -> str:
    """An address of the web of the same look."""
    match = re.fullmatch(r"(https?://)?([^/:]+)(:\d+)?(/.*)?", like)
    if not match:
        return like
    scheme, name, at, path = (part or "" for part in match.groups())
    name = host(draw, name) if "." in name else name
    at = f":{draw.choice((3000, 5000, 8000, 8080, 9000))}" if at else ""
    if path.strip("/"):
        path = "/" + "/".join(_stem(draw).lower() for _ in range(path.strip("/").count("/"))) if "/" in path[1:] else ""
        path += "/" + _stem(draw) + _ending_like(draw, like)
    return scheme + name + at + path


def port(draw: random.Random, _: str) -> str:
    """A port."""
    return str(
        draw.choice(
            (
                22,
                25,
                53,
                80,
                443,
                3000,
                3306,
                5000,
                5173,
                5432,
                6379,
                8000,
                8080,
                8443,
                9000,
                9090,
                27017,
                draw.randint(1024, 65535),
            )
        )
    )


def number(draw: random.Random, like: str) -> str:
    """A count of about the size of another."""
    if not like.isdigit():
        return like
    return str(
        draw.randint(2, 20)
        if int(like) < 20
        else draw.randint(20, 60)
        if int(like) < 60
        else draw.choice((100, 150, 200, 500, 1000, 5000, 750))
    )


def amount(draw: random.Random, like: str) -> str:
    """The number of a size or an age."""
    if "." in like:
        return f"{draw.randint(1, 9)}.{draw.choice('25')}"
    return str(
        draw.randint(2, 12)
        if int(like) < 13
        else draw.randint(13, 90)
        if int(like) < 100
        else draw.choice((100, 150, 200, 250, 300, 500, 700, 800))
    )
