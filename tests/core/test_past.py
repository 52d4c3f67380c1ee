from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.past import Walk, distinct, ghost, next_word, search
from nlsh.core.ports import TurnRow


def row(line: str, cwd: str = "/here", **more: object) -> TurnRow:
    return TurnRow(line, 1.0, cwd, line, "literal", **more)  # type: ignore[arg-type]


PAST = (row("make test"), row("git status", "/there"), row("make all", "/there"), row("Make it big"))


def test_a_line_stands_once_and_what_cannot_be_shown_not_at_all() -> None:
    rows = [row(line) for line in ("b", "a", "b", " secret", "x\x1b[2J", "\u202eevil", "two\nlines", "  ")]
    assert [one.line for one in distinct(rows)] == ["b", "a", "two\nlines"]


def test_a_line_keeps_the_plan_of_an_earlier_turn_on_the_same_route() -> None:
    rows = [row("a"), row("b", plan="new"), row("a", plan="old"), row("a", plan="older"), row("b", plan="old")]
    assert [(one.line, one.plan) for one in distinct(rows)] == [("a", "old"), ("b", "new")]
    other = TurnRow("u", 0.0, "/", "a", "utterance", "plan")
    assert [one.plan for one in distinct([row("a"), other])] == [""]


@pytest.mark.parametrize(
    ("typed", "cwd", "expected"),
    [
        ("ma", "/here", "ke test"),
        ("ma", "/there", "ke all"),
        ("git", "/here", " status"),
        ("git status", "/here", ""),
        ("x", "/here", ""),
        ("", "/here", ""),
        (" ma", "/here", ""),
    ],
)
def test_a_line_goes_on_as_it_did_here_or_else_last(typed: str, cwd: str, expected: str) -> None:
    assert ghost(PAST, typed, cwd) == expected


def test_a_command_that_does_not_exist_is_not_offered_again() -> None:
    assert ghost([row("gti status", exit_code=127), row("gti help", exit_code=1)], "gti", "/") == " help"
    assert ghost([row("for a in b\ndo c")], "for", "/") == ""
    assert ghost([row("show x", outcome="not understood", exit_code=3)], "show", "/") == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [(" status -s", " status "), ("usr/lib/x", "usr/"), ("last", "last"), ("", ""), ("  ", "  "), ("a  b", "a  ")],
)
def test_one_word_of_a_ghost(text: str, word: str) -> None:
    assert next_word(text) == word


@given(st.text())
def test_words_of_a_ghost_add_up_to_it(text: str) -> None:
    taken, rest = "", text
    while rest:
        word = next_word(rest)
        assert word
        taken, rest = taken + word, rest[len(word) :]
    assert taken == text


def test_walking_back_and_forth_among_lines_that_contain_what_was_typed() -> None:
    walk = Walk(PAST, "ma")
    assert [walk.step(-1) for _ in range(4)] == ["make test", "make all", "Make it big", None]
    assert [walk.step(1) for _ in range(4)] == ["make all", "make test", "ma", None]


def test_a_capital_is_meant() -> None:
    walk = Walk(PAST, "Make")
    assert [walk.step(-1), walk.step(-1)] == ["Make it big", None]


def test_a_search_of_nothing_shows_everything_newest_first() -> None:
    assert [found.row.line for found in search(PAST, "")] == [one.line for one in PAST]
    assert [found.row.line for found in search(PAST, "mall")] == ["make all"]
