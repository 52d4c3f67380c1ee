"""Lines without a line editor: a script, a terminal that cannot move its cursor, or a screen reader."""

from __future__ import annotations

import time

from nlsh.core.display import visible
from nlsh.core.leaving import leaving_code
from nlsh.core.ports import Session
from nlsh.repl.bell import Bell
from nlsh.repl.doubt import Doubt, doubt_about, goes_on
from nlsh.repl.habits import Habits, Typed
from nlsh.repl.leaving import Door
from nlsh.repl.one_shot import run
from nlsh.repl.reading import LineSource
from nlsh.repl.screen import Screen
from nlsh.repl.welcome import welcome


async def run_lines(
    session: Session, *, assume_yes: bool, fd: int = 0, screen: Screen | None = None, habits: Habits | None = None
) -> int:
    """Run every line of `fd` as a turn, until its end or `exit`; returns the exit code of the last."""
    screen, habits = screen or Screen.open(), habits or Habits()
    return await PlainLines(session, screen, LineSource(fd), habits, assume_yes=assume_yes).run()


class PlainLines:
    """The loop. Nothing is drawn twice, and choices are numbered."""

    def __init__(
        self, session: Session, screen: Screen, source: LineSource, habits: Habits, *, assume_yes: bool
    ) -> None:
        self._session = session
        self._screen = screen
        self._source = source
        self._assume_yes = assume_yes
        self._is_first_run = habits.is_first_run
        self._bell = Bell(screen, may_ring=habits.may_ring)
        self._door = Door(session, screen)
        self._code = 0

    async def run(self) -> int:
        """Prompt, run, show, until the end."""
        if self._is_first_run and self._screen.may_ask:
            welcome(self._screen)
        self._session.watch(self._screen.write)
        while True:
            line = await self._whole()
            leaving = self._code if line is None else leaving_code(line, self._code)
            if leaving is not None:
                if self._door.may_leave():
                    return leaving
            elif line is not None and line.strip():
                self._door.forget()
                await self._turn(line)

    async def _turn(self, line: str) -> None:
        typed = await self._settled(line)
        if typed is None:
            return
        started = time.monotonic()
        self._code = await run(
            self._session,
            typed.line,
            assume_yes=self._assume_yes,
            is_dry=False,
            as_json=False,
            screen=self._screen,
            route=typed.route,
        )
        self._source.put_back(self._session.take_typed())
        self._bell.owe(f"ended: {typed.line}", time.monotonic() - started)
        await self._bell.settle()

    async def _settled(self, line: str) -> Typed | None:
        """The line as it is to be run, asked about where it may be a slip; None if it is not."""
        doubt = doubt_about(line, self._session.route(line)) if self._screen.may_ask else None
        return Typed(line) if doubt is None else await self._asked(doubt)

    async def _asked(self, doubt: Doubt) -> Typed | None:
        ways = [choice for choice in doubt.choices if choice.does == "run"]
        self._screen.tell(doubt.question)
        for number, choice in enumerate(ways, 1):
            self._screen.tell(f"  {number}  {choice.says}")
        said = await self._prompted("number, or nothing to leave it: ")
        number = int(said) if said is not None and said.strip().isdecimal() else 0
        if not 1 <= number <= len(ways):
            self._screen.tell("nothing was run", "dim")
            return None
        return ways[number - 1].typed

    async def _whole(self) -> str | None:
        """The next line; a command that is not at its end goes on over the lines that follow, as in any shell."""
        line = await self._prompted(f"{visible(self._session.cwd)} > ")
        while line is not None and goes_on(line, self._session):
            more = await self._prompted("> ")
            if more is None:
                break
            line = f"{line}\n{more}"
        return line

    async def _prompted(self, prompt: str) -> str | None:
        if self._screen.may_ask:
            self._screen.tell(prompt, end="")
        return await self._source.next()
