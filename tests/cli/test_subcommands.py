from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlsh.cli import main
from nlsh.core.ports import RecordDraft, RouteReading, TurnRow, Verification
from nlsh.core.risk import Route


def rows(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def lines(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_route_answers_every_line(
    house: Any, stdin: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(b"ls -la\n\nwhat is big here\nls \xff")
    assert main(["route"]) == 0
    assert lines(capsys) == [
        {"line": "ls -la", "route": "literal", "margin": 0.75, "thin": False, "correction": ""},
        {"line": "what is big here", "route": "utterance", "margin": 0.75, "thin": False, "correction": ""},
        {"line": "ls \udcff", "route": "literal", "margin": 0.75, "thin": False, "correction": ""},
    ]


def test_route_says_what_is_thin_and_what_was_meant(
    house: Any, stdin: Callable[[bytes], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = {
        "kill zzz": RouteReading(Route.LITERAL, 0.1),
        "gti status": RouteReading(Route.LITERAL, 0.5, "", "git status"),
    }
    monkeypatch.setattr(house, "route", lambda _, line: readings[line])
    stdin(b"kill zzz\ngti status\n")
    assert main(["route"]) == 0
    assert [(row["thin"], row["correction"]) for row in lines(capsys)] == [(True, ""), (False, "git status")]


def test_check_answers_every_line(
    house: Any, stdin: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(b"rm x\n")
    assert main(["check"]) == 0
    assert lines(capsys) == [
        {"command": "rm x", "verdict": "ASK", "risk": "R3", "effects": ["DELETE"], "reason": "deletes"}
    ]


def test_plan_answers_every_line_even_what_it_does_not_understand(
    house: Any, stdin: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(b"find the pdfs\ngibberish\n")
    assert main(["plan"]) == 0
    first, second = lines(capsys)
    assert first == {
        "utterance": "find the pdfs",
        "plan": [{"fs.find": {"name": "*.pdf"}}],
        "confidence": 0.91,
        "elapsed_ms": 12.3,
    }
    assert (second["plan"], second["error"]) == (None, "what?")


def test_plan_of_nothing_understood_is_3_and_without_a_model_4(
    house: Any, stdin: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(b"gibberish\n")
    assert main(["plan"]) == 3
    stdin(b"model\n")
    assert main(["plan"]) == 4
    assert "no model" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["route"], ["plan"], ["check"]])
def test_streams_as_one_list(
    house: Any, stdin: Callable[[bytes], None], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    stdin(b"one\ntwo\n")
    assert main([*words, "--json"]) == 0
    assert len(rows(capsys)) == 2


def test_undo_says_what_it_did_on_standard_error(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["undo"]) == 0
    assert capsys.readouterr() == ("", "took back fs.move\n")
    assert main(["redo", "--json"]) == 0
    assert rows(capsys) == [{"note": "made again fs.move"}]


def test_nothing_to_undo_is_1(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["undo", "2"]) == 1
    assert "nothing to undo" in capsys.readouterr().err


def remember_turns(house: Any) -> None:
    house.history.rows = [
        TurnRow(str(number), 1.0, "/tmp", f"line {number}", Route.LITERAL, "", "done", number, 3.4) for number in (1, 2)
    ]


def test_history_oldest_first(house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(house, "prepare", staticmethod(remember_turns))
    assert main(["history", "--json"]) == 0
    assert [(row["line"], row["exit"], row["ms"]) for row in rows(capsys)] == [("line 1", 1, 3), ("line 2", 2, 3)]
    main(["history", "line 2", "--json"])
    assert [row["line"] for row in rows(capsys)] == ["line 2"]
    main(["history", "-n", "1", "--json"])
    assert [row["line"] for row in rows(capsys)] == ["line 2"]


def test_no_rows_are_an_empty_list(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--json"]) == 0
    assert capsys.readouterr() == ("[]\n", "")
    assert main(["history"]) == 0
    assert capsys.readouterr() == ("", "no turn yet\n")


def test_grants_are_listed_and_revoked(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grants", "--json"]) == 0
    assert rows(capsys)[0]["id"] == "g1"
    assert main(["grants", "revoke", "g1"]) == 0
    assert main(["grants", "revoke", "g9"]) == 2


def keep_records(house: Any) -> None:
    for number in range(3):
        house.ledger.append(RecordDraft("intent", f"t{number}", '{"fs.list":{}}', verdict="ALLOW"))


def test_audit(house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(house, "prepare", staticmethod(keep_records))
    assert main(["audit", "tail", "2", "--json"]) == 0
    assert [row["seq"] for row in rows(capsys)] == [2, 3]
    assert main(["audit", "head", "--json"]) == 0
    assert [row["hash"] for row in rows(capsys)] == ["hash3"]
    assert main(["audit", "export"]) == 0
    assert lines(capsys) == [{"seq": 1}, {"seq": 2}, {"seq": 3}]
    assert main(["audit", "export", "--json"]) == 0
    assert rows(capsys) == [{"seq": 1}, {"seq": 2}, {"seq": 3}]


def test_a_broken_chain_is_1(house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    assert "the chain holds: 1 records" in capsys.readouterr().out

    def break_chain(one: Any) -> None:
        one.ledger.verification = Verification(9, "", 4, "edited")

    monkeypatch.setattr(house, "prepare", staticmethod(break_chain))
    assert main(["audit", "verify"]) == 1
    assert "record 4: edited" in capsys.readouterr().out
    assert main(["audit", "verify", "--json"]) == 1
    assert rows(capsys) == [{"count": 9, "head": "", "broken_at": 4, "fault": "edited", "holds": False}]


def test_memory(house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(house, "prepare", staticmethod(lambda one: one.memory.save("the tax folder is steuer")))
    assert main(["memory", "search", "tax", "folder", "--json"]) == 0
    assert [row["text"] for row in rows(capsys)] == ["the tax folder is steuer"]
    assert main(["memory", "add", "two", "words", "--json"]) == 0
    assert rows(capsys)[0]["text"] == "two words"
    assert main(["memory", "forget", "1", "7", "--json"]) == 0
    assert rows(capsys) == [{"forgotten": 1}]
    assert main(["memory", "forget", "7"]) == 1
    assert main(["memory", "forget", "x"]) == 2
    assert main(["memory", "add"]) == 2
    capsys.readouterr()
    assert main(["memory", "doctor", "--json"]) == 0
    assert {row["subject"]: row["state"] for row in rows(capsys)}["memory"] == "ok"


def test_ps(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", "--json"]) == 0
    assert rows(capsys) == [{"pid": 1, "command": "init"}]


def test_help_of_a_syscall(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    assert "fs.find" in capsys.readouterr().out
    assert main(["help", "fs.find"]) == 0
    text = capsys.readouterr().out
    assert "Find files." in text
    assert "glob, …" in text
    assert '[{"fs.find":{"name":"*.pdf"}}]' in text
    assert main(["help", "fs.find", "--json"]) == 0
    assert [one["name"] for one in rows(capsys)[0]["arguments"]] == ["path", "name"]
    assert main(["help", "fs.fnd"]) == 2
    assert "near it: fs.find" in capsys.readouterr().err


@pytest.fixture
def gguf(tmp_path: Path, house: Any) -> Path:
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF" + (3).to_bytes(4, "little") + bytes(64))
    return path


def test_a_model_is_used_from_now_on(
    house: Any, gguf: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["model", "use", str(gguf)]) == 0
    assert f'model = "{gguf}"' in (tmp_path / "nlsh" / "config" / "config.toml").read_text()
    assert main(["model", "info", str(gguf), "--json"]) == 0
    assert rows(capsys)[0]["size"] == 72
    assert main(["model", "use", "nosuch"]) == 2
    assert main(["model", "use"]) == 2


def test_models_are_listed_and_described(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "list", "--json"]) == 0
    assert isinstance(rows(capsys), list)
    assert main(["model", "info", "--json"]) == 0
    assert rows(capsys)[0]["model"] == "smollm2"


def test_doctor_says_what_to_do_about_what_is_missing(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--json"])
    found = {row["subject"]: row for row in rows(capsys)}
    assert {"Python", "terminal", "shell", "ledger", "model", "bubblewrap", "trash", "recall by meaning"} <= set(found)
    assert found["Python"]["state"] == "ok"
    assert found["prepared model"]["state"] == "lacking"


def test_bench_measures_and_leaves_no_trace(
    house: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "--json"]) == 0
    found = {row["measure"]: row for row in rows(capsys)}
    assert found["context"]["p50"] == 100
    assert found["plan"]["p50"] == 12
    assert found["utterance to plan"]["p95"] >= found["utterance to plan"]["p50"] > 0
    assert found["ledger verify"]["unit"] == "records/s"
    assert house.made[0].paths.state_dir != str(tmp_path / "nlsh" / "state")
    assert not (tmp_path / "nlsh" / "state").exists()
    assert Path.cwd() == tmp_path


def test_bench_without_a_model_is_4(
    house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_model(one: Any) -> None:
        one.the_session.is_missing_model = True

    monkeypatch.setattr(house, "prepare", staticmethod(no_model))
    assert main(["bench"]) == 4
