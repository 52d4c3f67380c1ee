"""The prompt: it sends a line, asks where it is in doubt, and types into the command that runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message

from nlsh.core.continuing import needs_more
from nlsh.core.leaving import leaving_code
from nlsh.core.ports import Session
from nlsh.core.risk import Route
from nlsh.tui.prompt.doubt import ARMING_S, doubt_about
from nlsh.tui.prompt.mode_view import ModeView
from nlsh.tui.prompt.modes import Send
from nlsh.tui.prompt.offers import Offers, completed, fetched
from nlsh.tui.prompt.past import Past
from nlsh.tui.prompt.routed import Face, RoutedLine
from nlsh.tui.prompt.search import Search
from nlsh.tui.prompt.words import without_unsafe

INPUT_AFTER_S: Final = 0.15
"""A command that runs for so long has the prompt say that what is typed is for it."""
END_OF_INPUT: Final = b"\x04"
SUSPEND: Final = b"\x1a"
_FOR_COMMAND: Final = "What you type goes to the command that runs."


class Prompt(RoutedLine):
    """Where the person types. Enter sends; ctrl+space changes the route of this line.

    While a command runs on the desk, what is sent goes to it; while an utterance is carried out, it stays.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Send", show=False, id="prompt.submit"),
        Binding("ctrl+space,ctrl+@,alt+enter", "flip", "Change route", show=False, id="prompt.flip"),
        Binding("ctrl+d", "leave", "Leave, or end of input", show=False, id="prompt.leave"),
        Binding("tab", "complete", "Complete", show=False, id="prompt.complete"),
        Binding("ctrl+r", "search", "Search the history", show=False, id="prompt.search"),
        Binding("ctrl+z", "suspend", "Undo, or suspend", show=False, id="prompt.suspend"),
        Binding("alt+e", "edit", "Edit in your editor (or ctrl+x ctrl+e)", show=False, id="prompt.edit"),
        Binding("ctrl+x", "chord", "Cut", show=False, id="prompt.chord"),
    ]

    @dataclass
    class Submitted(Message):
        """A line was sent; with `plan` it is carried out by that plan."""

        prompt: Prompt
        line: str
        route: Route
        plan: str = ""

        @property
        def control(self) -> Prompt:
            """The prompt."""
            return self.prompt

    class Left(Message):
        """The person wants to leave: ctrl+d on an empty prompt."""

    class EditorWanted(Message):
        """The person wants to edit the line in an editor of their own."""

    def __init__(
        self,
        session: Session,
        past: Past,
        view: ModeView,
        home: str,
        clock: Callable[[], float],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(session, past, view, id=id)
        self.is_busy = False
        """Whether a line was sent and its turn has not ended; set by sending, ended by `turn_ended`."""
        self._home = home
        self._clock = clock
        self._sent_as: Route | None = None
        self._is_input_shown = False

    @property
    def is_input(self) -> bool:
        """Whether what is sent goes to the command that runs."""
        return self.is_busy and self._sent_as is Route.LITERAL

    @property
    def may_suggest(self) -> bool:
        """Only for a line of the person's own."""
        return self.mode is None and not self.is_input

    def face(self) -> Face:
        """How it looks; while a command runs, it says that the text is for it."""
        if not self.is_input or self.mode is not None:
            return super().face()
        if self._is_input_shown:
            return Face("› input", "enter sends it to the command · ctrl+c stops it", "-asking", _FOR_COMMAND)
        return Face()

    # ---- sending -------------------------------------------------------------------------------------------------

    def take(self) -> str:
        """Take the line out of the prompt."""
        line = self.text
        self._walk = None
        self._flipped, self._remark = None, ("", "")
        self.load_text("")
        return line

    def action_submit(self) -> None:
        """Send the line, or ask about it; while an utterance is carried out it stays."""
        route = self.route
        if self.is_input:
            self._send_input()
        elif self.is_busy:
            self.remark("a turn runs, esc cancels it")
        elif route is not None:
            reading = self._session.route(self.text)
            is_said = self._flipped is not None or leaving_code(self.text, 0) is not None
            doubt = None if is_said else doubt_about(self.text, reading, self._session.route, self._clock)
            if doubt is None:
                self.send(Send(self.text, route))
            else:
                self.enter_mode(doubt)
                self.set_timer(ARMING_S + 0.02, self._arm)

    def _arm(self) -> None:
        """Show whether keys count by now; type-ahead may have put it off."""
        if self.mode is not None and self.mode.hint() == "…":
            self.set_timer(ARMING_S, self._arm)
        self.mode_changed()

    def send(self, act: Send) -> None:
        """Send a line, unless it goes on in the next one."""
        if act.line != self.text:
            self.replace_all(act.line)
        if self.is_busy:
            self.remark("a turn runs, esc cancels it")
            return
        if act.route is Route.LITERAL and needs_more(act.line):
            self._flipped = act.route
            self.replace_all(act.line + "\n")
            self.remark("this command goes on in the next line")
            return
        self.take()
        self.is_busy, self._sent_as = True, act.route
        self.set_timer(INPUT_AFTER_S, self._show_input)
        self.post_message(self.Submitted(self, act.line, act.route, act.plan))

    def turn_ended(self, typed: bytes = b"") -> None:
        """The turn is over; what was typed for its command and not read belongs to the next line."""
        self.is_busy, self._sent_as, self._is_input_shown = False, None, False
        self._remark = ("", "")
        text, _ = without_unsafe(typed.decode("utf-8", "surrogateescape"))
        if text.strip():
            self.replace_all(text.rstrip("\n") + self.text)
        self.show_route()

    # ---- input for the command that runs -------------------------------------------------------------------------

    def _show_input(self) -> None:
        self._is_input_shown = self.is_input
        self.show_route()

    def _send_input(self) -> None:
        data = (self.text + "\n").encode("utf-8", "surrogateescape")
        count = self._session.type_in(data)
        rest = data[count:].decode("utf-8", "surrogateescape").removesuffix("\n")
        if count == len(data):
            self.take()
        else:
            self.replace_all(rest)
            self.remark("the command takes no input now, ctrl+c stops it")

    def action_leave(self) -> None:
        """Delete to the right; on an empty prompt, the end of input for the command that runs, else leave."""
        if self.text:
            self.action_delete_right()
        elif self.is_input:
            self._session.type_in(END_OF_INPUT)
        else:
            self.post_message(self.Left())

    def action_suspend(self) -> None:
        """Suspend the command that runs; where none does, undo."""
        if self.is_input:
            self._session.type_in(SUSPEND)
        else:
            self.action_undo()

    # ---- other ways to a line ------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Search the history for what is typed."""
        if self.is_input:
            return
        search = Search(self.past.rows, self.text, self._home, time.time)
        self.enter_mode(search)
        if search.pattern != self.text:
            self.load_text(search.pattern)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab completes only where text is typed; elsewhere it goes on to the next part of the desk."""
        if action == "complete":
            return bool(self.text) or self.is_input
        return super().check_action(action, parameters)

    def action_complete(self) -> None:
        """Ask what may stand at the cursor."""
        if not self.is_input:
            cursor = self.cursor_index
            self.app.run_worker(
                self._complete(self.text, cursor), group="complete", exclusive=True, exit_on_error=False
            )

    async def _complete(self, line: str, cursor: int) -> None:
        found = await fetched(self._session, line, cursor)
        is_same = (self.text, self.cursor_index) == (line, cursor)
        if not is_same or self.mode is not None or self.is_input:
            return
        if not found:
            self.remark("nothing is known that could stand here")
        elif len(found) == 1:
            done = completed(line, cursor, found[0])
            self.replace_all(done.text, done.cursor)
        else:
            self.enter_mode(Offers(line, cursor, found))

    def action_edit(self) -> None:
        """Edit the line in an editor."""
        if self.is_busy:
            self.remark("a turn runs, esc cancels it")
        else:
            self.post_message(self.EditorWanted())
