"""How long ago, in words."""

from __future__ import annotations

from typing import Final

_UNITS: Final = (
    ("year", 365 * 86400),
    ("month", 30 * 86400),
    ("week", 7 * 86400),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
)


def ago(seconds: float) -> str:
    """Seconds in the past as `2 days ago`; `just now` below a minute, and for what a changed clock puts ahead."""
    for name, size in _UNITS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"
