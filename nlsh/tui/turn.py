"""One turn as the desk knows it: events go in, what is to be shown comes out. Pure: no widget, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from nlsh.core.approval import Approval, Choice
from nlsh.core.display import human_duration, human_size
from nlsh.core.events import (
    Answered,
    Asked,
    Decided,
    Edited,
    Event,
    Failed,
    Finished,
    Foreseen,
    Noticed,
    Outcome,
    Output,
    Planned,
    Progressed,
    Routed,
    Started,
    Tabled,
    Told,
    TurnEnded,
    TurnStarted,
)
from nlsh.core.results import Table
from nlsh.core.risk import Route, Verdict
from nlsh.tui.output import OutputBuffer
from nlsh.tui.rows import Piece
from nlsh.tui.safe import brief, fit, one_line


class Word(StrEnum):
    """The state of a step, as it is shown."""

    PLANNED = "planned"
    WAITS = "waits for you"
    ALLOWED = "allowed"
    RUNS = "runs"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    NOT_RUN = "not run"
    TAKEN_OUT = "taken out"


_ROLES: Final[Mapping[Word, str]] = {
    Word.WAITS: "warn",
    Word.RUNS: "accent",
    Word.DONE: "good",
    Word.FAILED: "bad",
    Word.REFUSED: "bad",
    Word.DECLINED: "warn",
    Word.CANCELLED: "warn",
}

_ANSWERS: Final[Mapping[str, str]] = {
    Choice.NO: "you said no",
    Choice.ONCE: "you said yes, once",
    Choice.SESSION: "you said yes, for this folder this session",
    Choice.STOP: "you said no, and stop the plan",
    Choice.EDIT: "you edited it",
    Choice.DRY: "you tried it dry: nothing was run, nothing was changed",
}

_ANSWERED: Final[Mapping[str, Word]] = {
    Choice.ONCE: Word.ALLOWED,
    Choice.SESSION: Word.ALLOWED,
    Choice.EDIT: Word.PLANNED,
    Choice.DRY: Word.PLANNED,
}


@dataclass
class StepState:
    """One step of the plan and how it stands; `remark` is a time, an exit code or progress."""

    number: int
    syscall: str = ""
    word: Word = Word.PLANNED
    remark: str = ""
    reason: str = ""


@dataclass
class Said:
    """A sentence in the turn."""

    kind: Literal["note", "notice", "failure", "answer"]
    text: str
    hint: str = ""


@dataclass
class Listed:
    """A table in the turn."""

    table: Table


@dataclass
class Printed:
    """Output in the turn; it grows while the step runs."""

    step: int
    buffer: OutputBuffer = field(default_factory=OutputBuffer)


@dataclass
class Question:
    """An approval in the turn; `verdict` says in words what became of it, empty while it waits."""

    approval: Approval
    verdict: str = ""


Block = Said | Listed | Printed | Question


@dataclass
class TurnState:
    """Everything known of one turn."""

    line: str = ""
    route: Route | None = None
    steps: dict[int, StepState] = field(default_factory=dict)
    is_planned: bool = False
    blocks: list[Block] = field(default_factory=list)
    outcome: Outcome | None = None
    exit_code: int = 0
    elapsed_ms: float = 0.0
    is_reversible: bool = False

    def apply(self, event: Event) -> None:
        """Take one event in; kinds that are not shown in a turn change nothing."""
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def step(self, number: int) -> StepState:
        """A step's state, made when it is first heard of."""
        return self.steps.setdefault(number, StepState(number))

    def waiting(self) -> list[Question]:
        """The questions without an answer."""
        return [block for block in self.blocks if isinstance(block, Question) and not block.verdict]

    def shown_steps(self) -> list[StepState]:
        """The rows of the plan: none for a command run as written."""
        return [self.steps[number] for number in sorted(self.steps)] if self.is_planned else []

    def activity(self) -> str:
        """What is being done just now, for the last row of a running turn."""
        running = [step.remark for step in self.steps.values() if step.word is Word.RUNS]
        return next((remark for remark in running if remark), "working" if self.steps else "thinking")

    # ---- events --------------------------------------------------------------------------------------------------

    def _started_turn(self, event: TurnStarted) -> None:
        self.line = event.line

    def _routed(self, event: Routed) -> None:
        self.route = event.route

    def _noticed(self, event: Noticed) -> None:
        self.blocks.append(Said("notice", event.message))

    def _planned(self, event: Planned) -> None:
        """A plan; a later one replaces what of the earlier one was not begun."""
        self.is_planned = True
        for number, syscall in enumerate(event.steps, 1):
            step = self.step(number)
            step.syscall = syscall

    def _decided(self, event: Decided) -> None:
        step = self.step(event.step)
        step.syscall = event.syscall
        if event.verdict is Verdict.DENY:
            step.word, step.reason = Word.REFUSED, event.reason

    def _asked(self, event: Asked) -> None:
        step = self.step(event.step)
        step.word = Word.WAITS
        step.syscall = step.syscall or event.approval.syscall
        self.blocks.append(Question(event.approval))

    def _answered(self, event: Answered) -> None:
        self.step(event.step).word = _ANSWERED.get(event.choice, Word.DECLINED)
        for block in self.waiting():
            if block.approval.id == event.approval_id:
                block.verdict = _ANSWERS.get(event.choice, "answered")

    def _edited(self, event: Edited) -> None:
        step = self.step(event.step)
        if event.syscall:
            step.syscall, step.word = event.syscall, Word.PLANNED
        else:
            step.word = Word.TAKEN_OUT

    def _foreseen(self, event: Foreseen) -> None:
        not_yet = "" if event.is_known else " (not known yet)"
        rows = [f"{event.step}  {one_line(event.title)}{not_yet}", *(f"   {one_line(line)}" for line in event.lines)]
        self.blocks.append(Said("note", "\n".join(rows)))

    def _started(self, event: Started) -> None:
        step = self.step(event.step)
        step.word, step.syscall = Word.RUNS, event.syscall or step.syscall

    def _output(self, event: Output) -> None:
        last = self.blocks[-1] if self.blocks else None
        if not isinstance(last, Printed) or last.step != event.step:
            last = Printed(event.step)
            self.blocks.append(last)
        last.buffer.feed(event.text, event.is_error)

    def _tabled(self, event: Tabled) -> None:
        self.blocks.append(Listed(event.table))

    def _told(self, event: Told) -> None:
        self.blocks.append(Said("note", event.text))

    def _progressed(self, event: Progressed) -> None:
        self.step(event.step).remark = progress_words(event)

    def _finished(self, event: Finished) -> None:
        step = self.step(event.step)
        step.word = Word.DONE if event.exit_code == 0 else Word.FAILED
        took = human_duration(event.elapsed_ms / 1000)
        step.remark = took if event.exit_code == 0 else f"exit {event.exit_code} · {took}"
        self.is_reversible = self.is_reversible or event.is_reversible

    def _failed(self, event: Failed) -> None:
        if event.step:
            step = self.step(event.step)
            step.word = step.word if step.word in (Word.REFUSED, Word.DECLINED) else Word.FAILED
            step.remark, step.reason = "", ""
        self.blocks.append(Said("failure", event.message, event.hint))

    def _ended(self, event: TurnEnded) -> None:
        self.outcome, self.exit_code, self.elapsed_ms = event.outcome, event.exit_code, event.elapsed_ms
        for question in self.waiting():
            question.verdict = "not answered, so no"
        for step in self.steps.values():
            if step.reason:
                self.blocks.append(Said("failure", step.reason))
            step.word = _LAST_WORDS.get(step.word, step.word)
        for block in self.blocks:
            if isinstance(block, Printed):
                block.buffer.close()


