from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlsh import __version__
from nlsh.cli import main
from nlsh.cli.options import parser
from nlsh.core.errors import (
    Cancelled,
    ConfigInvalid,
    ModelUnavailable,
    NlshError,
    NotUnderstood,
    Refused,
    StoreUnavailable,
    UsageError,
)

COMMANDS = (
    *("route", "plan", "check", "undo", "redo", "history", "grants", "audit"),
    *("memory", "ps", "model", "doctor", "bench", "help"),
)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"nlsh {__version__}\n"


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n    {name} " in text


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["--nonsense"], ["-c"], ["undo", "0"], ["audit"], ["audit", "burn"], ["-c", "ls", "ps"], ["--json"]],
)
def test_a_wrong_command_line_is_2_and_one_sentence(
    house: Any, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("nlsh: ")
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-c", "ls", "--yes"], ("ls", True)),
        (["--yes", "-c", "ls"], ("ls", True)),
        (["-c", "--yes"], ("--yes", False)),
        (["-c", "-x = -c"], ("-x = -c", False)),
        (["-c", ""], ("", False)),
        (["--model", "tiny", "-c", "=a"], ("=a", False)),
    ],
)
def test_a_line_is_taken_as_it_is(
    house: Any, monkeypatch: pytest.MonkeyPatch, words: list[str], expected: tuple[str, bool]
) -> None:
    seen: list[tuple[str, bool]] = []

    def run(arguments: Any) -> int:
        seen.append((arguments.line, arguments.yes))
        return 0

    monkeypatch.setattr("nlsh.cli.once.run", run)
    assert main(words) == 0
    assert seen == [expected]


@pytest.mark.parametrize("words", [["--json", "history"], ["history", "--json"], ["--json", "history", "x"]])
def test_json_may_stand_on_either_side_of_the_subcommand(words: list[str]) -> None:
    assert parser().parse_args(words).json is True


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NlshError, 1),
        (UsageError, 2),
        (ConfigInvalid, 2),
        (NotUnderstood, 3),
        (ModelUnavailable, 4),
        (StoreUnavailable, 1),
        (Refused, 126),
        (Cancelled, 130),
    ],
)
def test_every_error_has_its_code_and_its_sentence(
    house: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: type[NlshError],
    code: int,
) -> None:
    monkeypatch.setattr(house, "crash", error("no \x1b[2J", "do this"))
    assert main(["history"]) == code
    assert capsys.readouterr().err == "nlsh: no \\x1b[2J\n      do this\n"


def test_an_interrupt_is_130_and_silent(
    house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(arguments: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("nlsh.cli.past.run", interrupted)
    assert main(["history"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_crash_is_70_one_line_and_a_private_file(
    house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(house, "crash", ZeroDivisionError("secret of the defect"))
    assert main(["history"]) == 70
    captured = capsys.readouterr()
    [file] = (tmp_path / "nlsh" / "state").glob("crash-*.txt")
    assert str(file) in captured.err
    assert "Traceback" not in captured.err
    assert "secret of the defect" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_crash_is_kept_even_where_the_state_folder_cannot_be(
    house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NLSH_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(house, "crash", ZeroDivisionError("x"))
    assert main(["ps"]) == 70
    assert len(list(tmp_path.glob("crash-*.txt"))) == 1


def test_nobody_reading_is_silent(
    house: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: Any) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("nlsh.cli.past.run", broken)
    monkeypatch.setattr("nlsh.cli.guard._discard_output", lambda: None)
    assert main(["history"]) == 141
    assert capfd.readouterr() == ("", "")


def test_every_house_is_closed(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["history"], ["grants"], ["ps"], ["help"], ["audit", "verify"], ["undo"], ["undo", "2"]):
        main(words)
    assert len(house.made) == 7
    assert all(one.is_closed for one in house.made)


def test_the_model_option_reaches_the_house(house: Any, stdin: Callable[[bytes], None]) -> None:
    for words in (["--model", "big", "plan"], ["plan", "--model", "big"]):
        stdin(b"")
        assert main(words) == 0
    assert [one.options.model for one in house.made] == ["big", "big"]


def test_loading_the_parser_loads_no_library() -> None:
    text = "import sys; from nlsh.cli.options import parser; parser(); print(json.dumps(sorted(sys.modules)))"
    import subprocess

    out = subprocess.run([sys.executable, "-c", f"import json; {text}"], capture_output=True, check=True).stdout
    assert not {"asyncio", "rich", "textual", "prompt_toolkit", "sqlite3"} & set(json.loads(out))
