from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from prompt_toolkit.input import PipeInput
from prompt_toolkit.output import DummyOutput

from nlsh.core import events as ev
from nlsh.core.ports import TurnRow
from nlsh.core.risk import Route
from nlsh.repl.inline import LineMode
from nlsh.repl.past import Past, TurnHistory
from nlsh.repl.prompt import short_path


def ending(code: int) -> Any:
    def script(line: str) -> Iterator[ev.Event]:
        yield ev.TurnStarted("t", line, "/", 0.0)
        yield ev.Routed(Route.LITERAL, 1.0)
        yield ev.TurnEnded("t", "done" if code == 0 else "failed", code, 1.0, "/")

    return script


def typed(session: Any, recorder: Any, keys: PipeInput, text: str) -> int:
    keys.send_text(text)
    mode = LineMode(session, recorder(is_terminal=True).screen, input=keys, output=DummyOutput())
    return asyncio.run(mode.run())


def test_lines_run_until_control_d_and_the_last_code_is_returned(played: Any, recorder: Any, keys: PipeInput) -> None:
    session = played(ending(7))
    assert typed(session, recorder, keys, "ls\rshow the biggest files\r\x04") == 7
    assert session.lines == ["ls", "show the biggest files"]


def test_exit_leaves_with_its_code(played: Any, recorder: Any, keys: PipeInput) -> None:
    session = played(ending(0))
    assert typed(session, recorder, keys, "exit 3\rls\r") == 3
    assert session.lines == []


def test_control_c_throws_the_line_away(played: Any, recorder: Any, keys: PipeInput) -> None:
    session = played(ending(0))
    typed(session, recorder, keys, "rm everything\x03ls\r\x04")
    assert session.lines == ["ls"]


def test_a_pasted_newline_submits_nothing(played: Any, recorder: Any, keys: PipeInput) -> None:
    session = played(ending(0))
    typed(session, recorder, keys, "\x1b[200~rm a\nrm b\n\x1b[201~\x03ls\r\x04")
    assert session.lines == ["ls"]


def test_up_brings_back_an_earlier_turn(played: Any, recorder: Any, keys: PipeInput) -> None:
    session = played(ending(0), past=(TurnRow("b", 2.0, "/", "ls -la", "literal"),))
    typed(session, recorder, keys, "\x1b[A\r\x04")
    assert session.lines == ["ls -la"]


def test_history_is_newest_first_without_repeats_or_control_bytes(played: Any) -> None:
    past = tuple(TurnRow(str(n), n, "/", line, "literal") for n, line in enumerate(["b", "a", "b", "x\x1b[2J", "c"]))
    assert list(TurnHistory(Past(played(ending(0), past=past), 4)).load_history_strings()) == ["b", "a"]


def test_the_prompt_says_the_route_before_enter(played: Any, recorder: Any, keys: PipeInput) -> None:
    mode = LineMode(played(ending(0)), recorder(is_terminal=True).screen, input=keys, output=DummyOutput())

    async def look() -> dict[str, tuple[str, str]]:
        shown = {}
        for text in ("", "ls -la", "what is big here"):
            mode.prompt.lines.default_buffer.text = text
            shown[text] = (
                "".join(part[1] for part in mode.prompt.message()),
                "".join(part[1] for part in mode.prompt.hint()),
            )
        return shown

    shown = asyncio.run(look())
    assert shown["ls -la"] == ("/home/someone/project ❯ ", "command · Ctrl-Space: ask")
    assert shown["what is big here"] == ("/home/someone/project ✦ ", "ask · Ctrl-Space: command")
    assert shown[""] == ("/home/someone/project ❯ ", "")


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/", "/"), ("/home/me", "~"), ("/home/me/a/b", "~/a/b"), ("/a/b/c/d/e", "…/c/d/e"), ("/x\x1b[2J", "/x\\x1b[2J")],
)
def test_short_path(monkeypatch: pytest.MonkeyPatch, path: str, shown: str) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert short_path(path) == shown


def test_a_fault_behind_the_prompt_is_kept_and_told_and_the_prompt_stays(
    prompted: Any,
) -> None:
    async def script(typist: Any) -> None:
        typist.mode.prompt._past = None  # whatever reads the past fails now
        await typist.type("\x1b[A", 0.2)
        assert "nlsh itself failed: AttributeError; the details are in AttributeError(" in typist.recorded.stderr()
        assert "Traceback" not in typist.recorded.stderr()
        await typist.type("\x03ls\r")

    assert prompted(script).lines == ["ls"]
