"""A step the person edits: read, resolved, decided, recorded and asked about anew, and kept once it ran."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.errors import StoreUnavailable
from nlsh.core.events import Answered, Asked, Decided, Event, Failed, Noticed, Started, TurnEnded
from nlsh.core.notation import MAX_CALL
from nlsh.core.risk import Effect, Verdict
from nlsh.core.rule import Rule
from nlsh.kernel.agenda import MAX_EDITS
from tests.kernel.conftest import WORLD, Bench

DELETES_ASK = Rule("delete-asks", Verdict.ASK, "it deletes", effects=frozenset({Effect.DELETE}))
APPLE = '[{"world.drop":{"what":"apple"}}]'
PEAR = '[{"world.drop":{"what":"pear"}}]'


@pytest.fixture
def asking(bench: Bench) -> Bench:
    bench.rules.append(DELETES_ASK)
    bench.model.plans["x"] = APPLE
    return bench


def saying(*answers: Answer | str) -> Callable[[Asked], Answer]:
    """One answer a question; a text is the line written in the step's place."""
    left = list(answers)

    def answer(event: Asked) -> Answer:
        said = left.pop(0)
        return written({event.step: said}) if isinstance(said, str) else said

    return answer


def written(lines: dict[int, str]) -> Answer:
    """Lines in the place of steps, by number."""
    return Answer(Choice.EDIT, edited=tuple(lines.items()))


def line(approval: Approval) -> str:
    """The step that is asked about, as the line that may be edited."""
    return approval.steps[0].text


YES = Answer(Choice.ONCE)
NO = Answer(Choice.NO)


def asked(events: list[Event]) -> list[Approval]:
    return [event.approval for event in events if isinstance(event, Asked)]


def ended(events: list[Event]) -> TurnEnded:
    assert isinstance(events[-1], TurnEnded)
    return events[-1]


async def test_what_was_written_is_asked_about_and_run(asking: Bench) -> None:
    events = await asking.turn("x", saying('world.drop(what="pear")', YES))
    first, second = asked(events)
    assert (line(first), line(second)) == ('world.drop(what="apple")', 'world.drop(what="pear")')
    assert first.hash != second.hash
    assert [event.choice for event in events if isinstance(event, Answered)] == ["edit", "once"]
    assert [event.step for event in events if isinstance(event, Decided)] == [1, 1]
    assert set(WORLD) == {"apple", "trash/pear"}
    assert ended(events).exit_code == 0


async def test_everything_of_it_is_on_the_ledger(asking: Bench) -> None:
    events = await asking.turn("x", saying('world.drop(what="pear")', YES))
    drafts = [record.draft for record in asking.ledger.records]
    assert [(one.phase, one.outcome, "pear" in one.syscall, one.intent) for one in drafts] == [
        ("intent", "", False, 0),
        ("approval", "edit", False, 0),
        ("result", "edited", False, 1),
        ("intent", "", True, 0),
        ("approval", "once", True, 0),
        ("result", "done", True, 4),
    ]
    assert drafts[1].details["edited"] == {"1": 'world.drop(what="pear")'}
    first, second = asked(events)
    assert [one.approval for one in drafts] == ["", first.hash, "", "", second.hash, second.hash]
    assert drafts[3].facts_digest != drafts[0].facts_digest


async def test_a_edited_step_is_not_yet_agreed_to(asking: Bench) -> None:
    events = await asking.turn("x", saying('world.drop(what="pear")', NO))
    assert ended(events).outcome == "declined"
    assert set(WORLD) == {"apple", "pear"}
    assert asking.corrections.rows == []


async def test_what_policy_would_allow_is_asked_about_once_more(asking: Bench) -> None:
    events = await asking.turn("x", saying("world.look()", NO))
    assert len(asked(events)) == 2
    assert "you edited it" in asked(events)[1].reason
    assert not any(isinstance(event, Started) for event in events)
    events = await asking.turn("x", saying("world.look()", YES))
    assert ended(events).exit_code == 0
    assert "apple" in WORLD


