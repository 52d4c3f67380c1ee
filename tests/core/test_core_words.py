"""The words: arguments, syscalls, plans, events, display."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.arguments import Age, Kind, Paths, Size, read_bytes, read_moment, read_seconds, read_size
from nlsh.core.display import human_duration, human_size, table_cells, visible, visible_text
from nlsh.core.errors import PlanInvalid, UsageError
from nlsh.core.events import Output, Tabled, read_event, to_json
from nlsh.core.facts import Facts, Target
from nlsh.core.plan import read_plan
from nlsh.core.results import Column, Result, Table
from nlsh.core.risk import Effect
from nlsh.core.syscall import Syscall


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample(Syscall):
    """A sample.

    More about it.
    """

    name: ClassVar[str] = "t.sample"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})

    path: Paths
    size: Size = ""
    newer: Age | None = None
    limit: int = 0
    sort: Literal["name", "size"] = "name"
    is_deep: bool = False


def lookup(name: str) -> type[Syscall] | None:
    return Sample if name == "t.sample" else None


def test_a_spec_is_derived_from_the_declaration() -> None:
    spec = Sample.spec()
    assert spec.summary == "A sample."
    assert [(a.name, a.kind, a.is_required, a.is_many) for a in spec.arguments] == [
        ("path", Kind.PATHS, True, True),
        ("size", Kind.SIZE, False, False),
        ("newer", Kind.AGE, False, False),
        ("limit", Kind.INTEGER, False, False),
        ("sort", Kind.CHOICE, False, False),
        ("is_deep", Kind.BOOLEAN, False, False),
    ]
    assert spec.arguments[4].choices == ("name", "size")


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("nonsense", "did not finish"),
        ("[" * 100_000, "did not finish"),
        ("{}", "1 to 8 steps"),
        ("[]", "1 to 8 steps"),
        ('[{"t.sample":{"path":"a"}}' + ',{"t.sample":{"path":"a"}}' * 8 + "]", "1 to 8 steps"),
        ('[{"a":{},"b":{}}]', "not one syscall"),
        ('[{"t.other":{}}]', "no syscall 't.other'"),
        ('[{"t.sample":[]}]', "not an object"),
        ('[{"t.sample":{}}]', "needs 'path'"),
        ('[{"t.sample":{"path":"a","colour":"red"}}]', "no argument 'colour'"),
        ('[{"t.sample":{"path":7}}]', "cannot be 7"),
        ('[{"t.sample":{"path":"a","limit":true}}]', "cannot be true"),
        ('[{"t.sample":{"path":"a","limit":"7"}}]', 'cannot be "7"'),
        ('[{"t.sample":{"path":"a","sort":"colour"}}]', "cannot be 'colour'"),
        ('[{"t.sample":{"path":"a\\u0000b"}}]', "NUL"),
        ('[{"t.sample":{"path":"$1"}}]', "not before it"),
        ('[{"t.sample":{"path":["a","$2"]}}]', "not before it"),
    ],
)
def test_a_plan_that_is_wrong_anywhere_is_refused_whole(plan: str, message: str) -> None:
    with pytest.raises(PlanInvalid, match=message):
        read_plan(plan, lookup)


@given(
    path=st.lists(st.text().filter(lambda t: "\0" not in t and not t.startswith("$")), min_size=1, max_size=3),
    limit=st.integers(-5, 5),
    is_deep=st.booleans(),
)
def test_a_plan_reads_back_equal(path: list[str], limit: int, is_deep: bool) -> None:
    syscall = Sample(path=tuple(path), limit=limit, is_deep=is_deep)
    plan = read_plan(f"[{syscall.to_json()}]", lookup)
    assert plan.steps[0].syscall == syscall
    assert plan.to_json() == f"[{syscall.to_json()}]"
    assert plan.to_json().isascii()


def test_names_that_are_no_text_survive_the_plan() -> None:
    syscall = Sample(path=("\udcff\udc80.txt",))
    assert read_plan(f"[{syscall.to_json()}]", lookup).steps[0].syscall == syscall


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">1M", 1048577, 1048576),
        ("<4k", 4095, 4096),
        (">=1G", 1 << 30, (1 << 30) - 1),
        ("10", 10, 11),
        ("1.5k", 1536, 1535),
        ("1M..2M", 2 << 20, (2 << 20) + 1),
        ("> 2 MB", (2 << 20) + 1, 2 << 20),
    ],
)
def test_sizes(text: str, inside: int, outside: int) -> None:
    assert read_size(text).holds(inside)
    assert not read_size(text).holds(outside)


@pytest.mark.parametrize("text", ["", "big", ">", "1X", "1..", "-5", ">>1M"])
def test_what_is_no_size_says_so(text: str) -> None:
    with pytest.raises(UsageError, match="not a size"):
        read_size(text)


def test_lengths_of_time_and_moments() -> None:
    assert read_seconds("7d") == 7 * 86400
    assert read_seconds("10m") == 600
    assert read_seconds("2mo") == 60 * 86400
    assert read_moment("1h", 10_000.0) == 6400.0
    assert read_moment("2024-05-01", 0.0) > 1.7e9
    with pytest.raises(UsageError, match="not a length of time"):
        read_seconds("soon")
    with pytest.raises(UsageError, match="not a size"):
        read_bytes(">1")


@given(st.text())
def test_nothing_that_moves_a_terminal_is_ever_shown(text: str) -> None:
    for shown in (visible(text), visible_text(text).replace("\n", "").replace("\t", "")):
        assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)


def test_plain_text_is_shown_as_it_is() -> None:
    assert visible("naïve 数据.txt") == "naïve 数据.txt"
    assert visible("a\x1b[31m\n\udcff") == "a\\x1b[31m\\x0a\\xff"
    assert visible_text("a\r\nb\rc") == "a\nb\\x0dc"


def test_numbers_for_people() -> None:
    assert [human_size(n) for n in (0, 1023, 1024, 1536, 200 << 20, 3 << 40)] == [
        "0 B", "1023 B", "1.0 KiB", "1.5 KiB", "200 MiB", "3.0 TiB",
    ]  # fmt: skip
    assert [human_duration(s) for s in (0.34, 12, 200, 7500, 300000)] == [
        "340 ms",
        "12 s",
        "3 min",
        "2 h 5 min",
        "3 d 11 h",
    ]


def test_a_table_travels_and_is_shown_safely() -> None:
    table = Table(
        (Column("path", "path"), Column("size", "size"), Column("n", "count")), (("a\x1bb\udcff", 2048, None),)
    )
    event = Tabled(1, table)
    assert read_event(to_json(event)) == event
    assert table_cells(table) == [["a\\x1bb\\xff", "2.0 KiB", ""]]
    assert Result(table).paths() == ("a\x1bb\udcff",)


@given(st.binary())
def test_output_loses_no_byte(data: bytes) -> None:
    event = Output(1, data.decode("utf-8", "surrogateescape"))
    read = read_event(to_json(event))
    assert isinstance(read, Output)
    assert read.text.encode("utf-8", "surrogateescape") == data
    assert to_json(event).isascii()


def test_any_changed_fact_changes_the_digest() -> None:
    facts = Facts((Target("/a", "file", 3, inode=7),), 1, details={"x": 1})
    changed = [
        dataclasses.replace(facts, targets=(Target("/a", "file", 3, inode=8),)),
        dataclasses.replace(facts, count=2),
        dataclasses.replace(facts, overwrites=1),
        dataclasses.replace(facts, details={"x": 2}),
        dataclasses.replace(facts, is_outside=True),
    ]
    assert len({facts.digest(), *(one.digest() for one in changed)}) == 6
