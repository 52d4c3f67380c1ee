"""One past turn as one row: the line, where it ran, how it ended, how long it took, how long ago, and its plan."""

from __future__ import annotations

import os
from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples

from nlsh.core.display import human_duration, visible
from nlsh.core.past import Found
from nlsh.core.ports import TurnRow
from nlsh.repl.tables import cells, cut_middle, pad

_COLUMNS: Final = (("folder", 16, False), ("exit", 4, True), ("took", 6, True), ("ago", 6, True), ("", 4, False))
_NARROW: Final = 72
"""Below so many cells only the line is shown."""
_LEAST: Final = 4


def heading(width: int) -> StyleAndTextTuples:
    """What stands in which column."""
    line = pad("  line", _line_width(width), False)
    return [("class:hint", line + _columns([name for name, _, _ in _COLUMNS], width))]


def row_text(found: Found, width: int, now: float, *, is_chosen: bool) -> StyleAndTextTuples:
    """A row; what was typed is marked in it, and the chosen one begins with a mark."""
    style = "class:chosen" if is_chosen else ""
    room = _line_width(width) - 2
    line = _one_line(found.row.line, found.match.positions, room, style)
    taken = sum(cells(part[1]) for part in line)
    rest = " " * (room - taken) + _columns(_facts(found.row, now), width)
    return [(style, "❯ " if is_chosen else "  "), *line, (style or "class:hint", rest)]


def _line_width(width: int) -> int:
    if width < _NARROW:
        return max(width - 1, _LEAST)
    return width - 1 - sum(size + 1 for _, size, _ in _COLUMNS)


def _columns(texts: list[str], width: int) -> str:
    if width < _NARROW:
        return ""
    fitted = (
        pad(cut_middle(text, size), size, is_right) for text, (_, size, is_right) in zip(texts, _COLUMNS, strict=True)
    )
    return "".join(f" {text}" for text in fitted)


def _facts(row: TurnRow, now: float) -> list[str]:
    home = os.path.expanduser("~")
    folder = "~" + row.cwd[len(home) :] if row.cwd == home or row.cwd.startswith(home + "/") else row.cwd
    return [visible(folder), str(row.exit_code), _took(row.elapsed_ms), _ago(now - row.at), "plan" if row.plan else ""]


def _took(elapsed_ms: float) -> str:
    return _first_unit(elapsed_ms / 1000) if elapsed_ms >= 1 else "0 ms"


def _ago(seconds: float) -> str:
    return _first_unit(max(seconds, 1.0))


def _first_unit(seconds: float) -> str:
    """`12 s`, `3 min`, `4 d`: nobody needs the hours of last month."""
    amount, unit = human_duration(seconds).split()[:2]
    return f"{float(amount):.2g} {unit}" if "." in amount else f"{amount} {unit}"


def _one_line(line: str, positions: tuple[int, ...], room: int, style: str) -> StyleAndTextTuples:
    """The line on one row, cut at its end, with the characters at the positions marked."""
    marked = set(positions)
    parts: StyleAndTextTuples = []
    used = 0
    for at, char in enumerate(line):
        text = {"\n": "⏎", "\t": " "}.get(char, char)
        used += cells(text)
        if used > room - (at + 1 < len(line)):
            return [*parts, (style, "…")]
        parts.append((f"{style} class:match" if at in marked else style, text))
    return parts
