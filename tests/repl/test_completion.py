from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from nlsh.repl.completion import PathCompleter, quote, unquote


def offers(folder: Path, line: str) -> list[str]:
    event = CompleteEvent(completion_requested=True)
    return [offer.text for offer in PathCompleter(lambda: str(folder)).get_completions(Document(line), event)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("notes.md", "my report.pdf", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cat no", ["notes.md"]),
        ("delete my", ["my\\ report.pdf"]),
        ("open my\\ re", ["my\\ report.pdf"]),
        ("ls ph", ["photos/"]),
        ("ls photos/c", ["photos/cat.jpg"]),
        ("ls ", ["my\\ report.pdf", "notes.md", "photos/"]),
        ("ls .h", [".hidden"]),
        ("ls nowhere/x", []),
    ],
)
def test_names_that_the_word_may_go_on_to(folder: Path, line: str, expected: list[str]) -> None:
    assert offers(folder, line) == expected


def test_absolute_paths(folder: Path) -> None:
    assert offers(Path("/"), f"ls {folder}/no") == [f"{folder}/notes.md"]


def test_names_that_no_terminal_shows_are_not_offered(tmp_path: Path) -> None:
    (tmp_path / "evil\x1b[2J").touch()
    assert offers(tmp_path, "ls ev") == []


@given(st.text(min_size=1).filter(lambda text: "\n" not in text))
def test_quoting_comes_back(name: str) -> None:
    assert unquote(quote(name)) == name
