"""What the model is shown: spans, names, near examples, and only real values to choose among."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.arguments import Kind
from nlsh.core.syscall import Example
from nlsh.kernel.context import build, candidates
from nlsh.kernel.mentions import clauses, mentioned, spans
from nlsh.kernel.nearness import Examples, features
from nlsh.kernel.pool import Pool
from tests.kernel.conftest import CLASSES

NOTHING = frozenset[str]().__contains__
EXAMPLES = Examples(
    [
        Example("delete apple.txt", '[{"delete":{}}]'),
        Example("rename apple.txt to pear.txt", '[{"rename":{}}]'),
        Example("how big is the music folder", '[{"usage":{}}]'),
        Example("lösche die Datei apfel.txt", '[{"delete":{}}]'),
        Example("删除 文件", '[{"delete":{}}]'),
    ]
)


@pytest.mark.parametrize(
    ("utterance", "plan"),
    [
        ("please delete zebra.log", "delete"),
        ("rename a.b to c.d", "rename"),
        ("how big is my photo folder?", "usage"),
        ("lösche brief.pdf", "delete"),
        ("请删除 这个文件", "delete"),
    ],
)
def test_the_nearest_example_has_the_meaning_not_the_names(utterance: str, plan: str) -> None:
    assert EXAMPLES.near(utterance, 1)[0].example.plan == f'[{{"{plan}":{{}}}}]'


def test_nearness_is_one_for_itself_and_below_for_others() -> None:
    [first, second] = EXAMPLES.near("how big is the music folder apple.txt", 2)
    assert EXAMPLES.near("how big is the music folder", 1)[0].nearness == pytest.approx(1.0, abs=1e-3)
    assert second.nearness < first.nearness < 1.0


def test_nothing_in_common_is_near_nothing() -> None:
    assert Examples([Example("abc def", "[]")]).near("12345", 3) == ()


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("report.pdf", "<file>"),
        ("src/app", "<file>"),
        ("*.tmp", "<glob>"),
        ("10.1.2.3", "<address>"),
        ("8080", "<number>"),
        ("2MB", "<size>"),
        ('"my file"', "<quoted>"),
        ("https://x.org/a", "<url>"),
    ],
)
def test_names_count_by_their_shape(text: str, shape: str) -> None:
    assert features(f"show {text} now")[shape] == 1


def test_spans_hold_quotations_words_and_runs() -> None:
    found = spans('rename "my file (1).txt" to clean.txt, please')
    assert found[0] == "my file (1).txt"
    assert {"clean.txt", "rename", "please"} <= set(found)


def test_spans_of_scripts_without_spaces() -> None:
    assert "数据" in spans("创建一个名为 数据 的文件夹")
    assert "文件夹" in spans("创建文件夹")


@given(st.text(max_size=200) | st.text("`'\"$;&|(). andthe", max_size=80))
def test_any_utterance_can_be_taken_apart_and_ranked(utterance: str) -> None:
    for part in (utterance, *clauses(utterance)):
        assert part in utterance
        assert all(near.nearness > 0 for near in EXAMPLES.near(part, 3))


@given(st.text(max_size=300))
def test_spans_stand_in_the_utterance_and_are_bounded(utterance: str) -> None:
    found = spans(utterance)
    assert len(found) <= 90
    assert all(span in utterance for span in found)


def test_only_mentioned_names_are_offered_with_or_without_their_ending() -> None:
    names = ["zzz", "Budget.xlsx", "letter.txt", "a"]
    assert mentioned("open the budget", names) == ("Budget.xlsx",)
    assert mentioned("open letter.txt", names) == ("letter.txt",)
    assert mentioned("open something", names) == ()
    assert mentioned("make a folder", ["a.pdf"]) == ()
    assert mentioned("delete nowhere.txt", ["here.txt", "where.txt", "nowhere"]) == ()
    assert mentioned("打开数据文件", ["数据"]) == ("数据",)
    assert mentioned("delete 'my file (1).txt' now", ["my file (1).txt", "file (1).txt"])[0] == "my file (1).txt"


@pytest.mark.parametrize(
    ("utterance", "parts"),
    [
        ("make a folder x and move the pdfs there", ("make a folder x", "move the pdfs there")),
        ("pack photos; then delete the folder", ("pack photos", "delete the folder")),
        ("建一个文件夹然后删除旧的", ("建一个文件夹", "删除旧的")),
        ('make "salt and pepper" and copy the pdfs there', ('make "salt and pepper"', "copy the pdfs there")),
        ("list the files", ()),
        ("salt and pepper", ()),
    ],
)
def test_wishes_of_several_parts_are_taken_apart(utterance: str, parts: tuple[str, ...]) -> None:
    assert clauses(utterance) == parts


def test_names_that_are_endings_are_no_names() -> None:
    found = candidates("delete all tmp files", ["tmp.md", "a.tmp"], (), NOTHING)
    assert "tmp.md" not in found[Kind.PATHS]
    assert "*.tmp" in found[Kind.PATHS]


def test_what_must_exist_is_offered_only_if_it_does() -> None:
    found = candidates("pack site into site.tar.gz", ["site"], (), NOTHING)
    assert found[Kind.PATHS] == ("site",)
    assert "site.tar.gz" in found[Kind.NEW_PATH]
    assert candidates("delete sub/x.log", [], (), {"sub/x.log"}.__contains__)[Kind.PATHS] == ("sub/x.log",)
    assert "nowhere.txt" in candidates("delete nowhere.txt", ["here.txt"], (), NOTHING)[Kind.PATHS]


def test_what_is_not_there_and_looks_like_no_place_is_no_path() -> None:
    assert candidates("delete the thing", ["a", "b"], (), NOTHING)[Kind.PATHS] == ()


def test_an_untuned_model_is_shown_near_examples_and_offered_their_syscalls_only() -> None:
    specs = {name: cls.spec() for name, cls in CLASSES.items()}
    request, nearness = build("drop pear", Pool(specs), specs, ["pear", "apple"], NOTHING)
    assert request.shots[-1].utterance in ("drop apple", "drop plum", "drop fig")
    assert "world.drop" in {spec.name for spec in request.specs}
    assert nearness > 0.3
    assert "pear" in request.candidates[Kind.PATHS]
    assert all(json.loads(shot.plan) for shot in request.shots)
