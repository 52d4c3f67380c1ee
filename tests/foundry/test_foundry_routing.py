"""The lines on which the route is measured: how rows become lines, and that the parts stay apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.foundry import routing
from models.foundry.routing_lines import HELD, LOOKED_AT, Line, command, lines_of, part_of, utterance
from models.foundry.routing_names import kinds_here, kinds_of_pages
from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("(GNU specific) Display  the load.", "Display the load."),
        ("[r]un `git diff` on [a]ll", "run git diff on all"),
        ("List [f]iles", "List files"),
        ("sum of arr[i]", "sum of arri"),
        ("(only a remark)", ""),
    ],
)
def test_an_utterance_is_what_a_person_would_type(said: str, typed: str) -> None:
    assert utterance(said) == typed


@pytest.mark.parametrize(
    ("tool", "raw", "typed"),
    [
        ("tar", "tar {{[-c|--create]}} -f x.tar", ("tar -c -f x.tar", "tar --create -f x.tar")),
        ("cat", "cat {{path/to/image.png}}", ("cat image.png",)),
        ("cat", "cat {{path/to/a.x path/to/b.x ...}}", ("cat a.x b.x",)),
        ("less", "<Ctrl c>", ("",)),
        ("mysql", "show tables;", ("",)),
    ],
)
def test_a_command_has_its_slots_filled(tool: str, raw: str, typed: tuple[str, ...]) -> None:
    row = {"tool": tool, "cmd": raw, "cmd_raw": raw}
    assert command(row) in typed
    assert command(row) == command(row)


def test_a_command_without_slots_is_as_written() -> None:
    assert command({"cmd": " find . -name '{{x}}' "}) == "find . -name '{{x}}'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small copy of the data: clusters of two rows, and a broken command."""
    pairs: list[dict[str, Any]] = [
        {"id": f"n{i}", "cluster": f"c{i // 2}", "nl": f"Find number {i}", "cmd": f"find . -name {i}"}
        for i in range(60)
    ]
    pairs += [{"id": f"b{i}", "cluster": f"b{i}", "nl": "pwd", "cmd": "pwd"} for i in range(8)]
    pairs += [{"id": f"x{i}", "cluster": f"x{i}", "nl": "Broken one", "cmd": "for ("} for i in range(8)]
    tools = [{"id": "t", "cluster": "t", "tool": "git undo", "nl": "Undo it", "cmd": "git undo", "cmd_raw": "git undo"}]
    for name, rows in (("nl2bash", pairs), ("tldr", tools)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return tmp_path


def test_the_parts_share_no_cluster_and_no_line(folder: Path) -> None:
    looked, held = (lines_of(folder, part) for part in (LOOKED_AT, HELD))
    assert looked
    assert len(held) > len(looked)
    assert not set(looked) & set(held)
    assert part_of({"cluster": "c1"}) == part_of({"cluster": "c1"})


def test_what_is_no_line_is_left_out(folder: Path) -> None:
    lines = lines_of(folder, LOOKED_AT) + lines_of(folder, HELD)
    assert "for (" not in {line.text for line in lines}
    assert [line.route for line in lines if line.text == "pwd"] == [Route.LITERAL]
    assert Line("broken one", Route.UTTERANCE, "nl2bash utterances lower-cased") in lines


def test_names(folder: Path) -> None:
    kinds = kinds_of_pages(folder)
    assert [kinds(word) for word in ("git", "git-undo", "cd", "if", "undo")] == [
        "program",
        "program",
        "builtin",
        "keyword",
        "",
    ]
    assert [kinds_here()(word) for word in ("ls", "cd", "no-such-thing")] == ["program", "builtin", ""]


def test_the_figures(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["routing", str(folder), "--part", HELD])
    routing.main()
    told = capsys.readouterr().out
    assert "all utterances" in told
    assert "prefixes of" in told
    assert "Find number" not in told


def test_errors_are_shown_of_the_part_to_look_at_only(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["routing", str(folder), "--part", HELD, "--errors", "9"])
    monkeypatch.setattr(routing, "read_route", lambda *_: RouteReading(Route.LITERAL, 0.1))
    routing.main()
    told = capsys.readouterr().out
    held = {line.text for line in lines_of(folder, HELD) if line.route is Route.UTTERANCE}
    assert f"{LOOKED_AT} part" in told
    assert "Find number" in told
    assert not any(told_line.endswith(text) for text in held for told_line in told.splitlines())
