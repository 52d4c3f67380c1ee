"""Events to text: results on standard output, narration on standard error."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from nlsh.core import events as ev
from nlsh.core.approval import Choice
from nlsh.core.arguments import results_used
from nlsh.core.display import human_size, visible, visible_text
from nlsh.core.results import Chunk, Emission, Exit, Note, Progress, Table
from nlsh.core.risk import Effect, Route, Verdict
from nlsh.repl.screen import Screen
from nlsh.repl.tables import table_text

_CLEAR_LINE: Final = b"\r\x1b[K"
_ENDINGS: Final[Mapping[ev.Outcome, str]] = {
    "refused": "refused, nothing was done",
    "declined": "declined, nothing was done",
    "cancelled": "cancelled",
    "not understood": "not understood; say it in other words, or ask for help",
    "no model": "there is no model to plan with; nlsh doctor says why",
    "failed": "failed",
}


class Renderer:
    """Shows one turn after another. Give it every event in order; nothing untrusted passes unescaped."""

    def __init__(self, screen: Screen, *, is_dry: bool = False, is_asking: bool = False) -> None:
        self._screen = screen
        self._is_asking = is_asking
        """Whether approvals are put to a person, who then reads there what a step would do."""
        self._is_dry = is_dry
        self._is_literal = False
        self._has_failed = False
        self._has_progress = False
        self._answers: set[int] = set()
        """Steps that only read: what they say is the result."""
        self._said: set[int] = set()
        """Steps whose words are the model's."""
        self._plan: dict[int, str] = {}
        """The steps as canonical syscall JSON, by number; empty where the person took one out."""
        self._passed_on: frozenset[int] = frozenset()
        """Steps whose result a later step takes: it is no result of the turn."""
        self._listed = 0
        self._decoder = _decoder()
        self._shows: Mapping[type, Callable[[Any], None]] = {
            ev.TurnStarted: self._turn_started,
            ev.Routed: self._routed,
            ev.Noticed: self._noticed,
            ev.Planned: self._planned,
            ev.Decided: self._decided,
            ev.Answered: self._answered,
            ev.Edited: self._edited,
            ev.Foreseen: self._foreseen,
            ev.Output: self._output,
            ev.Tabled: self._tabled,
            ev.Told: self._told,
            ev.Progressed: self._progressed,
            ev.Finished: self._finished,
            ev.Failed: self._failed,
            ev.TurnEnded: self._turn_ended,
        }

    def show(self, event: ev.Event) -> None:
        """Show one event. Raises BrokenPipeError where nobody reads the result any more."""
        show = self._shows.get(type(event))
        if show is None:
            return
        if not isinstance(event, ev.Progressed):
            self.clear_progress()
        show(event)

    def emit(self, emission: Emission) -> int:
        """Show what a syscall yielded outside a turn; returns the exit code so far."""
        match emission:
            case Table():
                self._tabled(ev.Tabled(0, emission))
            case Chunk():
                self._output(ev.Output(0, emission.data.decode("utf-8", "surrogateescape"), emission.is_error))
            case Note():
                self._told(ev.Told(0, emission.text))
            case Progress():
                self._progressed(ev.Progressed(0, emission.done, emission.total, emission.unit))
            case Exit():
                return emission.code
        return 0

    def clear_progress(self) -> None:
        """Take the progress line away."""
        if self._has_progress:
            self._screen.tell_bytes(_CLEAR_LINE)
            self._has_progress = False

    def _turn_started(self, event: ev.TurnStarted) -> None:
        self._is_literal = self._has_failed = False
        self._answers.clear()
        self._said.clear()
        self._passed_on = frozenset()
        self._plan = {}
        self._listed = 0
        self._decoder = _decoder()

    def _routed(self, event: ev.Routed) -> None:
        self._is_literal = event.route is Route.LITERAL

    def _noticed(self, event: ev.Noticed) -> None:
        self._screen.tell(visible(event.message), "dim")

    def _planned(self, event: ev.Planned) -> None:
        self._plan = dict(enumerate(event.steps, 1))
        self._find_passed_on()

    def _find_passed_on(self) -> None:
        arguments = [one for step in self._plan.values() if step for one in json.loads(step).values()]
        self._passed_on = results_used([list(one.values()) for one in arguments])

    def _edited(self, event: ev.Edited) -> None:
        self._plan[event.step] = event.syscall
        self._find_passed_on()
        if not event.syscall:
            self._screen.tell(f"step {event.step} is taken out of the plan", "dim")

    def _decided(self, event: ev.Decided) -> None:
        name = _name(event.syscall)
        self._answers.discard(event.step)  # the person may have put another step in its place
        self._said.discard(event.step)
        if name != "ask" and set(event.effects) <= {Effect.READ}:
            self._answers.add(event.step)
        if name == "say":
            self._said.add(event.step)
        if self._is_dry:
            self._dry_step(event)
        elif name not in ("ask", "say") and self._is_told(event.verdict):
            self._screen.tell(f"· {visible(event.preview.title)}", "dim")

    def _is_told(self, verdict: Verdict) -> bool:
        return verdict is Verdict.ALLOW or (verdict is Verdict.ASK and not self._is_asking)

    def _dry_step(self, event: ev.Decided) -> None:
        self._screen.print(f"{event.step}  {visible(event.preview.title)}", "bold")
        self._screen.print(f"   {visible(event.syscall)}")
        for line in event.preview.lines:
            self._screen.print(f"   {visible(line)}")
        effects = " ".join(event.effects) or "no effect"
        rule = f" by {event.rule}" if event.rule else ""
        self._screen.print(f"   {event.verdict} {event.risk.name} ({effects}){visible(rule)}: {visible(event.reason)}")

    def _answered(self, event: ev.Answered) -> None:
        if event.choice == Choice.DRY:
            self._screen.tell("tried dry: nothing is run, nothing is changed", "dim")

    def _foreseen(self, event: ev.Foreseen) -> None:
        not_yet = "" if event.is_known else " (not known yet)"
        self._screen.tell(f"{event.step}  {visible(event.title)}{not_yet}", "bold")
        for line in event.lines:
            self._screen.tell(f"   {visible(line)}")

    def _output(self, event: ev.Output) -> None:
        if event.step in self._passed_on and not event.is_error:
            return
        data = event.text.encode("utf-8", "surrogateescape")
        is_terminal = self._screen.is_err_terminal if event.is_error else self._screen.is_out_terminal
        if is_terminal and not self._is_literal:
            safe = visible_text(self._decoder.decode(data))
            data = safe.encode("utf-8", "backslashreplace")
        (self._screen.tell_bytes if event.is_error else self._screen.write)(data)

    def _tabled(self, event: ev.Tabled) -> None:
        if event.step in self._passed_on:
            return
        gap = "\n" if self._listed == event.step and event.step else ""
        self._listed = event.step
        text = table_text(event.table, self._screen)
        self._screen.write((gap + text).encode("utf-8", "backslashreplace"))
        if not event.table.rows:
            self._screen.tell("nothing to show", "dim")
        if event.table.note:
            self._screen.tell(visible(event.table.note), "warn")

    def _told(self, event: ev.Told) -> None:
        if event.step in self._answers:
            label = "model: " if event.step in self._said and self._screen.is_out_terminal else ""
            self._screen.print(label + visible_text(event.text))
        else:
            self._screen.tell(visible_text(event.text))

    def _progressed(self, event: ev.Progressed) -> None:
        if not self._screen.is_err_terminal or self._screen.is_plain:
            return
        self._screen.tell_bytes(_CLEAR_LINE + progress_text(event).encode())
        self._has_progress = True

    def _finished(self, event: ev.Finished) -> None:
        rest = visible_text(self._decoder.decode(b"", final=True))
        if rest:
            self._screen.write(rest.encode("utf-8", "backslashreplace"))
        if event.is_reversible and self._screen.is_err_terminal:
            self._screen.tell("undo takes it back", "dim")

    def _failed(self, event: ev.Failed) -> None:
        self._has_failed = True
        tell_error(self._screen, event.message, event.hint)

    def _turn_ended(self, event: ev.TurnEnded) -> None:
        if event.outcome == "dry run":
            self._screen.tell("dry run, nothing was done", "dim")
        elif event.outcome in _ENDINGS and not self._has_failed and not self._is_literal:
            self._screen.tell(f"nlsh: {_ENDINGS[event.outcome]}", "warn")


