"""Running one started shell to its end on each kind of terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import ExitStack

from nlsh.core.results import Chunk
from nlsh.core.scope import Cancellation
from nlsh.shell.children import Child, Errand, start_captured
from nlsh.shell.ending import EndOnCancel, end
from nlsh.shell.foreground import Foreground, awaits_terminal
from nlsh.shell.output import Pump


def wait_in_front(child: Child, cancellation: Cancellation) -> int:
    """Give the child nlsh's terminal until it ends. Where it is stopped nlsh stops along, and both go on together."""
    with Foreground() as front, EndOnCancel(child.pid, cancellation):
        front.lend(child.pid)
        while (code := child.wait_or_stop()) is None:
            _stop_along(child, front)
        return code


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


def run_captured(
    errand: Errand, cancellation: Cancellation, *, is_in_front: bool = False
) -> Generator[Chunk, None, int]:
    """Output and error as chunks; returns the exit code. Raises NlshError.

    In front it may ask for a password on nlsh's terminal; else it has no terminal, and cannot stop for want of one.
    """
    child, out, error = start_captured(errand, is_in_front=is_in_front)
    try:
        with ExitStack() as stack:
            if is_in_front:
                stack.enter_context(Foreground()).lend(child.pid)
            stack.enter_context(EndOnCancel(child.pid, cancellation))
            for piece in Pump({out: False, error: True}, child.has_ended).run():
                assert isinstance(piece, Chunk)
                yield piece
            return child.wait()
    finally:
        _leave_nobody(child)
        os.close(out)
        os.close(error)


def _leave_nobody(child: Child) -> None:
    """Nobody listens any more."""
    if not child.has_ended():
        end(child.pid)
        child.wait()