_LAST_WORDS: Final[Mapping[Word, Word]] = {
    Word.PLANNED: Word.NOT_RUN,
    Word.ALLOWED: Word.NOT_RUN,
    Word.WAITS: Word.NOT_RUN,
    Word.RUNS: Word.CANCELLED,
}

_HANDLERS: Final[Mapping[type[Any], Callable[[TurnState, Any], None]]] = {
    TurnStarted: TurnState._started_turn,
    Routed: TurnState._routed,
    Noticed: TurnState._noticed,
    Planned: TurnState._planned,
    Decided: TurnState._decided,
    Asked: TurnState._asked,
    Answered: TurnState._answered,
    Edited: TurnState._edited,
    Foreseen: TurnState._foreseen,
    Started: TurnState._started,
    Output: TurnState._output,
    Tabled: TurnState._tabled,
    Told: TurnState._told,
    Progressed: TurnState._progressed,
    Finished: TurnState._finished,
    Failed: TurnState._failed,
    TurnEnded: TurnState._ended,
}


def progress_words(event: Progressed) -> str:
    """How far a step has come: `412 of 900 files`, `1.2 MiB`."""
    show: Callable[[int], str] = human_size if event.unit == "bytes" else "{:,}".format
    unit = "" if event.unit == "bytes" else " " + one_line(event.unit, 20)
    total = f" of {show(event.total)}" if event.total else ""
    return f"{show(event.done)}{total}{unit}"


def step_rows(steps: list[StepState], width: int) -> list[list[Piece]]:
    """The plan, one aligned row a step: gutter, number, syscall, arguments, state, remark."""
    if not steps:
        return []
    words = [brief(step.syscall) for step in steps]
    name_width = min(max(len(name) for name, _ in words), 18)
    state_width = max(len(step.word) for step in steps)
    remark_width = max(len(step.remark) for step in steps)
    fixed = 5 + name_width + 2 + 2 + state_width + (2 + remark_width if remark_width else 0)
    longest = max(len(arguments) for _, arguments in words)
    room = max(0, min(longest, width - fixed))
    rows = []
    for step, (name, arguments) in zip(steps, words, strict=True):
        row: list[Piece] = [("▌ ", "accent" if step.word is Word.RUNS else "muted"), (f"{step.number} ", "muted")]
        row += [(fit(name, name_width) + "  ", "plain"), (fit(arguments, room) + ("  " if room else ""), "muted")]
        row += [(fit(step.word, state_width), _ROLES.get(step.word, "muted"))]
        row += [("  " + fit(step.remark, remark_width, is_right=True), "muted")] if remark_width else []
        rows.append(row)
    return rows


def ending(state: TurnState) -> list[Piece]:
    """The last row of an ended turn: outcome, exit code, time, and whether undo takes it back."""
    if state.outcome is None:
        return []
    role = {"done": "good", "dry run": "good", "failed": "bad", "refused": "bad"}.get(state.outcome, "warn")
    pieces: list[Piece] = [(one_line(state.outcome), role)]
    if state.exit_code and state.outcome == "failed":
        pieces.append((f" · exit {state.exit_code}", "muted"))
    pieces.append((f" · {human_duration(state.elapsed_ms / 1000)}", "muted"))
    if state.is_reversible:
        pieces.append((" · undo takes it back", "muted"))
    return pieces
