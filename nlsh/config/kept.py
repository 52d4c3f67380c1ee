"""Texts that can be made again, kept in the cache folder: made once, read from then on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable


def kept_text(folder: str, family: str, key: str, make: Callable[[], str]) -> str:
    """The text of a key; made, and kept in the place of older ones of its family, where it is not there yet.

    A cache that cannot be read or written costs time and nothing else.
    """
    name = f"{family}-{key}.json"
    path = os.path.join(folder, name)
    with contextlib.suppress(OSError, UnicodeDecodeError), open(path, encoding="utf-8") as file:
        return file.read()
    text = make()
    with contextlib.suppress(OSError):
        _write(path, text)
        _drop_others(folder, family, name)
    return text


def _write(path: str, text: str) -> None:
    draft = f"{path}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(draft, path)


def _drop_others(folder: str, family: str, name: str) -> None:
    for other in os.listdir(folder):
        if other.startswith(f"{family}-") and other != name:
            os.unlink(os.path.join(folder, other))
