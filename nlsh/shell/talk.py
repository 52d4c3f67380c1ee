"""Talking with the kept shell: one thread owns its pty, reads its marks, and carries each line from key to exit code.

    starting ─A► idle ─run► sent ─C► running ─D(code)► ending ─A► idle
                  └──ask► asked ─Q► idle

Between C and A everything written is the command's (or what the person's own prompt hooks print); the rest is the
line editor's, and dropped. What comes while the shell is idle was written by a job in the background.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import threading
from collections.abc import Callable
from typing import Any, Final, Literal

from nlsh.core.errors import NlshError
from nlsh.shell.bearings import Bearings
from nlsh.shell.echo import DRAWN, complaint, expansion
from nlsh.shell.keys import Keys
from nlsh.shell.loan import Loan
from nlsh.shell.marks import Mark
from nlsh.shell.processes import folder_of
from nlsh.shell.run import Run
from nlsh.shell.seat import Seat
from nlsh.shell.stopping import GIVE_UP_S, Stopping

Phase = Literal["starting", "idle", "asked", "sent", "running", "ending", "over"]

_TICK_S: Final = 0.05
_IDLE_S: Final = 0.5
_LEAVING_S: Final = 0.5
_INTERRUPTED_S: Final = 0.3
_MOST_ECHO: Final = 1 << 20
_INTERRUPT: Final = b"\x03"


class Talk:
    """A conversation with one shell, until that ends. `show` is told, in its thread, what is written between lines."""

    def __init__(self, seat: Seat, show: Callable[[bytes], None]) -> None:
        self.phase: Phase = "starting"
        self.where = ""
        """The folder the shell said last that it is in; empty where it could not say."""
        self._seat = seat
        self._show = show
        self._ready = threading.Event()
        self._answered = threading.Event()
        self._at_rest = threading.Event()
        """Set while the shell can take a line or a question, and when it is over."""
        self._run: Run | None = None
        self._stopping: Stopping | None = None
        self._bearings = Bearings(seat, "")
        self._echo = bytearray()
        self._is_editor = False
        self._keys = Keys(seat)
        """Keys on their way to the shell."""
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_in, False)
        self._end = seat.end_of_child()
        self._thread = threading.Thread(target=self._talk, name="nlsh-shell", daemon=True)
        self._thread.start()

    # What others ask of it, from their own threads

    @property
    def pid(self) -> int:
        """The shell's process."""
        return self._seat.child.pid

    def foreground(self) -> int:
        """The process group in front; 0 if there is none."""
        return self._seat.foreground()

    def wait_ready(self, deadline_s: float) -> bool:
        """Wait until the shell is at its first prompt, or has ended; whether that was in time."""
        return self._ready.wait(deadline_s)

    def run(self, run: Run) -> None:
        """Hand a line over. Raises NlshError where it cannot be written down, or the last one does not end."""
        self._wait_for_rest()
        self._seat.put_line(run.line)
        self._order(lambda: self._begin(run))

    def accompany(self, run: Run) -> None:
        """Give the startup files the terminal of `run`: they may ask something."""
        self._order(lambda: self._attend(run))

    def ask(self, text: str, deadline_s: float, *, keys: bytes = b"") -> bool:
        """Have shell text evaluated out of sight of the person, or press `keys` for `text`; whether it came to its end.

        One that takes too long is interrupted. Raises NlshError.
        """
        self._wait_for_rest()
        self._seat.put_line(text)
        self._answered.clear()
        self._order(lambda: self._question(keys or self._seat.kind.ask))
        if self._answered.wait(deadline_s):
            return self.phase != "over"
        for _ in range(3):  # the first ends what is waited for, another takes the editor off its line
            self._order(self._interrupt_question)
            if self._answered.wait(_INTERRUPTED_S):
                break
        return False

    def _wait_for_rest(self) -> None:
        if not self._at_rest.wait(GIVE_UP_S):
            raise NlshError("your shell is still busy with the last line", "wait for it, or press Ctrl-C")

    def captured(self) -> bytes:
        """What the line editor wrote while the last question was open."""
        return bytes(self._echo)

    def report(self) -> bytes:
        """What the shell reported to the last question."""
        return self._seat.report()

    def lend(self, run: Run, loan: Loan) -> None:
        """The terminal that `run` wants."""
        self._order(lambda: run.lend(loan))

    def refuse(self, run: Run) -> None:
        """It cannot be lent."""
        self._order(run.refuse)

    def type(self, data: bytes) -> int:
        """Type into the line that runs; returns how much was taken."""
        if self.phase not in ("running", "sent"):
            return 0
        self._order(lambda: self._press(data))
        return len(data)

    def cancel(self) -> None:
        """Stop the line that runs."""
        self._order(self._interrupt)

    def went_on(self) -> None:
        """Output was taken: there is room for more."""
        self._wake()

    def take_early(self) -> bytes:
        """What was typed and not read by the last line. Once."""
        return self._keys.take()

    def resize(self, size: bytes) -> None:
        """The window's size, a `struct winsize`."""
        self._seat.resize(size)

    def close(self) -> None:
        """End the shell as `exit` would, its history saved; else hang up. At most about five seconds."""
        if self.phase == "idle":
            self.ask("exit; exit", _LEAVING_S)  # with stopped jobs the first only warns, unless another follows at once
        self._order(self._finish)
        self._thread.join(GIVE_UP_S)
        self._seat.close()

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.put(order)
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it wakes anyway; closed: it is over
            os.write(self._wake_in, b"!")

    # The thread

    def _talk(self) -> None:
        try:
            while self.phase != "over":
                self._turn()
        finally:
            self._finish()
            for fd in (self._wake_out, self._wake_in, self._end):
                with contextlib.suppress(OSError):
                    os.close(fd)

    def _turn(self) -> None:
        """Wait a little, do what there is to do."""
        loan = None if self._run is None else self._run.loan
        ready, writable = self._wait(loan)
        if self._wake_out in ready:
            self._take_orders()
        if loan is not None:
            self._attend_to(loan, ready, writable)
        if self._seat.master in writable:
            self._keys.type()
        if self._seat.master in ready:
            self._read()
        elif self._end in ready or (self._end < 0 and self._seat.child.has_ended()):
            self._finish()
        if self._run is not None:
            self._look(self._run)

    def _wait(self, loan: Loan | None) -> tuple[list[int], list[int]]:
        sources = [self._wake_out, *([self._end] if self._end >= 0 else [])]
        if self._run is None or self._run.has_room:
            sources.append(self._seat.master)
        sinks = [self._seat.master] if self._keys.is_waiting else []
        if loan is not None and not loan.is_gone:
            sources += [loan.fd] if self._keys.has_room else []
            sinks += [loan.fd] if loan.is_pending else []
        ready, writable, _ = select.select(sources, sinks, [], _IDLE_S if self.phase == "idle" else _TICK_S)
        return ready, writable

    def _take_orders(self) -> None:
        os.read(self._wake_out, 4096)
        while not self._orders.empty():
            self._orders.get_nowait()()

    def _attend_to(self, loan: Loan, ready: list[int], writable: list[int]) -> None:
        if self._run is None or self._run.loan is not loan:
            return
        if loan.fd in writable:
            loan.flush()
        if loan.fd in ready:
            self._press(loan.keys())
        if size := loan.size():
            self._seat.resize(size)
        if loan.is_gone and self._stopping is None:
            self._seat.signal_foreground(signal.SIGHUP)
            self._interrupt()

    def _read(self) -> None:
        for piece in self._seat.marks.feed(self._seat.read()):
            if isinstance(piece, Mark):
                self._heed(piece)
            else:
                self._hear(piece)

    def _look(self, run: Run) -> None:
        """What is looked after from time to time while a line runs."""
        if self._stopping is not None and self.phase in ("sent", "running", "ending"):
            self._keys.type(self._stopping.press_on())
        settings = self._seat.settings()
        if self.phase == "sent":
            self._look_for_begin(run, settings)
        elif self.phase == "running":
            self._press(run.mind(settings))
            self._keys.type(self._bearings.find(settings))
        elif self.phase == "ending" and self._bearings.is_editing(settings):  # its prompt went where its errors go
            self._at_prompt()

    def _look_for_begin(self, run: Run, settings: list[Any] | None) -> None:
        how, said = self._bearings.standing(bytes(self._echo), settings)
        if how == "" or run.is_unfinished or run.code:
            return
        self._give(said)
        self._echo[:] = DRAWN
        if how == "runs":
            self.phase = "running"
            return
        run.is_unfinished, run.code = how == "open", 1
        self._keys.type(_INTERRUPT)

    # What is written

    def _hear(self, data: bytes) -> None:
        if self.phase in ("running", "ending"):
            if not self._is_editor:
                self._give(data)
        elif self.phase in ("starting", "idle"):
            data = b"" if self._is_editor else self._seat.kind.noise.sub(b"", data)
            if data and self._run is not None:
                self._give(data)
            elif data:
                self._show(data)
        else:
            self._echo += data[: max(0, _MOST_ECHO - len(self._echo))]

    def _give(self, data: bytes) -> None:
        if self._run is not None and data:
            self._run.give(data)

    # What is marked

    def _heed(self, mark: Mark) -> None:
        if mark.kind in ("D", "Q"):
            self.where = mark.where or folder_of(self._seat.child.pid) or self.where
        if mark.kind == "A":
            self._at_prompt()
        elif mark.kind == "C" and self.phase == "sent" and self._run is not None:
            self._give(expansion(bytes(self._echo), self._run.line))
            self.phase = "running"
        elif mark.kind == "P":
            self._is_editor = True
        elif mark.kind == "Q" and self.phase == "asked":
            self.phase = "idle"
            self._at_rest.set()
            self._answered.set()
        elif mark.kind == "D":
            self._at_end(mark)

    def _at_prompt(self) -> None:
        if self.phase in ("sent", "asked"):
            self._echo += DRAWN
        elif self.phase in ("starting", "ending"):
            self.phase, self._is_editor = "idle", False
            self._at_rest.set()
            self._conclude()
            self._ready.set()
            self._answered.set()

    def _at_end(self, mark: Mark) -> None:
        """A line, or a question that was interrupted, has ended; what was typed early is taken before the prompt."""
        run = self._run
        if run is not None and self.phase in ("sent", "running"):
            if self.phase == "sent" and not run.is_unfinished:
                self._give(complaint(bytes(self._echo), self._seat.kind.name))
            run.code = run.code or mark.code
            if run.loan is not None:
                run.loan.untitle()
        if self.phase in ("sent", "running", "asked"):
            self.phase = "ending"
        self._keys.recall()
        self._seat.open_gate()

    def _conclude(self) -> None:
        run, self._run = self._run, None
        self._stopping = None
        if run is not None:
            self._keys.set_aside(run.conclude())
            if run.has_asked:
                self._keys.sift()

    def _finish(self) -> None:
        """The shell is no more, or is to be left."""
        if self.phase == "over":
            return
        self._read()  # it may tell of the run's end
        if self._run is not None:
            self._run.has_died = True
            self._run.code = self._seat.exit_code()
        self.phase = "over"
        self._at_rest.set()
        self._conclude()
        self._ready.set()
        self._answered.set()

    # What is typed

    def _begin(self, run: Run) -> None:
        self._run, self._stopping = run, None
        self._at_rest.clear()
        self._echo.clear()
        self._is_editor = False
        self._keys.begin()
        self.phase = "sent"
        self._seat.shut_gate()
        self._bearings = Bearings(self._seat, run.line)
        if run.loan is not None and (size := run.loan.size()):
            self._seat.resize(size)
        self._keys.type(self._seat.kind.run)

    def _attend(self, run: Run) -> None:
        if self.phase == "starting":
            self._run = run
        else:
            run.conclude()

    def _question(self, keys: bytes) -> None:
        self._echo.clear()
        self._at_rest.clear()
        self.phase = "asked"
        self._keys.type(keys)

    def _press(self, keys: bytes) -> None:
        if self.phase == "ending" and _INTERRUPT not in keys:  # what it runs before its prompt reads no keys
            self._keys.set_aside(keys)
        else:
            self._keys.press(keys)

    def _interrupt_question(self) -> None:
        if self.phase == "asked":
            self._keys.type(_INTERRUPT)

    def _interrupt(self) -> None:
        if self._run is not None and self._stopping is None:
            self._stopping = Stopping(self._seat)
            self._keys.type(self._stopping.interrupt())
