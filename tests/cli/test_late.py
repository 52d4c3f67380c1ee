from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from nlsh.cli.late import LateSession
from nlsh.core.ports import Session


@dataclass
class Shell:
    cwd: str = "/here"
    shown: list[Any] = field(default_factory=list)

    def jobs(self) -> tuple[str, ...]:
        return ("job",)

    def take_typed(self) -> bytes:
        return b"typed"

    def write(self, data: bytes) -> int:
        return len(data)

    def watch(self, show: Any) -> None:
        self.shown.append(show)


class Opened:
    """Answers every call with its name and arguments."""

    cwd = "/there"

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **more: (name, args, more)

    async def start_model(self) -> None:
        self.is_started = True

    async def close(self) -> None:
        self.is_closed = True


@dataclass
class House:
    shell: Shell = field(default_factory=Shell)
    opened: list[Opened] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    def session(self) -> Any:
        self.steps.append("session")
        self.opened.append(Opened())
        return self.opened[-1]

    def look_back(self) -> None:
        self.steps.append("look back")

    def news(self) -> list[str]:
        self.steps.append("news")
        return ["mended"]

    def route(self, line: str) -> str:
        return f"route of {line}"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def late(house: House) -> Any:
    return LateSession(house)  # type: ignore[arg-type]


def test_the_prompt_opens_nothing(house: House, late: Any) -> None:
    assert late.cwd == "/here"
    assert late.route("ls") == "route of ls"
    assert late.model_status().state == "cold"
    assert (late.jobs(), late.take_typed(), late.type_in(b"ab")) == (("job",), b"typed", 2)
    late.watch(print)
    late.cancel()
    asyncio.run(late.close())
    assert house.shell.shown == [print]
    assert house.opened == []


def test_opening_looks_back_and_says_what_is_new(house: House, late: LateSession) -> None:
    assert late.open() == ["mended"]
    assert house.steps == ["session", "look back", "news"]


def test_it_is_opened_once_whoever_is_first(house: House, late: Any) -> None:
    threads = [threading.Thread(target=late.history, args=(3,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.steps == ["session"]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("run", ("ls",)),
        ("answer", ("id", "yes")),
        ("cancel", ()),
        ("complete", ("ls ", 3)),
        ("model_status", ()),
        ("processes", ()),
        ("records", (3,)),
        ("memories", ("text",)),
        ("history", (3, "text")),
    ],
)
def test_everything_else_is_the_open_session(house: House, late: Any, name: str, args: tuple[Any, ...]) -> None:
    late.open()
    said = getattr(late, name)(*args)
    assert said is None or said[:2] == (name, args)


def test_loading_and_closing_reach_the_open_session(house: House, late: Any) -> None:
    asyncio.run(late.start_model())
    asyncio.run(late.close())
    assert house.opened[0].is_started
    assert house.opened[0].is_closed


def test_it_is_a_session() -> None:
    public = {name for name in vars(Session) if not name.startswith("_")}
    assert public <= set(dir(LateSession))
