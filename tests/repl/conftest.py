"""A screen of buffers and a session that plays a recorded turn."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from nlsh.core.approval import Answer
from nlsh.core.events import Event, Routed, TurnEnded, TurnStarted
from nlsh.core.ports import Completion, Job, MemoryRow, ModelStatus, Piped, Record, RouteReading, TurnRow
from nlsh.core.results import Table
from nlsh.core.risk import Route
from nlsh.repl.habits import Habits
from nlsh.repl.inline import LineMode
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
    readings: dict[str, RouteReading] = field(default_factory=dict)
    """What is said of a line's route; of all others by their first letters."""
    routes: list[Route | None] = field(default_factory=list)

    def route(self, line: str) -> RouteReading:
        if line in self.readings:
            return self.readings[line]
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
        self.routes.append(route)
        self.lines.append(line)
        self.stdins.append(stdin)
        for event in self.script(line):
            yield event
        if not line.startswith(" "):
            self.past = (TurnRow(str(len(self.lines)), 2.0, self.cwd, line, "literal"), *self.past)

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

    async def start_shell(self) -> None:
        return

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


def quick(line: str) -> Iterable[Event]:
    """A turn that has nothing to say."""
    return (TurnStarted("t", line, "/", 0.0), Routed(Route.LITERAL, 1.0), TurnEnded("t", "done", 0, 1.0, "/"))


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


@dataclass
class Typist:
    """Types at a prompt, piece by piece."""

    session: PlayedSession
    keys: PipeInput
    recorded: Recorded
    mode: LineMode

    @property
    def line(self) -> str:
        return self.mode.prompt.lines.default_buffer.text

    def question(self) -> str:
        return "".join(part[1] for part in self.mode.prompt.question.text())

    async def type(self, text: str, wait_s: float = 0.05) -> None:
        self.keys.send_text(text)
        await asyncio.sleep(wait_s)

    async def until(self, is_so: Callable[[], bool], wait_s: float = 5.0) -> None:
        deadline = asyncio.get_running_loop().time() + wait_s
        while not is_so():
            assert asyncio.get_running_loop().time() < deadline, f"it stands at {self.line!r}"
            await asyncio.sleep(0.01)


Script = Callable[[Typist], Awaitable[None]]


@pytest.fixture
def prompted(keys: PipeInput) -> Callable[..., PlayedSession]:
    """Runs line mode while a script types; Ctrl-C and Ctrl-D at its end."""

    def run(script: Script, habits: Habits | None = None, prepare: Any = tuple, **session: Any) -> PlayedSession:
        recorded = record(is_terminal=True)
        player = PlayedSession(session.pop("turn", quick), **session)

        async def play() -> None:
            mode = LineMode(player, recorded.screen, habits=habits, prepare=prepare, input=keys, output=DummyOutput())
            running = asyncio.ensure_future(mode.run())
            await asyncio.sleep(0.05)
            await script(Typist(player, keys, recorded, mode))
            while not running.done():
                keys.send_text("\x03\x04")
                await asyncio.wait((running,), timeout=0.5)
            await running

        asyncio.run(play())
        return player

    return run
