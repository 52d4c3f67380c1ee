"""The words of a shell line: the one that ends at the cursor, and names put back as words. Pure."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<escape>\\(?:.|$)) | (?P<single>'[^']*'?) | (?P<double>"(?:\\.|[^"\\])*(?:"|\\?$))
      | \$(?P<brace>\{)?(?P<variable>[A-Za-z_]\w*)(?(brace)\}) | (?P<gap>[ \t]+)
      | (?P<redirect>[<>]) | (?P<break>[;|&()\n`]) | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_INNER: Final = re.compile(
    r"""\\(?P<escaped>[$`"\\\n]) | \$(?P<brace>\{)?(?P<variable>[A-Za-z_]\w*)(?(brace)\}) | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SPECIAL: Final = re.compile(r"[^\w@%+=:,./~-]|^[~=]")
_SPECIAL_WITHIN: Final = re.compile(r'(["\\$`])')
_ASSIGNED: Final = re.compile(r"(?:--?[\w-]+|[A-Za-z_]\w*)=")
_BEFORE_COMMANDS: Final = frozenset(
    "sudo doas env time command exec nohup nice builtin xargs then do else elif if while until { !".split()
)
"""After these words a command begins, though it is not the first word."""


@dataclass(frozen=True)
class Word:
    """The shell word that ends at the cursor, as far as it is typed; `head` and `base` are its folder and its name."""

    start: int
    """Where in the line it begins; behind `--option=`, where there is one."""
    head: str
    """As typed, up to its last slash."""
    folder: str
    """What the head means: quotes taken away, variables put in. A leading `~` stays."""
    base: str
    """What follows the head means."""
    pattern: str
    """The base as a glob: what was quoted in it stands for itself."""
    quote: str
    """The quotation mark its name is typed in, or nothing."""
    is_open: bool
    """Whether that quotation begins in the head already."""
    is_command: bool
    """Whether a command is named here."""
    command: str
    """The command it belongs to."""
    is_opaque: bool
    """Whether a variable stands in the base, so that nothing can be put in its place."""

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for several names."""
        return glob.has_magic(self.pattern)

    def completed(self, name: str, *, is_folder: bool) -> str:
        """The word with this name in the place of its base; every quotation in it is closed."""
        tail = "/" if is_folder else ""
        guard = "./" if not self.head and name.startswith("-") else ""
        if not self.quote:
            return f"{self.head}{guard}{quoted(name)}{tail}"
        opening = "" if self.is_open else self.quote
        return f"{self.head}{guard}{opening}{_within(name, self.quote)}{tail}{self.quote}"


def quoted(name: str) -> str:
    """A name as one word of the shell, with backslashes. It may not have a newline in it."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", name)


def _within(name: str, quote: str) -> str:
    if quote == "'":
        return name.replace("'", "'\\''")
    # An exclamation mark would mean an earlier line even between double quotes.
    return _SPECIAL_WITHIN.sub(r"\\\1", name).replace("!", "\"'!'\"")


def word_at(line: str, cursor: int, env: Mapping[str, str] | None = None) -> Word:
    """The word of a shell line that ends at the cursor; `env` says what variables stand for."""
    scan = _Scan(env or {})
    for token in _TOKEN.finditer(line[:cursor]):
        scan.take(token)
    return scan.word(cursor)


@dataclass(frozen=True)
class _Piece:
    """A character of a word, or the value of a variable: what it means, where it ends, and how it is quoted."""

    text: str
    end: int
    quote: str
    is_variable: bool = False


class _Scan:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._pieces: list[_Piece] = []
        self._raw = ""
        self._start = 0
        self._is_begun = False
        self._is_command = True
        self._is_redirected = False
        self._command = ""

    def take(self, token: re.Match[str]) -> None:
        """One token after the other."""
        if token["gap"] or token["redirect"] or token["break"]:
            self._end_word()
            self._between(token)
            return
        if not self._is_begun:
            self._is_begun, self._start, self._raw, self._pieces = True, token.start(), "", []
        self._raw += token[0]
        self._pieces.extend(self._read(token))
        if token["other"] == "=" and _ASSIGNED.fullmatch(self._raw):
            self._pieces, self._start = [], token.end()

    def _between(self, token: re.Match[str]) -> None:
        if token["redirect"]:
            self._is_redirected = True
        elif token["break"]:
            self._is_command, self._command, self._is_redirected = True, "", False

    def _end_word(self) -> None:
        if not self._is_begun:
            return
        self._is_begun = False
        is_redirected, self._is_redirected = self._is_redirected, False
        is_passed = self._raw in _BEFORE_COMMANDS or self._raw.startswith("-") or _ASSIGNED.match(self._raw)
        if self._is_command and not is_redirected and not is_passed:
            self._is_command, self._command = False, "".join(piece.text for piece in self._pieces)

    def _read(self, token: re.Match[str]) -> Iterator[_Piece]:
        if token["single"]:
            text = token[0][1:].removesuffix("'")
            yield from (_Piece(char, token.start() + 2 + at, "'") for at, char in enumerate(text))
        elif token["double"]:
            yield from self._doubly(token)
        elif token["variable"]:
            yield _Piece(self._env.get(token["variable"], ""), token.end(), "", True)
        elif token["escape"] != "\\":  # alone at the end it is the first half of something
            yield _Piece(token[0][-1], token.end(), "\\" if token["escape"] else "")

    def _doubly(self, token: re.Match[str]) -> Iterator[_Piece]:
        text, offset = token[0], token.start()
        is_closed = len(text) > 1 and text.endswith('"')
        for inner in _INNER.finditer(text, 1, len(text) - is_closed):
            if inner["variable"]:
                yield _Piece(self._env.get(inner["variable"], ""), offset + inner.end(), '"', True)
            else:
                yield _Piece(inner["escaped"] or inner["other"], offset + inner.end(), '"')

    def word(self, cursor: int) -> Word:
        """The word the tokens end with; an empty one behind a gap."""
        pieces, start = (self._pieces, self._start) if self._is_begun else ([], cursor)
        raw = self._raw[len(self._raw) - (cursor - start) :] if self._is_begun else ""
        cut = max((at + 1 for at, piece in enumerate(pieces) if piece.text == "/"), default=0)
        head, base = pieces[:cut], pieces[cut:]
        is_open = bool(head) and head[-1].quote in ("'", '"')
        return Word(
            start=start,
            head=raw[: head[-1].end - start] if head else "",
            folder="".join(piece.text for piece in head),
            base="".join(piece.text for piece in base),
            pattern="".join(glob.escape(piece.text) if piece.quote else piece.text for piece in base),
            quote=head[-1].quote if is_open else _quote_of(raw, base),
            is_open=is_open,
            is_command=self._is_command and not self._is_redirected,
            command=self._command,
            is_opaque=any(piece.is_variable for piece in base),
        )


def _quote_of(raw: str, base: list[_Piece]) -> str:
    """The mark a name is typed in; where it has only been opened there is no piece of it yet."""
    if not base:
        return raw[-1] if raw[-1:] in ("'", '"') else ""
    return next((piece.quote for piece in base if piece.quote in ("'", '"')), "")
