from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.errors import StoreUnavailable
from nlsh.core.ports import Completion, RouteReading, TurnRow
from nlsh.core.risk import Route
from nlsh.core.syscall import SyscallSpec
from nlsh.kernel.completing import Completing

Offer = Callable[[str], list[str]]


@dataclass
class Shell:
    cwd: str
    env: dict[str, str] = field(default_factory=dict)
    offered: tuple[Completion, ...] = ()
    asked: list[tuple[str, int]] = field(default_factory=list)

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        self.asked.append((line, cursor))
        return self.offered


@dataclass
class History:
    rows: tuple[TurnRow, ...] = ()
    is_broken: bool = False

    def latest(self, count: int, containing: str = "") -> tuple[TurnRow, ...]:
        if self.is_broken:
            raise StoreUnavailable("no", "no")
        return self.rows


SPECS = tuple(SyscallSpec(name, f"About {name}.", (), frozenset(), ()) for name in ("fs.move", "fs.mkdir", "net.ping"))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    for name in ("notes.md", "my report.pdf", "my recipe.txt", ".hidden", "it's", "Big.ISO", "-rf", "evil\x1b[2J"):
        (tmp_path / name).touch()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    (tmp_path / "two words").mkdir()
    (tmp_path / "two words" / "cat two.jpg").touch()
    return Shell(str(tmp_path))


@pytest.fixture
def history() -> History:
    return History()


def route(line: str) -> RouteReading:
    is_literal = line.split(" ")[0] in ("ls", "cat", "cd", "rm", "nlsh", "to", "")
    return RouteReading(Route.LITERAL if is_literal else Route.UTTERANCE, 1.0)


@pytest.fixture
def completing(shell: Shell, history: History) -> Any:
    return Completing(shell, history, lambda: SPECS, route)  # type: ignore[arg-type]


@pytest.fixture
def offer(completing: Completing) -> Offer:
    def lines(line: str) -> list[str]:
        return [line[: one.start] + one.text for one in completing.offers(line, len(line))]

    return lines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cat no", ["cat notes.md"]),
        ("cat my\\ rep", ["cat my\\ report.pdf"]),
        ("cat 'my r", ["cat 'my recipe.txt'", "cat 'my report.pdf'"]),
        ('cat "my rep', ['cat "my report.pdf"']),
        ("cat i", ["cat it\\'s"]),
        ("cat two\\ words/c", ["cat two\\ words/cat\\ two.jpg"]),
        ("cat 'two words/'c", ["cat 'two words/cat two.jpg'"]),
        ("ls ph", ["ls photos/"]),
        ("ls .h", ["ls .hidden"]),
        ("ls nowhere/x", []),
        ("cat *.md", ["cat notes.md"]),
        ("cat my*.t", ["cat my\\ recipe.txt"]),
        ("cat */cat", ["cat photos/cat.jpg", "cat two\\ words/cat\\ two.jpg"]),
        ("cat '*.md", []),
        ("cd ", ["cd photos/", "cd two\\ words/"]),
        ("rm -", []),
        ("rm ./-", ["rm ./-rf"]),
        ("cat notes.md > ph", ["cat notes.md > photos/"]),
        ("!ls ph", ["!ls photos/"]),
        ("  ! ls ph", ["  ! ls photos/"]),
        ("cat e", []),
    ],
)
def test_paths_of_a_literal_where_the_shell_offers_nothing(offer: Offer, line: str, expected: list[str]) -> None:
    assert offer(line) == expected


def test_every_name_is_offered_safely_and_a_folder_is_not_at_its_end(completing: Completing) -> None:
    found = {one.text: one.is_whole for one in completing.offers("ls ", 3)}
    assert found == {
        "./-rf": True,
        "Big.ISO": True,
        "it\\'s": True,
        "my\\ recipe.txt": True,
        "my\\ report.pdf": True,
        "notes.md": True,
        "photos/": False,
        "two\\ words/": False,
    }


