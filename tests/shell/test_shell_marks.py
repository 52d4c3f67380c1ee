"""Marks, modes and offers: what is read from the bytes of a shell and of the programs it runs."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.answers import without_answers
from nlsh.shell.echo import complaint, expansion
from nlsh.shell.marks import Mark, Marks
from nlsh.shell.modes import PUSH_TITLE, Modes
from nlsh.shell.offers import offered
from nlsh.shell.screens import Tail

NONCE = "0f1e"


def mark(kind: str, field: str = "", where: str = "") -> bytes:
    return f"\x1b]133;{kind};{field};nlsh={NONCE};{where}\x07".encode()


def heard(*pieces: bytes) -> tuple[bytes, list[Mark]]:
    marks = Marks(NONCE)
    found = [item for piece in pieces for item in marks.feed(piece)]
    text = b"".join(item for item in found if isinstance(item, bytes)) + marks.rest()
    return text, [item for item in found if isinstance(item, Mark)]


@given(st.lists(st.integers(0, 120)))
def test_cuts_between_reads_make_no_difference(cuts: list[int]) -> None:
    whole = b"a\x1b[31mred" + mark("C") + b"out\x1b]0;title\x07" + mark("D", "3", "/tmp/ä b") + b"\x1b]133;A\x07z"
    edges = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    text, marks = heard(*(whole[a:b] for a, b in itertools.pairwise(edges)))
    assert text == b"a\x1b[31mredout\x1b]0;title\x07\x1b]133;A\x07z"
    assert marks == [Mark("C", "", ""), Mark("D", "3", "/tmp/ä b")]
    assert marks[1].code == 3


@given(st.binary(max_size=300))
def test_anything_without_the_nonce_passes_whole(data: bytes) -> None:
    forged = b"\x1b]133;D;0;nlsh=beef;/\x07"
    assert heard(data, forged) == (data + forged, [])


def test_a_mark_that_never_ends_is_passed_on() -> None:
    text, marks = heard(b"\x1b]133;D;" + b"x" * 20_000, b"y")
    assert (len(text), marks) == (8 + 20_000 + 1, [])


def after(*writes: bytes) -> bytes:
    modes = Modes()
    for data in writes:
        modes.feed(data)
    return modes.reset()


@pytest.mark.parametrize(
    ("writes", "reset"),
    [
        ((b"plain \x1b[31mred\x1b[0m",), b""),
        ((b"\x1b[?1049h\x1b[?1h\x1b=x\x1b[?1l\x1b>\x1b[?1049l",), b""),
        ((b"\x1b[?1049h\x1b[?25l",), b"\x1b[?1049l\x1b[?25h\x1b[0m"),
        ((b"\x1b[?10", b"02;1006h"), b"\x1b[?1006l\x1b[?1002l\x1b[0m"),
        ((b"\x1b[>1u\x1b[>5u\x1b[<u",), b"\x1b[<u\x1b[0m"),
        ((b"\x1b=",), b"\x1b>"),
    ],
)
def test_what_a_program_left_changed_is_reset_and_nothing_else(writes: tuple[bytes, ...], reset: bytes) -> None:
    assert after(*writes) == reset


@given(st.lists(st.integers(0, 40)))
def test_modes_are_followed_wherever_reads_are_split(cuts: list[int]) -> None:
    whole = b"ab\x1b[?1049h\x1b[?2004hxyz\x1b[?1049l\x1b[?25l"
    edges = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    assert after(*(whole[a:b] for a, b in itertools.pairwise(edges))) == b"\x1b[?2004l\x1b[?25h\x1b[0m"


def test_the_title_is_saved_before_it_is_set_and_given_back_once() -> None:
    modes = Modes()
    assert modes.feed(b"x") == b"x"
    assert modes.feed(b"\x1b]2;vim\x07") == PUSH_TITLE + b"\x1b]2;vim\x07"
    assert modes.feed(b"\x1b]2;again\x07") == b"\x1b]2;again\x07"
    assert modes.untitled() == b"\x1b[23;2t"
    assert modes.untitled() == b""


def test_answers_of_the_terminal_are_no_keys() -> None:
    modes = Modes()
    modes.feed(b"\x1b[c")
    assert modes.has_asked
    answers = b"\x1b[?62;4c\x1b[12;40R\x1b]11;rgb:00/00/00\x1b\\\x1bP>|xterm\x1b\\\x1b[?2026;2$y"
    assert without_answers(b"l" + answers + b"s\r\x1b[A") == b"ls\r\x1b[A"


ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


def tail_of(*chunks: bytes) -> bytes:
    tail = Tail()
    for chunk in chunks:
        tail.feed(chunk)
    return tail.text()


@pytest.mark.parametrize(
    ("chunks", "kept"),
    [
        ((ENTER, b"screen"), b""),
        ((ENTER + b"screen" + LEAVE + b"[main 1234] hello\r\n",), b"[main 1234] hello\r\n"),
        ((ENTER, LEAVE, b"!ls output", ENTER, b"screen", LEAVE, b"bye"), b"bye"),
        ((b">>> 1+1\r\n", b"2\r\n"), b">>> 1+1\r\n2\r\n"),
    ],
)
def test_the_transcript_gets_what_comes_after_the_last_screen(chunks: tuple[bytes, ...], kept: bytes) -> None:
    assert tail_of(*chunks) == kept


@given(st.lists(st.integers(0, 60)))
def test_cuts_make_no_difference_to_the_tail(cuts: list[int]) -> None:
    whole = ENTER + b"screen" + LEAVE + b"between" + ENTER + b"again" + LEAVE + b"all well"
    edges = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    assert tail_of(*(whole[a:b] for a, b in itertools.pairwise(edges))) == b"all well"


def test_a_long_tail_is_bounded() -> None:
    assert len(tail_of(ENTER + LEAVE, b"x" * 1_000_000)) == 64 * 1024


def test_what_a_shell_says_of_a_line_is_told_from_the_line() -> None:
    echo = b"\r\x1b[K\0ls )\r\nbash: syntax error near `)'\r\n"
    assert complaint(echo, "bash") == b"bash: syntax error near `)'\r\n"
    assert complaint(b"\0echo hi\r\n", "bash") == b""
    assert expansion(b"\0!!\r\necho hi\r\n", "!!") == b"echo hi\r\n"
    assert expansion(b"\0echo hi\r\n", "echo hi") == b""


@pytest.mark.parametrize(
    ("shell", "line", "said", "texts", "start"),
    [
        ("bash", "git ch", b"\r\0git ch\r\ncheckout \r\ncherry \r\n\0git ch", ["checkout", "cherry"], 4),
        ("bash", "ls /etc/ho", b"\0ls /etc/ho\r\nhost.conf\r\nhosts\r\n\0", ["host.conf", "hosts"], 8),
        ("bash", "cd /us", b"\0cd /usr/\r\x1b[K\r", ["/usr/"], 3),
        ("bash", "ls my\\ f", b"\0ls my\\ f\r\nmy file\r\nmy fun\r\n\0", [r"my\ file", r"my\ fun"], 3),
        ("bash", "ls 'my f", b"\0ls 'my f\r\nmy file\r\nmy fun\r\n\0", [r"my\ file", r"my\ fun"], 3),
        ("bash", "tar --fo", b"\0tar --fo\r\n--force-local\r\n--format=\r\n\0", ["--force-local", "--format="], 4),
        ("bash", "ls --color=a", b"\0ls --color=a\r\nalways\r\nauto\r\n\0", ["always", "auto"], 11),
        ("bash", "zz", b"\0zz\r\x1b[K", [], 0),
        ("zsh", "git ch", b"checkout\0cherry\0checkout\0", ["checkout", "cherry"], 4),
        ("fish", "git ch", b"checkout\tCheckout a branch\ncherry\n", ["checkout", "cherry"], 4),
        ("fish", "x", b"x\x1b[31m\n", [], 0),
    ],
)
def test_offers_become_completions(shell: str, line: str, said: bytes, texts: list[str], start: int) -> None:
    found = offered(shell, line, said)
    assert [one.text for one in found] == texts
    assert all(one.start == start for one in found)
    assert all(one.is_whole != one.text.endswith(("/", "=")) for one in found)
