"""Counting, calculating, changing, encoding and laying out text."""

from __future__ import annotations

import contextlib
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
from nlsh.tools.text.arithmetic import evaluate
from nlsh.tools.text.cells import number_in
from nlsh.tools.text.changing import Replace, Translate
from nlsh.tools.text.counting import Calc, Count
from nlsh.tools.text.encoding import Encode
from nlsh.tools.text.layout import Layout, Print
from nlsh.tools.text.structured import Json
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


# ---- count, calc


def test_counting(scope: Scope, cwd: Path) -> None:
    (cwd / "t.txt").write_text("one two\nthrée\none two")
    expected = {"lines": 3, "words": 5, "chars": 21, "bytes": 22, "distinct": 2, "longest": 7}
    for what, number in expected.items():
        assert rows(scope, Count.parse({"source": "t.txt", "what": what})) == [(number,)]


def test_counting_nothing_gives_zero(scope: Scope, cwd: Path) -> None:
    (cwd / "empty").write_text("")
    for what in ("lines", "words", "chars", "bytes", "distinct", "longest"):
        assert rows(scope, Count.parse({"source": "empty", "what": what})) == [(0,)]


def test_counting_several_files_gives_each_and_the_sum(scope: Scope, cwd: Path) -> None:
    (cwd / "a.csv").write_text("1\n2\n")
    (cwd / "b.csv").write_text("3\n")
    [table] = emitted(scope, Count(source=("*.csv",)))
    assert isinstance(table, Table)
    assert table.rows == ((2, "a.csv"), (1, "b.csv"))
    assert table.note == "3 in all"


def test_counting_rows_a_text_and_binary_bytes(scope: Scope, cwd: Path) -> None:
    (cwd / "bin").write_bytes(b"\0\1\2")
    assert rows(scope, Count(source=("$1",)), LISTING) == [(3,)]
    assert rows(scope, Count(text="the fox", what="chars")) == [(7,)]
    assert rows(scope, Count(source=("bin",), what="bytes")) == [(3,)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("15% of 240", 36),
        ("what is 12 x 7?", 84),
        ("12 * (7 + 3", 120),
        ("1 + 2) * (3 + 4", 21),
        ("2^10", 1024),
        ("2^16 minus 1", 65535),
        ("10 divided by 4", 2.5),
        ("0.1 + 0.2", 0.3),
        ("1,234,567 + 1", 1234568),
        ("7 mod 3", 1),
        ("7 % 3", 1),
        ("50%", 0.5),
        ("sqrt(16)", 4),
        ("square root of 81", 9),
        ("max(3, 9, 2)", 9),
        ("round(2.567, 2)", 2.57),
        ("255 in hex", "0xff"),
        ("0b101 to decimal", "5"),
        ("3 times 19 =", 57),
        ("-5 + 2", -3),
        ("2 * pi", 6.28318530718),
        ("6 / 3", 2),
    ],
)
def test_arithmetic(expression: str, expected: float | str) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1/0",
        "9**9**9**9",
        "10**100000",
        "__import__('os')",
        "(1).__class__",
        "'a' * 9",
        "[1]*9",
        "lambda: 1",
        "round(2, -10**9)",
        "(-8) ** 0.5",
        "exp(100000)",
        "1 if 1 else 2",
        "True + 1",
        "1 << 99999",
        "(" * 300,
        "1+" * 400,
        "1.5 in hex",
        "nothing at all",
    ],
)
def test_what_is_no_arithmetic_is_refused(expression: str) -> None:
    with pytest.raises(UsageError):
        evaluate(expression)


@given(st.text(max_size=60))
def test_evaluation_is_total(expression: str) -> None:
    with contextlib.suppress(UsageError):
        assert isinstance(evaluate(expression), int | float | str)


