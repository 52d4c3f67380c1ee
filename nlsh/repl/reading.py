"""Reading standard input without blocking the loop, and without taking more than was asked for."""

from __future__ import annotations

import asyncio
import os
import select
import stat
from collections.abc import Callable
from typing import Final

_BLOCK: Final = 1 << 16


class LineSource:
    """Lines of a descriptor, and before them what was typed for them while a command ran."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._ahead = b""

    def put_back(self, data: bytes) -> None:
        """These bytes come before anything that is still to be read."""
        self._ahead += data.replace(b"\r", b"\n")

    async def next(self) -> str | None:
        """The next line without its newline; None at the end."""
        head, newline, rest = self._ahead.partition(b"\n")
        self._ahead = rest
        begun = head.decode("utf-8", "surrogateescape")
        if newline:
            return begun
        line = await read_line(self._fd)
        return begun + (line or "") if begun or line is not None else None


async def read_line(fd: int) -> str | None:
    """The next line without its newline; None at the end.

    Byte by byte, as every shell reads a script: what follows belongs to the commands the line starts.
    """
    if _is_file(fd):
        return _line_of_file(fd)
    line = bytearray()
    while byte := await _byte(fd):
        if byte == b"\n":
            return line.decode("utf-8", "surrogateescape")
        line += byte
    return line.decode("utf-8", "surrogateescape") if line else None


def _is_file(fd: int) -> bool:
    try:
        return stat.S_ISREG(os.fstat(fd).st_mode)
    except OSError:
        return False


def _line_of_file(fd: int) -> str | None:
    """As `read_line`, by blocks: in a file what was taken too much can be given back."""
    line = b""
    while block := os.read(fd, _BLOCK):
        head, newline, rest = block.partition(b"\n")
        line += head
        if newline:
            os.lseek(fd, -len(rest), os.SEEK_CUR)
            return line.decode("utf-8", "surrogateescape")
    return line.decode("utf-8", "surrogateescape") if line else None


async def _byte(fd: int) -> bytes:
    if not select.select([fd], [], [], 0)[0]:
        await readable(fd)
    try:
        return os.read(fd, 1)
    except OSError:
        return b""


async def readable(fd: int) -> None:
    """Wait until a read of `fd` would not block."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(fd, _resolve(ready))
    except OSError:  # a regular file never makes anyone wait, and cannot be watched
        return
    try:
        await ready
    finally:
        loop.remove_reader(fd)


def _resolve(ready: asyncio.Future[None]) -> Callable[[], None]:
    return lambda: None if ready.done() else ready.set_result(None)
