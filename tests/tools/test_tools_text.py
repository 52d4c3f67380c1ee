"""The text stages, over files, over what was piped in, and over tables of earlier steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Chunk, Column, Emission, Result, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools.text import feed as feeds
from nlsh.tools.text.ordering import SetOps, Sort, Uniq
from nlsh.tools.text.picking import Columns
from nlsh.tools.text.selecting import Grep, Slice
from tests.tools.conftest import piped_in

LISTING = Table(
    (Column("path", "path"), Column("size", "size"), Column("modified", "time")),
    (("b.txt", 20, 3.0), ("a.txt", 100, 1.0), ("c.md", 3, 2.0)),
)


def emitted(scope: Scope, syscall: Syscall, table: Table | None = None) -> list[Emission]:
    here = scope if table is None else replace(scope, results={1: Result(table)})
    return list(syscall.run(here, syscall.resolve(here)))


def text(scope: Scope, syscall: Syscall, table: Table | None = None) -> str:
    chunks = emitted(scope, syscall, table)
    assert all(isinstance(chunk, Chunk) for chunk in chunks), chunks
    return b"".join(chunk.data for chunk in chunks if isinstance(chunk, Chunk)).decode("utf-8", "surrogateescape")


def rows(scope: Scope, syscall: Syscall, table: Table | None = None) -> list[tuple[Any, ...]]:
    [found] = emitted(scope, syscall, table)
    assert isinstance(found, Table)
    return list(found.rows)


def piped(scope: Scope, data: str) -> Scope:
    return piped_in(scope, data.encode("utf-8", "surrogateescape"))


# ---- sources


def test_a_source_is_a_file_a_pattern_the_step_before_or_stdin(scope: Scope, cwd: Path) -> None:
    (cwd / "one.txt").write_text("a\nb")
    (cwd / "two.txt").write_text("c\n")
    assert text(scope, Slice(source="one.txt", start=1)) == "a\nb\n"
    assert text(scope, Slice(source="*.txt", start=1)) == "a\nb\nc\n"
    assert text(piped(scope, "x\ny\n"), Slice(first=1)) == "x\n"
    later = replace(piped(scope, "no\n"), results={1: Result(output=b"p\nq\n")})
    assert text(later, Slice(last=1)) == "q\n"
    assert text(later, Slice(source="$1", first=1)) == "p\n"


def test_nothing_to_work_on_is_said(scope: Scope) -> None:
    with pytest.raises(UsageError, match="no text to work on"):
        emitted(scope, Sort())


def test_a_missing_file_is_named_with_the_nearest(scope: Scope, cwd: Path) -> None:
    (cwd / "notes.txt").write_text("")
    with pytest.raises(UsageError, match=r"notes\.tx") as caught:
        emitted(scope, Sort(source="notes.tx"))
    assert "notes.txt" in caught.value.hint


def test_binary_files_folders_and_pipes_are_refused(scope: Scope, cwd: Path) -> None:
    (cwd / "image").write_bytes(b"GIF\0\1")
    (cwd / "folder").mkdir()
    os.mkfifo(cwd / "pipe")
    for name in ("image", "folder", "pipe"):
        with pytest.raises(NlshError):
            emitted(scope, Sort(source=name))


def test_keys_are_delicate(scope: Scope, cwd: Path) -> None:
    ssh = Path(scope.home) / ".ssh"
    ssh.mkdir()
    (ssh / "id_ed25519").write_text("x")
    (cwd / "plain").write_text("x")
    assert Sort(source="~/.ssh/id_ed25519").resolve(scope).sensitive
    assert not Sort(source="plain").resolve(scope).sensitive
    assert Sort(source="/etc/passwd").resolve(scope).is_outside


def test_what_cannot_be_held_is_refused_not_cut(scope: Scope, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cwd / "many").write_text("x\n" * 11)
    monkeypatch.setattr(feeds, "MAX_HELD_LINES", 10)
    with pytest.raises(NlshError, match="more than 10 lines"):
        emitted(scope, Sort(source="many"))
    assert text(scope, Uniq(source="many")) == "x\n"


def test_bytes_that_are_no_text_pass_through(scope: Scope, cwd: Path) -> None:
    (cwd / "latin").write_bytes(b"caf\xe9\nabc\n")
    chunks = emitted(scope, Sort(source="latin"))
    assert chunks == [Chunk(b"abc\ncaf\xe9\n")]


# ---- grep, slice


def test_grep(scope: Scope) -> None:
    here = piped(scope, "one\ntwo\n# three\nOne more\n")
    assert text(here, Grep(pattern="one")) == "one\n"
    assert text(here, Grep(pattern="one", ignore_case=True)) == "one\nOne more\n"
    assert text(here, Grep(pattern="#", at="start", invert=True)) == "one\ntwo\nOne more\n"
    assert text(here, Grep(pattern="o.", regex=True, only_matches=True)) == "on\nor\n"


def test_grep_keeps_rows_of_a_table(scope: Scope) -> None:
    assert rows(scope, Grep(source="$1", pattern=".txt"), LISTING) == [LISTING.rows[0], LISTING.rows[1]]
    assert rows(scope, Grep(source="$1", pattern="c", at="start"), LISTING) == [LISTING.rows[2]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"first": 2}, "12"),
        ({"last": 2}, "56"),
        ({"start": 5}, "56"),
        ({"end": 2}, "12"),
        ({"start": 2, "end": 3}, "23"),
        ({"drop": 4}, "12"),
        ({"skip": 4}, "56"),
        ({"skip": 1, "drop": 1, "first": 9, "last": 2}, "45"),
        ({"drop": 9}, ""),
        ({"first": 3, "last": 1}, "3"),
        ({"start": 9}, ""),
        ({"first": 99}, "123456"),
        ({"start": 4, "end": 2}, ""),
        ({"last": 10**12}, "123456"),
    ],
)
def test_slices_of_lines_characters_bytes_and_rows_agree(scope: Scope, given: dict[str, int], expected: str) -> None:
    lines = "".join(f"{digit}\n" for digit in "123456")
    assert text(piped(scope, lines), Slice.parse(given)) == "".join(f"{digit}\n" for digit in expected)
    assert text(piped(scope, "123456\n"), Slice.parse({"unit": "chars", **given})) == expected + "\n"
    assert text(piped(scope, "123456"), Slice.parse({"unit": "bytes", **given})) == expected
    table = Table((Column("n"),), tuple((digit,) for digit in "123456"))
    assert "".join(row[0] for row in rows(scope, Slice.parse({"source": "$1", **given}), table)) == expected


def test_a_slice_of_nothing_asks_which(scope: Scope) -> None:
    with pytest.raises(UsageError, match="which lines"):
        emitted(piped(scope, "a\n"), Slice())


# ---- columns

PEOPLE = 'name,age,city\nAnn,31,Paris\nBob,25,Rome\n"Lee, C",40,Paris\n'


def test_columns_of_white_space_and_of_a_said_separator(scope: Scope) -> None:
    here = piped(scope, "a  b c\nd e f\n")
    assert text(here, Columns(fields=(3, 1))) == "c a\nf d\n"
    assert text(here, Columns(fields=(-1,))) == "c\nf\n"
    assert text(piped(scope, "r:x:0\n"), Columns(fields=(1, 3), separator="colon")) == "r:0\n"
    assert text(here, Columns(fields=(9,))) == "\n\n"


def test_columns_of_csv_by_name_and_condition(scope: Scope, cwd: Path) -> None:
    (cwd / "people.csv").write_text(PEOPLE)
    assert text(scope, Columns(source="people.csv", names=("city", "name"))) == (
        'city,name\nParis,Ann\nRome,Bob\nParis,"Lee, C"\n'
    )
    above = Columns(source="people.csv", where="age", above=30)
    assert text(scope, above) == 'name,age,city\nAnn,31,Paris\n"Lee, C",40,Paris\n'
    both = Columns(source="people.csv", names=("name",), where="city", equals="Paris", below=35)
    assert text(scope, replace(both, where="age", equals="")) == "name\nAnn\nBob\n"
    assert text(scope, replace(both, below=None)) == 'name\nAnn\n"Lee, C"\n'


def test_an_unknown_column_is_named_with_those_there_are(scope: Scope, cwd: Path) -> None:
    (cwd / "people.csv").write_text(PEOPLE)
    with pytest.raises(UsageError, match="no column zip") as caught:
        emitted(scope, Columns(source="people.csv", names=("zip",)))
    assert "name, age, city" in caught.value.hint


def test_columns_of_a_table(scope: Scope) -> None:
    [table] = emitted(scope, Columns(source="$1", names=("size", "file"), where="size", above=10), LISTING)
    assert table == Table((Column("size", "size"), Column("path", "path")), ((20, "b.txt"), (100, "a.txt")))


# ---- sort, uniq, setops


def test_sorting_lines(scope: Scope) -> None:
    here = piped(scope, "10 x\n9 y\n1.5K z\nnone\n9 y\n")
    assert text(here, Sort()) == "1.5K z\n10 x\n9 y\n9 y\nnone\n"
    assert text(here, Sort(numeric=True, unique=True)) == "none\n9 y\n10 x\n1.5K z\n"
    assert text(here, Sort(numeric=True, reverse=True)).startswith("1.5K z\n10 x\n")
    assert text(here, Sort(field=2)) == "none\n10 x\n9 y\n9 y\n1.5K z\n"
    assert text(here, Sort(by="length")).startswith("9 y\n9 y\n10 x\n")


def test_sorting_csv_keeps_the_header_on_top(scope: Scope, cwd: Path) -> None:
    (cwd / "people.csv").write_text(PEOPLE)
    sorted_text = text(scope, Sort(source="people.csv", by="age", numeric=True))
    assert sorted_text.split("\n")[:3] == ["name,age,city", "Bob,25,Rome", "Ann,31,Paris"]


def test_sorting_rows(scope: Scope) -> None:
    by_size = rows(scope, Sort(source="$1", by="size", reverse=True), LISTING)
    assert [row[0] for row in by_size] == ["a.txt", "b.txt", "c.md"]
    assert [row[0] for row in rows(scope, Sort(source="$1", by="date"), LISTING)] == ["a.txt", "c.md", "b.txt"]
    assert [row[0] for row in rows(scope, Sort(source="$1"), LISTING)] == ["a.txt", "b.txt", "c.md"]


def test_rows_of_mixed_cells_can_be_sorted(scope: Scope) -> None:
    table = Table((Column("x"),), (("b",), (None,), (2,), ("a",), (1.5,)))
    assert [row[0] for row in rows(scope, Sort(source="$1"), table)] == [None, 1.5, 2, "a", "b"]


def test_uniq(scope: Scope) -> None:
    here = piped(scope, "b\na\nb\nc\nb\na\n")
    assert text(here, Uniq()) == "b\na\nc\n"
    assert text(here, Uniq(duplicates_only=True)) == "b\na\n"
    assert text(here, Uniq(singles_only=True)) == "c\n"
    assert rows(here, Uniq(counts=True)) == [(3, "b"), (2, "a"), (1, "c")]


def test_uniq_by_a_field(scope: Scope, cwd: Path) -> None:
    (cwd / "people.csv").write_text(PEOPLE)
    assert rows(scope, Uniq(source="people.csv", by="city", counts=True)) == [(2, "Paris"), (1, "Rome")]
    log = piped(scope, "1.2.3.4 GET\n5.6.7.8 GET\n1.2.3.4 POST\n")
    assert rows(log, Uniq(field=1, counts=True)) == [(2, "1.2.3.4"), (1, "5.6.7.8")]
    assert text(log, Uniq(field=2)) == "GET\nPOST\n"


def test_uniq_groups_rows(scope: Scope) -> None:
    table = Table((Column("user"), Column("pid", "count")), (("ann", 1), ("bob", 2), ("ann", 3)))
    assert rows(scope, Uniq(source="$1", by="user", counts=True), table) == [(2, "ann"), (1, "bob")]


def test_setops(scope: Scope, cwd: Path) -> None:
    (cwd / "a").write_text("1\n2\n2\n3\n")
    (cwd / "b").write_text("3\n4\n2")
    expected = {"common": "2\n3\n", "only_first": "1\n", "only_second": "4\n", "union": "1\n2\n3\n4\n"}
    for operation, lines in expected.items():
        assert text(scope, SetOps.parse({"source": "a", "other": "b", "operation": operation})) == lines


@given(st.lists(st.text(alphabet="abé 1", max_size=4), max_size=30))
def test_sorting_is_idempotent_and_loses_nothing(lines: list[str]) -> None:
    stage = Sort(numeric=True)
    feed = feeds.Feed(None, table=Table((Column("x"),), tuple((line,) for line in lines)))  # type: ignore[arg-type]
    once = stage._lines(feed)
    again = stage._lines(replace(feed, table=Table((Column("x"),), tuple((line,) for line in once))))
    assert once == again
    assert sorted(once) == sorted(lines)


def test_a_plural_nobody_wrote_finds_the_singular_and_says_so(scope: Scope) -> None:
    log = "a timeout\nnothing\ntwo timeouts\n"
    assert text(piped(scope, log), Grep(pattern="timeouts")) == "two timeouts\n"
    emissions = emitted(piped(scope, "a timeout\nnothing\n"), Grep(pattern="timeouts"))
    chunks = [chunk for chunk in emissions if isinstance(chunk, Chunk)]
    assert [(chunk.data, chunk.is_error) for chunk in chunks] == [
        (b"a timeout\n", False),
        (b"no line holds timeouts; these hold timeout\n", True),
    ]
    assert emitted(piped(scope, "class\nstatus\n"), Grep(pattern="classs")) == []
    assert emitted(piped(scope, "http://a\n"), Grep(pattern="https", regex=True)) == []
    assert emitted(piped(scope, "statu\n"), Grep(pattern="status")) == []


def test_a_pipe_is_read_in_pieces_and_only_as_far_as_need_be(scope: Scope) -> None:
    class Endless:
        def __init__(self) -> None:
            self.count = 0

        def blocks(self, check: Callable[[], None]) -> Iterator[bytes]:
            while True:
                self.count += 1
                yield b"line\nhalf"

        def speaks(self) -> bool:
            return True

        def descriptor(self) -> None:
            return None

    endless = Endless()
    assert text(replace(scope, stdin=endless), Slice(first=3)) == "line\nhalfline\nhalfline\n"
    assert endless.count < 5


def test_an_endless_line_is_refused(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlsh.tools.contents.MAX_LINE_BYTES", 10)
    with pytest.raises(NlshError, match="longer than"):
        text(piped(scope, "x" * 100), Sort())


def test_one_column_of_numbers_needs_no_name(scope: Scope) -> None:
    numbers = "3\n19\n2\n"
    assert text(piped(scope, numbers), Sort(by="largest", numeric=True, reverse=True)) == "19\n3\n2\n"
    with pytest.raises(UsageError, match="no column largest"):
        text(piped(scope, "price\n3\n"), Sort(by="largest"))
