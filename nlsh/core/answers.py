"""What a terminal answers when a program asks about it: it comes as if typed, perhaps when that is gone."""

from __future__ import annotations

import re
from typing import Final

_REST: Final = r"[^\x07\x1b]{0,1024}(?:\x07|\x1b\\)"
_PATTERN: Final = (
    r"\x1b(?:"
    r"\[[?>=][\d;]{0,64}[cnRtuSm]"  # what it is, what it can do, which keyboard it speaks
    r"|\[\d{1,4};\d{1,4}R|\[0n|\[\d{1,2};\d{1,5};\d{1,5}t"  # where its cursor is, that it is well, its size
    r"|\[\??[\d;]{0,16}\$y"  # whether a mode is set
    r"|\]\d{1,4};" + _REST + r"|[P_^]" + _REST + ")"  # colours, titles, names
)
_ANSWER: Final = re.compile(_PATTERN)
_REPORT: Final = rb"|\x1b\[(?:[IO]|<[\d;]{1,32}[Mm]|[\d;]{2,32}M|M[\x20-\xff]{3})"
_ANSWER_OR_REPORT: Final = re.compile(_PATTERN.encode() + _REPORT)
_BEGINS: Final = re.compile(r"\x1b(?:\[[?>=][\d;$]*|\]\d[^\x07\x1b]*\x1b?|[P_^][^\x07\x1b]+\x1b?)\Z")
"""The first half of one, which nobody types so."""
_LONGEST: Final = 1024


def without_answers(typed: bytes) -> bytes:
    """Keys without the answers among them, and without what the mouse and the focus have done."""
    return _ANSWER_OR_REPORT.sub(b"", typed) if b"\x1b" in typed else typed


class Sieve:
    """Lets keys pass and keeps answers back, also where they come in two pieces."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, typed: str) -> str:
        """The keys that are none."""
        if "\x1b" not in typed and not self._held:
            return typed
        keys = _ANSWER.sub("", self._held + typed)
        begun = _BEGINS.search(keys)
        at = begun.start() if begun and len(keys) - begun.start() < _LONGEST else len(keys)
        self._held = keys[at:]
        return keys[:at]