def _name(syscall: str) -> str:
    """The name in canonical syscall JSON, which has one key."""
    return syscall.removeprefix('{"').partition('"')[0]


def progress_text(event: ev.Progressed) -> str:
    """`1,200 of 4,000 files (30 %)`, `12.0 MiB of 1.0 GiB (1 %)`; the total only where it is known."""
    amount = human_size if event.unit == "bytes" else _count
    unit = "" if event.unit == "bytes" else f" {visible(event.unit)}"
    if not event.total:
        return f"{amount(event.done)}{unit}"
    return f"{amount(event.done)} of {amount(event.total)}{unit} ({100 * event.done // event.total} %)"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def tell_error(screen: Screen, message: str, hint: str = "") -> None:
    """An error on standard error: what happened, and below it what to do."""
    screen.tell(f"nlsh: {visible_text(message)}", "bad")
    if hint:
        screen.tell(f"      {visible_text(hint)}", "dim")


def json_line(value: object) -> bytes:
    """One line of compact ASCII JSON."""
    return json.dumps(value, separators=(",", ":"), default=str).encode() + b"\n"


def _decoder() -> codecs.IncrementalDecoder:
    # A character may come in two chunks: half of it must wait, or it would be shown as escapes.
    return codecs.getincrementaldecoder("utf-8")("surrogateescape")