def test_calc_over_lines_columns_and_rows(scope: Scope, cwd: Path) -> None:
    (cwd / "costs.txt").write_text("bread 2.10\nmilk 0.90\nfree\n")
    (cwd / "items.csv").write_text("item,price\na,2\nb,4\nc,9\n")
    [table] = emitted(scope, Calc(source="costs.txt"))
    assert isinstance(table, Table)
    assert (table.rows, table.note) == (((3,),), "1 without a number left out")
    for operation, expected in {"sum": 15, "mean": 5, "median": 4, "min": 2, "max": 9, "count": 3}.items():
        syscall = Calc.parse({"source": "items.csv", "operation": operation, "by": "price"})
        assert rows(scope, syscall) == [(expected,)]
    [total] = emitted(scope, Calc(source="$1", by="size"), LISTING)
    assert total == Table((Column("sum", "size"),), ((123,),))
    assert rows(scope, Calc(source="$1"), LISTING) == [(123,)]


def test_calc_without_numbers_is_said(scope: Scope) -> None:
    with pytest.raises(UsageError, match="no number"):
        emitted(piped(scope, "a\nb\n"), Calc())


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12), ("-3.5 x", -3.5), ("1.5K", 1536), ("2M", 2 << 20), ("10 Main", 10), ("", None), ("x7", 7), (4.5, 4.5)],
)
def test_numbers_in_cells(cell: object, number: float | None) -> None:
    assert number_in(cell) == number


# ---- replace, translate


def test_replace(scope: Scope) -> None:
    here = piped(scope, "a.b a+b\nAxB\n")
    assert text(here, Replace(pattern=".", replacement="-")) == "a-b a+b\nAxB\n"
    assert text(here, Replace(pattern=r"(a)(.)b", replacement=r"\2\1", regex=True)) == ".a +a\nAxB\n"
    assert text(here, Replace(pattern="a", ignore_case=True)) == ".b +b\nxB\n"


@pytest.mark.parametrize(
    ("given", "source", "expected"),
    [
        ({"change": "upper"}, "straße", "STRASSE"),
        ({"change": "title"}, "it's a DAY", "It's A Day"),
        ({"change": "trim"}, "  x \t", "x"),
        ({"change": "ascii"}, "café", "cafe"),
        ({"change": "unix"}, "x\r", "x"),
        ({"change": "dos"}, "x", "x\r"),
        ({"delete": "digits"}, "a1b22", "ab"),
        ({"delete": "vowels"}, "Education", "dctn"),
        ({"delete": "letters"}, "a1_é-", "1_-"),
        ({"delete": "-]^"}, "a-b]c^d", "abcd"),
        ({"squeeze": "spaces"}, "a   b  c", "a b c"),
        ({"squeeze": "o", "delete": "x"}, "fooxoo", "fo"),
    ],
)
def test_translate(scope: Scope, given: dict[str, str], source: str, expected: str) -> None:
    assert text(piped(scope, source + "\n"), Translate.parse(given)) == expected + "\n"


def test_translate_a_given_text(scope: Scope) -> None:
    assert text(scope, Translate(text="Hello", change="lower")) == "hello\n"
    with pytest.raises(UsageError):
        emitted(scope, Translate(text="Hello"))


# ---- json


def test_json_paths(scope: Scope, cwd: Path) -> None:
    (cwd / "d.json").write_text('{"user":{"name":"Ann"},"items":[{"id":1,"t":[1]},{"id":2}],"v.w":"x"}')
    assert text(scope, Json(source="d.json", query="user.name")) == "Ann\n"
    assert text(scope, Json(source="d.json", query=".items[-1].id")) == "2\n"
    assert text(scope, Json(source="d.json", query="items[].id")) == "1\n2\n"
    assert text(scope, Json(source="d.json", query='["v.w"]')) == "x\n"
    assert rows(scope, Json(source="d.json", query="items")) == [(1, "[1]"), (2, None)]
    assert text(scope, Json(source="d.json", keys=True)) == "user\nitems\nv.w\n"


def test_json_is_set_out_and_checked(scope: Scope) -> None:
    assert text(piped(scope, '{"a":[1,"é"]}'), Json()) == '{\n  "a": [\n    1,\n    "é"\n  ]\n}\n'
    assert text(piped(scope, '{"a":1}\n{"a":2}\n'), Json(query="[].a")) == "1\n2\n"
    with pytest.raises(NlshError, match=r"not valid JSON.*line 1, column 8"):
        emitted(piped(scope, '{"a":1,}'), Json())
    with pytest.raises(NlshError):
        emitted(piped(scope, "[" * 100_000), Json())
    with pytest.raises(UsageError, match="no b"):
        emitted(piped(scope, '{"a":1}'), Json(query="b"))


