from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nlsh.core import events as ev
from nlsh.core.errors import UsageError
from nlsh.core.risk import Route
from nlsh.repl import script as scripts
from nlsh.repl.script import Script, ScriptRun, read_script


def playing(codes: dict[str, int]) -> Callable[[str], Iterator[ev.Event]]:
    def play(line: str) -> Iterator[ev.Event]:
        yield ev.TurnStarted("t", line, "/", 0.0)
        yield ev.Routed(Route.LITERAL, 1.0)
        code = codes.get(line, 0)
        yield ev.TurnEnded("t", "failed" if code else "done", code, 1.0, "/")

    return play


def ran(played: Any, recorder: Any, text: str, codes: dict[str, int] | None = None, **how: Any) -> tuple[Any, int, str]:
    session, recorded = played(playing(codes or {})), recorder()
    script = Script("s.nl", tuple(text.removesuffix("\n").split("\n")))
    run = ScriptRun(session, script, recorded.screen, piped=lambda: None, describe=session.plans.append, **how)
    return session, asyncio.run(run.run()), recorded.stderr()


def test_it_stops_at_the_first_line_that_fails_and_says_where(played: Any, recorder: Any) -> None:
    text = "#!/usr/bin/env nlsh\n\n  # a remark\nls a\n\nls b\nls c\n"
    session, code, told = ran(played, recorder, text, {"ls b": 42})
    assert (session.lines, code) == (["ls a", "ls b"], 42)
    assert told == "s.nl:6: exit code 42, stopped here\n"


def test_commands_and_here_documents_go_on_over_lines_and_keep_their_line_number(played: Any, recorder: Any) -> None:
    text = "ls; for i in 1 2; do\n# inner\necho $i\ndone\nls <<X\n# no remark\nX\nls \\\n  -l\nls z\n"
    session, code, told = ran(played, recorder, text, {"ls z": 1})
    assert session.lines == [
        "ls; for i in 1 2; do\n# inner\necho $i\ndone",
        "ls <<X\n# no remark\nX",
        "ls \\\n  -l",
        "ls z",
    ]
    assert (code, told) == (1, "s.nl:10: exit code 1, stopped here\n")


def test_an_utterance_goes_on_after_a_backslash_and_an_apostrophe_opens_nothing(played: Any, recorder: Any) -> None:
    session, _, _ = ran(played, recorder, "show what's \\\n   here\ndelete a\\\\\nnext one\n")
    assert session.lines == ["show what's  here", "delete a\\\\", "next one"]


@pytest.mark.parametrize(("text", "code", "count"), [("ls\nexit 7\nls\n", 7, 1), ("exit\nls", 0, 0), ("", 0, 0)])
def test_leaving(played: Any, recorder: Any, text: str, code: int, count: int) -> None:
    session, left, told = ran(played, recorder, text)
    assert (left, len(session.lines), told) == (code, count, "")


def test_a_dry_run_goes_through_all_lines(played: Any, recorder: Any) -> None:
    session, code, told = ran(played, recorder, "ls a\nfind it\nexit 3\nmore\n", {"find it": 3}, is_dry=True)
    assert session.plans == ["ls a", "", "", ""]  # the command was described, the others planned
    assert session.lines == ["find it", "exit 3", "more"]
    assert code == 3
    assert "s.nl:2: find it" in told


def test_a_file_is_read_as_it_may_be_written(tmp_path: Path) -> None:
    path = tmp_path / "s.nl"
    for data, lines in (
        (b"a\nb\n", ("a", "b")),
        (b"a\nb", ("a", "b")),
        (b"\xef\xbb\xbfa\r\nb\r\n", ("a", "b")),
        (b"a\r\nb\r", ("a", "b")),
        (b"a\nb\r\n", ("a", "b\r")),
        (b"\xff\n", ("\udcff",)),
        (b"", ("",)),
    ):
        path.write_bytes(data)
        assert read_script(str(path)).lines == lines


def test_what_is_no_script_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").write_bytes(b"a\0b")
    (tmp_path / "big").write_bytes(b"x" * 100)
    monkeypatch.setattr(scripts, "MAX_BYTES", 50)
    for name, said in (
        ("gone", "there is no file"),
        ("data", "not text"),
        ("big", "bigger than"),
        (".", "is a folder"),
    ):
        with pytest.raises(UsageError, match=said):
            read_script(str(tmp_path / name))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "s.nl").touch(mode=0)
    with pytest.raises(UsageError, match="cannot be read"):
        read_script(str(tmp_path / "s.nl"))


def test_a_pipe_is_read_and_a_silent_one_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    os.write(writer, b"ls\n")
    threading.Timer(0.2, os.close, [writer]).start()
    assert read_script(str(path)).lines == ("ls",)
    monkeypatch.setattr(scripts, "_SILENCE_S", 0.1)
    with pytest.raises(UsageError, match="nothing came"):
        read_script(str(path))
