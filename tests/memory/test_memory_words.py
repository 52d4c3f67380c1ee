from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.memory.ago import ago
from nlsh.memory.words import folded, terms, tokens


def words(utterance: str) -> list[str]:
    return [term.word for term in terms(utterance)]


def test_words_that_say_nothing_are_left_out() -> None:
    assert words("Where did I put the March invoices, please?") == ["put", "march", "invoices"]
    assert words("wo ist die Rechnung von Müller") == ["rechnung", "muller"]
    assert words("¿dónde están las facturas de marzo?") == ["donde", "estan", "facturas", "marzo"]
    assert words("what is this") == []
    assert words("") == []


def test_words_of_nearly_every_line_are_weak() -> None:
    assert {term.word: term.is_weak for term in terms("show the invoice files, lösche alles")} == {
        "show": True,
        "invoice": False,
        "files": True,
        "losche": True,
        "alles": False,
    }


def test_file_names_fall_into_words() -> None:
    assert tokens("~/docs/tax_2024-final.PDF") == ["docs", "tax", "2024", "final", "PDF"]


def test_scripts_without_spaces_are_read_by_twos() -> None:
    assert words("abc发票目录") == ["abc", "发票", "票目", "目录"]
    assert words("的") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("invoices", "invoice"),
        ("invoice", "Invoices"),
        ("archived", "archive"),
        ("backing", "backs"),
        ("logs", "log"),
        ("log", "logs"),
        ("directories", "directory"),
        ("müller", "MULLER"),
        ("2024", "2024"),
    ],
)
def test_a_word_is_met_in_its_other_forms(one: str, other: str) -> None:
    [term] = terms(one)
    assert term.is_in(folded(other))


@pytest.mark.parametrize(
    ("one", "other"), [("log", "login"), ("2024", "20245"), ("cat", "category"), ("bus", "business")]
)
def test_a_short_word_is_not_met_in_a_longer_one(one: str, other: str) -> None:
    [term] = terms(one)
    assert not term.is_in(folded(other))


def test_a_long_line_keeps_its_longest_words_in_order() -> None:
    line = " ".join(f"w{'x' * size}" for size in range(2, 30))
    kept = words(line)
    assert len(kept) == 12
    assert kept == sorted(kept, key=len)
    assert len(kept[-1]) == 30


@given(st.text(st.characters(codec=None)))
def test_any_text_gives_words_that_are_words(text: str) -> None:
    for term in terms(text):
        assert term.forms
        assert all(tokens(form.rstrip("*")) for form in term.forms)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (86400 * 2, "2 days ago"),
        (86400 * 13, "1 week ago"),
        (86400 * 70, "2 months ago"),
        (86400 * 800, "2 years ago"),
    ],
)
def test_a_time_ago_in_words(seconds: float, text: str) -> None:
    assert ago(seconds) == text
