"""Running one started shell to its end on each kind of terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from typing import Final

from nlsh.core.ports import TerminalLent
from nlsh.core.results import Chunk
from nlsh.core.scope import Cancellation
from nlsh.shell.children import Child, Errand, start_captured, start_seated
from nlsh.shell.ending import EndOnCancel, end
from nlsh.shell.foreground import Foreground, awaits_terminal
from nlsh.shell.output import Pump, ScreenScanner, ScreenWanted
from nlsh.shell.terminals import Terminal

STOPPED_CODE: Final = 128 + signal.SIGTSTP
"""The exit code of a line whose command was stopped and became a job."""


def wait_in_front(child: Child, cancellation: Cancellation, *, may_become_job: bool) -> int | None:
    """Give the child nlsh's terminal until it ends; None if it was stopped and is a job now.

    A one-shot nlsh makes no jobs: it stops along with its child, and both go on together.
    """
    with Foreground() as front, EndOnCancel(child.pid, cancellation):
        front.lend(child.pid)
        while True:
            code = child.wait_or_stop()
            if code is not None:
                return code
            if may_become_job and front.has_terminal and not awaits_terminal(child.stopped_by):
                return None
            _stop_along(child, front)


def _stop_along(child: Child, front: Foreground) -> None:
    if not front.has_terminal:
        return
    if not awaits_terminal(child.stopped_by):
        front.take_back()
        os.killpg(os.getpgrp(), signal.SIGTSTP)
    elif not front.is_held() and not front.is_held_by(child.pid):
        os.killpg(os.getpgrp(), signal.SIGTTIN)
    front.lend(child.pid)
    os.killpg(child.pid, signal.SIGCONT)


def run_captured(errand: Errand, cancellation: Cancellation) -> Generator[Chunk, None, int]:
    """Output and error as chunks; returns the exit code. Raises NlshError."""
    child, out, error = start_captured(errand)
    try:
        with EndOnCancel(child.pid, cancellation):
            for piece in Pump({out: False, error: True}, child.has_ended).run():
                assert isinstance(piece, Chunk)
                yield piece
            return child.wait()
    finally:
        _leave_nobody(child)
        os.close(out)
        os.close(error)


def run_seated(
    errand: Errand, cancellation: Cancellation, terminal: Terminal
) -> Generator[Chunk | TerminalLent, None, int]:
    """What it writes to its own terminal as chunks, and the terminal itself while it wants the whole screen.

    Raises NlshError.
    """
    child = start_seated(errand, terminal.slave)
    try:
        terminal.seated()
        with EndOnCancel(child.pid, cancellation):
            for piece in Pump({terminal.master: False}, child.has_ended, ScreenScanner()).run():
                if isinstance(piece, ScreenWanted):
                    yield from terminal.lend(piece.replay, child.has_ended)
                else:
                    yield piece
            return child.wait()
    finally:
        _leave_nobody(child)


def _leave_nobody(child: Child) -> None:
    """Nobody listens any more."""
    if not child.has_ended():
        end(child.pid)
        child.wait()
