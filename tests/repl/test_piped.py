from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlsh.core.errors import Cancelled, NlshError
from nlsh.core.scope import Cancellation
from nlsh.repl import piped
from nlsh.repl.piped import PipedInput, is_piped, piped_in


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for fd in (reader, writer):
        try:
            os.close(fd)
        except OSError:
            continue


def nothing() -> None:
    return


def silent(_sentence: str) -> None:
    return


def test_a_pipe_is_read_to_its_end_and_again(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"a\nb\n")
    os.close(pipe[1])
    stdin = PipedInput(pipe[0], silent)
    assert b"".join(stdin.blocks(nothing)) == b"a\nb\n"
    assert b"".join(stdin.blocks(nothing)) == b"a\nb\n"


def test_a_file_is_read_from_where_it_stands_and_again(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"head\n" + b"x" * 200_000)
    with open(tmp_path / "in", "rb", buffering=0) as file:
        file.seek(5)
        stdin = PipedInput(file.fileno(), silent)
        assert b"".join(stdin.blocks(nothing)) == b"x" * 200_000
        assert b"".join(stdin.blocks(nothing)) == b"x" * 200_000
        assert stdin.descriptor() == file.fileno()


def test_no_more_is_read_than_was_asked_for(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"first\n")
    stdin = PipedInput(pipe[0], silent)
    assert next(stdin.blocks(nothing)) == b"first\n"  # the writer is still there: to read on would be to wait


def test_what_is_piped_in_is_not_touched_before_it_is_read(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"for a program")
    stdin = PipedInput(pipe[0], silent)
    assert stdin.descriptor() == pipe[0]
    assert os.read(pipe[0], 100) == b"for a program"


def test_a_program_cannot_read_what_was_read_already(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"x")
    stdin = PipedInput(pipe[0], silent)
    next(stdin.blocks(nothing))
    assert stdin.descriptor() is None


def test_too_much_to_keep_is_read_once(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piped, "KEPT_BYTES", 10)
    os.write(pipe[1], b"x" * 100)
    os.close(pipe[1])
    stdin = PipedInput(pipe[0], silent)
    assert b"".join(stdin.blocks(nothing)) == b"x" * 100
    with pytest.raises(NlshError, match="too much to keep"):
        b"".join(stdin.blocks(nothing))


def test_a_silent_pipe_is_told_of_and_given_up(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piped, "NOTICE_S", 0.05)
    told: list[str] = []
    stdin = PipedInput(pipe[0], told.append, silence_s=0.5)
    with pytest.raises(NlshError, match="nothing was piped in"):
        next(stdin.blocks(nothing))
    assert told == ["waiting for what is piped in"]


def test_waiting_can_be_cancelled(pipe: tuple[int, int]) -> None:
    cancellation = Cancellation()
    threading.Timer(0.05, cancellation.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        next(PipedInput(pipe[0], silent).blocks(cancellation.check))
    assert time.monotonic() - started < 2


def test_whether_it_speaks(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piped, "SPEAKS_S", 0.05)
    stdin = PipedInput(pipe[0], silent)
    assert not stdin.speaks()
    os.write(pipe[1], b"x")
    assert stdin.speaks()


def test_a_high_descriptor_is_watched_too(pipe: tuple[int, int]) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        pytest.skip("so many descriptors may not be opened here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    os.write(pipe[1], b"x")
    os.dup2(pipe[0], 1500)
    assert next(PipedInput(1500, silent).blocks(nothing)) == b"x"
    os.close(1500)


def test_devices_folders_and_closed_descriptors_are_nothing_piped_in(tmp_path: Path) -> None:
    with open(os.devnull, "rb") as file:
        assert piped_in(silent, file.fileno()) is None
        fd = os.dup(file.fileno())
    os.close(fd)
    assert not is_piped(fd)
    folder = os.open(tmp_path, os.O_RDONLY)
    assert not is_piped(folder)
    os.close(folder)