async def test_a_grant_does_not_spare_the_question(asking: Bench) -> None:
    WORLD.update({"/world/a": "1", "/world/b": "2"})
    asking.model.plans["a"] = '[{"world.drop":{"what":"/world/a"}}]'
    await asking.turn("a", saying(Answer(Choice.SESSION)))
    events = await asking.turn("x", saying('world.drop(what="/world/b")', NO))
    assert len(asked(events)) == 2
    assert "/world/b" in WORLD


async def test_what_policy_denies_is_refused(asking: Bench) -> None:
    events = await asking.turn("x", saying('world.drop(what="root")'))
    assert (ended(events).outcome, ended(events).exit_code) == ("refused", 126)
    assert [event.verdict for event in events if isinstance(event, Decided)][-1] is Verdict.DENY
    assert [record.draft.outcome for record in asking.ledger.records] == ["", "edit", "edited", "", "refused"]
    assert set(WORLD) == {"apple", "pear"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("world.drop(", "cannot be read"),
        ("", "nothing would be left to do"),
        ('world.drop(who="pear")', "no argument 'who'"),
        ('world.fly(what="pear")', "no syscall world.fly"),
        ('world.drop(what="plum")', "there is no plum"),
        ('world.drop(what="$1")', "a step that is not before it"),
    ],
)
async def test_a_wrong_text_is_told_and_the_same_question_asked_again(asking: Bench, text: str, complaint: str) -> None:
    events = await asking.turn("x", saying(text, YES))
    first, second = asked(events)
    assert complaint in second.complaint
    assert (second.syscall, second.hash) == (first.syscall, first.hash)
    assert second.id != first.id
    assert line(second) == (text or line(first))  # theirs, to be mended
    assert [record.draft.outcome for record in asking.ledger.records] == ["", "edit", "once", "done"]
    assert set(WORLD) == {"pear", "trash/apple"}
    assert asking.corrections.rows == []


async def test_a_complaint_is_made_once(asking: Bench) -> None:
    events = await asking.turn("x", saying("nonsense", 'world.drop(what="pear")', NO))
    assert [bool(approval.complaint) for approval in asked(events)] == [False, True, False]
    assert line(asked(events)[2]) == 'world.drop(what="pear")'


@pytest.mark.parametrize(
    ("text", "offered"),
    [("world.drop(\u202e", "world.drop(\\u202e"), ("x" * (MAX_CALL + 1), "x" * (MAX_CALL + 1))],
)
async def test_what_was_typed_is_never_lost_and_nothing_in_it_is_invisible(
    asking: Bench, text: str, offered: str
) -> None:
    events = await asking.turn("x", saying(text, NO))
    assert asked(events)[1].complaint
    assert line(asked(events)[1]) == offered


async def test_a_step_is_edited_so_often_and_no_more(asking: Bench) -> None:
    texts = ['world.drop(what="pear")', "nonsense"] * MAX_EDITS
    events = await asking.turn("x", saying(*texts))
    questions = asked(events)
    assert len(questions) == MAX_EDITS + 1
    assert [one.is_editable for one in questions] == [True] * MAX_EDITS + [False]
    assert ended(events).outcome == "declined"


async def test_what_is_too_long_for_a_line_is_not_offered(asking: Bench) -> None:
    WORLD["a" * 5000] = ""
    asking.model.plans["x"] = f'[{{"world.drop":{{"what":"{"a" * 5000}"}}}}]'
    events = await asking.turn("x", saying('world.drop(what="pear")'))
    [step] = asked(events)[0].steps
    assert (step.is_fixed, len(step.text) < MAX_CALL) == (True, True)
    assert ended(events).outcome == "declined"


async def test_facts_that_change_after_it_was_edited_are_asked_about_again(asking: Bench) -> None:
    answers = [written({1: "world.look()"}), YES]
    events = await asking.turn("x", lambda event: answers.pop(0))
    assert len(asked(events)) == 2
    answers = [written({1: 'world.drop(what="pear")'}), YES, NO]

    def answer(event: Asked) -> Answer:
        if len(answers) == 2:
            WORLD["pear"] += "!"
        return answers.pop(0)

    events = await asking.turn("x", answer)
    assert len({approval.hash for approval in asked(events)}) == 3
    assert "pear" in WORLD


