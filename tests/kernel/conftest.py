"""A kernel with everything around it in memory: real turns in milliseconds."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import pytest

from nlsh.core.approval import Answer, Choice, Grant
from nlsh.core.arguments import Command, Path, Paths
from nlsh.core.errors import NlshError, StoreUnavailable
from nlsh.core.events import Asked, Event, read_event, to_json
from nlsh.core.facts import CommandReading, Facts, Target
from nlsh.core.ports import (
    Completion,
    Correction,
    Job,
    Journal,
    MemoryRow,
    ModelStatus,
    Operation,
    PlanDraft,
    PlanRequest,
    Record,
    RecordDraft,
    Services,
    TerminalLent,
    TerminalUse,
    TurnRow,
    UndoStep,
    Verification,
)
from nlsh.core.results import Chunk, Column, Emission, Exit, Note, Table
from nlsh.core.risk import Effect, Route
from nlsh.core.rule import Rule
from nlsh.core.scope import Cancellation, Scope
from nlsh.core.syscall import Example, Syscall, SyscallSpec
from nlsh.kernel.planner import Planner
from nlsh.kernel.rooms import Rooms
from nlsh.kernel.session import KernelSession
from nlsh.kernel.undo import Undo

WORLD: dict[str, str] = {}
"""The file tree of the test syscalls: name → content."""


@dataclass(frozen=True, kw_only=True)
class Look(Syscall):
    """List the world."""

    name: ClassVar[str] = "world.look"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (Example("what is there", '[{"world.look":{}}]'),)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        yield Table((Column("path", "path"),), tuple((name,) for name in sorted(WORLD)))


@dataclass(frozen=True, kw_only=True)
class Drop(Syscall):
    """Delete things of the world."""

    name: ClassVar[str] = "world.drop"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.DELETE})
    examples: ClassVar[tuple[Example, ...]] = tuple(
        Example(f"drop {name}", f'[{{"world.drop":{{"what":"{name}"}}}}]') for name in ("apple", "plum", "fig")
    )
    is_reversible: ClassVar[bool] = True

    what: Paths

    def resolve(self, scope: Scope) -> Facts:
        names = [name for one in self.what for name in (scope.result(1).paths() if one == "$1" else (one,))]
        missing = [name for name in names if name not in WORLD and name != "root"]
        if missing:
            raise NlshError(f"there is no {missing[0]}", "look what is there")
        targets = tuple(Target(name, "file", len(WORLD.get(name, ""))) for name in names)
        return Facts(targets, len(targets), is_reversible=True, protected="the root" if "root" in names else "")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        for target in facts.targets:
            step = scope.journal.prepare(UndoStep("rename", target.name, f"trash/{target.name}"))
            WORLD[f"trash/{target.name}"] = WORLD.pop(target.name)
            scope.journal.applied(step, {})
        yield Note(f"dropped {len(facts.targets)}")


@dataclass(frozen=True, kw_only=True)
class Wait(Syscall):
    """Wait until cancelled; deaf ones do not even look."""

    name: ClassVar[str] = "world.wait"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (Example("wait", '[{"world.wait":{}}]'),)
    release: ClassVar[threading.Event] = threading.Event()

    is_deaf: bool = False

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        yield Note("waiting")
        if self.is_deaf:
            self.release.wait(30)
        else:
            scope.cancellation.wait(30)


@dataclass(frozen=True, kw_only=True)
class Break(Syscall):
    """Fail in the way asked for."""

    name: ClassVar[str] = "world.break"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (Example("break", '[{"world.break":{"how":"fault"}}]'),)

    how: Literal["error", "os", "fault", "exit"]

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        yield Note("about to break")
        if self.how == "error":
            raise NlshError("it broke", "mend it")
        if self.how == "os":
            raise OSError(13, "Permission denied", "/secret")
        if self.how == "exit":
            yield Exit(9)
            return
        raise ZeroDivisionError("a fault")


@dataclass(frozen=True, kw_only=True)
class Setup(Syscall):
    """Change the system."""

    name: ClassVar[str] = "world.setup"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.CONFIGURE})
    examples: ClassVar[tuple[Example, ...]] = (Example("set up", '[{"world.setup":{"path":"x"}}]'),)

    path: Path

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        WORLD["setup"] = self.path
        yield Note("set up")


@dataclass(frozen=True, kw_only=True)
class Run(Syscall):
    """Run a command."""

    name: ClassVar[str] = "world.run"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.EXECUTE})
    examples: ClassVar[tuple[Example, ...]] = (Example("run it", '[{"world.run":{"cmd":"make"}}]'),)

    cmd: Command

    def resolve(self, scope: Scope) -> Facts:
        return Facts(reading=scope.services.shell.read(self.cmd), irreversible="a program cannot be undone")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        for emission in scope.services.shell.execute(self.cmd, "pipe", scope.cancellation):
            if not isinstance(emission, TerminalLent):
                yield emission


CLASSES: dict[str, type[Syscall]] = {cls.name: cls for cls in (Look, Drop, Wait, Break, Setup, Run)}


class FakeModel:
    """Says what the test wrote; may hang until it is cancelled."""

    is_tuned = True

    def __init__(self) -> None:
        self.plans: dict[str, str] = {}
        self.logprob = 0.0
        self.error: NlshError | None = None
        self.hangs = False
        self.requests: list[PlanRequest] = []

    def status(self) -> ModelStatus:
        return ModelStatus("fake", "ready")

    async def start(self) -> None:
        return

    async def plan(self, request: PlanRequest) -> PlanDraft:
        import asyncio

        self.requests.append(request)
        if self.error is not None:
            raise self.error
        if self.hangs:
            await asyncio.sleep(60)
        return PlanDraft(self.plans[request.utterance], True, self.logprob, self.logprob, 10, 5, 1.0)

    async def close(self) -> None:
        return


class FakeShell:
    """A shell whose commands are Python functions."""

    def __init__(self) -> None:
        self.cwd = "/world"
        self.env: Mapping[str, str] = {"A": "b"}
        self.ran: list[str] = []
        self.emissions: list[Emission] = [Chunk(b"out\xff\n"), Exit(0)]

    def prepare(self) -> None:
        return

    def execute(
        self, command: str, terminal: TerminalUse, cancellation: Cancellation, stdin: bytes | int | None = None
    ) -> Iterator[Emission]:
        self.ran.append(command)
        if command == "sleep":
            cancellation.wait(30)
        yield from self.emissions

    def change_directory(self, path: str) -> None:
        self.cwd = path

    def export(self, name: str, value: str) -> None:
        self.env = {**self.env, name: value}

    def read(self, command: str) -> CommandReading:
        return CommandReading(command, False, frozenset({"EXECUTE"}), (command,), "unknown")

    def kind(self, word: str) -> Literal["alias", "function", "builtin", "keyword", "program", ""]:
        return "program" if word in ("ls", "sleep") else ""

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        return (Completion(line[:cursor] + "!", 0),)

    def jobs(self) -> tuple[Job, ...]:
        return ()

    def write(self, data: bytes) -> int:
        return len(data)

    def take_typed(self) -> bytes:
        return b""

    def watch(self, show: Callable[[bytes], None]) -> None:
        return


class FakeLedger:
    """A list; can be told to fail."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.fails_on = ""

    def append(self, draft: RecordDraft) -> Record:
        if draft.phase == self.fails_on:
            raise StoreUnavailable("the ledger cannot be written", "free some space")
        record = Record(len(self.records) + 1, time.time(), "s", draft, f"{len(self.records):064x}")
        self.records.append(record)
        return record

    def tail(self, count: int) -> tuple[Record, ...]:
        return tuple(self.records[-count:])

    def verify(self) -> Verification:
        return Verification(len(self.records), "")

    def head(self) -> Record | None:
        return self.records[-1] if self.records else None

    def export(self) -> Iterator[str]:
        return iter(())

    def uncertain(self) -> tuple[Record, ...]:
        return ()

    def phases(self) -> list[str]:
        return [record.draft.phase for record in self.records]


