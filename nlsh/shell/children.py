"""Starting a shell for one line on the terminal it is given, and knowing how it ended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from nlsh.core.errors import NlshError
from nlsh.shell.scrolls import as_input

_SEAT: Final = (
    "import fcntl,os,sys,termios;"
    "os.getpid()==os.getsid(0) or os.setsid();fcntl.ioctl(1,termios.TIOCSCTTY,0);os.execv(sys.argv[1],sys.argv[2:])"
)


@dataclass(frozen=True)
class Errand:
    """What to start and where."""

    path: str
    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    stdin: bytes | int | None = None


class Child:
    """A started shell: leader of its own process group."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.pid = process.pid
        self.stopped_by = 0
        """The signal that stopped it last, if one did."""

    def wait(self) -> int:
        """Wait for its end; returns the exit code as a shell would show it."""
        return as_exit_code(self.process.wait())

    def wait_or_stop(self) -> int | None:
        """Wait for its end, or until it is stopped: then None."""
        if self.process.returncode is None:
            _, status = os.waitpid(self.pid, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                self.stopped_by = os.WSTOPSIG(status)
                return None
            self.process.returncode = os.waitstatus_to_exitcode(status)
        return as_exit_code(self.process.returncode)

    def has_ended(self) -> bool:
        """Whether it has ended; never blocks."""
        return self.process.poll() is not None


def as_exit_code(returncode: int) -> int:
    """A signal's number as 128 + n."""
    return returncode if returncode >= 0 else 128 - returncode


def start_inheriting(errand: Errand) -> Child:
    """Start it on nlsh's own standard input, output and error. Raises NlshError."""
    return _start(errand, stdin=None, process_group=0)


def start_captured(errand: Errand, *, is_in_front: bool = False) -> tuple[Child, int, int]:
    """Start it with output and error on two pipes, whose reading ends the caller closes. Raises NlshError.

    It keeps nlsh's terminal only to be put in front there: in a session of its own it has none to ask on.
    """
    out, out_end = os.pipe()
    error, error_end = os.pipe()
    try:
        group = 0 if is_in_front else None
        child = _start(
            errand, stdin=subprocess.DEVNULL, stdout=out_end, stderr=error_end, process_group=group,
            has_session=not is_in_front,
        )  # fmt: skip
    except NlshError:
        os.close(out)
        os.close(error)
        raise
    finally:
        os.close(out_end)
        os.close(error_end)
    return child, out, error


def start_seated(errand: Errand, terminal: int) -> Child:
    """Start it in a session of its own, with `terminal` (a pty's slave) to control it. Raises NlshError.

    A helper takes the seat and becomes the shell: forking in a threaded process to do it here would not be safe.
    """
    return _start(_seated(errand), stdin=terminal, stdout=terminal, stderr=terminal)


def _seated(errand: Errand) -> Errand:
    seat = shutil.which("setsid") if errand.stdin is None and sys.platform == "linux" else None
    if seat is None:
        argv = (sys.executable, "-ISc", _SEAT, errand.path, *errand.argv)
        return replace(errand, path=sys.executable, argv=argv)
    found = shutil.which(errand.argv[0], path=errand.env.get("PATH"))
    name = errand.argv[0] if found == errand.path else errand.path
    return replace(errand, path=seat, argv=("setsid", "-c", name, *errand.argv[1:]))


def _start(
    errand: Errand,
    *,
    stdin: int | None,
    stdout: int | None = None,
    stderr: int | None = None,
    process_group: int | None = None,
    has_session: bool = False,
) -> Child:
    data = None if errand.stdin is None else as_input(errand.stdin)
    try:
        process = subprocess.Popen(
            errand.argv,
            executable=errand.path,
            cwd=errand.cwd,
            env=errand.env,
            stdin=stdin if data is None else data,
            stdout=stdout,
            stderr=stderr,
            process_group=process_group,
            start_new_session=has_session,
        )
    except OSError as error:
        raise NlshError(
            f"{errand.argv[0]} could not be started: {error.strerror}",
            "check $SHELL and the working directory, and whether the machine is out of memory or processes",
        ) from error
    finally:
        if data is not None:
            os.close(data)
    return Child(process)
