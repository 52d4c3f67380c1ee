from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.approval import Answer, Choice, EditableStep
from nlsh.core.facts import Preview
from nlsh.core.risk import Risk
from nlsh.tui.approval_rules import (
    answer,
    card_rows,
    card_title,
    ground_rows,
    is_armed,
    is_burst,
    may_take_focus,
    option_for_key,
    options,
)
from nlsh.tui.rows import text_of
from tests.tui.cases import approval


def test_it_takes_the_keys_only_when_nobody_types() -> None:
    assert may_take_focus("", 0.7)
    assert not may_take_focus("", 0.69)
    assert not may_take_focus("s", 10.0)
    assert not may_take_focus(" ", 10.0)


def test_it_is_armed_after_a_moment() -> None:
    assert not is_armed(0.39)
    assert is_armed(0.4)


def test_keys_of_a_paste_come_in_a_burst() -> None:
    assert is_burst(0.001)
    assert not is_burst(0.05)


@pytest.mark.parametrize("risk", list(Risk))
def test_no_is_always_first(risk: Risk) -> None:
    assert options(approval(risk))[0].choice is Choice.NO


@pytest.mark.parametrize("risk", list(Risk))
def test_the_session_is_offered_only_where_little_is_at_stake(risk: Risk) -> None:
    offered = Choice.SESSION in {option.choice for option in options(approval(risk))}
    assert offered == (risk is Risk.R2)
    assert (answer(approval(risk), Choice.SESSION, "") is not None) == (risk is Risk.R2)


def test_the_refused_class_cannot_be_agreed_to() -> None:
    assert answer(approval(Risk.R5), Choice.ONCE, "") is None


def test_r4_wants_its_phrase_exactly() -> None:
    question = approval(Risk.R4, "delete 3412 files")
    assert answer(question, Choice.ONCE, "") is None
    assert answer(question, Choice.ONCE, "delete 3412 file") is None
    assert answer(question, Choice.ONCE, "delete 3412 files") == Answer(Choice.ONCE, "delete 3412 files")
    assert answer(question, Choice.NO, "") == Answer(Choice.NO)
    assert answer(question, Choice.STOP, "") == Answer(Choice.STOP)


def test_single_keys_do_not_answer_where_a_phrase_is_typed() -> None:
    assert option_for_key(approval(), "y") is Choice.ONCE
    assert option_for_key(approval(), "Y") is Choice.SESSION
    assert option_for_key(approval(Risk.R3), "Y") is None
    assert option_for_key(approval(Risk.R4, "delete it"), "y") is None


@given(st.text(max_size=40), st.sampled_from(list(Risk)))
def test_no_text_but_the_phrase_is_a_yes_to_r4(typed: str, risk: Risk) -> None:
    question = approval(Risk.R4, "delete 3412 files")
    said = answer(question, Choice.ONCE, typed)
    assert (said is None) == (typed != "delete 3412 files")


def test_the_card_tells_everything_that_was_decided_on() -> None:
    rows = "\n".join(text_of(row) for row in card_rows(approval()))
    for part in ("fs.remove ~/src/app/build/", "app.so", "R2", "DELETE", "undo can take it back", "confirm[fs.remove]"):
        assert part in rows
    assert "removes a folder" in rows


def test_a_long_preview_is_cut_and_says_so() -> None:
    question = approval(preview=Preview("t", tuple(f"file {at}" for at in range(100))))
    assert "… 88 more" in [text_of(row).strip() for row in card_rows(question)]


@given(st.text(max_size=200))
def test_no_name_can_add_a_line_to_the_card(name: str) -> None:
    question = approval(preview=Preview(name, (name,)), reason=name, rule=name, reversible=name or "x")
    rows = [text_of(row) for row in card_rows(question)]
    assert len(rows) == len(card_rows(approval(preview=Preview("t", ("l",)))))
    assert all(len(row.splitlines()) <= 1 for row in rows)
    assert not any("\n" in row or "\x1b" in row or "\u202e" in row for row in rows)


def test_the_title_grows_with_the_risk() -> None:
    assert card_title(approval(Risk.R3)) == "Privileged syscall"
    assert card_title(approval(Risk.R2)) != card_title(approval(Risk.R3))


def test_an_edit_is_offered_only_where_a_step_can_be_edited() -> None:
    question = approval(steps=(EditableStep(1, 'fs.remove(path="build")'),))
    offered = [option.choice for option in options(question)]
    assert offered == [Choice.NO, Choice.ONCE, Choice.SESSION, Choice.EDIT]
    assert option_for_key(question, "e") is Choice.EDIT
    assert option_for_key(approval(), "e") is None
    assert option_for_key(approval(steps=(EditableStep(1, "fs.write(…", is_fixed=True),)), "e") is None
    assert answer(question, Choice.EDIT, "fs.list()") is None  # a line makes that answer, no key


def test_why_and_trying_are_offered_where_there_is_something_to_tell() -> None:
    question = approval(grounds=("because",), may_try=True)
    offered = [option.choice for option in options(question)]
    assert offered == [Choice.NO, Choice.ONCE, Choice.SESSION, "why", Choice.DRY]
    assert (option_for_key(question, "w"), option_for_key(question, "d")) == ("why", Choice.DRY)
    assert (option_for_key(approval(), "w"), option_for_key(approval(), "d")) == (None, None)
    assert answer(question, Choice.DRY, "") == Answer(Choice.DRY)
    assert answer(approval(), Choice.DRY, "") is None
    assert answer(approval(Risk.R4, "rm 41", may_try=True), Choice.DRY, "r") == Answer(Choice.DRY)
    assert [option.choice for option in options(approval(Risk.R5, grounds=("because",), may_try=True))] == [
        Choice.NO,
        "why",
    ]


def test_what_a_yes_for_the_session_covers_is_said() -> None:
    texts = [option.text for option in options(approval(grant="fs.remove below /a\x1bb"))]
    assert "Yes, and fs.remove below /a\\x1bb, this session" in texts


@given(st.text(max_size=200))
def test_no_name_can_add_a_line_to_why(name: str) -> None:
    rows = [text_of(row) for row in ground_rows(approval(grounds=(name, "x")))]
    assert len(rows) == 2
    assert all(len(row.splitlines()) <= 1 and "\x1b" not in row for row in rows)


def test_the_card_tells_what_was_wrong_with_a_call() -> None:
    rows = [text_of(row) for row in card_rows(approval(complaint="there is no b\x1b.txt"))]
    assert rows[-1] == "there is no b\\x1b.txt"
