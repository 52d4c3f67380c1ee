"""Line mode: a prompt in the terminal's own scrollback, for ssh, tmux, screen readers and people who like it plain."""

from __future__ import annotations

import asyncio
import os
import signal
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from nlsh.core.approval import Answer, Approval
from nlsh.core.errors import Cancelled, NlshError
from nlsh.core.events import TurnEnded
from nlsh.core.leaving import leaving_code
from nlsh.core.ports import Session, TurnRow
from nlsh.repl.above import Above
from nlsh.repl.asking import Asker
from nlsh.repl.bell import Bell
from nlsh.repl.doubt import goes_on
from nlsh.repl.habits import Habits, Typed
from nlsh.repl.job_watch import JobWatch
from nlsh.repl.leaving import Door
from nlsh.repl.past import Past
from nlsh.repl.prompt import Prompt
from nlsh.repl.render import Renderer
from nlsh.repl.screen import Screen
from nlsh.repl.turn import cancelled_by_signals, kept_between_turns, run_turn, yes_below_r4
from nlsh.repl.typeahead import type_ahead
from nlsh.repl.welcome import welcome


async def run(
    session: Session,
    screen: Screen,
    *,
    assume_yes: bool,
    habits: Habits,
    prepare: Callable[[], Sequence[str]],
    keep_fault: Callable[[BaseException], str],
) -> int:
    """Line mode until Ctrl-D or `exit`; returns the exit code.

    `prepare` is called in a thread behind the first prompt, and has ended before the first turn; what it returns is
    shown. Raises what it raises. `keep_fault` keeps a fault of nlsh's own, and says where.
    """
    mode = LineMode(session, screen, assume_yes=assume_yes, habits=habits, prepare=prepare, keep_fault=keep_fault)
    return await mode.run()


