"""The bytes of files as blocks of whole lines: bounded, cancellable, and never a guess about what is text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from nlsh.core.display import human_size, visible
from nlsh.core.errors import NlshError
from nlsh.core.results import Chunk
from nlsh.core.scope import Scope
from nlsh.tools.faults import explaining

BLOCK_BYTES: Final = 1 << 20
_FIRST_BYTES: Final = 1 << 15
"""Most files are small: a big buffer for each would cost more than reading them."""
MAX_LINE_BYTES: Final = 16 << 20
"""A longer line is no line of text; it is refused rather than cut."""
HEAD_BYTES: Final = 8192
_CHUNK_CHARS: Final = 1 << 15


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are not text: a NUL among the first 8 KiB, as grep and git decide it."""
    return b"\0" in head[:HEAD_BYTES]


def head_of(file: BinaryIO, path: str) -> bytes:
    """The first bytes of an open file, which is left at its beginning. Raises NlshError: it cannot be read."""
    with explaining("read", path):
        head = file.read(HEAD_BYTES) or b""
        file.seek(0)
    return head


def raw_blocks(file: BinaryIO, scope: Scope, path: str, size_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The bytes of an open file, a block at a time, equal files in equal blocks; `path` is for messages.

    Raises:
        NlshError: it cannot be read.
        Cancelled: the turn was cancelled.
    """
    size = min(_FIRST_BYTES, size_bytes)
    with explaining("read", path):
        while block := file.read(size):
            scope.check()
            yield block
            size = min(2 * size, size_bytes)


def line_blocks(file: BinaryIO, scope: Scope, path: str) -> Iterator[bytes]:
    """The bytes of an open file in blocks that end where a line ends (or the file does).

    Raises:
        NlshError: a line is longer than MAX_LINE_BYTES, or the file cannot be read.
        Cancelled: the turn was cancelled.
    """
    for block in raw_blocks(file, scope, path):
        if block.endswith(b"\n"):
            yield block
            continue
        with explaining("read", path):
            rest = file.readline(MAX_LINE_BYTES)
        if len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
            raise NlshError(
                f"{visible(path)} has a line longer than {human_size(MAX_LINE_BYTES)}", "it may not be text"
            )
        yield block + rest


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end where a line ends, or all of it does. Raises NlshError: a line is too long."""
    rest: list[bytes] = []
    size = 0
    for block in blocks:
        at = block.rfind(b"\n") + 1
        if at:
            yield b"".join((*rest, block[:at]))
            rest, size = [], 0
        rest.append(block[at:])
        size += len(block) - at
        if size > MAX_LINE_BYTES:
            raise NlshError(f"a line is longer than {human_size(MAX_LINE_BYTES)}", "it may not be text")
    if size:
        yield b"".join(rest)


def split_lines(block: bytes) -> list[str]:
    """The lines of a block without their newlines, as text with surrogateescape; a last empty piece is no line."""
    lines = block.decode("utf-8", "surrogateescape").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def encoded(text: str) -> bytes:
    """Text with surrogateescape to bytes; a lone surrogate that stands for no byte becomes an escape."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def chunks(lines: Iterable[str]) -> Iterator[Chunk]:
    """Lines as output, each ended by a newline, gathered into pieces of about 32 KiB."""
    gathered: list[str] = []
    size = 0
    for line in lines:
        gathered.append(line)
        size += len(line) + 1
        if size >= _CHUNK_CHARS:
            yield Chunk(encoded("\n".join(gathered) + "\n"))
            gathered, size = [], 0
    if gathered:
        yield Chunk(encoded("\n".join(gathered) + "\n"))


def dumped(pieces: Iterable[bytes], offset: int = 0) -> Iterator[bytes]:
    """A hex dump, 16 bytes a line: offset, hex, and the printable letters."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        whole = len(data) - len(data) % 16
        yield b"".join(_dump_line(data[at : at + 16], offset + at) for at in range(0, whole, 16))
        rest, offset = data[whole:], offset + whole
    if rest:
        yield _dump_line(rest, offset)


def _dump_line(data: bytes, offset: int) -> bytes:
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data)
    return f"{offset:08x}  {data.hex(' '):<47}  {letters}\n".encode()
