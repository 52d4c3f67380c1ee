from __future__ import annotations

import asyncio
import dataclasses
import os
import pty
import termios
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nlsh.core.approval import Answer, Approval, Choice, EditableStep
from nlsh.core.facts import Preview
from nlsh.core.risk import Risk
from nlsh.repl.asking import Asker
from nlsh.repl.choices import Heard

CALL = 'fs.remove(path="a.txt")'


def approval(risk: Risk = Risk.R2, phrase: str = "", *calls: str, complaint: str = "", **more: Any) -> Approval:
    """A question about the first of the calls, or commands where they are no calls; the others come after it."""
    preview = Preview("delete a\x1b[2J.txt", ("3 files",), phrase)
    reversible = "undo can take it back"
    steps = tuple(EditableStep(at, call, is_command=not call.endswith(")")) for at, call in enumerate(calls, 1))
    return Approval("id", "{}", preview, risk, ("DELETE",), "rule", "why", reversible, "hash", steps, complaint, **more)


def editable(*calls: str, **more: Any) -> Approval:
    return approval(Risk.R2, "", *calls, **more)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a pseudo-terminal: the person's, the program's."""
    person, program = pty.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def recorded_terminal(recorder: Callable[..., Any]) -> Any:
    return recorder(is_terminal=True, env={"TERM": "xterm", "NO_COLOR": "1"})


async def answered(asker: Asker, recorded: Any, person: int, keys: bytes, question: Approval) -> Answer:
    """Ask, and type `keys` as soon as the prompt stands there."""
    asking = asyncio.create_task(asker.ask(question))
    while "[y/N]" not in recorded.stderr() and "> " not in recorded.stderr():
        await asyncio.sleep(0)
    os.write(person, keys)
    return await asyncio.wait_for(asking, 10)


@pytest.mark.parametrize(
    ("keys", "choice"),
    [
        (b"y\n", Choice.ONCE),
        (b"YES\r", Choice.ONCE),
        (b"\n", Choice.NO),
        (b"n\n", Choice.NO),
        (b"yy\n", Choice.NO),
        (b"show all files\n", Choice.NO),
        (b"a\n", Choice.SESSION),
        (b"s\n", Choice.STOP),
        (b"quit\n", Choice.STOP),
        (b"\x04", Choice.NO),
        (b"y\ny\n", Choice.NO),
        (b"\x1b[200~y\x1b[201~\n", Choice.NO),
        (b"\x1b[200~y\n\x1b[201~", Choice.NO),
    ],
)
def test_only_a_plain_yes_is_a_yes(recorder: Any, terminal: tuple[int, int], keys: bytes, choice: Choice) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    assert asyncio.run(answered(asker, recorded, terminal[0], keys, approval())).choice is choice


def test_type_ahead_answers_nothing(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    os.write(terminal[0], b"y\n")
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    assert asyncio.run(answered(asker, recorded, terminal[0], b"\n", approval())).choice is Choice.NO


def test_keys_in_the_dead_time_answer_nothing(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)

    async def scenario() -> Answer:
        asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
        asking = asyncio.create_task(asker.ask(approval()))
        while "delete" not in recorded.stderr():
            await asyncio.sleep(0)
        os.write(terminal[0], b"y\n")
        while "[y/N]" not in recorded.stderr():
            await asyncio.sleep(0)
        os.write(terminal[0], b"\n")
        return await asyncio.wait_for(asking, 10)

    assert asyncio.run(scenario()).choice is Choice.NO


def test_the_question_is_escaped_and_says_how_it_ends(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=False, fd=terminal[1])
    asyncio.run(answered(asker, recorded, terminal[0], b"\n", approval()))
    text = recorded.stderr().replace("\x1b[?2004h", "").replace("\x1b[?2004l", "")
    assert "\x1b" not in text
    assert "delete a\\x1b[2J.txt" in text
    assert "undo can take it back" in text
    assert "session" not in text


def test_r4_wants_its_phrase(recorder: Any, terminal: tuple[int, int]) -> None:
    question = approval(Risk.R4, "delete 3412 files")
    for keys, expected in (
        (b"delete 3412 files\n", Answer(Choice.ONCE, "delete 3412 files")),
        (b"y\n", Answer(Choice.NO)),
    ):
        recorded = recorded_terminal(recorder)
        asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
        assert asyncio.run(answered(asker, recorded, terminal[0], keys, question)) == expected


def test_always_is_only_for_r2_and_where_there_is_a_session(recorder: Any) -> None:
    screen = recorded_terminal(recorder).screen
    assert Asker(screen, may_remember=True).read(approval(Risk.R3), "a\n").choice is Choice.NO
    assert Asker(screen, may_remember=False).read(approval(Risk.R2), "a\n").choice is Choice.NO


def test_an_interrupt_is_no_and_stop(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)

    async def scenario() -> Answer:
        asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
        asking = asyncio.create_task(asker.ask(approval()))
        while "[y/N]" not in recorded.stderr():
            await asyncio.sleep(0)
        while not asking.done():
            asker.interrupt()
            await asyncio.sleep(0)
        return asking.result()

    assert asyncio.run(scenario()).choice is Choice.STOP


async def edited(asker: Asker, recorded: Any, person: int, question: Approval, *keys: bytes) -> Answer:
    """Ask, and type each of `keys` once what stands before it is there: the question, the call, the question …"""
    asking = asyncio.create_task(asker.ask(question))
    prompt = "> " if question.preview.phrase else "[y/N]"
    for at, typed in enumerate(keys):
        shown, times = (question.steps[0].text, at // 2 + 1) if at % 2 else (prompt, at // 2 + 1)
        while recorded.stderr().count(shown) < times:
            await asyncio.sleep(0.01)
        os.write(person, typed)
    return await asyncio.wait_for(asking, 10)


@pytest.mark.parametrize("word", [b"e\n", b"Edit\n"])
@pytest.mark.parametrize("question", [editable(CALL), approval(Risk.R4, "delete 3412 files", CALL)])
def test_e_opens_the_call_to_be_edited(
    recorder: Any, terminal: tuple[int, int], word: bytes, question: Approval
) -> None:
    recorded = recorded_terminal(recorder)
    os.set_blocking(terminal[0], False)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    keys = (word, b"\x7f" * 7 + b'b.txt")\r')
    answer = asyncio.run(edited(asker, recorded, terminal[0], question, *keys))
    assert answer == Answer(Choice.EDIT, edited=((1, 'fs.remove(path="b.txt")'),))
    assert "e = edit" in recorded.stderr()


@pytest.mark.parametrize("left", [b"\x03", b"\x15\r", b"\x15   \r", b"\x15\x04"])
def test_a_call_left_as_it_was_goes_back_to_the_question(recorder: Any, terminal: tuple[int, int], left: bytes) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    answer = asyncio.run(edited(asker, recorded, terminal[0], editable(CALL), b"e\n", left, b"y\n"))
    assert answer == Answer(Choice.ONCE)


def test_what_is_typed_behind_the_call_answers_nothing(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    keys = (b"e\n", b"\x15\ry\ny\r", b"\n")
    assert asyncio.run(edited(asker, recorded, terminal[0], editable(CALL), *keys)).choice is Choice.NO


def test_an_interrupt_while_the_call_is_edited_is_no_and_stop(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    modes = termios.tcgetattr(terminal[1])

    async def scenario() -> Answer:
        asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
        asking = asyncio.create_task(edited(asker, recorded, terminal[0], editable(CALL), b"e\n"))
        while CALL not in recorded.stderr():
            await asyncio.sleep(0.01)
        asker.interrupt()
        return await asyncio.wait_for(asking, 10)

    assert asyncio.run(scenario()).choice is Choice.STOP
    assert termios.tcgetattr(terminal[1]) == modes


def test_e_is_a_no_where_there_is_nothing_to_edit(recorder: Any) -> None:
    screen = recorded_terminal(recorder).screen
    assert Asker(screen, may_remember=True).read(approval(), "e\n").choice is Choice.NO
    fixed = dataclasses.replace(approval(), steps=(EditableStep(1, "fs.write(…", is_fixed=True),))
    assert Asker(screen, may_remember=True).read(fixed, "e\n").choice is Choice.NO


def test_what_was_wrong_with_the_call_is_told(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    question = editable(CALL, complaint="there is no b\x1b.txt")
    asyncio.run(answered(asker, recorded, terminal[0], b"\n", question))
    assert "there is no b\\x1b.txt" in recorded.stderr()


# ---- several steps, commands ----------------------------------------------------------------------------------------

TWO = ('fs.remove(path="a.txt")', "make clean")


async def typed(asker: Asker, recorded: Any, person: int, question: Approval, *turns: tuple[str, bytes]) -> Answer:
    """Ask; each time a text stands there for the first time since, type the keys that belong to it."""
    asking = asyncio.create_task(asker.ask(question))
    at = 0
    for shown, keys in turns:
        while (found := recorded.stderr().find(shown, at)) < 0 and not asking.done():
            await asyncio.sleep(0.01)
        at = found + len(shown)
        await asyncio.sleep(0.05)
        os.write(person, keys)
    return await asyncio.wait_for(asking, 10)


def talk(
    recorder: Any, terminal: tuple[int, int], question: Approval, *turns: tuple[str, bytes], dumb: bool = False
) -> tuple[Answer, str]:
    os.set_blocking(terminal[0], False)
    recorded = recorder(is_terminal=True, env={"TERM": "dumb" if dumb else "xterm", "NO_COLOR": "1"})
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    return asyncio.run(typed(asker, recorded, terminal[0], question, *turns)), recorded.stderr()


def test_each_step_not_yet_run_is_shown_and_edited_in_turn(recorder: Any, terminal: tuple[int, int]) -> None:
    answer, shown = talk(
        recorder,
        terminal,
        editable(*TWO),
        ("[y/N]", b"e\n"),
        (TWO[0], b"\r"),
        (TWO[1], b" all\r"),
    )
    assert answer == Answer(Choice.EDIT, edited=((1, TWO[0]), (2, "make clean all")))
    assert "then 2: make clean" in shown
    assert "step 2: enter takes it · empty takes the step out of the plan · alt-enter makes a new line" in shown


def test_one_step_is_edited_by_its_number(recorder: Any, terminal: tuple[int, int]) -> None:
    answer, _ = talk(recorder, terminal, editable(*TWO), ("[y/N]", b"e 2\n"), (TWO[1], b"\x15\r"))
    assert answer == Answer(Choice.EDIT, edited=((1, TWO[0]), (2, "")))


def test_leaving_one_line_leaves_all_as_it_was(recorder: Any, terminal: tuple[int, int]) -> None:
    turns = (("[y/N]", b"e\n"), ("ctrl-c", b"\x15\r"), ("step 2", b"x\x03"), ("[y/N]", b"n\n"))
    answer, _ = talk(recorder, terminal, editable(*TWO), *turns)
    assert answer == Answer(Choice.NO)


def test_lines_left_as_they_were_are_no_edit(recorder: Any, terminal: tuple[int, int]) -> None:
    turns = (("[y/N]", b"e\n"), ("ctrl-c", b"\r"), ("step 2", b"\r"), ("[y/N]", b"y\n"))
    answer, _ = talk(recorder, terminal, editable(*TWO), *turns)
    assert answer == Answer(Choice.ONCE)


def test_a_command_of_several_lines_is_edited_as_one(recorder: Any, terminal: tuple[int, int]) -> None:
    command = "for x in a b; do\n  echo $x"
    turns = (("[y/N]", b"e\n"), ("echo $x", b"\x1b\rdone\r"))
    answer, shown = talk(recorder, terminal, editable(command), *turns)
    assert answer == Answer(Choice.EDIT, edited=((1, f"{command}\ndone"),))
    assert "? run\n    for x in a b; do\n      echo $x\n" in shown


def test_on_a_plain_screen_choices_have_numbers_and_lines_are_typed_anew(
    recorder: Any, terminal: tuple[int, int]
) -> None:
    question = editable(*TWO, grounds=("rule x",), may_try=True, grant="fs.remove below /w")
    turns = (("[y/N]", b"4\n"), ("step 1", b""), ("  > ", b"\n"), ("step 2", b""), ("  > ", b"-\n"))
    answer, shown = talk(recorder, terminal, question, *turns, dumb=True)
    assert answer == Answer(Choice.EDIT, edited=((1, TWO[0]), (2, "")))
    assert "\x1b" not in shown
    rows = ["1  no", "2  yes, once", "3  yes, and fs.remove below /w, until this session ends", "4  edit", "5  why"]
    assert [f"  {row}" in shown for row in [*rows, "6  dry run", "or say what you want instead"]] == [True] * 7


@pytest.mark.parametrize(("number", "choice"), [("1", Choice.NO), ("2", Choice.ONCE), ("3", Choice.SESSION)])
def test_a_number_is_an_answer_on_a_plain_screen_only(recorder: Any, number: str, choice: Choice) -> None:
    dumb = Asker(recorder(is_terminal=True, env={"TERM": "dumb"}).screen, may_remember=True)
    assert dumb.read(approval(), f"{number}\n").choice is choice
    assert Asker(recorded_terminal(recorder).screen, may_remember=True).read(approval(), f"{number}\n") == Heard()


# ---- why, dry, and saying something else -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", [b"w\n", b"Why\n"])
def test_why_is_told_and_the_same_asked_again(recorder: Any, terminal: tuple[int, int], word: bytes) -> None:
    question = approval(grounds=("ASK by delete-asks", "touches a\x1b[2J.txt"))
    answer, shown = talk(recorder, terminal, question, ("[y/N]", word), ("touches", b""), ("[y/N]", b"y\n"))
    assert answer == Answer(Choice.ONCE)
    assert "  ASK by delete-asks\n  touches a\\x1b[2J.txt\n? delete a" in shown


def test_dry_is_for_whoever_asks(recorder: Any, terminal: tuple[int, int]) -> None:
    assert talk(recorder, terminal, approval(may_try=True), ("[y/N]", b"d\n"))[0] == Answer(Choice.DRY)
    assert talk(recorder, terminal, approval(), ("[y/N]", b"d\n"))[0] == Answer(Choice.NO)


def test_under_a_phrase_everything_but_yes_is_still_a_key(recorder: Any, terminal: tuple[int, int]) -> None:
    question = approval(Risk.R4, "delete 3412 files", CALL, grounds=("because",), may_try=True)
    answer, shown = talk(recorder, terminal, question, ("  > ", b"w\n"), ("because", b""), ("  > ", b"d\n"))
    assert answer == Answer(Choice.DRY)
    assert "n = no\n  e = edit · w = why · d = dry run · or say what you want instead\n" in shown


@pytest.mark.parametrize(
    "line",
    [
        "no, only the ones from May",
        "not those, the big ones",
        "only in src",
        "doch nur die PDFs",
        "todo.txt",
        "über 4 MB",
    ],
)
@pytest.mark.parametrize("phrase", ["", "delete 3412 files"])
def test_what_is_said_instead_of_an_answer_declines(
    recorder: Any, terminal: tuple[int, int], line: str, phrase: str
) -> None:
    prompt = "  > " if phrase else "[y/N]"
    question = approval(Risk.R4, phrase)
    answer, _ = talk(recorder, terminal, question, (prompt, line.encode() + b"\n"))
    assert answer == Answer(Choice.NO, said=line)


@pytest.mark.parametrize(
    "typed_text",
    [
        "n",
        "no",
        "Nein",
        "yy",
        "yse",
        "Y!",
        "nnn",
        "x",
        "1",
        "",
        "no, that\x1b[D",
        "a\tb",
    ],
)
def test_a_no_a_slip_or_a_paste_is_nothing_to_be_planned(recorder: Any, typed_text: str) -> None:
    asker = Asker(recorded_terminal(recorder).screen, may_remember=True)
    assert asker.read(approval(), f"{typed_text}\n") == Heard()


@pytest.mark.parametrize("typed_text", ["delete 3412 file", "delete 3412", "Delete 3412 files", "delete 3412 files."])
def test_a_phrase_misspelt_is_a_no_and_is_not_planned(recorder: Any, typed_text: str) -> None:
    asker = Asker(recorded_terminal(recorder).screen, may_remember=True)
    assert asker.read(approval(Risk.R4, "delete 3412 files"), f"{typed_text}\n") == Heard()


@pytest.mark.parametrize("typed_text", ["y", "only those in src", "e"])
def test_a_line_cut_off_by_the_end_of_input_is_a_no(recorder: Any, typed_text: str) -> None:
    asker = Asker(recorded_terminal(recorder).screen, may_remember=True)
    assert asker.read(editable(CALL), typed_text) == Heard()
