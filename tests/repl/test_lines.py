from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nlsh.core import events as ev
from nlsh.core.leaving import leaving_code
from nlsh.repl.lines import run_lines
from nlsh.repl.reading import read_line


def script(line: str) -> Iterator[ev.Event]:
    yield ev.TurnStarted("t", line, "/", 0.0)
    yield ev.TurnEnded("t", "done", len(line), 1.0, "/")


def test_a_script_runs_line_by_line_and_ends_with_the_last_code(played: Any, recorder: Any, tmp_path: Path) -> None:
    (tmp_path / "script").write_bytes(b"ls\n\n   \nlast\xff")
    session = played(script)
    with open(tmp_path / "script", "rb") as file:
        code = asyncio.run(run_lines(session, assume_yes=False, fd=file.fileno(), screen=recorder().screen))
    assert session.lines == ["ls", "last\udcff"]
    assert code == 5


def test_exit_ends_a_script(played: Any, recorder: Any) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"ls\nexit 9\nnever\n")
    session = played(script)
    assert asyncio.run(run_lines(session, assume_yes=False, fd=reader, screen=recorder().screen)) == 9
    assert session.lines == ["ls"]
    os.close(reader)
    os.close(writer)


def test_what_follows_a_line_is_left_for_the_command_it_starts() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"cat\nfor cat")
    assert asyncio.run(read_line(reader)) == "cat"
    assert os.read(reader, 100) == b"for cat"
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize(
    ("line", "code"),
    [("exit", 5), ("quit", 5), ("exit 3", 3), (" exit 256 ", 0), ("exit now", None), ("exits", None), ("", None)],
)
def test_leaving(line: str, code: int | None) -> None:
    assert leaving_code(line, 5) == code
