from __future__ import annotations

import json
from typing import Any

import pytest

from nlsh.cli import main
from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route

pytest.importorskip("nlsh.kernel.route")


@pytest.fixture(autouse=True)
def nothing_piped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlsh.repl.piped.is_piped", lambda fd=0: False)


def test_nothing_is_fine(house: Any) -> None:
    assert main(["-c", ""]) == 0
    assert main(["-c", "  \n"]) == 0
    assert house.made == []


def test_a_literal_is_recorded_run_and_remembered_and_its_code_passed_on(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(one: Any) -> None:
        one.shell.code = 42

    monkeypatch.setattr(house, "prepare", staticmethod(fail))
    assert main(["-c", "ls /nowhere"]) == 42
    [one] = house.made
    assert one.shell.commands == [("ls /nowhere", "inherit")]
    assert [record.draft.phase for record in one.ledger.records] == ["intent", "result"]
    assert [(row.line, row.exit_code) for row in one.history.rows] == [("ls /nowhere", 42)]
    assert one.options.terminal == "inherit"
    assert one.is_closed
    assert one.the_session.lines == []


def test_a_forced_literal_loses_its_mark(house: Any) -> None:
    assert main(["-c", "!what is this"]) == 0
    assert house.made[0].shell.commands == [("what is this", "inherit")]


def test_an_utterance_prints_its_result(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-c", "find the pdfs"]) == 0
    assert capsys.readouterr() == ("a.pdf\n", "")
    assert house.made[0].the_session.lines == ["find the pdfs"]
    assert house.made[0].is_closed


@pytest.mark.parametrize("line", ["ls", "find the pdfs"])
def test_json_prints_events_and_gives_programs_a_pipe(
    house: Any, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    assert main(["-c", line, "--json"]) == 0
    events = [json.loads(text)["event"] for text in capsys.readouterr().out.splitlines()]
    assert (events[0], events[-1]) == ("TurnStarted", "TurnEnded")
    assert house.made[0].options.terminal == "pipe"


def test_a_dry_run_of_a_literal_runs_nothing(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-c", "ls", "--dry-run"]) == 0
    assert capsys.readouterr().out == "would run as written: ls\n   DELETE: deletes\n"
    assert house.made[0].shell.commands == []
    assert house.made[0].options.is_dry


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--yes"]])
def test_a_slip_is_told_and_not_run(
    house: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr(house, "route", lambda *_: RouteReading(Route.LITERAL, 0.5, "", "git status"))
    assert main(["-c", "gti status", *options]) == 127
    assert capsys.readouterr() == ("", "nlsh: there is no program gti; did you mean: git status?\n")
    [one] = house.made
    assert one.shell.commands == []
    assert one.ledger.records == []
    assert [(row.line, row.exit_code) for row in one.history.rows] == [("gti status", 127)]
    assert one.is_closed


def test_a_forced_slip_and_an_offer_run_as_written(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "route", lambda *_: RouteReading(Route.LITERAL, 0.5, "", "git status"))
    assert main(["-c", "!gti status"]) == 0
    assert main(["-c", "git stauts"]) == 0
    assert [one.shell.commands for one in house.made] == [[("gti status", "inherit")], [("git stauts", "inherit")]]
