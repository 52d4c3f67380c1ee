"""Patterns find what they should, and none of them can hang the shell."""

from __future__ import annotations

import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import Cancelled, UsageError
from nlsh.core.scope import Scope
from nlsh.tools import patterns
from nlsh.tools.patterns import Look, Matcher, weight


def hits(look: Look, lines: list[str], scope: Scope) -> list[bool]:
    with Matcher(look, scope) as matcher:
        return [found for _, found in matcher.each(lines)]


def test_plain_text_is_not_a_regex(scope: Scope) -> None:
    assert hits(Look("a.c"), ["abc", "a.c", "xa.cx"], scope) == [False, True, True]
    assert hits(Look("a.c", is_regex=True), ["abc", "ac"], scope) == [True, False]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("anywhere", [True, True, True, True]),
        ("start", [True, False, True, True]),
        ("end", [False, True, True, True]),
        ("whole", [False, False, True, True]),
    ],
)
def test_places_in_the_line(scope: Scope, place: patterns.Place, expected: list[bool]) -> None:
    assert hits(Look("cat", place=place), ["cats", "a cat", "cat", "cat\r"], scope) == expected


def test_words_and_case(scope: Scope) -> None:
    assert hits(Look("art", is_word=True), ["art", "start", "the art.", "ART"], scope) == [True, False, True, False]
    assert hits(Look("ÄRGER", ignore_case=True), ["großer ärger"], scope) == [True]


@pytest.mark.parametrize("bad", ["(", "[a", "*a", "a" * 3000, r"\1"])
def test_what_is_no_regex_is_said(scope: Scope, bad: str) -> None:
    with pytest.raises(UsageError):
        hits(Look(bad, is_regex=True), ["x"], scope)


@pytest.mark.parametrize(
    ("pattern", "is_tame"),
    [
        ("error.*timeout", True),
        ("[0-9]+", True),
        (r"(foo|bar) \d{1,3}", True),
        (r"\(a+\)+", True),
        (r"[(a+)+]", True),
        ("(a+)+$", False),
        ("((a)*)*", False),
        ("(a|aa)+$", False),
        ("(?:x?)*y", False),
        (r"(\w+)\1", False),
        ("(?=a+)b", False),
        ("a?" * 40 + "a" * 40, False),
    ],
)
def test_dangerous_patterns_are_told_by_their_shape(pattern: str, is_tame: bool) -> None:
    assert Look(pattern, is_regex=True).is_tame(100) is is_tame


def test_two_repeats_are_too_many_for_long_lines_only() -> None:
    look = Look(".*a.*b", is_regex=True)
    assert look.is_tame(100)
    assert not look.is_tame(10_000)


def test_the_child_gives_the_same_answers(scope: Scope) -> None:
    lines = ["aaa", "b", "xaay\udcff", ""]
    look = Look("(a+)+", is_regex=True)
    assert not look.is_tame(4)
    assert hits(look, lines, scope) == [True, False, True, False]
    with Matcher(look, scope, "find") as matcher:
        assert [found for _, found in matcher.each(lines)] == [["aaa"], [], ["aa"], []]
    with Matcher(look, scope, "replace", r"<\1>") as matcher:
        assert [found for _, found in matcher.each(lines)] == ["<aaa>", "b", "x<aa>y\udcff", ""]


def test_a_pattern_that_explodes_is_stopped(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "DEADLINE_S", 0.3)
    with pytest.raises(UsageError, match="takes too long"):
        hits(Look("(a+)+$", is_regex=True), ["a" * 64 + "b"], scope)


def test_a_pattern_that_explodes_can_be_cancelled(scope: Scope) -> None:
    timer = threading.Timer(0.1, scope.cancellation.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        hits(Look("(a+)+$", is_regex=True), ["a" * 64 + "b"], scope)
    timer.join()


def test_a_wrong_replacement_is_said(scope: Scope) -> None:
    with pytest.raises(UsageError, match="cannot replace"), Matcher(Look("a", is_regex=True), scope, "replace", r"\9"):
        pass


def test_a_plain_replacement_is_taken_as_it_is(scope: Scope) -> None:
    with Matcher(Look("a"), scope, "replace", r"\1\n") as matcher:
        assert matcher.treat(["bab"]) == [r"b\1\nb"]


@given(
    st.lists(st.text(alphabet="ab.*\\(", max_size=12), max_size=20), st.text(alphabet="ab.*\\(", min_size=1, max_size=4)
)
def test_plain_search_equals_in(lines: list[str], needle: str) -> None:
    compiled = Look(needle).compiled
    assert [bool(compiled.search(line)) for line in lines] == [needle in line for line in lines]


@given(st.text(alphabet="ab()[]|*+?{},1\\:=", max_size=14))
def test_weighing_is_total(pattern: str) -> None:
    factor, power = weight(pattern)
    assert factor >= 1 or "{0}" in pattern or factor >= 0
    assert power >= 0


@given(st.text(alphabet="ab()|*+?", max_size=8))
def test_what_is_weighed_tame_ends_soon(pattern: str) -> None:
    try:
        look = Look(pattern, is_regex=True)
        compiled = look.compiled
    except UsageError:
        return
    if look.is_tame(24):
        assert compiled.search("a" * 23 + "!") is None or isinstance(compiled.search("a" * 23), re.Match)
