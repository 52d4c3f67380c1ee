"""Looking for what was said in the plural: `which lines mention timeouts` means those with `timeout` too.

Only where no line holds the word as it was said: `https` is not the plural of `http` where both stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from nlsh.core.scope import Scope
from nlsh.tools.patterns import Look, Matcher
from nlsh.tools.text.feed import MAX_HELD_CHARS

_PLURAL: Final = re.compile(r"([A-Za-z]{3,}[^\W\dsui_])s")


def singular(pattern: str) -> str:
    """The word a plural is of; empty where it is none."""
    found = _PLURAL.fullmatch(pattern)
    return found[1] if found else ""


class Plurally:
    """The lines that hold a plural, or if none does, those that hold its singular: then `is_loose`."""

    def __init__(self, pattern: str, scope: Scope, *, ignore_case: bool) -> None:
        self._exact = Look(pattern, ignore_case=ignore_case).compiled
        self._loose = Look(singular(pattern), ignore_case=ignore_case)
        self._scope = scope
        self.is_loose = False

    def lines(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines. What might be meant is held back until it is known, as far as it can be held."""
        held: list[str] = []
        size = 0
        has_exact = False
        with Matcher(self._loose, self._scope) as matcher:
            for line in (line for line, found in matcher.each(lines) if found):
                if self._exact.search(line):
                    has_exact = True
                    yield line
                elif not has_exact and size < MAX_HELD_CHARS:
                    held.append(line)
                    size += len(line)
        if not has_exact and held:
            self.is_loose = True
            yield from held
