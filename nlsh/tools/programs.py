"""Running programs by argv: no shell, no terminal, no input; always a deadline, and killed at cancel."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from nlsh.core.display import human_duration, visible
from nlsh.core.errors import NlshError
from nlsh.core.results import Chunk, Emission, Exit
from nlsh.core.scope import Scope

CAPTURE_BYTES: Final = 8 << 20
"""What `capture` keeps of standard output; more is cut, and said to be."""
_GRACE_S: Final = 1.0
_TICK_S: Final = 0.1
_BLOCK: Final = 1 << 16
_MORE_FOLDERS: Final = ("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/opt/homebrew/bin")


@dataclass(frozen=True)
class Captured:
    """What a program said before it ended."""

    code: int
    """Its exit code; negative for a signal."""
    output: bytes
    errors: bytes
    is_cut: bool = False

    def text(self) -> str:
        """Standard output as text; undecodable bytes as surrogates."""
        return self.output.decode("utf-8", "surrogateescape")

    def complaint(self) -> str:
        """The last thing it said on standard error (else on standard output), safe and on one line."""
        said = (self.errors.strip() or self.output.strip()).splitlines()
        return visible(said[-1].decode("utf-8", "surrogateescape").strip())[:300] if said else f"exit code {self.code}"


def find_program(name: str, scope: Scope) -> str:
    """Where a program is: on the person's PATH or in the system folders; empty if nowhere."""
    folders = scope.env.get("PATH", os.defpath).split(os.pathsep)
    absolute = [folder for folder in (*folders, *_MORE_FOLDERS) if folder.startswith("/")]
    return shutil.which(name, path=os.pathsep.join(absolute)) or ""


def capture(argv: Sequence[str], scope: Scope, deadline_s: float, env: Mapping[str, str] | None = None) -> Captured:
    """Run a program to its end and return what it said. `env` is added to the person's environment.

    Raises:
        NlshError: it is not there, cannot be run, or did not end in time.
        Cancelled: the turn was cancelled; the program was killed.
    """
    parts: dict[bool, bytearray] = {False: bytearray(), True: bytearray()}
    is_cut = False
    code = 0
    for emission in stream(argv, scope, deadline_s, env):
        if isinstance(emission, Chunk):
            room = CAPTURE_BYTES - len(parts[emission.is_error])
            is_cut = is_cut or len(emission.data) > room
            parts[emission.is_error] += emission.data[:room]
        elif isinstance(emission, Exit):
            code = emission.code
    return Captured(code, bytes(parts[False]), bytes(parts[True]), is_cut)


def lines_of(argv: Sequence[str], scope: Scope, deadline_s: float) -> Iterator[bytes]:
    """The lines a program writes, as they come, without newlines. Closing the iterator ends the program.

    Raises:
        NlshError: it is not there, did not end in time, or failed without writing a line.
        Cancelled: the turn was cancelled; the program was killed.
    """
    rest, errors, count = b"", b"", 0
    for emission in stream(argv, scope, deadline_s):
        if isinstance(emission, Chunk) and emission.is_error:
            errors = (errors + emission.data)[-1000:]
        elif isinstance(emission, Chunk):
            *whole, rest = (rest + emission.data).split(b"\n")
            count += len(whole)
            yield from whole
        elif isinstance(emission, Exit) and emission.code and not count:
            raise NlshError(f"{_called(argv)} failed: {Captured(emission.code, rest, errors).complaint()}")
    if rest:
        yield rest


def stream(
    argv: Sequence[str], scope: Scope, deadline_s: float, env: Mapping[str, str] | None = None
) -> Iterator[Emission]:
    """Run a program, yielding its output as it comes, then its Exit. Closing the iterator ends the program.

    Raises:
        NlshError: it is not there, cannot be run, or did not end in time.
        Cancelled: the turn was cancelled; the program was killed.
    """
    scope.check()
    ends_at = time.monotonic() + deadline_s
    with _running(argv, scope, env) as process:
        yield from _output(process, scope, ends_at)
        scope.check()
        if process.poll() is None:
            raise NlshError(f"{_called(argv)} did not end within {human_duration(deadline_s)}", "it was stopped")
        yield Exit(process.returncode)


def _called(argv: Sequence[str]) -> str:
    return visible(os.path.basename(argv[0]))


@contextmanager
def _running(argv: Sequence[str], scope: Scope, env: Mapping[str, str] | None) -> Iterator[subprocess.Popen[bytes]]:
    """A started program that has ended, one way or another, when the block is left."""
    process = _start(argv, scope, env)
    forget = scope.cancellation.on_cancel(lambda: _signal(process, signal.SIGTERM))
    try:
        yield process
    finally:
        forget()
        _end(process)


def _start(argv: Sequence[str], scope: Scope, env: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    program = argv[0] if "/" in argv[0] else find_program(argv[0], scope)
    if not program:
        raise NlshError(f"the program {_called(argv)} is not installed", "pkg.search may find it")
    try:
        return subprocess.Popen(
            [program, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=scope.cwd,
            env={**scope.env, "LC_ALL": "C.UTF-8", "PAGER": "cat", **(env or {})},
            start_new_session=True,
            bufsize=0,
        )
    except OSError as error:
        raise NlshError(f"{_called(argv)} cannot be run: {(error.strerror or str(error)).lower()}") from error


def _output(process: subprocess.Popen[bytes], scope: Scope, ends_at: float) -> Iterator[Chunk]:
    """What it writes, until both ends are closed, it has ended, it is cancelled, or time is up.

    A daemon it left behind may hold the pipes open: its end counts, not theirs.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    with selectors.DefaultSelector() as selector:
        for pipe, is_error in ((process.stdout, False), (process.stderr, True)):
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_READ, is_error)
        while selector.get_map() and not scope.cancellation.is_set and (left := ends_at - time.monotonic()) > 0:
            has_ended = process.poll() is not None
            chunks = list(_read_ready(selector, 0 if has_ended else min(left, _TICK_S)))
            yield from chunks
            if has_ended and not chunks:
                return
    _wait(process, max(0.0, ends_at - time.monotonic()), scope)


def _read_ready(selector: selectors.BaseSelector, timeout_s: float) -> Iterator[Chunk]:
    for key, _ in selector.select(timeout_s):
        data = _read(key.fd)
        if data:
            yield Chunk(data, bool(key.data))
        elif data is not None:
            selector.unregister(key.fileobj)


def _read(fd: int) -> bytes | None:
    try:
        return os.read(fd, _BLOCK)
    except BlockingIOError:
        return None


def _wait(process: subprocess.Popen[bytes], seconds: float, scope: Scope) -> None:
    """Wait for the end of a program that has closed its output."""
    ends_at = time.monotonic() + seconds
    while process.poll() is None and not scope.cancellation.is_set and (left := ends_at - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(left, _TICK_S))


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal the program's whole group, unless it has been reaped and its number may be another's."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


def _end(process: subprocess.Popen[bytes]) -> None:
    """See to it that it has ended: TERM, then KILL after a moment."""
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    if process.poll() is not None:
        return
    _signal(process, signal.SIGTERM)
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
