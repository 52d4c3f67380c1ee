"""The prompt: one line, its route shown while it is typed, and below it what may be asked or searched."""

from __future__ import annotations

import os
import sys
from typing import Final, Literal

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, get_app, run_in_terminal
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.layout import HSplit, Layout
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from nlsh.core.continuing import needs_more
from nlsh.core.display import visible
from nlsh.core.leaving import leaving_code
from nlsh.core.past import Walk
from nlsh.core.ports import RouteReading, Session, TurnRow
from nlsh.core.risk import Route
from nlsh.repl.bell import Bell
from nlsh.repl.completion import SessionCompleter, complete
from nlsh.repl.doubt import Choice, doubt_about
from nlsh.repl.habits import Habits, Typed
from nlsh.repl.keyboard import Keyboard
from nlsh.repl.keys import LEGEND, bindings_for
from nlsh.repl.one_key import Question
from nlsh.repl.past import Ghost, Past, TurnHistory
from nlsh.repl.screen import Screen, has_colour
from nlsh.repl.search import Search

GLYPHS: Final = {Route.LITERAL: "❯", Route.UTTERANCE: "✦"}
WORDS: Final = {Route.LITERAL: "command", Route.UTTERANCE: "ask"}
_OTHER: Final = {Route.LITERAL: Route.UTTERANCE, Route.UTTERANCE: Route.LITERAL}
_ESCAPE_S: Final = 0.1
"""How long a lone Escape is waited on before it is a key of its own; an arrow key's bytes may come in two pieces."""
_COLOURS: Final = {
    "cwd": "bold",
    "literal": "ansigreen",
    "utterance": "ansicyan",
    "hint": "ansibrightblack",
    "warn": "ansiyellow",
    "auto-suggestion": "ansibrightblack",
    "match": "bold underline",
    "chosen": "reverse",
}
# Without colour what is only offered must still look unlike what is typed.
_PLAIN: Final = _COLOURS | {"auto-suggestion": "dim underline", "warn": "bold"}


