"""A pseudo-terminal with a program on it: what it writes is kept byte for byte, every wait has a deadline."""

from __future__ import annotations

import os
import re
import select
import signal
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pexpect

from tests.checks.home import READY

DEADLINE_S: Final = 20.0
_PROMPT_BEGINS: Final = b"\x1b[?2004h"
_PROMPT_STANDS: Final = b"\x1b[?1004h"
_PROMPT_ENDS: Final = b"\x1b[?2004l\x1b[?1004l"
_READY: Final = READY.encode()


class Terminal:
    """`seen` is all that was written and not yet taken by one of the waits."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: str, size: tuple[int, int]) -> None:
        self._child: Any = pexpect.spawn(argv[0], [*argv[1:]], env=dict(env), cwd=cwd, dimensions=size, timeout=30,
                                         preexec_fn=_as_a_terminal_starts_it)  # fmt: skip
        self.fd: int = self._child.child_fd
        self.pid: int = self._child.pid
        self.seen = b""
        self.is_plain = False
        """Whether a plain shell is on it."""
        self.answers: Callable[[bytes], bytes] | None = None
        """What the terminal answers to a piece of output, as real ones do to questions about themselves."""

    def send(self, keys: str | bytes) -> None:
        """Type."""
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            data = data[os.write(self.fd, data) :]

    def resize(self, rows: int, columns: int) -> None:
        """Another size of the window."""
        self._child.setwinsize(rows, columns)

    def settings(self) -> list[Any]:
        """What `stty -a` would show."""
        return termios.tcgetattr(self.fd)

    def read(self, deadline: float) -> bool:
        """Take in what is written next; False at the end of the program. Fails after the deadline."""
        if not select.select([self.fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise AssertionError(f"nothing more came: {self.seen[-2000:]!r}")
        try:
            piece = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        self.seen += piece
        if self.answers is not None and (answer := self.answers(piece)):
            self.send(answer)
        return bool(piece)

    def until(self, wanted: bytes, deadline_s: float = DEADLINE_S) -> bytes:
        """Wait for these bytes; returns what came before them."""
        deadline = time.monotonic() + deadline_s
        while wanted not in self.seen:
            assert self.read(deadline), f"it ended: {self.seen[-2000:]!r}"
        before, _, self.seen = self.seen.partition(wanted)
        return before

    def until_match(self, pattern: bytes, deadline_s: float = DEADLINE_S) -> re.Match[bytes]:
        """Wait for a pattern."""
        deadline = time.monotonic() + deadline_s
        while (found := re.search(pattern, self.seen, re.DOTALL)) is None:
            assert self.read(deadline), f"it ended: {self.seen[-2000:]!r}"
        self.seen = self.seen[found.end() :]
        return found

    def settle(self, quiet_s: float = 0.15) -> bytes:
        """Wait until nothing is written for a while; returns what was."""
        with_deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < with_deadline and select.select([self.fd], [], [], quiet_s)[0]:
            if not self.read(with_deadline):
                break
        seen, self.seen = self.seen, b""
        return seen

    def prompt(self, deadline_s: float = DEADLINE_S) -> bytes:
        """Wait until line mode shows its prompt; returns what was written before it."""
        return self.until(_PROMPT_STANDS, deadline_s).rpartition(_PROMPT_BEGINS)[0]

    def start(self, line: str) -> None:
        """Type a line and Enter at the prompt of line mode; returns when it has been taken."""
        self.send(line + "\r")
        self.until(_PROMPT_ENDS)

    def line(self, line: str, deadline_s: float = DEADLINE_S) -> bytes:
        """Run a line in line mode; what it wrote, up to the next prompt."""
        self.start(line)
        return self.prompt(deadline_s)

    def plain(self, line: str) -> bytes:
        """Run a line in a plain shell that does not edit; what it wrote, up to the next prompt."""
        self.send(line + "\r")
        self.until(line.encode() + b"\r\n")
        return self.until(_READY)

    def leave(self, keys: str = "exit\r") -> int:
        """Type `keys` and wait for the end; the exit code."""
        self.send(keys)
        return self.end()

    def end(self, deadline_s: float = DEADLINE_S) -> int:
        """Wait for the end; the exit code."""
        deadline = time.monotonic() + deadline_s
        while self.read(deadline):
            pass
        code = self._child.wait()
        return 128 + int(self._child.signalstatus) if code is None else int(code)

    def close(self) -> None:
        """Hang up, and end what is left."""
        if self._child.isalive():
            self._child.kill(signal.SIGKILL)
        self._child.close(force=True)


def _as_a_terminal_starts_it() -> None:
    """In the child: Python has SIGPIPE ignored, and what is ignored is inherited."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
