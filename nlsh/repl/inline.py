"""Line mode: a prompt in the terminal's own scrollback, for ssh, tmux, screen readers and people who like it plain."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.data_structures import Size
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from nlsh.core.display import visible
from nlsh.core.errors import Cancelled
from nlsh.core.events import TurnEnded
from nlsh.core.ports import Session
from nlsh.core.risk import Route
from nlsh.repl.asking import Asker
from nlsh.repl.completion import PathCompleter
from nlsh.repl.lines import goes_on, leaving_code, run_lines
from nlsh.repl.render import Renderer
from nlsh.repl.screen import Screen, has_colour
from nlsh.repl.turn import cancelled_by_signals, run_turn, yes_below_r4

_GLYPHS: Final = {Route.LITERAL: "$", Route.UTTERANCE: "❯"}
_HINTS: Final = {Route.LITERAL: "runs as written", Route.UTTERANCE: "will be planned"}
_STYLE: Final = Style.from_dict(
    {"cwd": "bold", "literal": "ansigreen", "utterance": "ansicyan", "hint": "ansibrightblack"}
)


async def run(
    session: Session, *, assume_yes: bool = False, history_limit: int = 1000, screen: Screen | None = None
) -> int:
    """Line mode until Ctrl-D or `exit`; returns the exit code. Without a terminal that can edit a line: plain lines."""
    screen = screen or Screen.open()
    if not (screen.may_ask and screen.is_out_terminal) or screen.is_dumb:
        return await run_lines(session, assume_yes=assume_yes, screen=screen)
    return await LineMode(session, screen, assume_yes=assume_yes, history_limit=history_limit).run()


class LineMode:
    """The prompt loop."""

    def __init__(
        self,
        session: Session,
        screen: Screen,
        *,
        assume_yes: bool = False,
        history_limit: int = 1000,
        input: Input | None = None,  # noqa: A002 (its name in prompt_toolkit)
        output: Output | None = None,
    ) -> None:
        self._session = session
        self._screen = screen
        self._assume_yes = assume_yes
        self._renderer = Renderer(screen, is_asking=not assume_yes)
        self._asker = Asker(screen, may_remember=True)
        self._code = 0
        self._pending = ""
        """The lines of a command whose end is still to come."""
        self.prompts: PromptSession[str] = PromptSession(
            message=self.message,
            rprompt=self.hint,
            style=_STYLE,
            history=TurnHistory(session, history_limit),
            completer=PathCompleter(lambda: session.cwd),
            complete_in_thread=True,
            complete_while_typing=False,
            enable_history_search=True,
            color_depth=None if has_colour(screen.is_out_terminal, screen.env) else ColorDepth.MONOCHROME,
            input=input,
            output=output or _output(),
        )

    async def run(self) -> int:
        """Prompt, run, show, until the person leaves."""
        loading = asyncio.gather(self._session.start_shell(), self._session.start_model())
        try:
            await self._loop()
        finally:
            loading.cancel()
            with suppress(asyncio.CancelledError):
                await loading
        return self._code

    async def _loop(self) -> None:
        while True:
            try:
                line = await self.prompts.prompt_async()
            except KeyboardInterrupt:
                self._pending = ""
                continue
            except EOFError:
                if not self._pending:
                    return
                line, self._pending = self._pending, ""
                self._code = (await self._turn(line)).exit_code
                continue
            line = self._pending + line
            if goes_on(line, self._session):
                self._pending = line + "\n"
                continue
            self._pending = ""
            leaving = leaving_code(line, self._code)
            if leaving is not None:
                self._code = leaving
                return
            if line.strip():
                self._code = (await self._turn(line)).exit_code

    async def _turn(self, line: str) -> TurnEnded:
        def cancel() -> None:
            self._session.cancel()
            self._asker.interrupt()

        answer = yes_below_r4 if self._assume_yes else self._asker.ask
        with cancelled_by_signals(cancel), _terminal_kept():
            ended = await run_turn(self._session, line, show=self._renderer.show, answer=answer)
        if ended.exit_code == Cancelled.exit_code:
            self._screen.tell("")  # the terminal has echoed `^C`, and stands behind it
        return ended

    def message(self) -> StyleAndTextTuples:
        """The prompt: where we are, and how the line would be taken."""
        if self._pending:
            return [("class:literal", "> ")]
        route = self._route()
        glyph = _GLYPHS.get(route, "❯") if route else "❯"
        return [("class:cwd", short_path(self._session.cwd)), (f"class:{route or 'utterance'}", f" {glyph} ")]

    def hint(self) -> StyleAndTextTuples:
        """The same in words at the right; the model's state while there is no line."""
        if get_app().is_done:  # what was said before Enter need not stay in the scrollback
            return []
        if self._pending:
            return [("class:hint", "goes on")]
        route = self._route()
        if route:
            return [("class:hint", _HINTS[route])]
        status = self._session.model_status()
        return [] if status.state in ("ready", "busy") else [("class:hint", visible(f"model: {status.state}"))]

    def _route(self) -> Route | None:
        text = self.prompts.default_buffer.text
        return self._session.route(text).route if text.strip() else None


def _output() -> Output:
    """The terminal, without asking it where its cursor is: the answer could end up in what a program reads."""

    def size() -> Size:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
        return Size(rows or 24, columns or 80)

    return Vt100_Output(sys.stdout, size, term=os.environ.get("TERM"), enable_cpr=False)


class TurnHistory(History):
    """The lines of earlier turns. The kernel stores each turn itself, so nothing is stored here."""

    def __init__(self, session: Session, limit: int) -> None:
        super().__init__()
        self._session = session
        self._limit = limit

    def load_history_strings(self) -> Iterable[str]:
        """Newest first, a repeated line once, nothing a terminal could not show as it is."""
        lines = (row.line for row in self._session.history(self._limit))
        return dict.fromkeys(line for line in lines if line.isprintable())

    def store_string(self, string: str) -> None:
        """Nothing to do."""


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


def short_path(path: str) -> str:
    """A folder for the prompt: `~` for home, all but the last three folders left out, one safe line."""
    home = os.path.expanduser("~")
    if path == home or path.startswith(home + "/"):
        path = "~" + path[len(home) :]
    parts = path.split("/")
    return visible(path if len(parts) <= 5 else "…/" + "/".join(parts[-3:]))
