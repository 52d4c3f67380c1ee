from __future__ import annotations

from nlsh.core.approval import Choice
from nlsh.core.events import (
    Answered,
    Asked,
    Decided,
    Edited,
    Event,
    Failed,
    Finished,
    Foreseen,
    Noticed,
    Output,
    Planned,
    Progressed,
    Routed,
    Started,
    Tabled,
    Told,
    TurnEnded,
    TurnStarted,
)
from nlsh.core.facts import Preview
from nlsh.core.results import Column, Table
from nlsh.core.risk import Risk, Route, Verdict
from nlsh.tui.rows import text_of
from nlsh.tui.turn import Listed, Printed, Question, Said, TurnState, Word, ending, progress_words, step_rows
from tests.tui.cases import approval, ended

PLAN = ('{"fs.list":{"path":"build"}}', '{"fs.remove":{"path":"build"}}')


def state_after(*events: Event) -> TurnState:
    state = TurnState()
    for event in events:
        state.apply(event)
    return state


def test_a_plan_starts_out_planned() -> None:
    state = state_after(TurnStarted("t", "delete it", "/", 0.0), Planned(PLAN, 0.9, 200.0))
    assert [step.word for step in state.shown_steps()] == [Word.PLANNED, Word.PLANNED]
    assert state.line == "delete it"


def test_a_step_runs_and_is_done() -> None:
    state = state_after(Planned(PLAN, 0.9, 1.0), Started(1, PLAN[0]))
    assert state.steps[1].word is Word.RUNS
    state.apply(Finished(1, 0, 84.0))
    assert (state.steps[1].word, state.steps[1].remark) == (Word.DONE, "84 ms")


def test_a_program_that_fails_says_its_code() -> None:
    state = state_after(Started(1, PLAN[0]), Finished(1, 2, 84.0))
    assert (state.steps[1].word, state.steps[1].remark) == (Word.FAILED, "exit 2 · 84 ms")


def test_a_step_that_was_edited_or_taken_out_says_so() -> None:
    state = state_after(Planned(PLAN, 0.9, 1.0), Edited(1, ""), Edited(2, '{"fs.list":{"path":"src"}}'))
    assert [step.word for step in state.shown_steps()] == [Word.TAKEN_OUT, Word.PLANNED]
    assert "src" in text_of(step_rows(state.shown_steps(), 80)[1])
    state.apply(ended())
    assert [step.word for step in state.shown_steps()] == [Word.TAKEN_OUT, Word.NOT_RUN]


def test_a_question_tried_dry_is_not_declined() -> None:
    state = state_after(Planned(PLAN, 0.9, 1.0), Asked(1, approval()), Answered(1, "q1", Choice.DRY, 1.0))
    assert state.steps[1].word is Word.PLANNED
    state.apply(Foreseen(2, PLAN[1], "remove build\n", ("why\nforged",), is_known=False))
    assert state.blocks[-1] == Said("note", "2  remove build\\x0a (not known yet)\n   why\\x0aforged")


def test_a_question_waits_and_is_answered() -> None:
    state = state_after(Planned(PLAN, 0.9, 1.0), Asked(2, approval()))
    assert [step.word for step in state.shown_steps()] == [Word.PLANNED, Word.WAITS]
    assert len(state.waiting()) == 1
    state.apply(Answered(2, "q1", Choice.ONCE, 10.0))
    assert state.steps[2].word is Word.ALLOWED
    assert state.waiting() == []


def test_an_answer_to_another_question_leaves_this_one_open() -> None:
    state = state_after(Asked(2, approval()), Answered(2, "other", Choice.NO, 10.0))
    assert len(state.waiting()) == 1


def test_no_declines_the_step() -> None:
    state = state_after(Asked(2, approval()), Answered(2, "q1", Choice.NO, 10.0), ended("declined", 126))
    assert state.steps[2].word is Word.DECLINED


def test_an_edited_step_is_planned_anew() -> None:
    edited = '{"fs.remove":{"path":"builds"}}'
    answered = Answered(2, "q1", Choice.EDIT, 10.0)
    decided = Decided(2, edited, Verdict.ASK, Risk.R2, "rule", "", ("DELETE",), Preview("t"))
    state = state_after(Planned(PLAN, 0.9, 1.0), Asked(2, approval()), answered, decided)
    assert (state.steps[2].word, state.steps[2].syscall) == (Word.PLANNED, edited)
    [question] = [block for block in state.blocks if isinstance(block, Question)]
    assert question.verdict == "you edited it"


