"""Slips of the fingers: what is corrected, what never is, and what a turn does with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlsh.core.events import Failed, TurnEnded
from nlsh.core.risk import Route
from nlsh.kernel.keys import FAR, LIKELY, Nearby, cost, exchanged
from nlsh.kernel.route import read_route
from nlsh.kernel.slips import withheld
from tests.kernel.conftest import Bench
from tests.kernel.route_world import BUILTINS, FILES, PROGRAMS, kind_of, read

LINES = Path(__file__).parent / "lines"
LITERALS = (LINES / "literals.txt").read_text().splitlines()
UTTERANCES = (LINES / "utterances.txt").read_text().splitlines()
NAMES = sorted(name for name in PROGRAMS | BUILTINS if len(name) > 3 and name.isalpha())


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("gti status", "git status"),
        ("  gti status", "git status"),
        ("sl -la", "ls -la"),
        ("got log", "git log"),
        ("nom install", "npm install"),
        ("dokcer ps", "docker ps"),
        ("pyhton x.py", "python x.py"),
        ("mkdri new", "mkdir new"),
        ("tial -f app.log | grep x", "tail -f app.log | grep x"),
        ("GIT status", "git status"),
        ("cd..", "cd .."),
        ("cd~", "cd ~"),
        ("ls-la", "ls -la"),
        ("gitstatus", "git status"),
        ("mkdc photos", "mkcd photos"),
        ("deplyo", "deploy"),
        ("git stauts", "git status"),
        ("git comit -m 'the stauts'", "git commit -m 'the stauts'"),
    ],
)
def test_a_slip_is_corrected_and_never_planned(line: str, meant: str) -> None:
    reading = read(line)
    assert (reading.route, reading.correction) == (Route.LITERAL, meant)
    assert not reading.is_thin


@pytest.mark.parametrize(
    "line",
    [
        *("git status", "ls", "frobnicate", "foobar x", "./rnu.sh", "src/mian.py", "x", ""),
        *("shwo me the files", "plese list everything", "finde notes.txt", "fidn the big files", "lis notes.txt"),
        *("gti || echo no git", "gti; ls", "gti 2>/dev/null", "!gti status", "?gti status", "sudo atp update"),
        *("git st", "git lgo", "git pushf", "git undo", "git -C src stauts", "docker-compose up", "htop", "names"),
    ],
)
def test_no_slip_is_seen_where_none_is(line: str) -> None:
    assert read(line).correction == ""


def test_what_exists_in_the_session_is_no_slip_and_can_be_meant() -> None:
    def own(word: str) -> str:
        return {"gti": "alias", "git": "program"}.get(word, "")

    assert read_route("gti status", own, lambda _: False).correction == ""
    assert read_route("gti status", lambda word: "", lambda _: False).correction == ""
    assert read_route("gti", kind_of, lambda path: path == "gti").correction == ""


def test_the_likelier_of_two_is_meant() -> None:
    assert read("grpe x names").correction == "grep x names"
    assert read("tarr xf backup.tar.gz").correction == "tar xf backup.tar.gz"
    assert read("pign -c 3 example.com").correction == "ping -c 3 example.com"


@given(st.sampled_from(NAMES), st.data())
def test_a_correction_is_another_line_and_a_literal_by_itself(name: str, data: st.DataObject) -> None:
    slip = data.draw(st.sampled_from([word for word in exchanged(name) if word != name] or [name + name[-1]]))
    rest = data.draw(st.sampled_from(["", " -v", " notes.txt", " a.txt b.txt", " status", " x | wc -l"]))
    reading = read(slip + rest)
    assume(reading.correction)
    assert reading.route is Route.LITERAL
    assert reading.correction != slip + rest
    assert reading.correction.endswith(rest)
    assert read(reading.correction).route is Route.LITERAL
    assert kind_of(reading.correction.split()[0])


@given(st.sampled_from(NAMES))
def test_most_exchanged_letters_are_mended(name: str) -> None:
    slips = [word for word in exchanged(name) if word != name and not kind_of(word)]
    readings = [read(f"{word} -x") for word in slips]
    assert all(reading.route is Route.LITERAL for reading in readings)
    assume(len(slips) > 2)
    assert any(reading.correction for reading in readings)


@given(st.sampled_from([line for line in LITERALS if kind_of(line.split()[0]) and not line.startswith("git ")]))
def test_a_line_whose_first_word_exists_is_never_corrected(line: str) -> None:
    assert read(line).correction == ""


@given(st.sampled_from(UTTERANCES))
def test_an_utterance_is_never_a_slip(line: str) -> None:
    reading = read(line)
    assume(reading.route is Route.UTTERANCE)
    assert reading.correction == ""


@given(st.text(max_size=60))
def test_whatever_is_corrected_is_a_literal(line: str) -> None:
    reading = read(line)
    if reading.correction:
        assert reading.route is Route.LITERAL
        assert reading.correction != line.strip()


def test_a_search_for_a_slip_asks_about_few_names() -> None:
    asked: list[str] = []

    def counting(word: str) -> str:
        asked.append(word)
        return ""

    read_route("kubeclt get pods", counting, FILES.__contains__)
    assert 2 < len(asked) < 20


# ---- fingers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "wanted"),
    [
        ("gti", "git", LIKELY),
        ("lss", "ls", LIKELY),
        ("got", "git", LIKELY),
        ("grp", "grep", 1.2),
        ("gxit", "git", 1.3),
        ("gmt", "git", 1.8),
        ("git", "git", FAR),
        ("tgi", "git", FAR),
        ("g", "git", FAR),
        ("abcd", "badc", FAR),
    ],
)
def test_what_a_slip_costs(typed: str, meant: str, wanted: float) -> None:
    assert cost(typed, meant) == wanted


@given(st.sampled_from(NAMES), st.text("abcdefgz", min_size=1, max_size=7))
def test_everything_near_is_found(name: str, other: str) -> None:
    near = Nearby([name, other])
    for typed in (name, other, *exchanged(name), other + "x", name[1:]):
        expected = {word: cost(typed, word) for word in (name, other) if cost(typed, word) < FAR}
        assert near.of(typed) == expected


# ---- the turn ----------------------------------------------------------------------------------------------------


def test_withheld_is_only_what_cannot_run() -> None:
    assert withheld("gti status", read("gti status"), kind_of) == "there is no program gti; did you mean: git status?"
    assert withheld("git stauts", read("git stauts"), kind_of) == ""
    assert withheld("ls", read("ls"), kind_of) == ""


async def test_a_slip_is_answered_and_not_run(bench: Bench) -> None:
    bench.session._route = lambda line: read_route(line, bench.shell.kind, lambda _: False)
    events = [event async for event in bench.session.run("sl -la")]
    [failed] = [event for event in events if isinstance(event, Failed)]
    assert failed.message == "there is no program sl; did you mean: ls -la?"
    assert failed.hint
    assert isinstance(events[-1], TurnEnded)
    assert (events[-1].outcome, events[-1].exit_code) == ("failed", 127)
    assert bench.shell.ran == []
    assert bench.ledger.records == []
    assert [(row.line, row.exit_code) for row in bench.history.rows] == [("sl -la", 127)]


async def test_a_slip_that_is_forced_runs_as_written(bench: Bench) -> None:
    bench.session._route = lambda line: read_route(line, bench.shell.kind, lambda _: False)
    assert [event async for event in bench.session.run("!sl -la")]
    assert [event async for event in bench.session.run("sl", route=Route.LITERAL)]
    assert bench.shell.ran == ["sl -la", "sl"]
