"""A screen of buffers and a session that plays a recorded turn."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

import pytest

from nlsh.core.approval import Answer
from nlsh.core.events import Event
from nlsh.core.ports import Completion, Job, MemoryRow, ModelStatus, Piped, Record, RouteReading, TurnRow
from nlsh.core.results import Table
from nlsh.core.risk import Route
from nlsh.repl.screen import Screen


@dataclass
class Recorded:
    """A screen that writes to memory."""

    screen: Screen
    out: io.BytesIO
    err: io.BytesIO

    def stdout(self) -> str:
        return self.out.getvalue().decode()

    def stderr(self) -> str:
        return self.err.getvalue().decode()


def record(*, is_terminal: bool = False, env: dict[str, str] | None = None) -> Recorded:
    out, err = io.BytesIO(), io.BytesIO()
    screen = Screen(out, err, is_terminal, is_terminal, is_terminal, env if env is not None else {"TERM": "xterm"})
    return Recorded(screen, out, err)


@pytest.fixture
def recorder() -> Callable[..., Recorded]:
    return record


@dataclass
class PlayedSession:
    """Plays a list of events for every line; `answers` keeps what it was told."""

    script: Callable[[str], Iterable[Event]]
    cwd: str = "/home/someone/project"
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    stdins: list[Piped | None] = field(default_factory=list)
    past: tuple[TurnRow, ...] = ()
    cancels: int = 0
    plans: list[str] = field(default_factory=list)
    completions: tuple[Completion, ...] = ()
    running: tuple[Job, ...] = ()
    typed: bytes = b""
    typed_in: bytes = b""

    def route(self, line: str) -> RouteReading:
        return RouteReading(Route.LITERAL if line.startswith("ls") else Route.UTTERANCE, 1.0)

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
        self.lines.append(line)
        self.stdins.append(stdin)
        for event in self.script(line):
            yield event

    def answer(self, approval_id: str, answer: Answer) -> None:
        self.answers.append((approval_id, answer))

    def cancel(self) -> None:
        self.cancels += 1

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        return self.completions

    def jobs(self) -> tuple[Job, ...]:
        return self.running

    def type_in(self, data: bytes) -> int:
        self.typed_in += data
        return len(data)

    def take_typed(self) -> bytes:
        typed, self.typed = self.typed, b""
        return typed

    def watch(self, show: Callable[[bytes], None]) -> None:
        self.show = show

    def model_status(self) -> ModelStatus:
        return ModelStatus("tiny", "ready")

    async def start_model(self) -> None:
        return

    def processes(self) -> Table:
        return Table((), ())

    def records(self, count: int) -> tuple[Record, ...]:
        return ()

    def memories(self, text: str) -> tuple[MemoryRow, ...]:
        return ()

    def history(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        return self.past[:count]

    async def close(self) -> None:
        return


@pytest.fixture
def played() -> Callable[..., PlayedSession]:
    return PlayedSession