def test_a_turn_that_ends_with_an_open_question_says_so() -> None:
    state = state_after(Planned(PLAN, 0.9, 1.0), Asked(2, approval()), ended("cancelled", 130))
    assert state.waiting() == []
    question = next(block for block in state.blocks if isinstance(block, Question))
    assert question.verdict == "not answered, so no"
    assert state.steps[1].word is Word.NOT_RUN


def test_what_ran_when_the_turn_was_cancelled_is_cancelled() -> None:
    state = state_after(Planned(PLAN, 0.9, 1.0), Started(1, PLAN[0]), ended("cancelled", 130))
    assert [step.word for step in state.shown_steps()] == [Word.CANCELLED, Word.NOT_RUN]


def test_a_refusal_tells_its_reason_once() -> None:
    decided = Decided(1, PLAN[1], Verdict.DENY, Risk.R5, "protected", "it is the root", ("DELETE",), Preview("x"))
    alone = state_after(Planned(PLAN, 0.9, 1.0), decided, ended("refused", 126))
    told = state_after(Planned(PLAN, 0.9, 1.0), decided, Failed(1, "it is the root", "choose"), ended("refused", 126))
    for state in (alone, told):
        assert state.steps[1].word is Word.REFUSED
        assert [block.text for block in state.blocks if isinstance(block, Said)] == ["it is the root"]


def test_a_failure_keeps_its_hint() -> None:
    state = state_after(Failed(0, "no such directory: build", "check the name"))
    assert state.blocks == [Said("failure", "no such directory: build", "check the name")]


def test_output_of_one_step_is_one_block_until_something_comes_between() -> None:
    table = Table((Column("name"),), (("a",),))
    state = state_after(Output(1, "a"), Output(1, "b"), Tabled(1, table), Output(1, "c"), Output(2, "d"))
    assert [type(block) for block in state.blocks] == [Printed, Listed, Printed, Printed]


def test_a_command_run_as_written_shows_no_plan() -> None:
    state = state_after(Routed(Route.LITERAL, 1.0), Started(1, '{"sh.run":{"cmd":"ls"}}'), Finished(1, 0, 1.0))
    assert state.shown_steps() == []


def test_notes_and_notices_are_told_apart() -> None:
    state = state_after(Noticed("model loading 38 %"), Told(1, "moved 3 files"))
    assert [block.kind for block in state.blocks if isinstance(block, Said)] == ["notice", "note"]


def test_progress_in_words() -> None:
    assert progress_words(Progressed(1, 412, 900, "files")) == "412 of 900 files"
    assert progress_words(Progressed(1, 2048, 0, "bytes")) == "2.0 KiB"


def test_the_activity_is_the_progress_of_what_runs() -> None:
    state = state_after(Started(1, PLAN[0]))
    assert state.activity() == "working"
    state.apply(Progressed(1, 412, 900, "files"))
    assert state.activity() == "412 of 900 files"
    assert TurnState().activity() == "thinking"


def test_the_ending_tells_outcome_code_time_and_undo() -> None:
    state = state_after(Finished(1, 0, 3.0, is_reversible=True), TurnEnded("t", "done", 0, 1240.0, "/"))
    assert text_of(ending(state)) == "done · 1.24 s · undo takes it back"
    failed = state_after(TurnEnded("t", "failed", 2, 30.0, "/"))
    assert text_of(ending(failed)) == "failed · exit 2 · 30 ms"
    assert ending(TurnState()) == []


def test_step_rows_are_aligned_and_fit() -> None:
    state = state_after(Planned((*PLAN, '{"fs.find":{"path":"' + "x" * 300 + '"}}'), 0.9, 1.0), Asked(2, approval()))
    rows = [text_of(row) for row in step_rows(state.shown_steps(), 76)]
    assert {len(row) for row in rows} == {max(len(row) for row in rows)}
    assert all(len(row) <= 76 for row in rows)
    assert "waits for you" in rows[1]
    starts = {row.index(word) for row, word in zip(rows, ("planned", "waits for you", "planned"), strict=True)}
    assert len(starts) == 1


def test_step_rows_survive_any_width_and_any_syscall() -> None:
    state = state_after(Planned(("not json", '["list"]', '{"fs.list":7}', '{"a\\u001b[31m":{"b":true}}'), 0.9, 1.0))
    for width in (0, 1, 5, 20, 200):
        assert len(step_rows(state.shown_steps(), width)) == 4
    assert "\x1b" not in "".join(text_of(row) for row in step_rows(state.shown_steps(), 200))
    assert step_rows([], 80) == []