async def test_r4_wants_its_phrase_after_it_too(asking: Bench) -> None:
    events = await asking.turn("x", saying('world.setup(path="y")', YES))
    assert asked(events)[1].preview.phrase
    assert ended(events).outcome == "declined"
    assert "setup" not in WORLD

    def answer(event: Asked) -> Answer:
        phrase = event.approval.preview.phrase
        return Answer(Choice.ONCE, phrase) if phrase else written({1: 'world.setup(path="y")'})

    assert ended(await asking.turn("x", answer)).exit_code == 0
    assert WORLD["setup"] == "y"


async def test_a_step_behind_r4_is_edited_without_the_phrase(asking: Bench) -> None:
    asking.model.plans["x"] = '[{"world.setup":{"path":"y"}}]'
    events = await asking.turn("x", saying('world.drop(what="pear")', YES))
    assert ended(events).exit_code == 0
    assert set(WORLD) == {"apple", "trash/pear"}


async def test_later_steps_go_on_as_planned_and_take_its_result(asking: Bench) -> None:
    WORLD["fig"] = ""
    asking.model.plans["x"] = '[{"world.drop":{"what":"apple"}},{"world.look":{}},{"world.drop":{"what":"fig"}}]'
    events = await asking.turn("x", saying('world.drop(what="pear")', YES, YES))
    assert ended(events).exit_code == 0
    assert set(WORLD) == {"apple", "trash/pear", "trash/fig"}
    run = '[{"world.drop":{"what":"pear"}},{"world.look":{}},{"world.drop":{"what":"fig"}}]'
    assert [(one.planned, one.corrected) for one in asking.corrections.rows] == [(asking.model.plans["x"], run)]


async def test_it_may_use_the_results_of_earlier_steps(asking: Bench) -> None:
    asking.model.plans["x"] = '[{"world.look":{}},{"world.drop":{"what":"apple"}}]'
    events = await asking.turn("x", saying('world.drop(what="$2")', 'world.drop(what="$1")', YES))
    assert "not before it" in asked(events)[1].complaint
    assert set(WORLD) == {"trash/apple", "trash/pear"}


async def test_a_correction_that_ran_is_kept(asking: Bench) -> None:
    await asking.turn("x", saying('world.drop(what="pear")', YES))
    [kept] = asking.corrections.rows
    assert (kept.utterance, kept.planned, kept.corrected) == ("x", APPLE, PEAR)
    assert [row.plan for row in asking.history.rows] == [PEAR]


async def test_what_was_not_corrected_or_did_not_run_is_not_kept(asking: Bench) -> None:
    await asking.turn("x", saying('world.drop(what="apple")', YES))
    asking.model.plans["x"] = '[{"world.drop":{"what":"pear"}},{"world.drop":{"what":"fig"}}]'
    await asking.turn("x", saying("world.look()", YES))
    await asking.turn("x", saying('world.break(how="exit")', YES))
    assert asking.corrections.rows == []


async def test_a_correction_that_cannot_be_kept_is_told(asking: Bench) -> None:
    asking.corrections.error = StoreUnavailable("the disk is full", "free some space")
    events = await asking.turn("x", saying('world.drop(what="pear")', YES))
    assert "the disk is full" in next(event.message for event in events if isinstance(event, Noticed))
    assert ended(events).exit_code == 0


async def test_a_correction_is_what_the_next_turn_leans_on(asking: Bench) -> None:
    await asking.turn("x", saying('world.drop(what="pear")', YES))
    asking.model.plans["and now them"] = APPLE
    await asking.turn("and now them", NO)
    request = asking.model.requests[-1]
    assert any(shot.plan == PEAR for shot in request.shots)


