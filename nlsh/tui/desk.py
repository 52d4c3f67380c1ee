"""The desk: a terminal app over a `Session`. It renders the event stream and knows nothing of the machine below."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState

from nlsh.core.approval import Answer, Choice
from nlsh.core.errors import NlshError
from nlsh.core.events import Event, Failed, Output, Recalled, Recorded, TerminalWanted, TurnEnded
from nlsh.core.leaving import leaving_code
from nlsh.core.past import distinct
from nlsh.core.ports import Session, TurnRow
from nlsh.tui.approval import ApprovalCard, is_in_card
from nlsh.tui.approval_rules import may_take_focus
from nlsh.tui.background import BackgroundFeed
from nlsh.tui.frame import Frame
from nlsh.tui.leaving import Leaving
from nlsh.tui.lend import lend
from nlsh.tui.prompt.external import edited
from nlsh.tui.prompt.line import Prompt
from nlsh.tui.ringing import Ringer
from nlsh.tui.safe import one_line
from nlsh.tui.transcript import Transcript
from nlsh.tui.turn_view import TurnView

if TYPE_CHECKING:
    from nlsh.config.themes import Theme

_SLICE_S: Final = 0.008
"""How long events may be taken in at a stretch before the screen and the keys get their turn."""
TWICE_S: Final = 1.0
"""Ctrl+c twice within this leaves."""


class Desk(Frame):
    """Runs the lines of the prompt as turns of a session, shows what comes of them and asks what is to be asked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="turn.cancel"),
        Binding("ctrl+c", "interrupt", "Copy, cancel or clear", show=False, priority=True, id="turn.interrupt"),
        Binding("ctrl+g", "review", "Answer", id="approval.review"),
        Binding("ctrl+q", "quit", "Leave", show=False, priority=True, id="app.quit"),
    ]

    def __init__(
        self,
        session: Session,
        theme: Theme,
        keymap: Mapping[str, str],
        on_resize: Callable[[int, int], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        news: Sequence[str] = (),
        *,
        history_limit: int = 1000,
        may_notify: bool = True,
        ring: Callable[[bytes], None] | None = None,
    ) -> None:
        super().__init__(session, theme, keymap, clock)
        self._history_limit = history_limit
        self._ringer = Ringer(clock, os.environ, (ring or self._ring) if may_notify else None)
        self._leaving = Leaving(clock)
        self._feed = BackgroundFeed()
        self.last_exit_code = 0
        self._tell_resized = on_resize
        self._news = news
        self._key_at = float("-inf")
        self._interrupted_at = float("-inf")
        self._is_past_broken = False

    @property
    def is_busy(self) -> bool:
        """Whether a turn runs."""
        return self.prompt.is_busy

    def on_mount(self) -> None:
        """Take the theme and the keys; the rest waits for the first frame."""
        self.use_theme()
        self.set_keymap(self._keys)
        self.prompt.focus()
        self._show_status()
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        gc.freeze()
        for notice in self._news:
            self.tell(one_line(notice), is_bad=True)
        self.run_worker(asyncio.gather(self.session.start_shell(), self.session.start_model()), exit_on_error=False)
        self.run_worker(self.load_records(), group="boot", exit_on_error=False)
        self.set_interval(0.5, self._tick)
        self.set_interval(1.0, self.sample)
        self.set_interval(0.1, self.offer_question)
        self.set_interval(0.1, self._show_background)
        self.session.watch(self._feed.feed)
        self.load_past()
        self.sample()

    def load_past(self) -> None:
        """Read the history anew: what is offered while one types comes from it."""
        if not self._is_past_broken:
            self.run_worker(self._load_past(), group="history", exclusive=True, exit_on_error=False)

    async def _load_past(self) -> None:
        rows = await asyncio.to_thread(lambda: distinct(self.session.history(self._history_limit)))
        self.past.load(rows)
        if not rows:
            await self.transcript.welcome(self._keys.get("pane.help", "f1"))

    async def _show_background(self) -> None:
        text = "" if self._is_lent else self._feed.take()
        if text:
            await self.transcript.show_background(text)

    @on(Prompt.Submitted)
    def start_turn(self, event: Prompt.Submitted) -> None:
        """Run the line."""
        code = leaving_code(event.line, self.last_exit_code)
        if code is not None:
            self.prompt.turn_ended()
            self.ask_to_leave(code)
            return
        self.leave_panes()
        self.past.add(TurnRow("", time.time(), self.session.cwd, event.line, event.route, event.plan))
        self._ringer.turn_started(event.line)
        self.run_worker(self._run(event), group="turn", exit_on_error=False)
        self.refresh_bindings()

    async def _run(self, sent: Prompt.Submitted) -> None:
        since = self.clock()
        async for event in self.session.run(sent.line, route=sent.route, plan=sent.plan):
            await self.receive(event)
            if self.clock() - since > _SLICE_S:
                await asyncio.sleep(0)
                since = self.clock()

    async def receive(self, event: Event) -> None:
        """Take one event of a turn in, live or replayed."""
        await self.transcript.apply(event)
        if isinstance(event, Recalled):
            self.board.memory.show_recalled(event.memories)
        elif isinstance(event, Recorded):
            self.board.audit.add(event)
        elif isinstance(event, TerminalWanted):
            await self._lend(event)
        elif isinstance(event, TurnEnded):
            self._ended(event)

    def _ended(self, event: TurnEnded) -> None:
        self.prompt.turn_ended(self.session.take_typed())
        self.last_exit_code = event.exit_code
        self._ringer.turn_ended(event, self.app_focus)
        self.load_past()
        self.prompt.alert("")
        self._show_status()
        self.refresh_bindings()

    async def _lend(self, event: TerminalWanted) -> None:
        self._is_lent = True
        try:
            tail = await lend(self, event.lending)
        finally:
            self._is_lent = False
        self.tell_size()
        if tail is None:
            self.tell("the terminal cannot be lent here", is_bad=True)
        elif tail.strip():
            await self.transcript.apply(Output(event.step, tail))

    @on(Worker.StateChanged)
    def report_broken_worker(self, event: Worker.StateChanged) -> None:
        """Say what broke and let the person go on; what broke while it read for a pane is not asked again."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        if isinstance(error, NlshError):
            self.tell(one_line(error.message), is_bad=True)
        else:
            self.tell(f"nlsh itself failed: {type(error).__name__}", is_bad=True)
        self._is_sampling = self._is_sampling or event.worker.group == "sample"
        self._is_past_broken = self._is_past_broken or event.worker.group == "history"
        if event.worker.group == "turn" and self.is_busy:
            self.run_worker(self._end_broken_turn(), group="turn", exit_on_error=False)

    async def _end_broken_turn(self) -> None:
        self.session.cancel()
        await self.receive(Failed(0, "nlsh itself failed in this turn", "the ledger shows what was done"))
        await self.receive(TurnEnded("", "failed", 70, 0.0, self.session.cwd))

    @on(TurnView.QuestionOpened)
    @on(TurnView.QuestionClosed)
    def count_questions(self) -> None:
        """A question came or went."""
        self.offer_question()
        if not self.transcript.cards() and (self.focused is None or is_in_card(self.focused)):
            self.prompt.focus()
        self.refresh_bindings()

    @on(ApprovalCard.Answered)
    def pass_answer_on(self, event: ApprovalCard.Answered) -> None:
        """The person answered; the keys go back to the prompt."""
        self.session.answer(event.card.approval.id, event.answer)
        self.prompt.focus()
        self.offer_question()

    def offer_question(self) -> None:
        """Give the oldest question the keys if nobody is typing; else say on the prompt that it waits."""
        cards = self.transcript.cards()
        for card in cards:
            self._ringer.question(card.approval, self.app_focus)
        if cards and is_in_card(self.focused):
            self.prompt.alert("")
        elif cards and may_take_focus(self.prompt.text, self.clock() - self._key_at):
            self.action_review()
        elif cards:
            self.prompt.alert(f"{len(cards)} question{'s wait' if len(cards) > 1 else ' waits'}, ctrl+g")
        elif not self.is_busy:
            self.prompt.alert("")

    async def on_event(self, event: events.Event) -> None:
        """Remember when a key came last, before anything is done with it."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._key_at = self.clock()
        await super().on_event(event)

    def _tick(self) -> None:
        if not self._is_lent:
            self._show_status()
            self.transcript.tick()

    def _show_status(self) -> None:
        self.status.show(self.session.cwd, self.session.model_status(), len(self.session.jobs()))

    @on(Transcript.Resized)
    def tell_size(self) -> None:
        """Programs are told how much of the terminal is theirs."""
        if self._tell_resized is not None:
            self._tell_resized(max(1, self.size.height), self.transcript.columns)

    @on(Prompt.PasteCleaned)
    def tell_of_paste(self, event: Prompt.PasteCleaned) -> None:
        """Say that the paste is not all there."""
        self.tell(f"{event.count} characters that cannot be seen were left out of the paste", is_bad=True)

    @on(Prompt.EditorWanted)
    def open_editor(self) -> None:
        """Lend the terminal to the person's editor, for the line that stands in the prompt."""
        self.run_worker(self._edit(), group="editor", exclusive=True, exit_on_error=False)

    async def _edit(self) -> None:
        self._is_lent = True
        try:
            text = await edited(self, self.prompt.text, os.environ)
        finally:
            self._is_lent = False
        self.prompt.replace_all(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The footer shows only what would do something."""
        if action == "review":
            return self.is_running and bool(self.query(ApprovalCard))
        if action == "cancel":
            return self.is_busy or not isinstance(self.focused, Prompt)
        return super().check_action(action, parameters)

    def action_cancel(self) -> None:
        """Escape: out of a pane, else the running turn is cancelled."""
        if self.board.is_pane_focused:
            self.leave_panes()
        elif self.is_busy:
            self.session.cancel()
        else:
            self.prompt.focus()

    def action_interrupt(self) -> None:
        """Ctrl+c: copy what is selected, else cancel, else clear the prompt; twice on an empty prompt leaves."""
        selected = self.prompt.selected_text or self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
        elif self.prompt.leave_mode():
            pass
        elif self.is_busy:
            self.session.cancel()
        elif self.prompt.text:
            self.prompt.take()
        elif self._leaving.was_said or self.clock() - self._interrupted_at <= TWICE_S:
            self.ask_to_leave(self.last_exit_code)
        else:
            self._interrupted_at = self.clock()
            self.tell("ctrl+c again leaves")

    def action_review(self) -> None:
        """Give the oldest question the keys."""
        cards = self.transcript.cards()
        if cards:
            self.leave_panes()
            self.prompt.alert("")
            cards[0].focus()

    @on(Prompt.Left)
    async def action_quit(self) -> None:
        """Leave."""
        self.ask_to_leave(self.last_exit_code)

    def ask_to_leave(self, code: int) -> None:
        """Leave, unless there are jobs and that was not said yet."""
        objection = self._leaving.objection(self.session.jobs())
        if objection:
            self.tell(objection, is_bad=True)
        else:
            self.leave(code)

    def leave(self, code: int) -> None:
        """Leave nlsh: an open question is answered no, a running turn is cancelled."""
        for card in self.transcript.cards():
            self.session.answer(card.approval.id, Answer(Choice.NO))
        self.session.cancel()
        self.exit(code)

    def _ring(self, data: bytes) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(data.decode())

    def _fatal_error(self) -> None:
        # Whoever started the desk writes the traceback to a file; on the terminal it would only do harm.
        self._close_messages_no_wait()
