"""Text of the file tree in and out of columns: bytes that are not UTF-8 are kept as a blob."""

from __future__ import annotations


def to_column(text: str) -> str | bytes:
    """What SQLite can hold: the text itself, or its bytes where it carries undecodable ones."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _encoded(text)
    return text


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def to_text(value: str | bytes) -> str:
    """A column's value as text with surrogateescape."""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
