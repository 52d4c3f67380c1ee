"""Text that is not ours, made fit for a row of the screen: escaped, bounded, cut to cells."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from rich.cells import cell_len, set_cell_size

from nlsh.core.display import cell, visible, visible_text
from nlsh.core.results import ColumnKind

LINE_LIMIT: Final = 2000
"""Longest piece of foreign text put on one line, in characters."""

TEXT_LIMIT: Final = 20_000
"""Longest foreign text of several lines, in characters."""


def one_line(text: str, limit: int = LINE_LIMIT) -> str:
    """Foreign text as safe text on one line."""
    return visible(text if len(text) <= limit else text[:limit] + "…")


def paragraph(text: str, limit: int = TEXT_LIMIT) -> str:
    """Foreign text as safe text of several lines, tabs expanded."""
    return visible_text(text if len(text) <= limit else text[:limit] + "…").expandtabs(8).rstrip("\n")


def fit(text: str, width: int, is_right: bool = False) -> str:
    """Safe text in exactly `width` cells, with an ellipsis where it was cut."""
    if width <= 0:
        return ""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - length) + text if is_right else text + " " * (width - length)


def table_cell(value: Any, kind: ColumnKind) -> str:
    """One table value as safe, bounded text; a value that does not suit its column is shown as it is."""
    if isinstance(value, str) and len(value) > LINE_LIMIT:
        value = value[:LINE_LIMIT] + "…"
    try:
        return cell(value, kind)
    except (TypeError, ValueError, OverflowError, OSError):
        return one_line(str(value))


def brief(syscall: str) -> tuple[str, str]:
    """Canonical syscall JSON as a name and its arguments in words: `fs.move`, `*.csv to data`."""
    try:
        [(name, arguments)] = json.loads(syscall).items()
    except (ValueError, AttributeError, TypeError, RecursionError):
        return one_line(syscall), ""
    if not isinstance(arguments, dict):
        return one_line(name), one_line(str(arguments))
    words = [value if at == 0 else f"{key} {value}" for at, (key, value) in enumerate(_words(arguments))]
    return one_line(name), one_line(" ".join(words))


def _words(arguments: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key, _word(value)) for key, value in arguments.items()]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def folder(path: str, home: str) -> str:
    """A path with the home directory as `~`, safe."""
    if home and (path == home or path.startswith(home.rstrip("/") + "/")):
        path = "~" + path[len(home.rstrip("/")) :]
    return one_line(path)


def clock(at: float) -> str:
    """Seconds since the epoch as local wall time, `06:41:07`."""
    try:
        return datetime.fromtimestamp(at).strftime("%H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return "--:--:--"