@dataclass
class FakeJournal:
    """Collects steps."""

    steps: list[UndoStep] = field(default_factory=list)

    def prepare(self, step: UndoStep) -> int:
        self.steps.append(step)
        return len(self.steps)

    def applied(self, step_id: int, after: Mapping[str, Any]) -> None:
        self.steps[step_id - 1] = dataclasses.replace(self.steps[step_id - 1], after=after)

    def abandon(self, step_id: int) -> None:
        del self.steps[step_id - 1]


class FakeJournals:
    """Operations in a dict."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[str, FakeJournal, str]] = {}

    def open(self, turn: str, syscall: str) -> tuple[int, Journal]:
        number = len(self.rows) + 1
        self.rows[number] = (syscall, FakeJournal(), "prepared")
        return number, self.rows[number][1]

    def done(self, operation: int) -> None:
        self.mark(operation, "done")

    def latest(self, count: int, state: Literal["done", "undone"]) -> tuple[Operation, ...]:
        found = [
            Operation(number, "t", 0.0, syscall, state, tuple(enumerate(journal.steps, 1)))
            for number, (syscall, journal, is_now) in reversed(self.rows.items())
            if is_now == state and journal.steps
        ]
        return tuple(found[:count])

    def mark(self, operation: int, state: Literal["done", "undone"]) -> None:
        syscall, journal, _ = self.rows[operation]
        self.rows[operation] = (syscall, journal, state)

    def unfinished(self) -> tuple[Operation, ...]:
        return ()


class FakeTools:
    """The test syscalls, and undo over WORLD."""

    def names(self) -> tuple[str, ...]:
        return tuple(CLASSES)

    def lookup(self, name: str) -> type[Syscall] | None:
        return CLASSES.get(name)

    def specs(self) -> tuple[SyscallSpec, ...]:
        return tuple(cls.spec() for cls in CLASSES.values())

    def turn_back(self, step: UndoStep) -> None:
        if step.path in WORLD:
            raise NlshError(f"{step.path} is there again", "move it away")
        WORLD[step.path] = WORLD.pop(step.other)

    def make_again(self, step: UndoStep) -> None:
        WORLD[step.other] = WORLD.pop(step.path)

    def processes(self) -> Table:
        return Table((), ())

    def sessions(self) -> Table:
        return Table((), ())


@dataclass
class FakeHistory:
    """A list of turns."""

    rows: list[TurnRow] = field(default_factory=list)
    error: NlshError | None = None

    def add(self, row: TurnRow) -> None:
        if self.error:
            raise self.error
        self.rows.append(row)

    def latest(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        return tuple(self.rows[-count:])


class FakeMemory:
    """Remembers nothing but what the test put in."""

    rows: tuple[MemoryRow, ...] = ()

    def recall(self, utterance: str, limit: int = 5) -> tuple[MemoryRow, ...]:
        return self.rows

    def save(self, text: str) -> MemoryRow:
        return MemoryRow(1, "fact", text, 0.0)

    def forget(self, ids: Sequence[int]) -> int:
        return len(ids)


@dataclass
class FakeGrants:
    """A list of grants."""

    rows: list[Grant] = field(default_factory=list)

    def live(self) -> tuple[Grant, ...]:
        return tuple(self.rows)

    def add(self, grant: Grant) -> None:
        self.rows.append(grant)

    def revoke(self, grant_id: str) -> bool:
        return False


@dataclass
class FakeCorrections:
    """A list of corrections."""

    rows: list[Correction] = field(default_factory=list)
    error: NlshError | None = None

    def add(self, utterance: str, planned: str, corrected: str) -> None:
        if self.error:
            raise self.error
        self.rows.append(Correction(utterance, planned, corrected, 0.0))

    def all(self) -> tuple[Correction, ...]:
        return tuple(self.rows)


@dataclass
class Bench:
    """Everything a test touches."""

    model: FakeModel
    shell: FakeShell
    ledger: FakeLedger
    journals: FakeJournals
    history: FakeHistory
    memory: FakeMemory
    grants: FakeGrants
    corrections: FakeCorrections
    session: KernelSession
    rules: list[Rule]
    undo: Undo

    async def turn(
        self,
        line: str,
        answer: Answer | Callable[[Asked], Answer] = Answer(Choice.ONCE),  # noqa: B008 - frozen
        on_event: Callable[[Event], None] = lambda event: None,
        route: Route = Route.UTTERANCE,
        *,
        is_dry: bool = False,
    ) -> list[Event]:
        """Run a turn, answering what is asked; every event must survive its JSON."""
        events = []
        async for event in self.session.run(line, route=route, is_dry=is_dry):
            assert read_event(to_json(event)) == event
            events.append(event)
            if isinstance(event, Asked):
                self.session.answer(event.approval.id, answer(event) if callable(answer) else answer)
            on_event(event)
        return events


@pytest.fixture
def bench(tmp_path: Any) -> Iterator[Bench]:
    """A kernel in a small world: apple and pear."""
    WORLD.clear()
    WORLD.update(apple="red", pear="green")
    Wait.release.clear()
    model, shell, ledger, journals, tools = FakeModel(), FakeShell(), FakeLedger(), FakeJournals(), FakeTools()
    history, memory, grants, rules = FakeHistory(), FakeMemory(), FakeGrants(), list[Rule]()
    corrections = FakeCorrections()
    undo = Undo(journals, ledger, tools)
    services = Services(shell, memory, history, undo, str(tmp_path))
    planner = Planner(model, tools, lambda: tuple(WORLD), lambda path: False, 0.3)
    rooms = Rooms(
        shell,
        tools,
        ledger,
        journals,
        history,
        memory,
        grants,
        corrections,
        model,
        planner,
        services,
        rules,
        "/home",
        "pipe",
        0.6,
        5,
    )
    from nlsh.core.ports import RouteReading

    session = KernelSession(rooms, lambda line: RouteReading(Route.UTTERANCE, 1.0), lambda: None)
    yield Bench(model, shell, ledger, journals, history, memory, grants, corrections, session, rules, undo)
    Wait.release.set()
