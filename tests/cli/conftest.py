"""A house of cardboard, put where `nlsh.boot` would be."""

from __future__ import annotations

import io
import json
import sys
import types
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from nlsh.config.paths import Paths
from nlsh.config.settings import Settings
from nlsh.core import events as ev
from nlsh.core.approval import Answer, Grant
from nlsh.core.arguments import Kind
from nlsh.core.errors import ModelUnavailable, NlshError, NotUnderstood
from nlsh.core.model import ModelSpec
from nlsh.core.ports import MemoryRow, ModelStatus, Piped, Record, RecordDraft, RouteReading, TurnRow, Verification
from nlsh.core.results import Column, Emission, Exit, Note, Table
from nlsh.core.risk import Effect, Route
from nlsh.core.syscall import Argument, Example, SyscallSpec


@dataclass(frozen=True)
class Options:
    terminal: str = "pipe"
    assume_yes: bool = False
    is_dry: bool = False
    is_interactive: bool = False
    model: str = ""
    words: tuple[str, ...] = ()


class Shell:
    cwd = "/home/someone"

    def __init__(self) -> None:
        self.commands: list[tuple[str, str]] = []
        self.code = 0

    def execute(self, command: str, terminal: str, cancellation: Any, stdin: bytes | None = None) -> Iterator[Any]:
        self.commands.append((command, terminal))
        yield Exit(self.code)

    def kind(self, word: str) -> str:
        return "program" if word in ("ls", "git") else ""


class Ledger:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.verification = Verification(1, "abc")

    def append(self, draft: RecordDraft) -> Record:
        self.records.append(Record(len(self.records) + 1, 1.0, "s", draft, f"hash{len(self.records) + 1}"))
        return self.records[-1]

    def tail(self, count: int) -> tuple[Record, ...]:
        return tuple(self.records[-count:])

    def head(self) -> Record | None:
        return self.records[-1] if self.records else None

    def verify(self) -> Verification:
        return self.verification

    def export(self) -> Iterator[str]:
        return (json.dumps({"seq": record.seq}) for record in self.records)


class History:
    def __init__(self) -> None:
        self.rows: list[TurnRow] = []

    def add(self, row: TurnRow) -> None:
        self.rows.append(row)

    def latest(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        return tuple(row for row in reversed(self.rows) if containing in row.line)[:count]


class Memory:
    def __init__(self) -> None:
        self.rows: dict[int, MemoryRow] = {}

    def recall(self, utterance: str, limit: int = 5) -> tuple[MemoryRow, ...]:
        return tuple(row for row in self.rows.values() if utterance in row.text)[:limit]

    def save(self, text: str) -> MemoryRow:
        row = MemoryRow(len(self.rows) + 1, "fact", text, 1.0)
        self.rows[row.id] = row
        return row

    def forget(self, ids: list[int]) -> int:
        return sum(self.rows.pop(one, None) is not None for one in ids)


class Grants:
    def __init__(self) -> None:
        self.grants = {"g1": Grant("g1", "fs.move", "/tmp", 2.0)}

    def live(self) -> tuple[Grant, ...]:
        return tuple(self.grants.values())

    def revoke(self, grant_id: str) -> bool:
        return self.grants.pop(grant_id, None) is not None


SPEC = SyscallSpec(
    "fs.find",
    "Find files.",
    (Argument("path", Kind.PATH, False, False, "."), Argument("name", Kind.GLOB, True, True, None)),
    frozenset({Effect.READ}),
    (Example("find the pdfs", '[{"fs.find":{"name":"*.pdf"}}]'),),
)


class Toolbox:
    def specs(self) -> tuple[SyscallSpec, ...]:
        return (SPEC,)

    def processes(self) -> Table:
        return Table((), ())

    def sessions(self) -> Table:
        return Table((Column("pid", "count"), Column("command")), ((1, "init"),))


@dataclass
class Session:
    """Plays one turn, whatever the line."""

    house: Any
    lines: list[str] = field(default_factory=list)
    stdins: list[Piped | None] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    cwd: str = "/"
    is_missing_model: bool = False

    async def run(
        self,
        line: str,
        *,
        route: Route | None = None,
        stdin: Piped | None = None,
        is_dry: bool = False,
        plan: str = "",
    ) -> AsyncIterator[ev.Event]:
        self.lines.append(line)
        self.stdins.append(stdin)
        yield ev.TurnStarted("t", line, "/", 0.0)
        if self.is_missing_model:
            yield ev.TurnEnded("t", "no model", 4, 1.0, "/")
            return
        yield ev.Planned(('{"fs.find":{"name":"*.pdf"}}',), 0.9, 5.0, 100, 12)
        yield ev.Tabled(1, Table((Column("name", "path"),), (("a.pdf",),)))
        yield ev.TurnEnded("t", "done", 0, 1.0, "/")

    def answer(self, approval_id: str, answer: Answer) -> None:
        self.answers.append(answer)

    def cancel(self) -> None:
        return

    def model_status(self) -> ModelStatus:
        return ModelStatus("tiny", "ready", tokens_per_s=123.4)

    async def start_model(self) -> None:
        return


class House:
    """Answers as the real one would; `made` keeps every house that was opened."""

    made: list[House] = []  # noqa: RUF012
    crash: Exception | None = None

    def __init__(self, options: Options) -> None:
        if House.crash is not None:
            raise House.crash
        self.options = options
        self.is_closed = False
        self.notices: list[str] = []
        self.paths = Paths.find()
        self.settings = Settings()
        self.model_spec = ModelSpec("smollm2")
        self.shell, self.ledger, self.history, self.memory = Shell(), Ledger(), History(), Memory()
        self.grants, self.toolbox = Grants(), Toolbox()
        self.rules = ()
        self.the_session = Session(self)
        House.made.append(self)
        House.prepare(self)

    prepare: Callable[[Any], None] = staticmethod(lambda house: None)

    def kept_shell(self) -> None:
        return None

    def session(self) -> Session:
        return self.the_session

    def look_back(self) -> None:
        self.notices.append("something was left uncertain")

    def news(self) -> list[str]:
        fresh, self.notices = self.notices, []
        return fresh

    def route(self, line: str) -> RouteReading:
        return RouteReading(Route.LITERAL if line.startswith("ls") else Route.UTTERANCE, 0.75)

    async def plan(self, utterance: str) -> tuple[str, float, float]:
        if "model" in utterance:
            raise ModelUnavailable("no model", "get one")
        if "gibberish" in utterance:
            raise NotUnderstood("what?")
        return '[{"fs.find":{"name":"*.pdf"}}]', 0.91, 12.34

    def check(self, command: str) -> dict[str, object]:
        return {"command": command, "verdict": "ASK", "risk": "R3", "effects": ["DELETE"], "reason": "deletes"}

    def undo(self, count: int) -> Iterator[Emission]:
        if count > 1:
            raise NlshError("there is nothing to undo", "nlsh history shows what was done")
        yield Note("took back fs.move")

    def redo(self, count: int) -> Iterator[Emission]:
        yield Note("made again fs.move")

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> type[House]:
    """The class whose houses the command line opens, in a home of its own."""
    module = types.ModuleType("nlsh.boot")
    monkeypatch.setattr(module, "House", House, raising=False)
    monkeypatch.setattr(module, "Options", Options, raising=False)
    monkeypatch.setitem(sys.modules, "nlsh.boot", module)
    monkeypatch.setenv("NLSH_HOME", str(tmp_path / "nlsh"))
    monkeypatch.setattr(House, "made", [])
    monkeypatch.setattr(House, "crash", None)
    return House


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put
