"""Where results and narration go: two streams, what their terminals can do, and the few styles line mode knows."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, TextIO

Style = Literal["plain", "dim", "bold", "good", "warn", "bad"]
_SGR: Final[Mapping[Style, str]] = {"dim": "2", "bold": "1", "good": "32", "warn": "33", "bad": "31"}


def has_colour(is_terminal: bool, env: Mapping[str, str]) -> bool:
    """Whether colour may be used: a terminal that is not dumb, and no `NO_COLOR`."""
    return is_terminal and not env.get("NO_COLOR") and env.get("TERM", "dumb") != "dumb"


@dataclass(frozen=True)
class Screen:
    """Standard output (results) and standard error (narration)."""

    out: BinaryIO
    err: BinaryIO
    is_out_terminal: bool
    is_err_terminal: bool
    is_in_terminal: bool
    env: Mapping[str, str]
    is_read_aloud: bool = False
    """Whether a screen reader reads it (`--screen-reader`)."""

    @classmethod
    def open(cls, *, is_read_aloud: bool = False) -> Screen:
        """The screen of this process; a closed stream is as good as a discarded one."""
        out, err = _bytes_of(sys.stdout), _bytes_of(sys.stderr)
        is_in_terminal = sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()
        return cls(out, err, out.isatty(), err.isatty(), is_in_terminal, dict(os.environ), is_read_aloud)

    @property
    def may_ask(self) -> bool:
        """Whether a person sits there: they can read the question and type the answer."""
        return self.is_in_terminal and self.is_err_terminal

    @property
    def is_dumb(self) -> bool:
        """Whether the terminal cannot move its cursor."""
        return self.env.get("TERM", "dumb") == "dumb"

    @property
    def is_plain(self) -> bool:
        """Whether nothing may be drawn twice and choices are numbered: for a dumb terminal or a screen reader."""
        return self.is_dumb or self.is_read_aloud

    @property
    def is_rich(self) -> bool:
        """Whether standard output is a terminal that takes more than plain text."""
        return self.is_out_terminal and not self.is_plain

    def width(self) -> int:
        """The terminal's width in cells, now."""
        return shutil.get_terminal_size((80, 24)).columns

    def write(self, data: bytes) -> None:
        """A piece of the result, at once. Raises BrokenPipeError."""
        self.out.write(data)
        self.out.flush()

    def print(self, text: str, style: Style = "plain") -> None:
        """A line of the result; the text must be safe already."""
        self.write(_encode(self.paint(text, style, has_colour(self.is_out_terminal, self.env)) + "\n"))

    def tell(self, text: str, style: Style = "plain", end: str = "\n") -> None:
        """A line of the narration; the text must be safe already."""
        self.tell_bytes(_encode(self.paint(text, style, has_colour(self.is_err_terminal, self.env)) + end))

    def tell_bytes(self, data: bytes) -> None:
        """Bytes of the narration. A standard error that is gone is no reason to stop."""
        try:
            self.err.write(data)
            self.err.flush()
        except OSError:
            with suppress(OSError, ValueError):  # what is left in the buffer must not be written at exit
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.err.fileno())
        except ValueError:
            return

    @staticmethod
    def paint(text: str, style: Style, is_coloured: bool) -> str:
        """The text in a style, where colour may be used."""
        return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if is_coloured and style in _SGR else text


def _bytes_of(stream: TextIO | None) -> BinaryIO:
    if stream is None or stream.closed:
        return open(os.devnull, "wb")
    stream.flush()
    return stream.buffer


def _encode(text: str) -> bytes:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace")
