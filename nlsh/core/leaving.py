"""Lines that leave nlsh, in every front end."""

from __future__ import annotations


def leaving_code(line: str, last: int) -> int | None:
    """The exit code of a line that leaves (`exit`, `exit 3`, `quit`, `logout`), or None; `last` is that of the last."""
    match line.split():
        case ["exit" | "quit" | "logout"]:
            return last
        case ["exit" | "quit" | "logout", code] if code.isdecimal():
            return int(code) & 0xFF
        case _:
            return None
