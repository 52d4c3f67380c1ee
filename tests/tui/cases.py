"""A session that plays recorded turns, and ways to look at the desk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from textual.app import App
from textual.pilot import Pilot

from nlsh.config.themes import Theme
from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.events import Answered, Asked, Event, TurnEnded, TurnStarted
from nlsh.core.facts import Preview
from nlsh.core.ports import Completion, Job, MemoryRow, ModelStatus, Piped, Record, RecordDraft, RouteReading, TurnRow
from nlsh.core.results import Column, Table
from nlsh.core.risk import Risk, Route
from nlsh.tui.desk import Desk

DARK = Theme(
    "dark",
    colors={
        "primary": "#7aa2f7",
        "secondary": "#7dcfff",
        "accent": "#bb9af7",
        "foreground": "#d5dbf0",
        "background": "#14161f",
        "surface": "#1a1d29",
        "panel": "#232736",
        "warning": "#e5b567",
        "error": "#f7768e",
        "success": "#9ece6a",
    },
)

PROCESSES = Table(
    (
        Column("pid", "count"),
        Column("name"),
        Column("user"),
        Column("cpu", "percent"),
        Column("memory", "size"),
        Column("command"),
    ),
    (
        (812, "postgres", "pg", 1.1, 61 << 20, "postgres: writer"),
        (4121, "python", "ada", 88.0, 2_200_000_000, "python model.py"),
        (4099, "nlsh", "ada", 3.2, 200 << 20, "nlsh"),
    ),
)


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeSession:
    """Plays one recorded turn a line; honours `answer` and `cancel`."""

    turns: list[Sequence[Event]] = field(default_factory=list)
    rows: list[str | TurnRow] = field(default_factory=list)
    readings: dict[str, RouteReading] = field(default_factory=dict)
    status: ModelStatus = field(default_factory=lambda: ModelStatus("smollm2-135m", "ready", tokens_per_s=41.2))
    cwd: str = "/home/ada/src/app"
    plans: list[str] = field(default_factory=list)
    completions: tuple[Completion, ...] = ()
    running: tuple[Job, ...] = ()
    typed: bytes = b""
    typed_in: bytes = b""
    takes: int = 1 << 20
    """How many bytes the command that runs takes at a time."""

    def __post_init__(self) -> None:
        self.lines: list[tuple[str, Route | None]] = []
        self.answers: list[tuple[str, Answer]] = []
        self.cancelled = 0
        self.samples = 0
        self.searched: list[str] = []
        self.is_started = False
        self.is_closed = False
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._cancel = asyncio.Event()
        self.gate: asyncio.Event | None = None
        self.asked: list[tuple[str, int]] = []
        self.may_complete = threading.Event()
        self.may_complete.set()
        self.show: Callable[[bytes], None] = lambda data: None

    def route(self, line: str) -> RouteReading:
        if line in self.readings:
            return self.readings[line]
        words = line.split()
        is_literal = bool(words) and words[0] in ("ls", "git", "cd", "rm", "echo")
        return RouteReading(Route.LITERAL if is_literal else Route.UTTERANCE, 1.0)

    async def run(
        self,
        line: str,
        *,
        route: Route | None = None,
        stdin: Piped | None = None,
        is_dry: bool = False,
        plan: str = "",
    ) -> AsyncIterator[Event]:
        self.plans.append(plan)
        self.lines.append((line, route))
        self.rows.insert(0, line)
        self._cancel = asyncio.Event()
        nothing: Sequence[Event] = (TurnStarted("t", line, self.cwd, 0.0), ended())
        events = self.turns.pop(0) if self.turns else nothing
        for event in events:
            if self._cancel.is_set():
                yield ended("cancelled", 130)
                return
            if self.gate is not None and isinstance(event, TurnEnded):
                await self._wait(self.gate.wait())
                if self._cancel.is_set():
                    yield ended("cancelled", 130)
                    return
            yield event
            if isinstance(event, Asked):
                answer = await self._ask(event.approval.id)
                if answer is None:
                    yield ended("cancelled", 130)
                    return
                yield Answered(event.step, event.approval.id, answer.choice, 5.0)
                if answer.choice in (Choice.NO, Choice.STOP):
                    yield ended("declined", 126)
                    return

    async def _ask(self, approval_id: str) -> Answer | None:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[approval_id] = future
        await self._wait(asyncio.shield(future))
        return future.result() if future.done() else None

    async def _wait(self, what: object) -> None:
        waits = [asyncio.ensure_future(what), asyncio.ensure_future(self._cancel.wait())]  # type: ignore[call-overload]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def answer(self, approval_id: str, answer: Answer) -> None:
        self.answers.append((approval_id, answer))
        future = self._waiting.pop(approval_id, None)
        if future is not None and not future.done():
            future.set_result(answer)

    def cancel(self) -> None:
        self.cancelled += 1
        self._cancel.set()

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        self.asked.append((line, cursor))
        self.may_complete.wait(5)
        return self.completions

    def jobs(self) -> tuple[Job, ...]:
        return self.running

    def type_in(self, data: bytes) -> int:
        self.typed_in += data[: self.takes]
        return len(data[: self.takes])

    def take_typed(self) -> bytes:
        typed, self.typed = self.typed, b""
        return typed

    def watch(self, show: Callable[[bytes], None]) -> None:
        self.show = show

    def model_status(self) -> ModelStatus:
        return self.status

    async def start_shell(self) -> None:
        return

    async def start_model(self) -> None:
        self.is_started = True

    def processes(self) -> Table:
        self.samples += 1
        return PROCESSES

    def records(self, count: int) -> tuple[Record, ...]:
        draft = RecordDraft("result", syscall='{"fs.list":{"path":"src"}}', outcome="done")
        return (Record(117, 1_700_000_000.0, "s", draft, "aa"),)

    def memories(self, text: str) -> tuple[MemoryRow, ...]:
        self.searched.append(text)
        return (MemoryRow(1, "fact", f"found for {text}", 1_700_000_000.0, score=0.5, why="words"),)

    def history(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        return tuple(
            row if isinstance(row, TurnRow) else TurnRow(str(at), 0.0, "/", row, "literal")
            for at, row in enumerate(self.rows[:count])
        )

    async def close(self) -> None:
        self.is_closed = True


def ended(outcome: str = "done", code: int = 0) -> TurnEnded:
    return TurnEnded("t", outcome, code, 1240.0, "/home/ada/src/app")  # type: ignore[arg-type]


def approval(risk: Risk = Risk.R2, phrase: str = "", **more: object) -> Approval:
    values: dict[str, object] = {
        "id": "q1",
        "syscall": '{"fs.remove":{"path":"build"}}',
        "preview": Preview(
            "fs.remove ~/src/app/build/ (41 files, 91.3 MiB)", ("88.1 MiB  app.so", "2.0 MiB  a.o"), phrase
        ),
        "risk": risk,
        "effects": ("DELETE",),
        "rule": "confirm[fs.remove]",
        "reason": "removes a folder",
        "reversible": "undo can take it back",
        "hash": "00",
    }
    return Approval(**{**values, **more})  # type: ignore[arg-type]


def screen_rows(app: App[int]) -> list[str]:
    """What stands on the screen, row by row."""
    width, height = app.size
    return [strip.crop(0, width).text.rstrip() for strip in app.screen._compositor.render_strips()][:height]


def screen_text(app: App[int]) -> str:
    return "\n".join(screen_rows(app))


async def settle(pilot: Pilot[int]) -> None:
    """Wait until everything that came is shown (at most five seconds)."""
    desk = pilot.app
    assert isinstance(desk, Desk)
    for _ in range(500):
        await pilot.pause()
        if desk.transcript.is_settled and not desk.is_reading and len(desk.query(".pane")) == 3:
            break
        await asyncio.sleep(0.01)
    await pilot.pause()
