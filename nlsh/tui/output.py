"""Output of a program as lines of a screen: colours kept, every other control sequence dropped or escaped.

Nothing here scrolls or draws; it is fed text as it comes and keeps the newest lines between two water marks.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rich.ansi import SGR_STYLE_MAP
from rich.cells import cell_len
from rich.color import Color
from rich.style import Style

from nlsh.core.display import visible

HIGH_WATER: Final = 2500
"""More lines than this are cut down …"""
LOW_WATER: Final = 1500
"""… to so many."""
LINE_LIMIT: Final = 8000
"""Characters kept of one line."""
PENDING_LIMIT: Final = 128 * 1024
"""Characters of unread output kept; what comes faster than it can be shown is dropped from the front."""

_PLAIN = re.compile(r"[ -~\n]*")
_TOKEN = re.compile(
    r"\x1b\[(?P<args>[0-?]{0,256})[ -/]{0,8}(?P<final>[@-~])"  # a control sequence
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)"  # a string: title, link, device control
    r"|\x1b[ -/]{1,8}[0-~]|\x1b[0-OQ-WYZ\\`-~]"  # character sets, modes
    r"|(?P<move>[\n\r\b\t])|[\x00\x07\x0e\x0f]"
)
_UNFINISHED = re.compile(r"(?:\x1b(?:\[[0-?]{0,256}[ -/]{0,8}|[\]PX^_][^\x07\x1b]{0,4096}\x1b?|[ -/]{0,8})|\r)\Z")
_FORBIDDEN_STYLES: Final = frozenset({5, 6, 8})
"""Blinking, and text that hides."""
_PLAIN_STYLE: Final = Style.null()

Pieces = list[tuple[str, Style]]


@dataclass
class Line:
    """One line of output, safe to draw. `is_error` where it came on the error stream."""

    pieces: Pieces = field(default_factory=list)
    cells: int = 0
    is_error: bool = False

    @property
    def text(self) -> str:
        """Its plain text."""
        return "".join(text for text, _ in self.pieces)


class OutputBuffer:
    """The newest lines of one step's output."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.dropped = 0
        """How many earlier lines are not kept."""
        self._pending: list[tuple[str, bool]] = []
        self._pending_size = 0
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._carry = ""
        self._style = _PLAIN_STYLE
        self._before: Pieces = []
        self._after: Pieces = []
        self._length = 0
        self._lost = 0
        self._is_error = False
        self._is_open = False

    def feed(self, text: str, is_error: bool = False) -> None:
        """Take a piece of output; cheap, nothing is read before `drain`."""
        self._pending.append((text, is_error))
        self._pending_size += len(text)
        if self._pending_size > 2 * PENDING_LIMIT:
            self._drop_front()

    def drain(self) -> bool:
        """Read what was fed; whether there was any."""
        if not self._pending:
            return False
        pending, self._pending, self._pending_size = self._pending, [], 0
        for text, is_error in _joined(pending):
            self._is_error = is_error
            self._read(self._decode(_encode(text)))
        self._show_open_line()
        self._prune()
        return True

    def close(self) -> None:
        """No more will come: what was held back is shown as it is."""
        self.drain()
        rest = self._carry.rstrip("\r") + self._decode(b"", True)
        self._carry = ""
        if rest:
            self._write(visible(rest))
        self._show_open_line()
        self._prune()

    def _drop_front(self) -> None:
        joined = "".join(text for text, _ in self._pending)
        cut = joined.find("\n", len(joined) - PENDING_LIMIT) + 1 or len(joined) - PENDING_LIMIT
        self.dropped += joined.count("\n", 0, cut)
        self._pending = [(joined[cut:], self._pending[-1][1])]
        self._pending_size = len(joined) - cut

    def _read(self, text: str) -> None:
        text = self._carry + text
        held = _UNFINISHED.search(text)
        self._carry = held.group() if held else ""
        if held:
            text = text[: held.start()]
        text = text.replace("\r\n", "\n")
        if not self._after and _PLAIN.fullmatch(text):
            self._read_plain(text)
        else:
            self._read_tokens(text)

    def _read_plain(self, text: str) -> None:
        first, *rest = text.split("\n")
        if first:
            self._write(first)
        for line in rest:
            self._end_line()
            if line:
                self._write(line)

    def _read_tokens(self, text: str) -> None:
        at = 0
        for token in _TOKEN.finditer(text):
            if token.start() > at:
                self._write(visible(text[at : token.start()]))
            at = token.end()
            if token["final"]:
                self._control(token["args"], token["final"])
            elif token["move"]:
                self._move(token["move"])
        if at < len(text):
            self._write(visible(text[at:]))

    def _write(self, text: str) -> None:
        room = LINE_LIMIT - self._length
        if len(text) > room:
            self._lost += len(text) - room
            text = text[:room]
        if text:
            self._before.append((text, self._style))
            self._length += len(text)
            self._after = _without_front(self._after, len(text)) if self._after else []

    def _move(self, char: str) -> None:
        if char == "\n":
            self._end_line()
        elif char == "\t":
            self._write(" " * (8 - _size(self._before) % 8))
        elif char == "\r":
            self._after = self._before + self._after
            self._before, self._length = [], 0
        else:
            keep = max(0, _size(self._before) - 1)
            self._to_column(keep)

    def _to_column(self, column: int) -> None:
        whole = self._before + self._after
        self._before, self._after = _front(whole, column), _without_front(whole, column)
        self._length = _size(self._before)

    def _control(self, arguments: str, final: str) -> None:
        if final == "m":
            self._style = _next_style(self._style, arguments)
        elif final == "K":
            self._erase(arguments)
        elif final == "G":
            self._to_column(max(0, _number(arguments) - 1))

    def _erase(self, arguments: str) -> None:
        if arguments in ("", "0", "2"):
            self._after = []
        if arguments == "2":
            self._before, self._length = [], 0

    def _line(self) -> Line:
        pieces = self._before + self._after
        if self._lost:
            pieces = [*pieces, (f"… {self._lost:,} more", _PLAIN_STYLE)]
        return Line(pieces, sum(cell_len(text) for text, _ in pieces), self._is_error)

    def _show_open_line(self) -> None:
        """The last line, still without its end, is shown too; it is replaced as it grows."""
        if self._is_open:
            self.lines.pop()
        self._is_open = bool(self._before or self._after)
        if self._is_open:
            self.lines.append(self._line())

    def _end_line(self) -> None:
        if self._is_open:
            self.lines.pop()
            self._is_open = False
        self.lines.append(self._line())
        self._before, self._after, self._length, self._lost = [], [], 0, 0

    def _prune(self) -> None:
        if len(self.lines) > HIGH_WATER:
            surplus = len(self.lines) - LOW_WATER
            self.dropped += surplus
            del self.lines[:surplus]


