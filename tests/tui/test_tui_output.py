from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nlsh.tui.output import HIGH_WATER, LINE_LIMIT, LOW_WATER, PENDING_LIMIT, OutputBuffer


def lines_of(*chunks: str, close: bool = True) -> list[str]:
    buffer = OutputBuffer()
    for chunk in chunks:
        buffer.feed(chunk)
        buffer.drain()
    if close:
        buffer.close()
    return [line.text for line in buffer.lines]


def test_plain_lines_and_an_open_last_line() -> None:
    assert lines_of("one\ntwo", close=False) == ["one", "two"]


def test_an_open_line_grows_in_place() -> None:
    assert lines_of("do", "ne\nnext\n") == ["done", "next"]


def test_an_empty_line_stays() -> None:
    assert lines_of("a\n\nb\n") == ["a", "", "b"]


def test_windows_line_ends_even_when_split() -> None:
    assert lines_of("a\r", "\nb\r\n") == ["a", "b"]


def test_carriage_return_overwrites_as_a_terminal_does() -> None:
    assert lines_of("10 %\r100 %\n") == ["100 %"]
    assert lines_of("longer\rab\n") == ["abnger"]


def test_erase_to_the_end_of_the_line() -> None:
    assert lines_of("working\r\x1b[Kok\n") == ["ok"]


def test_backspace_moves_back() -> None:
    assert lines_of("ab\bc\n") == ["ac"]


def test_column_moves() -> None:
    assert lines_of("abcdef\x1b[3GX\n") == ["abXdef"]


def test_tabs_go_to_the_next_stop() -> None:
    assert lines_of("a\tb\n") == ["a       b"]


def test_colours_are_kept_and_hidden_text_is_not() -> None:
    buffer = OutputBuffer()
    buffer.feed("\x1b[31;8mred\x1b[0m plain \x1b[38;5;200mpink\x1b[38;2;1;2;3mrgb\n")
    buffer.drain()
    [line] = buffer.lines
    styles = dict(line.pieces)
    assert line.text == "red plain pinkrgb"
    assert styles["red"].color is not None
    assert not styles["red"].conceal
    assert styles[" plain "].color is None
    assert styles["rgb"].color is not None


def test_a_sequence_split_between_chunks_is_not_shown() -> None:
    assert lines_of("a\x1b", "[3", "1mb\n") == ["ab"]


def test_titles_links_and_modes_are_dropped() -> None:
    assert lines_of("\x1b]0;evil title\x07a\x1b]8;;http://x\x1b\\b\x1b(B\x1b[?25lc\n") == ["abc"]


def test_an_unfinished_sequence_is_shown_escaped_at_the_end() -> None:
    assert lines_of("a\x1b[12") == ["a\\x1b[12"]


def test_an_endless_sequence_does_not_swallow_what_follows() -> None:
    shown = "".join(lines_of("\x1b]" + "x" * 10_000, "\nvisible\n"))
    assert "visible" in shown


def test_nul_and_bidi_and_escapes_are_made_visible() -> None:
    text = "".join(lines_of("a\u202eb\x9bc\ud800d\n"))
    assert "\\u202e" in text
    assert "\\x9b" in text
    assert text.isprintable()


def test_a_character_split_between_chunks_is_whole() -> None:
    first, second = (part.decode("utf-8", "surrogateescape") for part in (b"a\xc3", b"\xa9\n"))
    assert lines_of(first, second) == ["aé"]


def test_bytes_that_are_no_text_are_escaped() -> None:
    assert lines_of(b"\xff\xfe\n".decode("utf-8", "surrogateescape")) == ["\\xff\\xfe"]


def test_a_line_of_a_megabyte_is_cut_and_says_so() -> None:
    buffer = OutputBuffer()
    for _ in range(16):
        buffer.feed("x" * 65536)
        buffer.drain()
    buffer.feed("\nnext\n")
    buffer.drain()
    assert len(buffer.lines[0].text) < LINE_LIMIT + 100
    assert "more" in buffer.lines[0].text
    assert buffer.lines[1].text == "next"


def test_a_flood_is_kept_between_the_water_marks() -> None:
    buffer = OutputBuffer()
    for start in range(0, 100_000, 1000):
        buffer.feed("".join(f"line {at}\n" for at in range(start, start + 1000)))
        buffer.drain()
        assert len(buffer.lines) <= HIGH_WATER
    assert len(buffer.lines) >= LOW_WATER
    assert buffer.lines[-1].text == "line 99999"
    assert buffer.dropped + len(buffer.lines) == 100_000


def test_what_is_never_read_is_bounded_too_and_counted() -> None:
    buffer = OutputBuffer()
    for start in range(0, 100_000, 1000):
        buffer.feed("".join(f"line {at}\n" for at in range(start, start + 1000)))
    assert buffer._pending_size <= 2 * PENDING_LIMIT
    buffer.drain()
    assert buffer.dropped + len(buffer.lines) == 100_000
    assert buffer.lines[-1].text == "line 99999"


def test_error_lines_know_it() -> None:
    buffer = OutputBuffer()
    buffer.feed("good\n")
    buffer.feed("bad\n", is_error=True)
    buffer.drain()
    assert [line.is_error for line in buffer.lines] == [False, True]


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\x1b[]\\;m0123KG\r\n\b\t\x07\x00")), max_size=80)


@given(st.lists(HOSTILE, max_size=6))
def test_whatever_comes_no_control_character_is_shown(chunks: list[str]) -> None:
    for line in lines_of(*chunks):
        assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cf", "Cs")]


@given(HOSTILE, st.integers(0, 80))
def test_where_a_chunk_is_cut_makes_no_difference_to_plain_text(text: str, at: int) -> None:
    text = "".join(char for char in text if char.isprintable() or char == "\n")
    assert lines_of(text) == lines_of(text[:at], text[at:])
