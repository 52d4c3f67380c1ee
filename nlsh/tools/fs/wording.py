"""What the mutating syscalls say of themselves: counts, previews, and the check that nothing changed meanwhile."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from typing import Final

from nlsh.core.display import human_size, visible, visible_text
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts, Preview
from nlsh.core.scope import Scope
from nlsh.tools.paths import shown

MOST_LINES: Final = 8
MOST_DIFF_LINES: Final = 40


def counted(count: int, noun: str) -> str:
    """`1 file`, `3,412 files`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {noun if count == 1 else plural}"


def named(paths: Sequence[str], scope: Scope) -> str:
    """One path by name, several by number: `report.txt`, `12 things`."""
    return shown(paths[0], scope) if len(paths) == 1 else counted(len(paths), "thing")


def previewed(title: str, facts: Facts, extra: Iterable[str] = ()) -> Preview:
    """A preview: the title with counts, warnings first, then the largest few targets."""
    lines = [*extra]
    if facts.overwrites:
        lines.append(f"replaces {counted(facts.overwrites, 'existing thing')}; undo brings the old back")
    if facts.details.get("unreadable"):
        lines.append(f"{counted(facts.details['unreadable'], 'folder')} cannot be looked into")
    present = [target for target in facts.targets if target.kind != "missing"]
    lines += [f"{visible(target.name)}  {human_size(target.size_bytes)}" for target in present[:MOST_LINES]]
    if facts.count > MOST_LINES:
        lines.append(f"… {facts.count:,} in all, {human_size(facts.size_bytes)}")
    return Preview(title, tuple(lines))


def totals(facts: Facts) -> str:
    """`(41 files, 91 MiB)` for a title; empty for a single small thing."""
    return f" ({counted(facts.count, 'thing')}, {human_size(facts.size_bytes)})" if facts.count > 1 else ""


def diff_lines(old: str, new: str, name: str) -> tuple[str, ...]:
    """A unified diff, safe to print and bounded."""
    rows = difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=1)
    lines = [visible_text(row)[:200] for _, row in zip(range(MOST_DIFF_LINES + 1), rows, strict=False)]
    return (*lines[:MOST_DIFF_LINES], "…") if len(lines) > MOST_DIFF_LINES else tuple(lines)


def recheck(facts: Facts) -> None:
    """Make sure every named thing is the one that was looked at.

    Raises:
        NlshError: one was replaced or is gone; nothing has been done then.
    """
    for path, device, inode in facts.details.get("items", ()):
        try:
            found = os.lstat(path)
        except OSError:
            found = None
        seen = (found.st_dev, found.st_ino) if found else (0, 0)
        if seen != (device, inode):
            raise NlshError(f"{visible(path)} changed since it was looked at, so nothing was done", "ask again")
