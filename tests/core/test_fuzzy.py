from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.fuzzy import match, ranked

LINES = st.text(st.sampled_from("abcAB ./-é İß"), max_size=30)


@pytest.mark.parametrize(
    ("query", "text", "positions"),
    [
        ("gsu", "git status", (0, 4, 8)),
        ("status", "git status", (4, 5, 6, 7, 8, 9)),
        ("st", "list status", (5, 6)),
        ("big show", "show the big files", (0, 1, 2, 3, 9, 10, 11)),
        ("ab", "a xab", (3, 4)),
        ("GIT", "Git GIT", (4, 5, 6)),
        ("ß", "İ ß", (2,)),
        ("", "anything", ()),
    ],
)
def test_what_matches_and_where(query: str, text: str, positions: tuple[int, ...]) -> None:
    found = match(query, text)
    assert found is not None
    assert found.positions == positions


@pytest.mark.parametrize(("query", "text"), [("tsg", "git status"), ("GIT", "git"), ("a b", "a"), ("x", "")])
def test_what_does_not(query: str, text: str) -> None:
    assert match(query, text) is None


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("make", "make all", "remake all"),
        ("gc", "git checkout", "magical"),
        ("status", "git status", "s-t-a-t-u-s"),
        ("show big", "show big", "big show"),
    ],
)
def test_the_better_match_comes_first(query: str, better: str, worse: str) -> None:
    assert [at for at, _ in ranked(query, [worse, better])] == [1, 0]


def test_of_equal_matches_the_first_comes_first() -> None:
    assert [at for at, _ in ranked("ls", ["ls -l a", "no", "ls -l b"])] == [0, 2]


@given(LINES, LINES)
def test_a_match_is_a_subsequence_word_for_word(query: str, text: str) -> None:
    found = match(query, text)
    if found is None:
        return
    shown = "".join(text[at] for at in found.positions).lower()
    assert set(query.lower().split() and "".join(query.lower().split())) <= set(shown + text.lower())
    assert list(found.positions) == sorted(set(found.positions))


@given(LINES, st.lists(st.integers(0, 30)))
def test_every_subsequence_of_a_line_matches_it(text: str, picks: list[int]) -> None:
    query = "".join(text[at] for at in sorted(set(picks)) if at < len(text))
    assert " " in query or match(query, text) is not None


def test_a_thousand_lines_are_ranked_between_two_keys() -> None:
    lines = [f"git commit -m 'change number {number} of the thing' && make {number}" for number in range(1000)]
    started = time.perf_counter()
    assert len(ranked("gcmk7", lines)) > 100
    assert time.perf_counter() - started < 0.2
