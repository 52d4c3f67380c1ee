from __future__ import annotations

import asyncio
import os
import pty
import termios
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nlsh.core.approval import Answer, Approval, Choice
from nlsh.core.facts import Preview
from nlsh.core.risk import Risk
from nlsh.repl.asking import Asker

CALL = 'fs.remove(path="a.txt")'


def approval(risk: Risk = Risk.R2, phrase: str = "", call: str = "", complaint: str = "") -> Approval:
    preview = Preview("delete a\x1b[2J.txt", ("3 files",), phrase)
    reversible = "undo can take it back"
    return Approval("id", "{}", preview, risk, ("DELETE",), "rule", "why", reversible, "hash", call, complaint)


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
    assert Asker(screen, may_remember=True).read(approval(Risk.R3), "a").choice is Choice.NO
    assert Asker(screen, may_remember=False).read(approval(Risk.R2), "a").choice is Choice.NO


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
        shown, times = (question.call, at // 2 + 1) if at % 2 else (prompt, at // 2 + 1)
        while recorded.stderr().count(shown) < times:
            await asyncio.sleep(0.01)
        os.write(person, typed)
    return await asyncio.wait_for(asking, 10)


@pytest.mark.parametrize("word", [b"e\n", b"Edit\n"])
@pytest.mark.parametrize("question", [approval(call=CALL), approval(Risk.R4, "delete 3412 files", CALL)])
def test_e_opens_the_call_to_be_edited(
    recorder: Any, terminal: tuple[int, int], word: bytes, question: Approval
) -> None:
    recorded = recorded_terminal(recorder)
    os.set_blocking(terminal[0], False)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    keys = (word, b"\x7f" * 7 + b'b.txt")\r')
    answer = asyncio.run(edited(asker, recorded, terminal[0], question, *keys))
    assert answer == Answer(Choice.EDIT, edited='fs.remove(path="b.txt")')
    assert "e = edit it first" in recorded.stderr()


@pytest.mark.parametrize("left", [b"\x03", b"\x15\r", b"\x15   \r", b"\x15\x04"])
def test_a_call_left_as_it_was_goes_back_to_the_question(recorder: Any, terminal: tuple[int, int], left: bytes) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    answer = asyncio.run(edited(asker, recorded, terminal[0], approval(call=CALL), b"e\n", left, b"y\n"))
    assert answer == Answer(Choice.ONCE)


def test_what_is_typed_behind_the_call_answers_nothing(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    keys = (b"e\n", b"\x15\ry\ny\r", b"\n")
    assert asyncio.run(edited(asker, recorded, terminal[0], approval(call=CALL), *keys)).choice is Choice.NO


def test_an_interrupt_while_the_call_is_edited_is_no_and_stop(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    modes = termios.tcgetattr(terminal[1])

    async def scenario() -> Answer:
        asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
        asking = asyncio.create_task(edited(asker, recorded, terminal[0], approval(call=CALL), b"e\n"))
        while CALL not in recorded.stderr():
            await asyncio.sleep(0.01)
        asker.interrupt()
        return await asyncio.wait_for(asking, 10)

    assert asyncio.run(scenario()).choice is Choice.STOP
    assert termios.tcgetattr(terminal[1]) == modes


def test_e_is_a_no_where_there_is_nothing_to_edit_it_with(recorder: Any) -> None:
    screen = recorded_terminal(recorder).screen
    assert Asker(screen, may_remember=True).read(approval(), "e").choice is Choice.NO
    dumb = recorder(is_terminal=True, env={"TERM": "dumb"}).screen
    assert Asker(dumb, may_remember=True).read(approval(call=CALL), "e").choice is Choice.NO


def test_what_was_wrong_with_the_call_is_told(recorder: Any, terminal: tuple[int, int]) -> None:
    recorded = recorded_terminal(recorder)
    asker = Asker(recorded.screen, may_remember=True, fd=terminal[1])
    question = approval(call=CALL, complaint="there is no b\x1b.txt")
    asyncio.run(answered(asker, recorded, terminal[0], b"\n", question))
    assert "there is no b\\x1b.txt" in recorded.stderr()
