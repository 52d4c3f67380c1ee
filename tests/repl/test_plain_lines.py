from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

import pytest

from nlsh.core.ports import Job, RouteReading
from nlsh.core.risk import Route
from nlsh.repl.habits import Habits
from nlsh.repl.lines import run_lines
from nlsh.repl.reading import LineSource

READINGS = {
    "gti status": RouteReading(Route.LITERAL, 0.5, "", "git status"),
    "find big files": RouteReading(Route.UTTERANCE, 0.1),
}


@pytest.fixture
def said(recorder: Any, played: Any) -> Callable[..., tuple[Any, str]]:
    """Runs plain lines on what is typed; the session and what was shown."""

    def run(text: str, *, is_terminal: bool = True, habits: Habits | None = None, **session: Any) -> tuple[Any, str]:
        from tests.repl.conftest import quick

        reader, writer = os.pipe()
        os.write(writer, text.encode())
        os.close(writer)
        recorded = recorder(is_terminal=is_terminal, env={"TERM": "dumb"})
        player = played(quick, readings=READINGS, **session)
        asyncio.run(run_lines(player, assume_yes=False, fd=reader, screen=recorded.screen, habits=habits))
        os.close(reader)
        return player, recorded.stderr()

    return run


@pytest.mark.parametrize(
    ("typed", "lines", "routes"),
    [
        ("gti status\n1\n", ["git status"], [Route.LITERAL]),
        ("gti status\n2\n", ["gti status"], [Route.LITERAL]),
        ("gti status\n\nls\n", ["ls"], [None]),
        ("gti status\n3\n", [], []),
        ("gti status\ny\n", [], []),
        ("gti status\n", [], []),
        ("find big files\n1\n", ["find big files"], [Route.LITERAL]),
        ("find big files\n2\n", ["find big files"], [Route.UTTERANCE]),
    ],
)
def test_choices_are_numbered_and_nothing_else_is_a_choice(
    said: Callable[..., tuple[Any, str]], typed: str, lines: list[str], routes: list[Route | None]
) -> None:
    session, shown = said(typed)
    assert (session.lines, session.routes) == (lines, routes)
    assert "  1  runs" in shown
    assert "number, or nothing to leave it: " in shown


def test_a_script_is_asked_nothing(said: Callable[..., tuple[Any, str]]) -> None:
    session, shown = said("gti status\nfind big files\n", is_terminal=False, habits=Habits(is_first_run=True))
    assert (session.lines, session.routes) == (["gti status", "find big files"], [None, None])
    assert shown == ""


def test_nothing_is_drawn_twice(said: Callable[..., tuple[Any, str]]) -> None:
    _, shown = said("ls\nls 'a\nb'\nfind big files\n\n", habits=Habits(is_first_run=True))
    assert "A line is a command" in shown
    assert not set("\x1b\r\a") & set(shown)


def test_what_was_typed_while_a_command_ran_comes_first(said: Callable[..., tuple[Any, str]]) -> None:
    session, _ = said("ls a\n, and on\n", typed=b"ls b\rls c")
    assert session.lines == ["ls a", "ls b", "ls c, and on"]


def test_leaving_with_jobs_asks_once(said: Callable[..., tuple[Any, str]]) -> None:
    session, shown = said("exit\nexit\nls\n", running=(Job(1, "running", "sleep"),))
    assert session.lines == []
    assert shown.count("1 job is still here") == 1


def test_the_end_of_the_lines_leaves_even_so(said: Callable[..., tuple[Any, str]]) -> None:
    _, shown = said("ls\n", running=(Job(1, "running", "sleep"),))
    assert shown.count("1 job is still here") == 1


def test_a_source_ends_once(tmp_path: Any) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"one")
    os.close(writer)
    source = LineSource(reader)
    source.put_back(b"zero\nand ")
    assert [asyncio.run(source.next()) for _ in range(4)] == ["zero", "and one", None, None]
    os.close(reader)