async def test_no_record_of_the_new_intent_no_effect(asking: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(event: Asked) -> Answer:
        asking.ledger.fails_on = "intent"
        return written({1: 'world.drop(what="pear")'})

    events = await asking.turn("x", answer)
    assert [event.message for event in events if isinstance(event, Failed)] == ["the ledger cannot be written"]
    assert set(WORLD) == {"apple", "pear"}


# ---- a plan of several steps ---------------------------------------------------------------------------------------

THREE = '[{"world.drop":{"what":"apple"}},{"world.drop":{"what":"pear"}},{"world.drop":{"what":"fig"}}]'


@pytest.fixture
def three(asking: Bench) -> Bench:
    WORLD["fig"] = "blue"
    asking.model.plans["x"] = THREE
    return asking


def texts(approval: Approval) -> list[tuple[int, str]]:
    return [(step.number, step.text) for step in approval.steps]


async def test_the_steps_not_yet_run_are_shown_with_every_question(three: Bench) -> None:
    events = await three.turn("x")
    calls = [(1, 'world.drop(what="apple")'), (2, 'world.drop(what="pear")'), (3, 'world.drop(what="fig")')]
    assert [texts(approval) for approval in asked(events)] == [calls, calls[1:], calls[2:]]


async def test_a_later_step_is_edited_from_an_earlier_question(three: Bench) -> None:
    WORLD["plum"] = ""
    events = await three.turn("x", saying(written({2: 'world.drop(what="plum")'}), YES, YES, YES))
    assert set(WORLD) == {"pear", "trash/apple", "trash/plum", "trash/fig"}
    assert [approval.reason for approval in asked(events)][2] == "it deletes"
    [kept] = three.corrections.rows
    assert kept.corrected == THREE.replace("pear", "plum")


async def test_a_later_step_the_person_wrote_is_never_done_unasked(three: Bench) -> None:
    events = await three.turn("x", saying(written({2: "world.look()"}), YES, NO))
    assert "you edited it" in asked(events)[-1].reason
    assert set(WORLD) == {"pear", "fig", "trash/apple"}


async def test_an_emptied_line_takes_its_step_out(three: Bench) -> None:
    events = await three.turn("x", saying(written({2: " "}), YES, YES))
    assert set(WORLD) == {"pear", "trash/apple", "trash/fig"}
    assert [event.step for event in events if isinstance(event, Started)] == [1, 3]
    assert ended(events).exit_code == 0
    assert three.history.rows[-1].plan == '[{"world.drop":{"what":"apple"}},{"world.drop":{"what":"fig"}}]'


async def test_the_step_that_is_asked_about_can_be_taken_out(three: Bench) -> None:
    events = await three.turn("x", saying(written({1: ""}), YES, YES))
    assert set(WORLD) == {"apple", "trash/pear", "trash/fig"}
    assert ended(events).exit_code == 0
    assert [one.draft.outcome for one in three.ledger.records][:3] == ["", "edit", "edited"]
    assert [event.step for event in events if isinstance(event, Started)] == [2, 3]


async def test_the_last_step_can_be_taken_out_when_others_are_there(three: Bench) -> None:
    events = await three.turn("x", saying(written({2: "", 3: ""}), YES))
    assert set(WORLD) == {"pear", "fig", "trash/apple"}
    assert (ended(events).outcome, ended(events).exit_code) == ("done", 0)


async def test_a_plan_of_which_nothing_is_left_is_no_plan(three: Bench) -> None:
    events = await three.turn("x", saying(written({1: "", 2: "", 3: ""}), NO))
    assert "nothing would be left" in asked(events)[1].complaint
    assert texts(asked(events)[1]) == texts(asked(events)[0])
    assert {"apple", "pear", "fig"} == set(WORLD)


async def test_a_step_another_works_on_cannot_be_taken_out_alone(asking: Bench) -> None:
    asking.model.plans["x"] = '[{"world.drop":{"what":"pear"}},{"world.look":{}},{"world.drop":{"what":"$2"}}]'
    events = await asking.turn("x", saying(written({2: ""}), NO))
    assert asked(events)[1].complaint == "step 3 works on the result of step 2, which would be gone"
    assert [text for _, text in texts(asked(events)[1])] == ['world.drop(what="pear")', "", 'world.drop(what="$2")']


async def test_results_keep_their_numbers_where_a_step_was_taken_out(asking: Bench) -> None:
    asking.rules.append(Rule("looking-asks", Verdict.ASK, "it looks", syscalls=("world.look",)))
    asking.model.plans["x"] = '[{"world.look":{}},{"world.look":{}},{"world.drop":{"what":"$1"}}]'
    events = await asking.turn("x", saying(written({2: ""}), YES, YES))
    assert ended(events).exit_code == 0
    assert set(WORLD) == {"trash/apple", "trash/pear"}
    asking.model.plans["y"] = '[{"world.look":{}},{"world.look":{}},{"world.drop":{"what":"$2"}}]'
    WORLD["plum"] = ""
    await asking.turn("y", saying(written({1: ""}), NO))
    assert asking.history.rows[-1].plan == '[{"world.look":{}},{"world.drop":{"what":"$1"}}]'


async def test_a_wrong_line_among_several_is_told_by_its_number_and_all_are_kept(three: Bench) -> None:
    events = await three.turn("x", saying(written({1: 'world.drop(what="fig")', 2: "nonsense", 3: ""}), NO))
    assert asked(events)[1].complaint.startswith("step 2: ")
    assert texts(asked(events)[1]) == [(1, 'world.drop(what="fig")'), (2, "nonsense"), (3, "")]
    assert asked(events)[1].hash == asked(events)[0].hash


async def test_a_later_step_that_would_be_refused_is_told_at_once(three: Bench) -> None:
    events = await three.turn("x", saying(written({3: 'world.drop(what="root")'}), NO))
    assert asked(events)[1].complaint == "step 3: refused, the root"
    assert set(WORLD) == {"apple", "pear", "fig"}


async def test_lines_handed_back_as_they_were_change_nothing(three: Bench) -> None:
    calls: dict[int, str] = {}

    def answer(event: Asked) -> Answer:
        if not calls:
            calls.update(texts(event.approval))
            return written(calls)
        return YES

    events = await three.turn("x", answer)
    assert asked(events)[0].hash == asked(events)[1].hash
    assert three.corrections.rows == []
    assert set(WORLD) == {"trash/apple", "trash/pear", "trash/fig"}


async def test_steps_that_ran_are_not_to_be_edited(three: Bench) -> None:
    events = await three.turn("x", saying(YES, written({1: "", 2: ""}), YES))
    assert set(WORLD) == {"pear", "trash/apple", "trash/fig"}
    assert texts(asked(events)[1])[0][0] == 2


# ---- a shell command ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["make clean", 'for x in a b\ndo\n\techo "$x"\ndone', "cat <<E\nhello\nE"])
async def test_a_command_is_edited_as_it_is(asking: Bench, command: str) -> None:
    asking.model.plans["x"] = json.dumps([{"world.run": {"cmd": command}}])
    events = await asking.turn("x", saying(f" true && {command}\n", YES))
    first, second = asked(events)
    assert (first.steps[0].text, first.steps[0].is_command) == (command, True)
    assert second.steps[0].text == f"true && {command}"
    assert asking.shell.ran == [f"true && {command}"]


async def test_a_command_that_is_not_at_its_end_is_told(asking: Bench) -> None:
    asking.model.plans["x"] = '[{"world.run":{"cmd":"make"}}]'
    events = await asking.turn("x", saying("echo 'oh", NO))
    assert asked(events)[1].complaint == "the command is not at its end: a quote or a block is still open"
    assert line(asked(events)[1]) == "echo 'oh"
    assert asking.shell.ran == []


@pytest.mark.parametrize("command", ["ls \u202egpj.exe", "ls \x1b[2J", " ls"])
async def test_a_command_with_something_invisible_is_shown_as_a_call(asking: Bench, command: str) -> None:
    asking.model.plans["x"] = json.dumps([{"world.run": {"cmd": command}}])
    [approval] = asked(await asking.turn("x", NO))
    assert approval.steps[0].text.startswith("world.run(cmd=")
    assert not approval.steps[0].is_command
    assert "\u202e" not in approval.steps[0].text