class LineMode:
    """The prompt loop."""

    def __init__(
        self,
        session: Session,
        screen: Screen,
        *,
        assume_yes: bool = False,
        habits: Habits | None = None,
        prepare: Callable[[], Sequence[str]] = tuple,
        keep_fault: Callable[[BaseException], str] = repr,
        input: Input | None = None,  # noqa: A002 (its name in prompt_toolkit)
        output: Output | None = None,
    ) -> None:
        self._habits = habits = habits or Habits()
        self._prepare = prepare
        self._keep_fault = keep_fault
        self._session = session
        self._screen = screen
        self._assume_yes = assume_yes
        self._renderer = Renderer(screen, is_asking=not assume_yes)
        self._asker = Asker(screen, may_remember=True)
        self._bell = Bell(screen, may_ring=habits.may_ring)
        self._jobs = JobWatch(session, self._bell)
        self._door = Door(session, screen)
        self._past = Past(session, habits.history_limit)
        self.prompt = Prompt(session, screen, self._past, self._bell, habits, input=input, output=output)
        self._code = 0
        self._pending = ""
        """The lines of a command whose end is still to come."""
        self._started = 0.0
        self._is_leaving = False

    async def run(self) -> int:
        """Prompt, run, show, until the person leaves."""
        if self._habits.is_first_run:
            welcome(self._screen)
        self._above = Above(self._screen)
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self._fault(context.get("exception")))
        self._session.watch(self._above.show)
        self._opening = asyncio.create_task(self._open())
        loading = asyncio.gather(self._session.start_shell(), self._load())
        try:
            with kept_between_turns(self.prompt.interrupt):
                while not self._is_leaving:
                    await self._step()
        finally:
            for task in (loading, self._opening):
                task.cancel()
                with suppress(asyncio.CancelledError, NlshError):
                    await task
        return self._code

    async def _open(self) -> None:
        """What has to be done before the first turn. Where it fails nlsh cannot be stayed in."""
        try:
            notices = await asyncio.to_thread(self._prepare)
        except NlshError as error:
            if self.prompt.lines.app.is_running:
                self.prompt.lines.app.exit(exception=error)
            raise
        for notice in notices:
            await self._above.tell(notice)

    def _fault(self, fault: BaseException | None) -> None:
        """Something of nlsh's own failed behind the prompt: it is kept and told, and the prompt stays."""
        app = self.prompt.lines.app
        if isinstance(fault, OSError) and app.is_running and not app.is_done:
            app.exit(exception=fault)  # the terminal is gone
        elif fault is not None:
            sentence = f"nlsh itself failed: {type(fault).__name__}; the details are in {self._keep_fault(fault)}"
            self._telling = asyncio.ensure_future(self._above.tell(sentence))

    async def _load(self) -> None:
        await asyncio.wait((self._opening,))
        if self._opening.exception() is None:
            await self._session.start_model()
            self.prompt.lines.app.invalidate()

    async def _step(self) -> None:
        """One line: read it, and do what it says."""
        try:
            typed = await self._line()
        except KeyboardInterrupt:
            self._pending = ""
            return
        except EOFError:
            await self._end()
            return
        if typed.route is None and goes_on(typed.line, self._session):
            self._pending = typed.line + "\n"
            return
        self._pending = ""
        leaving = leaving_code(typed.line, self._code)
        if leaving is not None:
            self._leave(leaving)
        elif typed.line.strip():
            self._door.forget()
            await self._turn(typed)

    async def _line(self) -> Typed:
        """The next line, with whatever belongs to a prompt that stands."""
        behind = asyncio.gather(self._bell.settle(), self._jobs.run(), self._refreshed())
        self._above.has_prompt = True
        try:
            return await self.prompt.read(self._pending)
        finally:
            self._above.has_prompt = False
            behind.cancel()
            with suppress(asyncio.CancelledError):
                await behind

    async def _refreshed(self) -> None:
        await asyncio.wait((self._opening,))
        await self._past.refresh()

    async def _end(self) -> None:
        """Ctrl-D: an unfinished command is run as it is, and the shell says what it lacks; else nlsh is left."""
        if self._pending:
            line, self._pending = self._pending, ""
            await self._turn(Typed(line))
        else:
            self._leave(self._code)

    def _leave(self, code: int) -> None:
        if self._door.may_leave():
            self._code, self._is_leaving = code, True

    async def _turn(self, typed: Typed) -> None:
        def cancel() -> None:
            self._session.cancel()
            self._asker.interrupt()

        await self._opening
        answer = yes_below_r4 if self._assume_yes else self._ask
        at, self._started, cwd = time.time(), time.monotonic(), self._session.cwd
        with cancelled_by_signals(cancel) as interrupts, _terminal_kept():
            ended = await run_turn(
                self._session, typed.line, show=self._renderer.show, answer=answer, route=typed.route, plan=typed.plan
            )
        if ended.exit_code == Cancelled.exit_code and interrupts.number == signal.SIGINT:
            self._screen.tell("")  # the terminal has echoed `^C`, and stands behind it; a command has its own to do so
        self._after(typed, ended, at, cwd)
        if interrupts.number == signal.SIGHUP:
            self._code, self._is_leaving = 128 + signal.SIGHUP, True

    def _after(self, typed: Typed, ended: TurnEnded, at: float, cwd: str) -> None:
        self._code = ended.exit_code
        self._bell.owe(f"{ended.outcome}: {typed.line}", time.monotonic() - self._started)
        row = TurnRow(ended.turn, at, cwd, typed.line, "", typed.plan, ended.outcome, ended.exit_code, ended.elapsed_ms)
        self._past.add(row)
        type_ahead(self._session.take_typed(), self.prompt.lines.input)

    async def _ask(self, approval: Approval) -> Answer:
        await self._bell.waiting(f"waits for your answer: {approval.preview.title}", time.monotonic() - self._started)
        return await self._asker.ask(approval)


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """Puts the terminal's modes back where a program that was killed left them changed."""
    fd = 0
    modes = termios.tcgetattr(fd) if os.isatty(fd) else None
    try:
        yield
    finally:
        if modes is not None:
            with suppress(termios.error):  # the terminal is gone; the prompt will find its end
                termios.tcsetattr(fd, termios.TCSADRAIN, modes)
