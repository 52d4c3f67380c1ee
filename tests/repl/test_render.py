from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nlsh.core import events as ev
from nlsh.core.facts import Preview
from nlsh.core.results import Column, Exit, Note, Table
from nlsh.core.risk import Risk, Route, Verdict
from nlsh.repl.render import Renderer, progress_text


def started(route: Route) -> list[ev.Event]:
    return [ev.TurnStarted("t", "line", "/", 0.0), ev.Routed(route, 1.0)]


def decided(
    syscall: str = '{"fs.list":{}}', effects: tuple[str, ...] = ("READ",), verdict: Verdict = Verdict.ALLOW
) -> ev.Decided:
    return ev.Decided(1, syscall, verdict, Risk.R2, "rule", "why", effects, Preview("do a thing", ("detail",)))


def show(recorded: Any, *events: ev.Event, route: Route = Route.UTTERANCE, is_dry: bool = False) -> None:
    renderer = Renderer(recorded.screen, is_dry=is_dry)
    for event in (*started(route), *events):
        renderer.show(event)


@pytest.fixture
def pipe(recorder: Callable[..., Any]) -> Any:
    return recorder()


@pytest.fixture
def terminal(recorder: Callable[..., Any]) -> Any:
    return recorder(is_terminal=True, env={"TERM": "xterm", "NO_COLOR": "1"})


def test_piped_output_is_passed_byte_by_byte(pipe: Any) -> None:
    raw = bytes(range(256))
    show(pipe, ev.Output(1, raw.decode("utf-8", "surrogateescape")))
    assert pipe.out.getvalue() == raw


def test_planned_output_is_escaped_on_a_terminal(terminal: Any) -> None:
    show(terminal, ev.Output(1, "red \x1b[31m\n"))
    assert terminal.stdout() == "red \\x1b[31m\n"


def test_a_literals_output_reaches_the_terminal_as_it_is(terminal: Any) -> None:
    show(terminal, ev.Output(1, "red \x1b[31m\n"), route=Route.LITERAL)
    assert terminal.stdout() == "red \x1b[31m\n"


def test_a_character_in_two_pieces_is_one_character(terminal: Any) -> None:
    show(terminal, ev.Output(1, "\udcc3"), ev.Output(1, "\udcbc"), ev.Finished(1, 0, 1.0))
    assert terminal.stdout() == "ü"


def test_half_a_character_at_the_end_is_shown_escaped(terminal: Any) -> None:
    show(terminal, ev.Output(1, "\udcc3"), ev.Finished(1, 0, 1.0))
    assert terminal.stdout() == "\\xc3"


def test_errors_of_programs_go_to_standard_error(pipe: Any) -> None:
    show(pipe, ev.Output(1, "oops\n", is_error=True))
    assert (pipe.stdout(), pipe.stderr()) == ("", "oops\n")


def test_what_a_change_tells_is_narration(pipe: Any) -> None:
    show(pipe, decided('{"fs.move":{}}', ("WRITE",)), ev.Told(1, "moved 3 files"))
    assert pipe.stdout() == ""
    assert pipe.stderr().endswith("moved 3 files\n")


def test_what_a_read_tells_is_the_result(pipe: Any) -> None:
    show(pipe, decided('{"explain":{}}'), ev.Told(1, "only reads"))
    assert pipe.stdout() == "only reads\n"


def test_what_an_edited_step_tells_is_what_it_became(pipe: Any) -> None:
    change = decided('{"fs.move":{}}', ("WRITE",))
    show(pipe, decided(), change, ev.Told(1, "moved 3"))
    assert (pipe.stdout(), "moved 3" in pipe.stderr()) == ("", True)


def test_a_question_is_narration(pipe: Any) -> None:
    show(pipe, decided('{"ask":{}}'), ev.Told(1, "Which file?"))
    assert (pipe.stdout(), pipe.stderr()) == ("", "Which file?\n")


def test_tables_are_results_and_their_notes_narration(pipe: Any) -> None:
    table = Table((Column("name"), Column("n", "count")), (("a", 1),), note="stopped early")
    show(pipe, ev.Tabled(1, table))
    assert (pipe.stdout(), pipe.stderr()) == ("name  n\na     1\n", "stopped early\n")


def test_two_tables_of_a_step_are_set_apart(pipe: Any) -> None:
    table = Table((Column("name"),), (("a",),))
    show(pipe, ev.Tabled(1, table), ev.Tabled(1, table))
    assert pipe.stdout() == "a\n\na\n"


def test_an_empty_table_leaves_the_result_empty(pipe: Any) -> None:
    show(pipe, ev.Tabled(1, Table((Column("name"),), ())))
    assert (pipe.stdout(), pipe.stderr()) == ("", "nothing to show\n")


