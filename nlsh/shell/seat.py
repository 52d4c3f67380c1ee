"""The seat of the kept shell: its pty, its process, and the private folder through which text goes in and out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shlex
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
from collections.abc import Mapping
from typing import Any, Final

from nlsh.core.errors import NlshError
from nlsh.shell.children import Child, Errand, as_exit_code, start_seated
from nlsh.shell.kinds import Kind
from nlsh.shell.marks import Marks

_MOST_BYTES: Final = 16 << 20
_MOST_READ: Final = 60 << 10
_TYPED_BYTES: Final = 256
"""Small enough that a pty which can be written to takes it whole, without blocking."""
_REAPED_S: Final = 0.1
_MOST_TYPED: Final = 64 << 10


class Seat:
    """A shell sitting at a pty. Raises NlshError where it cannot be started.

    `base` is the folder below which its private folder is made, mode 0700.
    """

    def __init__(
        self, kind: Kind, path: str, cwd: str, env: Mapping[str, str], base: str, size: bytes, *, has_startup: bool
    ) -> None:
        self.kind = kind
        nonce = secrets.token_hex(8)
        self.marks = Marks(nonce)
        self._folder = _private_folder(base)
        self._places = {name: os.path.join(self._folder, name.lower()) for name in ("GATE", "LINE", "REPORT")}
        self._gate = self._prepare(nonce, has_startup=has_startup)
        self.master, self._slave = os.openpty()
        self._keys = os.open(os.ttyname(self._slave), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        """Where what was typed and not read is taken from. Not the slave itself: that is the shell's, and may block."""
        self.resize(size)
        argv = kind.argv(self._folder, has_startup=has_startup)
        try:
            self.child: Child = start_seated(Errand(path, argv, cwd, kind.env(self._folder, env)), self._slave)
        except NlshError:
            self.close()
            raise
        os.set_blocking(self.master, False)

    def _prepare(self, nonce: str, *, has_startup: bool) -> int:
        """Write the hooks and make the gate; returns the gate, open."""
        places = {name: shlex.quote(path) for name, path in self._places.items()}
        text = self.kind.text({**places, "NONCE": nonce, "FOLDER": shlex.quote(self._folder)}, has_startup=has_startup)
        _write(os.path.join(self._folder, self.kind.hooks), text.encode("utf-8", "surrogateescape"))
        os.mkfifo(self._places["GATE"], 0o600)
        return os.open(self._places["GATE"], os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def put_line(self, text: str) -> None:
        """What the shell reads when it is told to by a key. Raises NlshError."""
        try:
            _write(self._places["LINE"], os.fsencode(text))
        except OSError as error:
            raise NlshError(
                f"the line cannot be handed to the shell: {error.strerror}",
                "make room on the disk of the runtime folder",
            ) from error

    def report(self) -> bytes:
        """What the shell reported last; nothing if it could not. At most 16 MiB."""
        with contextlib.suppress(OSError), open(self._places["REPORT"], "rb") as file:
            return file.read(_MOST_BYTES)
        return b""

    def shut_gate(self) -> None:
        """Have the shell wait there, even if it did not come by the last time."""
        with contextlib.suppress(OSError):
            while os.read(self._gate, 64):
                pass

    def open_gate(self) -> None:
        """Let the shell go on to its prompt."""
        with contextlib.suppress(OSError):
            os.write(self._gate, b"\n")

    def read(self) -> bytes:
        """What the shell and its commands have written; at most 64 KiB, nothing where there is nothing yet."""
        data = bytearray()
        with contextlib.suppress(OSError):  # nothing more for now, or the pty is gone
            while len(data) < _MOST_READ and (piece := os.read(self.master, _MOST_READ)):
                data += piece
        return bytes(data)

    def type(self, data: bytes) -> int:
        """Type; returns how much the terminal took."""
        with contextlib.suppress(OSError):
            return os.write(self.master, data[:_TYPED_BYTES])
        return 0

    def untyped(self) -> bytes:
        """Take back what was typed and that nobody has read, whole lines or not."""
        settings = self.settings()
        if settings is None:
            return b""
        raw = [*settings]
        raw[3] = settings[3] & ~termios.ICANON
        raw[6] = [*settings[6]]
        raw[6][termios.VMIN], raw[6][termios.VTIME] = 0, 0
        taken = b""
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(self._keys, termios.TCSANOW, raw)
            while len(taken) < _MOST_TYPED and (data := os.read(self._keys, 4096)):
                taken += data
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._keys, termios.TCSANOW, settings)
        return taken

    def settings(self) -> list[Any] | None:
        """The terminal's settings, as termios has them; None if it is gone."""
        try:
            return termios.tcgetattr(self.master)
        except termios.error:
            return None

    def foreground(self) -> int:
        """The process group in front; 0 if there is none."""
        try:
            return max(0, os.tcgetpgrp(self.master))
        except OSError:
            return 0

    def signal_foreground(self, number: signal.Signals) -> bool:
        """Send a signal to the group in front unless that is the shell itself; whether it was sent."""
        group = self.foreground()
        if group in (0, self.child.pid):
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            return True
        return False

    def end_of_child(self) -> int:
        """A descriptor, the caller's, that becomes readable when the shell ends; -1 where the system has none."""
        try:
            return os.pidfd_open(self.child.pid)
        except (AttributeError, OSError):
            return -1

    def exit_code(self) -> int:
        """How the shell has ended; 1 where that is not known."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.process.wait(_REAPED_S)
        code = self.child.process.returncode
        return 1 if code is None else as_exit_code(code)

    def resize(self, size: bytes) -> None:
        """Set the window size, a `struct winsize`; the programs in front get SIGWINCH."""
        with contextlib.suppress(OSError):
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def close(self) -> None:
        """Hang up, which ends the shell, and remove what was private to it."""
        for fd in (self.master, self._slave, self._keys, self._gate):
            with contextlib.suppress(OSError):
                os.close(fd)
        child: Child | None = getattr(self, "child", None)
        if child is not None:
            _see_off(child)
        shutil.rmtree(self._folder, ignore_errors=True)


def _see_off(child: Child) -> None:
    """A shell that was hung up on saves its history and ends; one that does not is killed."""
    for number in (signal.SIGHUP, signal.SIGKILL):
        try:
            child.process.wait(1.0)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, number)
        else:
            return
    child.process.wait()


def winsize(rows: int, columns: int) -> bytes:
    """A `struct winsize`."""
    return struct.pack("HHHH", rows, columns, 0, 0)


def _private_folder(base: str) -> str:
    try:
        os.makedirs(base, mode=0o700, exist_ok=True)
        _sweep(base)
        return tempfile.mkdtemp(prefix=f"shell-{os.getpid()}-", dir=base)
    except OSError as error:
        raise NlshError(
            f"the shell cannot be started: {base}: {error.strerror}", "make room there, or allow nlsh to write there"
        ) from error


def _sweep(base: str) -> None:
    """Remove what an nlsh that was killed has left there, its scrolls too."""
    with contextlib.suppress(OSError):
        for name in os.listdir(base):
            kind, _, rest = name.partition("-")
            pid = rest.partition("-")[0]
            if kind in ("shell", "scroll") and pid.isdecimal() and not _lives(int(pid)):
                path = os.path.join(base, name)
                shutil.rmtree(path, ignore_errors=True) if kind == "shell" else os.unlink(path)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write(path: str, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