class Prompt:
    """Reads one line after the other. Keys are in `keys.py`, what is asked before a line runs in `doubt.py`."""

    def __init__(
        self,
        session: Session,
        screen: Screen,
        past: Past,
        bell: Bell,
        habits: Habits,
        *,
        input: Input | None = None,  # noqa: A002 (its name in prompt_toolkit)
        output: Output | None = None,
    ) -> None:
        self._session = session
        self._screen = screen
        self._past = past
        self._bell = bell
        self._pending = ""
        """The lines of a command whose end is still to come."""
        self._flipped: Route | None = None
        self._sent: Typed | None = None
        self._walk: Walk | None = None
        self._read: tuple[str, str, RouteReading] | None = None
        self._completer = SessionCompleter(session.complete)
        self.question = Question(self._answered)
        self.search_panel = Search(past, self._taken)
        is_coloured = has_colour(screen.is_out_terminal, screen.env)
        self.lines: PromptSession[str] = PromptSession(
            message=self.message,
            rprompt=self.hint,
            style=Style.from_dict(_COLOURS if is_coloured else _PLAIN),
            include_default_pygments_style=False,
            editing_mode=EditingMode.VI if habits.editing == "vi" else EditingMode.EMACS,
            history=TurnHistory(past),
            auto_suggest=Ghost(past, session),
            completer=self._completer,
            complete_in_thread=True,
            complete_while_typing=False,
            key_bindings=bindings_for(self),
            color_depth=None if is_coloured else ColorDepth.MONOCHROME,
            input=input or Keyboard(),
            output=output or terminal_output(),
        )
        app = self.lines.app
        app.ttimeoutlen = _ESCAPE_S
        app.after_render += self._drawn
        below = [self.question.container, self.search_panel.container]
        app.layout = Layout(HSplit([app.layout.container, *below]), focused_element=self.lines.default_buffer)

    async def read(self, pending: str = "") -> Typed:
        """The next line; `pending` is what it goes on from. Raises KeyboardInterrupt and EOFError."""
        self._pending, self._flipped, self._sent, self._walk = pending, None, None, None
        self.question.forget()
        try:
            line = await self.lines.prompt_async(set_exception_handler=False, handle_sigint=False)
        finally:
            self._bell.stop()
            self.search_panel.close()
            self.lines.app.layout.focus(self.lines.default_buffer)
        return self._sent or Typed(pending + line)

    def interrupt(self) -> None:
        """Ctrl-C came as a signal and not as a key: it does the same; nothing where no line is read."""
        app = self.lines.app
        if app.is_running and app.loop is not None:
            app.loop.call_soon_threadsafe(app.key_processor.send_sigint)

    def _drawn(self, app: Application[str]) -> None:
        if not app.is_done:
            self._bell.start()  # only now: what the terminal reports at once would be shown while keys are echoed

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def message(self) -> StyleAndTextTuples:
        """Where we are, and how the line would be taken."""
        if self._pending:
            return [("class:literal", "> ")]
        route = self._route()
        glyph = GLYPHS[route or Route.LITERAL]
        return [("class:cwd", short_path(self._session.cwd)), (f"class:{route or 'literal'}", f" {glyph} ")]

    def hint(self) -> StyleAndTextTuples:
        """The same in words at the right, and what may be wrong; the model's state while there is no line."""
        if get_app().is_done:  # what was said before Enter need not stay in the scrollback
            return []
        if self._pending:
            return [("class:hint", "goes on")]
        route = self._route()
        if route is None:
            status = self._session.model_status()
            return (
                [] if status.state in ("cold", "ready", "busy") else [("class:hint", visible(f"model: {status.state}"))]
            )
        return [(f"class:{route}", WORDS[route]), ("class:hint", f" · {self._remark(route)}")]

    def _remark(self, route: Route) -> str:
        reading = self._reading()
        if self._flipped is None and reading.correction:
            return f"did you mean {visible(reading.correction)}?"
        doubt = "unsure, " if self._flipped is None and reading.is_thin else ""
        return f"{doubt}Ctrl-Space: {WORDS[_OTHER[route]]}"

    def _route(self) -> Route | None:
        text = self.lines.default_buffer.text
        return (self._flipped or self._reading().route) if text.strip() else None

    def _reading(self) -> RouteReading:
        """How the line reads; asked twice for every key, so the last is kept."""
        text, cwd = self._pending + self.lines.default_buffer.text, self._session.cwd
        if self._read is None or self._read[:2] != (text, cwd):
            self._read = (text, cwd, self._session.route(text))
        return self._read[2]

    # ---- what the keys do --------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """Send the line. Where it may be a slip, or its route is not clear, ask first."""
        buffer = self.lines.default_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
            return
        line = self._pending + buffer.text
        doubt = doubt_about(line, self._reading()) if self._is_doubtful(line) else None
        if doubt is not None:
            self.question.ask(doubt)
        else:
            self._send(Typed(line, self._flipped))

    def _is_doubtful(self, line: str) -> bool:
        is_said = self._flipped is not None or leaving_code(line, 0) is not None or not line.strip()
        return not is_said and not (self._reading().route is Route.LITERAL and needs_more(line))

    def _send(self, typed: Typed) -> None:
        self._sent = typed
        self.lines.default_buffer.validate_and_handle()

    def _answered(self, choice: Choice) -> None:
        buffer = self.lines.default_buffer
        if choice.typed.line != self._pending + buffer.text and choice.does != "back":
            self._put(choice.typed.line.removeprefix(self._pending))
        if choice.does == "run":
            self._send(choice.typed)

    def flip(self) -> None:
        """Send this line the other way."""
        route = self._route()
        if route is not None:
            self._flipped = _OTHER[route]

    def walk(self, direction: Literal[-1, 1]) -> None:
        """Older (-1) or newer (1) lines that contain what was typed; first to the other rows of this one."""
        buffer = self.lines.default_buffer
        document = buffer.document
        if direction < 0 and document.cursor_position_row > 0:
            buffer.cursor_up()
            return
        if direction > 0 and document.cursor_position_row < document.line_count - 1:
            buffer.cursor_down()
            return
        if self._walk is None or self._walk.line != buffer.text:
            self._walk = Walk(self._past.rows, buffer.text)
        line = self._walk.step(direction)
        if line is not None:
            self._put(line)

    def _put(self, line: str) -> None:
        self._flipped = None
        self.lines.default_buffer.document = Document(line, len(line))

    def search(self) -> None:
        """Search the past, below the line."""
        self.search_panel.open(self.lines.default_buffer.text)

    def _taken(self, row: TurnRow, is_again: bool) -> None:
        self._put(row.line)
        if is_again:
            self._send(Typed(row.line, Route.UTTERANCE, row.plan))

    def complete(self) -> None:
        """Complete the word at the cursor; if ways are shown already, the next of them."""
        buffer = self.lines.default_buffer
        if buffer.complete_state is not None:
            buffer.complete_next()
        else:
            self.lines.app.create_background_task(complete(buffer, self._completer))

    def edit(self) -> None:
        """Open the line in an editor; it comes back as it was saved."""
        self.lines.app.create_background_task(self._edit())

    async def _edit(self) -> None:
        from nlsh.repl.editor import edit  # it needs much that nothing else does

        self._bell.stop()
        line = await run_in_terminal(lambda: edit(self.lines.default_buffer.text, self._screen.env), in_executor=True)
        self._bell.start()
        if line is not None:
            self._put(line)

    def show_keys(self) -> None:
        """Say what the keys do, above the prompt."""
        self.lines.app.create_background_task(self._show_keys())

    async def _show_keys(self) -> None:
        lines = "\n".join(f"  {key:<18} {what}" for key, what in LEGEND)
        await run_in_terminal(lambda: self._screen.tell(lines))

    def focus(self, has_focus: bool) -> None:
        """The terminal says whether somebody looks."""
        self._bell.report(has_focus)


def terminal_output() -> Output:
    """The terminal, without asking it where its cursor is: the answer could end up in what a program reads."""

    def size() -> Size:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
        return Size(rows or 24, columns or 80)

    return Vt100_Output(sys.stdout, size, term=os.environ.get("TERM"), enable_cpr=False)


def short_path(path: str) -> str:
    """A folder for the prompt: `~` for home, all but the last three folders left out, one safe line."""
    home = os.path.expanduser("~")
    if path == home or path.startswith(home + "/"):
        path = "~" + path[len(home) :]
    parts = path.split("/")
    return visible(path if len(parts) <= 5 else "…/" + "/".join(parts[-3:]))
