from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.fuzzy import score

LETTERS = st.text("abcAB -/é", max_size=12)


def is_within(pattern: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in pattern)


def sure(pattern: str, text: str) -> float:
    found = score(pattern, text)
    assert found is not None
    return found


@given(LETTERS, LETTERS)
def test_it_matches_where_the_letters_stand_in_this_order(pattern: str, text: str) -> None:
    folds = not any(char.isupper() for char in pattern)
    expected = is_within(pattern, text.lower() if folds else text)
    assert (score(pattern, text) is not None) is expected


@given(LETTERS.filter(bool), LETTERS, LETTERS)
def test_nothing_suits_better_than_the_text_itself(pattern: str, before: str, after: str) -> None:
    assert sure(pattern, pattern) >= sure(pattern, before + pattern + after)


@given(st.text("abc", min_size=2, max_size=8), st.integers(1, 7), st.text("xyz", min_size=1, max_size=5))
def test_letters_that_follow_each_other_count_more(pattern: str, cut: int, between: str) -> None:
    cut = min(cut, len(pattern) - 1)
    assert sure(pattern, pattern + between) > sure(pattern, pattern[:cut] + between + pattern[cut:])


@given(st.text("abc", min_size=1, max_size=8), st.text("xyz", min_size=1, max_size=5))
def test_a_word_start_counts_more(pattern: str, other: str) -> None:
    assert sure(pattern, f"{other} {pattern}") > sure(pattern, f"{other}x{pattern}")


@given(LETTERS, LETTERS, st.text("abcAB", min_size=1, max_size=4))
def test_more_letters_to_pass_over_never_suit_better(pattern: str, text: str, more: str) -> None:
    found = score(pattern, text)
    longer = score(pattern, text + " " * 50 + more)
    if found is not None and longer is not None and pattern:
        assert sure(pattern, text + " " * 50) < found


@given(st.text(max_size=20), st.text(max_size=40))
def test_any_text_can_be_scored(pattern: str, text: str) -> None:
    found = score(pattern, text)
    assert found is None or isinstance(found, float)
    assert score(pattern, pattern) is not None


@given(st.text("abc", max_size=5), st.text("abc ", max_size=8))
def test_the_best_of_all_ways_is_counted(pattern: str, text: str) -> None:
    def best(at: int, last: int, value: float) -> float | None:
        if at == len(pattern):
            return value
        ways = []
        for place in range(last + 1, len(text)):
            if text[place] == pattern[at]:
                is_start = place == 0 or (text[place].isalnum() and not text[place - 1].isalnum())
                apart = (0.8 if is_start else 0.0) - 0.005 * (place - last - 1)
                joined = 1.0 if at and place == last + 1 else float("-inf")
                ways.append(best(at + 1, place, value + 1.0 + max(joined, apart)))
        return max((way for way in ways if way is not None), default=None)

    expected = best(0, -1, 0.0)
    found = score(pattern, text)
    assert found == (None if expected is None else pytest.approx(expected - 0.0005 * len(text)))


def test_case_counts_only_with_capitals() -> None:
    assert score("readme", "README.md") is not None
    assert score("Readme", "README.md") is None
    assert score("RE", "README.md") is not None


def test_no_letters_match_everything_alike() -> None:
    assert score("", "") == 0
    assert score("", "ab") == score("", "cd")


def test_what_one_would_expect_comes_first() -> None:
    lines = ["echo targets && sort", "git stash", "sgt", "git status"]
    ranked = sorted((line for line in lines if score("gst", line) is not None), key=lambda line: -sure("gst", line))
    assert ranked[:2] == ["git stash", "git status"]


def test_a_letter_whose_small_form_is_two_does_no_harm() -> None:
    assert score("x", "İİx") is not None


def test_it_takes_little_time() -> None:
    since = time.process_time()
    score("a" * 50, "ab" * 2000)
    assert time.process_time() - since < 2