def test_a_table_becomes_json(scope: Scope) -> None:
    assert '"path": "b.txt"' in text(scope, Json(source="$1"), LISTING)


# ---- encode


@pytest.mark.parametrize("form", ["base64", "hex", "url", "rot13", "base32", "html", "binary"])
def test_what_is_encoded_can_be_decoded(scope: Scope, form: str) -> None:
    given = "naïve <a&b> 100%"
    coded = text(scope, Encode.parse({"text": given, "format": form})).rstrip("\n")
    assert coded != given
    assert text(scope, Encode.parse({"text": coded, "format": form, "decode": True})) == given + "\n"


def test_binary_files_come_back_byte_for_byte(scope: Scope, cwd: Path) -> None:
    data = bytes(range(256)) * 3 + b"\n\n"
    (cwd / "b.bin").write_bytes(data)
    for form in ("base64", "hex", "base32", "binary", "dump"):
        (cwd / "coded").write_text(text(scope, Encode.parse({"source": "b.bin", "format": form})))
        decoded = emitted(scope, Encode.parse({"source": "coded", "format": form, "decode": True}))
        assert decoded == [Chunk(data)], form


def test_a_dump_shows_offsets_and_letters(scope: Scope, cwd: Path) -> None:
    (cwd / "b.bin").write_bytes(b"ABC\0" + b"x" * 14)
    assert text(scope, Encode(source="b.bin", format="dump")).split("\n")[:2] == [
        "00000000  41 42 43 00 78 78 78 78 78 78 78 78 78 78 78 78  ABC.xxxxxxxxxxxx",
        "00000010  78 78                                            xx",
    ]


@pytest.mark.parametrize("form", ["base64", "hex", "base32", "binary", "dump"])
def test_what_is_not_so_encoded_is_said(scope: Scope, form: str) -> None:
    with pytest.raises(UsageError, match=f"not {form}"):
        emitted(scope, Encode.parse({"text": "!  zzé  q", "format": form, "decode": True}))


# ---- layout, print


@pytest.mark.parametrize(
    ("given", "source", "expected"),
    [
        ({"operation": "join", "separator": "commas"}, "a\nb\nc\n", "a,b,c\n"),
        ({"operation": "join"}, "a\nb\n", "a b\n"),
        ({"operation": "split"}, "a b\nc\n", "a\nb\nc\n"),
        ({"operation": "split", "separator": "semicolons"}, "a;b c\n", "a\nb c\n"),
        ({"operation": "fold", "width": 5}, "aa bb cc\n", "aa bb\ncc\n"),
        ({"operation": "number"}, "a\nb\n", "     1\ta\n     2\tb\n"),
        ({"operation": "reverse"}, "a\nb\n", "b\na\n"),
        ({"operation": "mirror"}, "abc\n", "cba\n"),
        ({"operation": "columns", "width": 8}, "a\nb\nc\n", "a  c\nb\n"),
        ({"operation": "align"}, "a bb c\nccc d e\n", "a    bb  c\nccc  d   e\n"),
    ],
)
def test_layout(scope: Scope, given: dict[str, Any], source: str, expected: str) -> None:
    assert text(piped(scope, source), Layout.parse(given)) == expected


def test_shuffling_keeps_every_line(scope: Scope) -> None:
    lines = "".join(f"{number}\n" for number in range(50))
    shuffled = text(piped(scope, lines), Layout(operation="shuffle"))
    assert sorted(shuffled.split()) == sorted(lines.split())


def test_layout_of_rows(scope: Scope) -> None:
    assert rows(scope, Layout(source="$1", operation="reverse"), LISTING) == list(LISTING.rows[::-1])
    assert rows(scope, Layout(source="$1", operation="number"), LISTING)[0] == (1, "b.txt", 20, 3.0)
    assert text(scope, Layout(source="$1", operation="join"), LISTING) == "b.txt a.txt c.md\n"


def test_print(scope: Scope) -> None:
    assert text(scope, Print(text="hi")) == "hi\n"
    assert text(scope, Print(text="hi", times=3)) == "hi\n" * 3
    with pytest.raises(UsageError):
        emitted(scope, Print(text="hi", times=10**9))
