"""The route of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.risk import Route
from nlsh.kernel.route import read_route, strip_force
from tests.kernel.route_world import FILES, kind_of, read, route

TRAPS_FOR_LITERALS = (
    *("find the largest files here", "make a folder called x", "who is using port 80?", "date?"),
    *("tail app.log, only three lines", "sort the lines of names", "install ripgrep", "rm the whole build dir"),
    *("remove *.tmp", "do I have enough disk space", "if there is a core file delete it", "time in tokyo", "yes"),
    *("which files changed today", "sudo make me a sandwich", "in src, count the python files", "ls?", "Sort names"),
    *("shwo me the files", "kill firefox-esr and vim", "don't touch src", "6 hungriest processes", "nginx läuft nicht"),
    *("install/uninstall the driver", "find <name> files in the photos folder", "apt install jq and tree", "Cheers."),
)
TRAPS_FOR_UTTERANCES = (
    *("touch notes.txt", "kill zzz", "echo hello to all of you", "git diff", "ls | wc -l", "find . -type f -name 'o*'"),
    *("who am i", "make test"),
    *(
        "sh -c 'exit 7'",
        "gti status",
        "foobar",
        "git commit -m 'fix the bug in the parser'",
        "make test",
        "which python3",
    ),
    *(
        "for f in *.txt; do echo $f; done",
        "time make",
        "A=1 make",
        "./run.sh",
        "grep the README.md",
        "sleep 5",
        "cd src",
        "npm i",
        "git merge-base main topic",
        "sort <names >out",
        "sudo ufw allow from 10.0.0.1 to any port 22",
        "ps aux",
        "service nginx restart",
        "touch .gitignore",
        "export PATH",
    ),
)
LINES = Path(__file__).parent / "lines"
"""Hand-made: each batch was written before the rule had seen any of it."""
LITERALS = (LINES / "literals.txt").read_text().splitlines()
UTTERANCES = (LINES / "utterances.txt").read_text().splitlines()


@pytest.mark.parametrize(("lines", "wanted"), [(LITERALS, Route.LITERAL), (UTTERANCES, Route.UTTERANCE)])
def test_the_lists(lines: list[str], wanted: Route) -> None:
    wrong = [line for line in lines if route(line) is not wanted]
    assert len(lines) > 1000
    assert len(wrong) <= len(lines) // 100, wrong


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        *((line, Route.UTTERANCE) for line in TRAPS_FOR_LITERALS),
        *((line, Route.LITERAL) for line in TRAPS_FOR_UTTERANCES),
    ],
)
def test_traps(line: str, wanted: Route) -> None:
    assert route(line) is wanted


@pytest.mark.parametrize(
    "line", ["ls", "ls -la", "git status", "make test", "ps aux", "cd src", "vim notes.txt", "cd .."]
)
def test_nobody_is_asked_about_what_is_typed_all_day(line: str) -> None:
    assert not read(line).is_thin


@pytest.mark.parametrize("line", ["kill zzz", "cd to docs", "ls?", "docker stop all containers", "open ports"])
def test_what_may_be_either_is_asked_about(line: str) -> None:
    assert read(line).is_thin


def test_git_finds_programs_of_its_own() -> None:
    assert route("git undo") is Route.UTTERANCE
    own = read_route("git undo", lambda word: "program" if word in ("git", "git-undo") else "", lambda _: False)
    assert own.route is Route.LITERAL


@pytest.mark.parametrize("line", ["", " ", "\n\t", "# only a note"])
def test_nothing_to_do_is_a_literal(line: str) -> None:
    assert route(line) is Route.LITERAL


@pytest.mark.parametrize(
    ("line", "rest", "forced"),
    [
        ("!find big files", "find big files", Route.LITERAL),
        ("  ! ls", " ls", Route.LITERAL),
        (" ?ls", " ls", Route.UTTERANCE),
        ("?ls", "ls", Route.UTTERANCE),
        ("? ls -la", "ls -la", Route.UTTERANCE),
        ("？ls", "ls", Route.UTTERANCE),
        ("!!", "!!", None),
        (" ls", " ls", None),
        ("ls?", "ls?", None),
        ("", "", None),
    ],
)
def test_forcing(line: str, rest: str, forced: Route | None) -> None:
    assert strip_force(line) == (rest, forced)
    if forced is not None:
        assert read_route(line, kind_of, FILES.__contains__).route is forced
        assert read_route(line, kind_of, FILES.__contains__).margin == 1.0


def test_the_reading_depends_on_the_shell_and_the_folder() -> None:
    assert read_route("deploy staging", lambda _: "", lambda _: False).route is Route.UTTERANCE
    assert route("deploy staging") is Route.LITERAL
    assert read_route("find notes", kind_of, lambda _: False).route is Route.UTTERANCE
    assert read_route("find notes", kind_of, lambda path: path == "notes").route is Route.LITERAL
    assert read_route("frobnicate", kind_of, lambda _: False).route is Route.LITERAL
    assert read_route("sort the", kind_of, lambda path: path == "the").route is Route.LITERAL


def test_a_bare_machine_still_knows_what_everybody_types() -> None:
    for line in (
        "sudo apt install ripgrep",
        "docker ps",
        "brew services start redis",
        "screen -r",
        "git diff",
        "kubectl get all",
    ):
        assert read_route(line, lambda _: "", lambda _: False).route is Route.LITERAL
    for line in ("sudo make me a sandwich", "docker what is running", "git undo the last commit", "print names twice"):
        assert read_route(line, lambda _: "", lambda _: False).route is Route.UTTERANCE


MONSTERS = ["x" * 1_000_000, "a " * 500_000, "'" * 1_000_000, '"\\' * 500_000, "|" * 1_000_000, "(" * 100_000]


@pytest.mark.parametrize("line", [*MONSTERS, "\0", "ls \0", "\ud800", "\x1b[31m", "'", '"', "a,", ",", "-", "?" * 3])
def test_a_monstrous_line_looks_at_little(line: str) -> None:
    asked: list[str] = []

    def counting(word: str) -> str:
        asked.append(word)
        return ""

    def exists(path: str) -> bool:
        asked.append(path)
        return False

    reading = read_route(line, counting, exists)
    assert 0.0 <= reading.margin <= 1.0
    assert len(asked) < 200
    assert len(reading.reason) < 200


@given(st.text(max_size=80))
def test_any_line_has_a_route_and_a_margin(line: str) -> None:
    reading = read_route(line, kind_of, FILES.__contains__)
    assert reading.route in Route
    assert 0.0 <= reading.margin <= 1.0
    assert reading == read_route(line, kind_of, FILES.__contains__)


@given(st.sampled_from(UTTERANCES), st.sampled_from(LITERALS))
def test_forcing_beats_everything(utterance: str, literal: str) -> None:
    assert route("!" + utterance.lstrip("!")) is Route.LITERAL
    assert route("?" + literal) is Route.UTTERANCE
