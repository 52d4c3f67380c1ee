"""Reading, following, comparing and hashing files."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.results import Chunk, Emission, Note, Progress, Result, Table
from nlsh.core.scope import Cancellation, Scope
from nlsh.tools import spans
from nlsh.tools.fs import comparing, hashing
from nlsh.tools.fs import reading as reading_module
from nlsh.tools.fs.comparing import Diff
from nlsh.tools.fs.hashing import Duplicates, Hash
from nlsh.tools.fs.reading import Follow, Read
from nlsh.tools.spans import Span, seek_tail

Runner = Callable[..., list[Emission]]


def text(emissions: list[Emission]) -> str:
    return b"".join(one.data for one in emissions if isinstance(one, Chunk)).decode("utf-8", "surrogateescape")


def notes(emissions: list[Emission]) -> list[str]:
    return [one.text for one in emissions if isinstance(one, Note)]


def table(emissions: list[Emission]) -> Table:
    [found] = [one for one in emissions if isinstance(one, Table)]
    return found


LINES = "".join(f"line {number}\n" for number in range(1, 31))


@pytest.mark.parametrize(
    ("given_", "first", "last", "count"),
    [
        ({}, 1, 30, 30),
        ({"first": 3}, 1, 3, 3),
        ({"last": 3}, 28, 30, 3),
        ({"start": 10, "end": 25}, 10, 25, 16),
        ({"start": 29}, 29, 30, 2),
        ({"drop": 28}, 1, 2, 2),
        ({"skip": 28}, 29, 30, 2),
        ({"last": 99}, 1, 30, 30),
        ({"end": 2}, 1, 2, 2),
    ],
)
def test_parts_of_a_file(run: Runner, cwd: Path, given_: dict[str, int], first: int, last: int, count: int) -> None:
    (cwd / "f").write_text(LINES)
    shown = text(run(Read.parse({"path": "f", **given_}))).splitlines()
    assert (shown[0], shown[-1], len(shown)) == (f"line {first}", f"line {last}", count)
    numbered = text(run(Read.parse({"path": "f", "number": True, **given_}))).splitlines()
    assert numbered[0] == f"{first:6}\tline {first}"
    assert numbered[-1] == f"{last:6}\tline {last}"


def test_bytes_are_shown_as_they_are(run: Runner, cwd: Path) -> None:
    (cwd / "f").write_bytes(b"no newline \xff\r\nend")
    assert run(Read(path=("f",))) == [Chunk(b"no newline \xff\r\nend")]
    assert run(Read(path=("f",), last=1)) == [Chunk(b"end")]


def test_the_tail_of_a_big_file_is_found_from_its_end(run: Runner, cwd: Path) -> None:
    with open(cwd / "big", "wb") as file:
        file.truncate(1 << 33)
        file.seek(0)
        file.write(b"text " * 4000)
        file.seek(0, os.SEEK_END)
        file.write(b"\nlast but one\nlast\n")
    assert text(run(Read(path=("big",), last=2))) == "last but one\nlast\n"


@given(st.lists(st.sampled_from(["", "a", "bb" * 40]), max_size=40), st.booleans(), st.integers(1, 45))
def test_the_tail_is_the_end_of_the_lines(lines: list[str], ends: bool, count: int) -> None:
    data = ("\n".join(lines) + ("\n" if ends and lines else "")).encode()
    file = io.BytesIO(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "_BACK_BYTES", 7)
        seek_tail(file, count, Cancellation())
    assert file.read() == b"".join(data.splitlines(keepends=True)[-count:])


@given(st.integers(0, 12), st.lists(st.integers(-2, 12), min_size=6, max_size=6))
def test_spans_of_a_stream_and_of_a_list_agree(length: int, numbers: list[int]) -> None:
    span = Span(*numbers)
    items = [(number, str(number)) for number in range(1, length + 1)]
    assert list(span.lines(iter(items))) == items[span.of(len(items))]


def test_several_files_are_named_and_folders_left_out(run: Runner, cwd: Path) -> None:
    (cwd / "a").write_text("1\n")
    (cwd / "b").write_text("2\n")
    (cwd / "d").mkdir()
    emissions = run(Read(path=("a", "b", "d")))
    assert emissions == [Note("a"), Chunk(b"1\n"), Note("b"), Chunk(b"2\n"), Note("1 folder left out")]


def test_a_binary_file_is_never_dumped(run: Runner, cwd: Path) -> None:
    (cwd / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n\0" + b"\x1b[31m" * 200_000)
    emissions = run(Read(path=("x.png",)))
    assert notes(emissions) == ["x.png is no text but PNG image, 977 KiB; its first bytes:"]
    assert len(text(emissions).splitlines()) == 16
    assert "\x1b" not in text(emissions)


def test_what_is_shown_is_bounded(run: Runner, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "MAX_BYTES", 10)
    (cwd / "f").write_text("x" * 100)
    (cwd / "g").write_text("y")
    emissions = run(Read(path=("f", "g")))
    assert text(emissions) == "x" * 10
    assert "stopped after 10 B; f has 100 B" in notes(emissions)[1]
    assert notes(emissions)[-1].endswith("the other files are not shown")


def test_what_is_no_file_is_refused(run: Runner, cwd: Path) -> None:
    os.mkfifo(cwd / "pipe")
    (cwd / "d").mkdir()
    for name, message in {"pipe": "is a pipe", "d": "it is a folder", "/dev/zero": "is a device"}.items():
        with pytest.raises(NlshError, match=message):
            run(Read(path=(name,)))


def test_reading_keys_is_delicate(scope: Scope, cwd: Path) -> None:
    (cwd / ".env").write_text("SECRET=1")
    assert Read(path=(".env",)).resolve(scope).sensitive
    assert Read(path=("/etc/hostname",)).resolve(scope).is_outside


# ---- follow


def followed(scope: Scope, syscall: Follow) -> Iterator[Emission]:
    return iter(syscall.run(scope, syscall.resolve(scope)))


def test_following_shows_the_end_and_what_comes(scope: Scope, cwd: Path) -> None:
    (cwd / "log").write_text(LINES)
    growing = followed(scope, Follow(path="log", lines=1))
    assert next(growing) == Chunk(b"line 30\n")
    with open(cwd / "log", "a") as file:
        file.write("new\n")
    assert next(growing) == Chunk(b"new\n")
    scope.cancellation.cancel()
    with pytest.raises(Cancelled):
        next(growing)


def test_following_survives_rotation_and_truncation(scope: Scope, cwd: Path) -> None:
    (cwd / "log").write_text("old\n")
    growing = followed(scope, Follow(path="log"))
    assert next(growing) == Chunk(b"old\n")
    (cwd / "log").rename(cwd / "log.1")
    (cwd / "log").write_text("fresh file\n")
    assert next(growing) == Note("log was replaced")
    assert next(growing) == Chunk(b"fresh file\n")
    (cwd / "log").write_text("x\n")
    assert next(growing) == Note("log was cut short")
    assert next(growing) == Chunk(b"x\n")


def test_following_ends_by_itself_after_its_seconds(scope: Scope, cwd: Path) -> None:
    (cwd / "log").write_text("a\n")
    assert list(followed(scope, Follow(path="log", seconds=0.01))) == [Chunk(b"a\n")]


def test_a_cancel_ends_following_from_another_thread(scope: Scope, cwd: Path) -> None:
    (cwd / "log").write_text("")
    timer = threading.Timer(0.05, scope.cancellation.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        list(followed(scope, Follow(path="log")))
    timer.join()


def test_one_text_file_can_be_followed(scope: Scope, cwd: Path) -> None:
    (cwd / "a").write_bytes(b"\0")
    (cwd / "b").write_text("")
    with pytest.raises(UsageError, match="binary"):
        list(followed(scope, Follow(path="a")))
    here = replace(scope, results={1: Result(output=b"a\nb\n")})
    with pytest.raises(UsageError, match="2 files"):
        list(followed(here, Follow(path="$1")))


# ---- diff


def test_a_diff_shows_what_changed_where(run: Runner, cwd: Path) -> None:
    (cwd / "a").write_text(LINES)
    (cwd / "b").write_text(LINES.replace("line 15\n", "LINE 15\nextra\n"))
    emissions = run(Diff(first="a", second="b"))
    assert text(emissions).splitlines()[:3] == ["--- a", "+++ b", "@@ -12,7 +12,8 @@"]
    assert "-line 15\n+LINE 15\n+extra\n" in text(emissions)
    assert notes(emissions) == ["1 line only in a, 2 lines only in b"]


def test_same_brief_and_newline_only(run: Runner, cwd: Path) -> None:
    (cwd / "a").write_text("x\ny\n")
    (cwd / "b").write_text("x\ny\n")
    (cwd / "c").write_text("x\nz\n")
    (cwd / "d").write_text("x\ny")
    assert notes(run(Diff(first="a", second="b"))) == ["a and b are the same"]
    assert notes(run(Diff(first="a", second="c", brief=True))) == ["a and c differ, first at byte 3"]
    assert "only the newline" in text(run(Diff(first="a", second="d")))


def test_binary_and_endless_differences_are_only_stated(
    run: Runner, cwd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cwd / "a").write_bytes(b"\0" * 10)
    (cwd / "b").write_bytes(b"\0" * 9 + b"x" * 5)
    assert "differ, first at byte 10" in notes(run(Diff(first="a", second="b")))[0]
    monkeypatch.setattr(comparing, "MAX_CHANGED_LINES", 3)
    (cwd / "c").write_text("".join(f"c{n}\n" for n in range(9)))
    (cwd / "d").write_text("".join(f"d{n}\n" for n in range(9)))
    assert "too many to compare" in notes(run(Diff(first="c", second="d")))[0]


def test_folders_are_compared_by_what_is_in_them(run: Runner, cwd: Path) -> None:
    for top, files in {"one": {"same": "x", "s/diff": "1", "gone": ""}, "two": {"same": "x", "s/diff": "2"}}.items():
        for name, data in files.items():
            (cwd / top / name).parent.mkdir(parents=True, exist_ok=True)
            (cwd / top / name).write_text(data)
    (cwd / "two" / "fresh").mkdir()
    result = table(run(Diff(first="one", second="two")))
    assert result.rows == (("fresh", "only in two"), ("gone", "only in one"), ("s/diff", "differs"))
    assert result.note == "2 the same"
    assert "the folders are the same" in table(run(Diff(first="one", second="one"))).note


def test_a_file_against_a_folder_means_its_namesake_there(run: Runner, cwd: Path) -> None:
    (cwd / "d").mkdir()
    (cwd / "f").write_text("1\n")
    (cwd / "d" / "f").write_text("1\n")
    assert notes(run(Diff(first="f", second="d"))) == ["f and d/f are the same"]


@given(st.lists(st.sampled_from("abc"), max_size=25), st.lists(st.sampled_from("abc"), max_size=25))
def test_a_diff_can_be_applied(one: list[str], other: list[str]) -> None:
    lines = text(list(comparing._unified(one, other, ["one", "other"]))).splitlines()
    assert one == other or _patched(one, lines[2:]) == other


def _patched(one: list[str], lines: list[str]) -> list[str]:
    """What the hunks of a unified diff make of the first list."""
    made: list[str] = []
    at = 0
    for line in lines:
        if line.startswith("@@"):
            number, _, count = line.split(" ")[1][1:].partition(",")
            begin = int(number) - (count != "0")
            made, at = made + one[at:begin], begin
        else:
            assert line[0] == "+" or one[at] == line[1:]
            made += [line[1:]] if line[0] in " +" else []
            at += line[0] in " -"
    return made + one[at:]


# ---- hash, duplicates


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_sums(run: Runner, cwd: Path, algorithm: str) -> None:
    data = os.urandom(3_000_000)
    (cwd / "f").write_bytes(data)
    expected = hashlib.new(algorithm, data).hexdigest()
    assert table(run(Hash.parse({"path": "f", "algorithm": algorithm}))).rows == ((expected, "f"),)
    assert notes(run(Hash.parse({"path": "f", "algorithm": algorithm, "expected": expected.upper()}))) == ["it matches"]
    assert "NOT" in notes(run(Hash.parse({"path": "f", "algorithm": algorithm, "expected": "00"})))[0]


def test_long_sums_tell_how_far_they_are(run: Runner, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_PROGRESS_BYTES", 1 << 20)
    (cwd / "f").write_bytes(b"x" * (3 << 20))
    told = [one for one in run(Hash(path=("f",))) if isinstance(one, Progress)]
    assert len(told) >= 2
    assert all(one.total == 3 << 20 and one.unit == "bytes" for one in told)
    assert [one.done for one in told] == sorted({one.done for one in told})


def test_sums_of_a_folder_and_crc(run: Runner, cwd: Path) -> None:
    (cwd / "d").mkdir()
    (cwd / "d" / "f").write_text("123456789")
    os.mkfifo(cwd / "d" / "pipe")
    assert table(run(Hash.parse({"path": "d", "algorithm": "crc32"}))).rows == (("cbf43926", "d/f"),)


def test_duplicates_are_grouped_the_most_wasteful_first(run: Runner, cwd: Path) -> None:
    small, big = b"s" * 10, b"b" * 10_000
    contents: dict[str, bytes] = {
        "s1": small, "s2": small, "b1": big, "sub/b2": big, "near": big[:-1] + b"x", "e1": b"", "e2": b"",
    }  # fmt: skip
    for name, data in contents.items():
        (cwd / name).parent.mkdir(exist_ok=True)
        (cwd / name).write_bytes(data)
    os.link(cwd / "near", cwd / "near2")
    emissions = run(Duplicates())
    assert table(emissions).rows == ((1, "b1", 10_000), (1, "sub/b2", 10_000), (2, "s1", 10), (2, "s2", 10))
    assert table(emissions).note == "2 groups, 9.8 KiB could be freed"
    assert any(isinstance(one, Progress) for one in emissions)
    assert table(run(Duplicates(size=">1K"))).paths() == ("b1", "sub/b2")


def test_no_duplicates_is_an_empty_table(run: Runner, cwd: Path) -> None:
    (cwd / "a").write_text("1")
    result: Any = table(run(Duplicates()))
    assert (result.rows, result.note) == ((), "")
