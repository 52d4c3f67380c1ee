"""How untrusted text and raw values are shown: no control byte, no direction trick, no markup reaches a terminal."""

from __future__ import annotations

import math
import re
import stat
import unicodedata
from datetime import datetime
from typing import Any, Final

from nlsh.core.results import ColumnKind, Table

_UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Cn"})
_PLAIN = re.compile(r"[ -~]*")
_PLAIN_TEXT = re.compile(r"[ -~\n\t]*")


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_unsafe(char: str) -> bool:
    return unicodedata.category(char) in _UNSAFE_CATEGORIES


def visible(name: str) -> str:
    """A name on one line: control, format, bidi, private and undecodable characters as escapes."""
    if _PLAIN.fullmatch(name):
        return name
    return "".join(_escape(char) if _is_unsafe(char) else char for char in name)


def visible_text(text: str) -> str:
    """Text of several lines: as `visible`, but newlines and tabs stay and `\\r\\n` becomes a newline."""
    if _PLAIN_TEXT.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n")
    return "".join(char if char in "\n\t" or not _is_unsafe(char) else _escape(char) for char in text)


def human_size(size_bytes: float) -> str:
    """Bytes with three digits and a binary unit: `1.4 MiB`, `999 B`."""
    if abs(size_bytes) < 1024:
        return f"{size_bytes:.0f} B"
    power = min(int(math.log(abs(size_bytes), 1024)), 5)
    value = size_bytes / 1024**power
    return f"{value:.{0 if value >= 100 else 1}f} {'KMGTP'[power - 1]}iB"


def human_duration(seconds: float) -> str:
    """Seconds as `340 ms`, `12 s`, `3 min`, `2 h 5 min`, `4 d 3 h`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for unit, size, smaller, small in (("d", 86400, "h", 3600), ("h", 3600, "min", 60)):
        if seconds >= size:
            rest = int(seconds % size // small)
            return f"{int(seconds // size)} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.3g} s"


def cell(value: Any, kind: ColumnKind) -> str:
    """One raw table value as safe text on one line."""
    if value is None:
        return ""
    if kind == "size":
        return human_size(value)
    if kind == "percent":
        return f"{value:.1f} %"
    if kind == "time":
        return datetime.fromtimestamp(value).strftime("%Y-%m-%d %H:%M")
    if kind == "duration":
        return human_duration(value)
    if kind == "mode":
        return stat.filemode(value)
    return visible(str(value))


def is_numeric(kind: ColumnKind) -> bool:
    """Whether a column is set flush right."""
    return kind in ("size", "count", "percent", "duration")


def table_cells(table: Table) -> list[list[str]]:
    """Every row as safe text."""
    return [[cell(value, column.kind) for value, column in zip(row, table.columns, strict=True)] for row in table.rows]
