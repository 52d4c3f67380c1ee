"""What a program has made of the terminal, read from what it writes: so that all of it can be undone afterwards."""

from __future__ import annotations

import re
from typing import Final

_SEQUENCE: Final = re.compile(
    rb"\x1b(?:\[\?(?P<modes>[\d;]{1,64})(?P<way>[hl])|\[(?P<keys>[<>])[\d;]{0,16}u|\](?P<title>[012]);"
    rb"|\[4(?P<insert>[hl])|\[(?P<margins>[\d;]{0,9})r|\((?P<letters>[0-9A-Z])"
    rb"|(?P<keypad>[=>])|(?P<asks>\[[?>=]?[\d;]{0,16}[cn]|\[[\d;]{0,16}t|\[\?[\d;]{0,16}\$p|\]\d{1,3};[^\x07\x1b]{0,64}\?"
    rb"|P\+q|P\$q))"
)
_LONGEST: Final = 96
_SCREENS: Final = frozenset({b"47", b"1047", b"1049"})
_TOLD: Final = frozenset({b"1000", b"1001", b"1002", b"1003", b"1004", b"2031", b"2048"})
"""Modes in which the terminal sends of itself: the mouse, the focus, its colours, its size."""
_WATCHED: Final = _SCREENS | _TOLD | {b"1", b"6", b"9", b"66", b"1005", b"1006", b"1007", b"1015", b"1016", b"2004",
                                      b"2026"}  # fmt: skip
PUSH_TITLE: Final = b"\x1b[22;2t"
_POP_TITLE: Final = b"\x1b[23;2t"


class Modes:
    """Follows one command's output. Only what was changed and not changed back is reset."""

    def __init__(self) -> None:
        self._tail = b""
        self._on: dict[bytes, None] = {}
        self._is_cursor_hidden = False
        self._is_unwrapped = False
        self._is_keypad = False
        self._is_inserting = False
        self._has_margins = False
        self._has_other_letters = False
        self._keys = 0
        self._title = False
        self.has_asked = False
        """Whether it has asked the terminal something, whose answer may still come."""

    @property
    def is_on_screen(self) -> bool:
        """Whether the alternate screen is shown."""
        return not _SCREENS.isdisjoint(self._on)

    def feed(self, data: bytes) -> bytes:
        """Look at what is to be written; returns it, with the title saved before it is first set."""
        if b"\x0e" in data or b"\x0f" in data:
            self._has_other_letters = data.rfind(b"\x0e") > data.rfind(b"\x0f")
        if b"\x1b" not in data and not self._tail:
            return data
        held = len(self._tail)
        whole = self._tail + data
        end = 0
        for found in _SEQUENCE.finditer(whole):
            end = found.end()
            if end > held:
                self._take(found)
        at = whole.rfind(b"\x1b", max(end, len(whole) - _LONGEST))
        self._tail = whole[at:] if at >= 0 else b""
        if self._title is False and _sets_title(whole):
            self._title = True
            return PUSH_TITLE + data
        return data

    def _take(self, found: re.Match[bytes]) -> None:
        if found["modes"]:
            for mode in found["modes"].split(b";"):
                self._switch(mode, found["way"] == b"h")
        elif found["keys"]:
            self._keys = max(0, self._keys + (1 if found["keys"] == b">" else -1))
        elif found["asks"]:
            self.has_asked = True
        else:
            self._take_old(found)

    def _take_old(self, found: re.Match[bytes]) -> None:
        """What terminals could do long ago."""
        if found["insert"]:
            self._is_inserting = found["insert"] == b"h"
        elif found["margins"] is not None:
            self._has_margins = bool(found["margins"].strip(b"1;"))
        elif found["letters"]:
            self._has_other_letters = found["letters"] != b"B"
        elif found["keypad"]:
            self._is_keypad = found["keypad"] == b"="

    def _switch(self, mode: bytes, is_on: bool) -> None:
        if mode == b"25":
            self._is_cursor_hidden = not is_on
        elif mode == b"7":
            self._is_unwrapped = not is_on
        elif mode in _WATCHED and is_on:
            self._on[mode] = None
            self.has_asked |= mode in _TOLD
        elif mode in _WATCHED:
            self._on.pop(mode, None)

    def untitled(self) -> bytes:
        """What puts the title back, once, if it was set."""
        if not self._title:
            return b""
        self._title = False
        return _POP_TITLE

    def reset(self) -> bytes:
        """What undoes all that was left changed; next to nothing after a program that cleaned up."""
        is_off_origin = b"6" in self._on
        parts = [b"\x1b[?" + mode + b"l" for mode in reversed(self._on)]
        parts += [b"\x1b[<u"] * self._keys
        parts += [b"\x1b[4l"] if self._is_inserting else []
        parts += [b"\x1b[?7h"] if self._is_unwrapped else []
        parts += [b"\x0f\x1b(B"] if self._has_other_letters else []
        parts += [b"\x1b>"] if self._is_keypad else []
        parts += [b"\x1b[?25h"] if self._is_cursor_hidden else []
        if is_off_origin:  # to leave it takes the cursor to the top
            parts.append(b"\x1b[r\x1b[999;1H\r\n")
        elif self._has_margins:
            parts.append(b"\x1b7\x1b[r\x1b8")
        if self._on or self._keys:
            parts.append(b"\x1b[0m")
        self._forget()
        return b"".join(parts)

    def _forget(self) -> None:
        self._on.clear()
        self._keys, self._tail = 0, b""
        self._is_keypad = self._is_cursor_hidden = self._is_unwrapped = self._is_inserting = False
        self._has_margins = self._has_other_letters = False


def _sets_title(data: bytes) -> bool:
    return b"\x1b]0;" in data or b"\x1b]2;" in data