def test_home_and_variables(offer: Offer, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", shell.cwd)
    shell.env["D"] = f"{shell.cwd}/photos"
    assert offer("cat ~/no") == ["cat ~/notes.md"]
    assert offer("cat '~/no") == []
    assert offer("cat $D/c") == ["cat $D/cat.jpg"]
    assert offer("cat $NOPE") == []
    assert offer(f"cat {shell.cwd}/no") == [f"cat {shell.cwd}/notes.md"]


def test_what_the_shell_offers_goes_before(offer: Offer, shell: Shell) -> None:
    shell.offered = (Completion("checkout", 4),)
    assert offer("cat ch") == ["cat checkout"]
    assert shell.asked == [("cat ch", 6)]


def test_a_forced_line_is_shown_to_the_shell_without_its_mark(offer: Offer, shell: Shell) -> None:
    shell.offered = (Completion("checkout", 4),)
    assert offer(" ! git ch") == [" ! git checkout"]
    assert shell.asked == [("git ch", 6)]


def test_programs_where_a_command_is_named(offer: Offer, shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    for name, mode in (("tool", 0o755), ("toy", 0o644), ("to ol", 0o755)):
        (folder / name).touch(mode)
    shell.env["PATH"] = f"/nowhere:{folder}"
    assert offer("to") == ["to\\ ol", "tool"]
    assert offer("cat to") == []


def test_the_syscalls_that_help_explains(offer: Offer) -> None:
    assert offer("nlsh help fs.m") == ["nlsh help fs.mkdir", "nlsh help fs.move"]
    assert offer("explain n") == ["explain net.ping", "explain notes.md"]
    assert offer("what does fs.mo") == ["what does fs.move"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("delete no", ["delete notes.md"]),
        ("delete big", ["delete Big.ISO"]),
        ("delete my rep", ['delete "my report.pdf"']),
        ("please delete my", ['please delete "my recipe.txt"', 'please delete "my report.pdf"']),
        ('delete "my rep', ['delete "my report.pdf"']),
        ("show it", ['show "it\'s"']),
        ("show photos/c", ["show photos/cat.jpg"]),
        ("open two words/c", []),
        ('open "two words/c', ['open "two words/cat two.jpg"']),
        ("?delete no", ["?delete notes.md"]),
        ("show .h", ["show .hidden"]),
    ],
)
def test_names_in_an_utterance(offer: Offer, line: str, expected: list[str]) -> None:
    assert offer(line) == expected


def test_the_word_that_is_being_typed_does_not_decide_the_route(shell: Shell, history: History) -> None:
    def language(line: str) -> RouteReading:
        return RouteReading(Route.UTTERANCE if "my" in line.split() else Route.LITERAL, 1.0)

    completing = Completing(shell, history, lambda: SPECS, language)  # type: ignore[arg-type]
    assert [one.text for one in completing.offers("cat my", 6)] == ["my\\ recipe.txt", "my\\ report.pdf"]
    assert [one.text for one in completing.offers("is my rep", 9)] == ['"my report.pdf"']


def test_words_said_before_the_most_frequent_first(offer: Offer, history: History) -> None:
    said = ("find large files", "find largest folders", "list large things", "please largely fail")
    rows = [TurnRow(line, 1.0, "/", line, "utterance", "", "failed" if "fail" in line else "done") for line in said]
    history.rows = (*rows, TurnRow("l", 1.0, "/", "ls largo", "literal", "", "done"))
    assert offer("show la") == ["show large", "show largest"]
    assert offer("show l") == []
    history.is_broken = True
    assert offer("show la") == []


def test_the_cursor_may_stand_within_the_line(completing: Completing) -> None:
    (one,) = completing.offers("cat no | wc", 6)
    assert (one.text, one.start) == ("notes.md", 4)
    assert completing.offers("! ls", 1) == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("a'\"\\ $~*?[]{}()!|&;<>/.-=é\x1b\0\n")), st.booleans())
def test_any_line_is_completed_within_itself(completing: Completing, text: str, is_literal: bool) -> None:
    line = ("ls " if is_literal else "show ") + text
    for one in completing.offers(line, len(line)):
        assert 0 <= one.start <= len(line)


def test_no_completion_breaks_a_quote(completing: Completing, shell: Shell) -> None:
    for begun in ("m", "my\\ ", "'m", '"m', "'two words/", '"two words/', "i", "'i", '"i'):
        line = f"cat {begun}"
        for one in completing.offers(line, len(line)):
            (path,) = shlex.split(line[: one.start] + one.text)[1:]
            assert os.path.lexists(os.path.join(shell.cwd, path))


@pytest.mark.parametrize(
    ("line", "kept"), [(" !sleep", " sleep"), (" ?look", " look"), ("!sleep", "sleep"), (" ls", " ls")]
)
async def test_a_space_before_a_line_reaches_the_history_that_leaves_it_out(bench: Any, line: str, kept: str) -> None:
    async for _ in bench.session.run(line, is_dry=True):
        pass
    assert bench.history.rows[-1].line == kept
