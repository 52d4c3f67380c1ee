"""`nlsh FILE`: a file of lines, commands and utterances, run one after the other until one fails."""

from __future__ import annotations

import os
import re
import select
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from nlsh.core.continuing import needs_more
from nlsh.core.display import human_size, visible
from nlsh.core.errors import UsageError
from nlsh.core.leaving import leaving_code
from nlsh.core.ports import Piped, Session
from nlsh.core.risk import Route
from nlsh.repl.one_shot import run
from nlsh.repl.screen import Screen

MAX_BYTES: Final = 16 << 20
_SILENCE_S: Final = 10.0
_BLOCK_BYTES: Final = 1 << 16
_GOES_ON: Final = re.compile(r"\\\n[ \t]*")


@dataclass(frozen=True)
class Script:
    """A file's name as it was given, and its lines without their ends."""

    name: str
    lines: tuple[str, ...]


def read_script(path: str) -> Script:
    """Read a file of lines.

    Raises:
        UsageError: it is not there, is no file, cannot be read, is too big, or holds data that is no text.
    """
    name = visible(path)
    try:
        data = _bytes_of(path)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {name}", "check the name") from error
    except IsADirectoryError as error:
        raise UsageError(f"{name} is a folder", "name a file of lines") from error
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {str(error.strerror).lower()}", "check its owner and mode") from error
    if b"\0" in data:
        raise UsageError(f"{name} is not text but data", "name a file of lines; -c LINE runs a line")
    return Script(path, _lines_of(data))


def _bytes_of(path: str) -> bytes:
    # Not blocking: a pipe to which nobody writes would otherwise hold the open for ever.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise IsADirectoryError
        os.set_blocking(fd, True)
        data = bytearray()
        while block := _block(fd, path):
            data += block
            if len(data) > MAX_BYTES:
                raise UsageError(f"{visible(path)} is bigger than {human_size(MAX_BYTES)}", "it is hardly a script")
        return bytes(data)
    finally:
        os.close(fd)


def _block(fd: int, path: str) -> bytes:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    if not poll.poll(_SILENCE_S * 1000):
        raise UsageError(f"nothing came from {visible(path)} for {_SILENCE_S:.0f} seconds", "end what writes to it")
    return os.read(fd, _BLOCK_BYTES)


def _lines_of(data: bytes) -> tuple[str, ...]:
    """Without a byte order mark, and without carriage returns where the first line ends with one."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    if text.partition("\n")[0].endswith("\r"):
        text = text.replace("\r\n", "\n").removesuffix("\r")
    return tuple(text.removesuffix("\n").split("\n"))


@dataclass
class ScriptRun:
    """Runs a script in a session. `piped` tells anew for each line what it may read."""

    session: Session
    script: Script
    screen: Screen
    piped: Callable[[], Piped | None]
    describe: Callable[[str], None]
    """Says in a dry run what a command would do."""
    assume_yes: bool = False
    is_dry: bool = False
    as_json: bool = False

    async def run(self) -> int:
        """Every line until one fails or leaves; its exit code, else 0. In a dry run all, and the first that fails."""
        at, dry_code = 0, 0
        while at < len(self.script.lines):
            number, (line, at) = at + 1, self._whole(at)
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if (leaving := leaving_code(line, 0)) is not None and not self.is_dry:
                return leaving
            code = await self._line(number, line)
            if code and not self.is_dry:
                self.screen.tell(f"{visible(self.script.name)}:{number}: exit code {code}, stopped here", "bad")
                return code
            dry_code = dry_code or code
        return dry_code

    def _whole(self, at: int) -> tuple[str, int]:
        """The line that begins at an index, with those it goes on over, and the index after it."""
        line = self.script.lines[at]
        at += 1
        if line.lstrip().startswith("#"):
            return line, at
        while at < len(self.script.lines) and self._goes_on(line):
            line = f"{line}\n{self.script.lines[at]}"
            at += 1
        is_literal = self.session.route(line).route is Route.LITERAL
        return (line if is_literal else _GOES_ON.sub(" ", line)), at

    def _goes_on(self, line: str) -> bool:
        """Whether a command is not at its end, or an utterance ends in a backslash."""
        if self.session.route(line).route is Route.LITERAL:
            return needs_more(line)
        return (len(line) - len(line.rstrip("\\"))) % 2 == 1

    async def _line(self, number: int, line: str) -> int:
        if self.is_dry:
            self.screen.tell(f"{visible(self.script.name)}:{number}: {visible(line)}", "dim")
            if self.session.route(line).route is Route.LITERAL and not self.as_json:
                self.describe(line)
                return 0
        return await run(
            self.session,
            line,
            assume_yes=self.assume_yes,
            is_dry=self.is_dry,
            as_json=self.as_json,
            stdin=self.piped(),
            screen=self.screen,
        )