def test_what_a_later_step_takes_is_no_result(pipe: Any) -> None:
    steps = ('{"fs.find":{"size":">1M"}}', '{"text.sort":{"source":"$1"}}')
    show(
        pipe,
        ev.Planned(steps, 0.9, 1.0),
        ev.Tabled(1, Table((Column("path", "path"),), (("b",), ("a",)))),
        ev.Output(2, "a\nb\n"),
    )
    assert pipe.stdout() == "a\nb\n"


def test_the_models_own_words_are_labelled_for_people(pipe: Any, terminal: Any) -> None:
    for recorded in (pipe, terminal):
        show(recorded, decided('{"say":{"text":"Hello."}}'), ev.Told(1, "Hello."))
    assert (pipe.stdout(), terminal.stdout()) == ("Hello.\n", "model: Hello.\n")


@pytest.mark.parametrize(("is_asking", "verdict", "count"), [(False, Verdict.ASK, 1), (True, Verdict.ASK, 0)])
def test_a_question_needs_no_announcement(pipe: Any, is_asking: bool, verdict: Verdict, count: int) -> None:
    renderer = Renderer(pipe.screen, is_asking=is_asking)
    renderer.show(decided('{"fs.move":{}}', ("WRITE",), verdict))
    assert pipe.stderr().count("do a thing") == count


def test_progress_only_where_a_terminal_is(pipe: Any, terminal: Any) -> None:
    for recorded in (pipe, terminal):
        show(recorded, ev.Progressed(1, 5, 10, "files"), ev.Failed(1, "no"))
    assert pipe.stderr() == "nlsh: no\n"
    assert terminal.stderr() == "\r\x1b[K5 of 10 files (50 %)\r\x1b[Knlsh: no\n"


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (ev.Progressed(1, 1200, 0, "files"), "1,200 files"),
        (ev.Progressed(1, 1 << 20, 2 << 20, "bytes"), "1.0 MiB of 2.0 MiB (50 %)"),
    ],
)
def test_progress_in_words(event: ev.Progressed, text: str) -> None:
    assert progress_text(event) == text


def test_a_failure_says_what_and_what_to_do_escaped(pipe: Any) -> None:
    show(pipe, ev.Failed(1, "no such file: a\x1b[2J", "look again"))
    assert pipe.stderr() == "nlsh: no such file: a\\x1b[2J\n      look again\n"


def test_a_dry_run_prints_the_plan_as_its_result(pipe: Any) -> None:
    show(
        pipe,
        decided('{"fs.remove":{"path":"*.tmp"}}', ("DELETE",), Verdict.ASK),
        ev.TurnEnded("t", "dry run", 0, 1.0, "/"),
        is_dry=True,
    )
    assert pipe.stdout().splitlines() == [
        "1  do a thing",
        '   {"fs.remove":{"path":"*.tmp"}}',
        "   detail",
        "   ASK R2 (DELETE) by rule: why",
    ]


@pytest.mark.parametrize("outcome", ["declined", "not understood", "no model", "cancelled"])
def test_a_turn_that_ends_without_a_word_gets_one(pipe: Any, outcome: ev.Outcome) -> None:
    show(pipe, ev.TurnEnded("t", outcome, 1, 1.0, "/"))
    assert pipe.stderr().startswith("nlsh: ")


def test_a_failure_is_not_told_twice(pipe: Any) -> None:
    show(pipe, ev.Failed(0, "no model"), ev.TurnEnded("t", "no model", 4, 1.0, "/"))
    assert pipe.stderr().count("nlsh:") == 1


def test_emissions_outside_a_turn(pipe: Any) -> None:
    renderer = Renderer(pipe.screen)
    assert renderer.emit(Note("took back 2 files")) == 0
    assert renderer.emit(Exit(3)) == 3
    assert pipe.stderr() == "took back 2 files\n"


def test_what_was_tried_dry_is_told_escaped(terminal: Any) -> None:
    show(
        terminal,
        ev.Answered(1, "q", "dry", 1.0),
        ev.Foreseen(1, "{}", "delete a\x1b[2J", ("touches 2", "a\nforged")),
        ev.Foreseen(2, "{}", "move", ("it works on the result of step 1",), is_known=False),
    )
    told = terminal.stderr()
    assert "tried dry: nothing is run, nothing is changed" in told
    assert "1  delete a\\x1b[2J" in told
    assert "   a\\x0aforged" in told
    assert "2  move (not known yet)" in told
    assert terminal.stdout() == ""


def test_a_step_that_was_taken_out_is_told_and_what_it_would_take_is_shown_again(pipe: Any) -> None:
    table = ev.Tabled(1, Table((Column("path", "path"),), (("a.txt",),)))
    plan = ev.Planned(('{"fs.find":{}}', '{"fs.remove":{"path":"$1"}}'), 1.0, 1.0)
    started = ev.TurnStarted("t", "x", "/", 0.0)
    show(pipe, started, plan, table)
    assert "a.txt" not in pipe.stdout()
    show(pipe, started, plan, ev.Edited(2, ""), table)
    assert "a.txt" in pipe.stdout()
    assert "step 2 is taken out of the plan" in pipe.stderr()
