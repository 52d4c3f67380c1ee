from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.results import Column, Table
from nlsh.repl.tables import cells, cut_middle, fit, plain_text, table_text

FILES = Table(
    (Column("name", "path"), Column("size", "size")),
    (("a.txt", 10), ("a longer name.pdf", 5 << 20)),
)


def test_plain_columns_are_aligned_and_numbers_flush_right() -> None:
    assert plain_text(FILES) == "name                  size\na.txt                 10 B\na longer name.pdf  5.0 MiB\n"


def test_a_single_column_stands_bare() -> None:
    assert plain_text(Table((Column("name", "path"),), (("a",), ("b c",)))) == "a\nb c\n"


def test_wide_characters_take_two_cells() -> None:
    text = plain_text(Table((Column("name"), Column("n", "count")), (("文件", 1), ("ab", 22))))
    assert {cells(line) for line in text.splitlines()} == {8}


def test_control_bytes_and_markup_come_out_as_text(recorder: Callable[..., Any]) -> None:
    table = Table((Column("name", "path"), Column("x")), (("[bold]a[/]\x1b[31m\n", "\u202e"),))
    for is_terminal in (False, True):
        text = table_text(table, recorder(is_terminal=is_terminal).screen)
        assert "[bold]a[/]\\x1b[31m\\x0a" in text
        assert "\\u202e" in text


def test_nothing_is_cut_off_where_no_terminal_is(recorder: Callable[..., Any]) -> None:
    path = "/" + "x" * 500
    table = Table((Column("name", "path"), Column("size", "size")), ((path, 1),))
    assert path in table_text(table, recorder().screen)


def test_on_a_terminal_a_long_path_keeps_start_and_end(
    recorder: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    table = Table(
        (Column("path", "path"), Column("size", "size")), (("/home/someone/" + "x" * 200 + "/end.txt", 2048),)
    )
    line = table_text(table, recorder(is_terminal=True).screen).splitlines()[-1]
    assert line.startswith("/home/")
    assert "…" in line
    assert "end.txt  2.0 KiB" in line
    assert cells(line) <= 60


def test_no_colour_without_colour(recorder: Callable[..., Any]) -> None:
    plain = table_text(FILES, recorder(is_terminal=True, env={"TERM": "xterm", "NO_COLOR": "1"}).screen)
    assert "\x1b" not in plain
    assert "\x1b[1m" in table_text(FILES, recorder(is_terminal=True).screen)


def test_a_dumb_terminal_gets_plain_text(recorder: Callable[..., Any]) -> None:
    assert table_text(FILES, recorder(is_terminal=True, env={"TERM": "dumb"}).screen) == plain_text(FILES)


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_cut_middle_never_exceeds_the_width(text: str, width: int) -> None:
    assert cells(cut_middle(text, width)) <= width


@given(
    st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), min_size=1, max_size=5),
    st.integers(min_value=40, max_value=120),
)
def test_fitted_rows_fit_the_width(rows: list[tuple[str, str]], width: int) -> None:
    fitted = fit(Table((Column("a"), Column("b")), tuple(rows)), width)
    widest = [max(cells(row[index]) for row in fitted) for index in (0, 1)]
    assert sum(widest) + 4 <= width
