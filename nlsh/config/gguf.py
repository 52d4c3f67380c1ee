"""What a GGUF file says of itself at its beginning, and where other programs keep such files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nlsh.core.model import Template

_MAGIC: Final = b"GGUF"
_HEADER_BYTES: Final = 24 * 1024 * 1024
"""Metadata stands before the weights; the largest vocabularies take some fifteen megabytes."""
_MOST_ENTRIES: Final = 20_000
_DEEPEST: Final = 7
_FORMS: Final[Mapping[Template, bytes]] = {
    "chatml": b"<|im_start|>",
    "llama3": b"<|start_header_id|>",
    "gemma": b"<start_of_turn>",
    "mistral": b"[INST]",
}


@dataclass(frozen=True)
class Gguf:
    """Metadata of a model file; empty or 0 where the file does not say."""

    name: str
    context_tokens: int
    template: Template


def is_gguf(path: str) -> bool:
    """Whether the file begins as a GGUF file does; False if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(4) == _MAGIC
    except OSError:
        return False


def read_gguf(path: str) -> Gguf:
    """Name, context length and turn template. Raises OSError, or ValueError where it is not GGUF."""
    with open(path, "rb") as file:
        head = file.read(_HEADER_BYTES)
    if not head.startswith(_MAGIC):
        raise ValueError("it does not begin as a GGUF file")
    length = re.search(rb"\.context_length\x04\0\0\0(.{4})", head, re.S)
    return Gguf(_text_of(head, b"general.name"), int.from_bytes(length[1], "little") if length else 0, _template(head))


def _text_of(head: bytes, key: bytes) -> str:
    # A text value: type 8 as four bytes, its length as eight, then its bytes.
    start = head.find(key + b"\x08\0\0\0") + len(key) + 4
    if start < len(key) + 4:
        return ""
    size = int.from_bytes(head[start : start + 8], "little")
    return head[start + 8 : start + 8 + min(size, 1 << 16)].decode("utf-8", "replace")


def _template(head: bytes) -> Template:
    text = _text_of(head, b"tokenizer.chat_template").encode()
    return next((name for name, mark in _FORMS.items() if mark in text), "chatml")


def found_elsewhere(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Paths of GGUF files that Ollama, LM Studio, llama.cpp or Hugging Face keep here; a bounded, sorted search."""
    folders = _caches(os.environ if environ is None else environ)
    seen: dict[tuple[int, int], str] = {}
    for path in _files(folders):
        if _may_be_gguf(path) and is_gguf(path):
            status = os.stat(path)
            seen.setdefault((status.st_dev, status.st_ino), path)
    return tuple(sorted(seen.values()))


def _caches(environ: Mapping[str, str]) -> tuple[str, ...]:
    home = environ.get("HOME") or os.path.expanduser("~")
    cache = environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    hugging = environ.get("HF_HOME") or os.path.join(cache, "huggingface")
    return (
        environ.get("OLLAMA_MODELS") or os.path.join(home, ".ollama", "models"),
        "/usr/share/ollama/.ollama/models",
        os.path.join(home, ".lmstudio", "models"),
        os.path.join(cache, "lm-studio", "models"),
        os.path.join(cache, "llama.cpp"),
        environ.get("HF_HUB_CACHE") or os.path.join(hugging, "hub"),
    )


def _may_be_gguf(path: str) -> bool:
    # Ollama names its blobs by digest; everyone else by suffix.
    return path.endswith(".gguf") or os.path.basename(path).startswith("sha256-")


def _files(folders: Iterable[str]) -> Iterator[str]:
    left = _MOST_ENTRIES
    for folder in dict.fromkeys(folders):
        for root, below, names in os.walk(folder):
            left -= len(names) + len(below)
            if left < 0:
                return
            if root.count(os.sep) - folder.count(os.sep) >= _DEEPEST:
                below.clear()
            yield from (os.path.join(root, name) for name in names)
