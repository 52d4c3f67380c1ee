from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.ports import TurnRow
from nlsh.store.columns import to_column, to_text
from nlsh.store.database import Database
from nlsh.store.history import StoredHistory
from nlsh.store.memories import StoredMemories

ROW = TurnRow("t1", 1.0, "/home", "show the big files", "utterance", '[{"fs.find":{}}]', "done", 0, 12.5)


@pytest.fixture
def history(database: Database) -> StoredHistory:
    return StoredHistory(database)


def lines(history: StoredHistory, containing: str = "") -> list[str]:
    return [row.line for row in history.latest(100, containing)]


def episodes(database: Database) -> list[str]:
    return [row.text for row in StoredMemories(database).newest(100, "episode")]


def test_a_turn_is_stored_and_replaced_by_its_id(history: StoredHistory) -> None:
    history.add(replace(ROW, outcome="", plan=""))
    history.add(ROW)
    assert history.latest(5) == (ROW,)


def test_the_newest_come_first_and_as_many_as_asked(history: StoredHistory) -> None:
    for number in range(5):
        history.add(replace(ROW, id=str(number), at=float(number % 3), line=str(number)))
    assert lines(history) == ["2", "4", "1", "3", "0"]
    assert [row.line for row in history.latest(2)] == ["2", "4"]
    assert history.latest(0) == history.latest(-1) == ()


def test_a_line_that_begins_with_a_space_leaves_no_trace(history: StoredHistory, database: Database) -> None:
    history.add(replace(ROW, line=" export TOKEN=secret"))
    assert history.latest(5) == ()
    assert episodes(database) == []


@pytest.mark.parametrize(
    ("containing", "expected"),
    [
        ("BIG", ["show the big files"]),
        ("%", ["100% sure"]),
        ("_", ["a_b"]),
        ("\\", ["back\\slash"]),
        ("\udcff", ["raw \udcff byte"]),
        ("raw", ["raw \udcff byte"]),
        ("nothing", []),
    ],
)
def test_a_text_is_found_as_it_stands(history: StoredHistory, containing: str, expected: list[str]) -> None:
    texts = ("show the big files", "100% sure", "a_b", "back\\slash", "raw \udcff byte", "ls")
    for number, line in enumerate(texts):
        history.add(replace(ROW, id=str(number), line=line))
    assert lines(history, containing) == expected


any_text = st.text(st.characters(codec=None), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_text, any_text)
def test_any_line_and_folder_round_trip(history: StoredHistory, line: str, cwd: str) -> None:
    # Half of a surrogate pair is no byte of any file name; it need not come back, only do no harm.
    is_whole = all(not 0xD800 <= ord(char) <= 0xDFFF for char in line + cwd)
    history.add(replace(ROW, line=f"x{line}", cwd=cwd))
    [row] = history.latest(1)
    assert not is_whole or (row.line, row.cwd) == (f"x{line}", cwd)


@given(st.binary(max_size=30))
def test_bytes_of_a_file_name_come_back(raw: bytes) -> None:
    text = raw.decode("utf-8", "surrogateescape")
    assert to_text(to_column(text)) == text
    assert isinstance(to_column("é"), str)


def test_what_worked_becomes_an_episode_once(history: StoredHistory, database: Database) -> None:
    for number, outcome in enumerate(("", "failed", "declined", "cancelled", "not understood", "dry run")):
        history.add(replace(ROW, id=str(number), line=outcome or "running", outcome=outcome))
    assert episodes(database) == []
    for number in range(3):
        history.add(replace(ROW, id=f"d{number}", at=float(number)))
    assert episodes(database) == ["show the big files"]
    assert StoredMemories(database).newest(1)[0].at == 2.0


def test_what_came_from_the_memory_and_pasted_files_are_no_episodes(history: StoredHistory, database: Database) -> None:
    history.add(replace(ROW, id="a", plan='[{"mem.recall":{"text":"invoices"}}]'))
    history.add(replace(ROW, id="b", line="x" * 3000))
    history.add(replace(ROW, id="c", line=""))
    assert episodes(database) == []