def _joined(pending: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Neighbours of one stream as one text."""
    start = 0
    for at in range(1, len(pending) + 1):
        if at == len(pending) or pending[at][1] != pending[start][1]:
            yield "".join(text for text, _ in pending[start:at]), pending[start][1]
            start = at


def _encode(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def _size(pieces: Pieces) -> int:
    return sum(len(text) for text, _ in pieces)


def _front(pieces: Pieces, count: int) -> Pieces:
    kept: Pieces = []
    for text, style in pieces:
        if count <= 0:
            break
        kept.append((text[:count], style))
        count -= len(text)
    return kept


def _without_front(pieces: Pieces, count: int) -> Pieces:
    rest: Pieces = []
    for text, style in pieces:
        if len(text) > count:
            rest.append((text[max(0, count) :], style))
        count -= len(text)
    return rest


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def _next_style(style: Style, arguments: str) -> Style:
    """The style after a colour sequence; blinking and hidden text are not taken over."""
    numbers = iter([_number(part) if part else 0 for part in arguments.replace(":", ";").split(";")])
    for number in numbers:
        if number == 0:
            style = _PLAIN_STYLE
        elif number in (38, 48):
            color = _extended_color(numbers)
            style += Style(color=color) if number == 38 else Style(bgcolor=color)
        elif number in SGR_STYLE_MAP and number not in _FORBIDDEN_STYLES:
            style += Style.parse(SGR_STYLE_MAP[number])
    return style


def _extended_color(numbers: Iterator[int]) -> Color | None:
    kind = next(numbers, 0)
    if kind == 5:
        return Color.from_ansi(min(255, next(numbers, 0)))
    if kind == 2:
        return Color.from_rgb(*(min(255, next(numbers, 0)) for _ in range(3)))
    return None
