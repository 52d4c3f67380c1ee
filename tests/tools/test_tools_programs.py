"""Programs end, by themselves, by their deadline or by a cancel; their output comes whole."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from nlsh.core.errors import Cancelled, NlshError
from nlsh.core.results import Chunk, Exit
from nlsh.core.scope import Scope
from nlsh.tools.programs import CAPTURE_BYTES, capture, find_program, stream


def test_output_errors_and_code_are_told_apart(scope: Scope) -> None:
    done = capture(["sh", "-c", "echo out; echo err >&2; exit 3"], scope, 10)
    assert (done.code, done.output, done.errors) == (3, b"out\n", b"err\n")
    assert done.complaint() == "err"


def test_bytes_come_through_as_they_are(scope: Scope) -> None:
    done = capture(["printf", r"\377\n"], scope, 10)
    assert done.output == b"\xff\n"
    assert done.text() == "\udcff\n"


def test_a_program_past_its_deadline_is_stopped_and_named(scope: Scope) -> None:
    with pytest.raises(NlshError, match="sleep did not end within 200 ms"):
        capture(["sleep", "60"], scope, 0.2)


def test_a_program_that_ignores_term_is_killed(scope: Scope, cwd: Path) -> None:
    pid_file = cwd / "pid"
    script = f"trap '' TERM; echo $$ > {pid_file}; while :; do sleep 0.05; done"
    with pytest.raises(NlshError, match="did not end"):
        capture(["sh", "-c", script], scope, 0.5)
    assert not _is_alive(int(pid_file.read_text()))


def test_a_program_that_closed_its_output_is_waited_for(scope: Scope) -> None:
    assert capture(["sh", "-c", "exec >&- 2>&-; sleep 0.2; exit 4"], scope, 10).code == 4


def test_a_daemon_left_behind_does_not_hold_the_end(scope: Scope, cwd: Path) -> None:
    done = capture(["sh", "-c", "sleep 30 & echo $!"], scope, 20)
    assert done.code == 0
    daemon = int(done.output)
    assert _is_alive(daemon)
    os.kill(daemon, 9)


def test_cancel_kills_the_group(scope: Scope) -> None:
    running = stream(["sh", "-c", "echo $$; sleep 60"], scope, 50)
    first = next(running)
    assert isinstance(first, Chunk)
    threading.Timer(0.05, scope.cancellation.cancel).start()
    with pytest.raises(Cancelled):
        list(running)
    assert not _is_alive(int(first.data))


def test_closing_the_stream_ends_the_program(scope: Scope) -> None:
    running = stream(["sh", "-c", "echo $$; sleep 60"], scope, 50)
    first = next(running)
    assert isinstance(first, Chunk)
    running.close()  # type: ignore[attr-defined]
    assert not _is_alive(int(first.data))


def test_what_is_too_long_is_cut_and_said_to_be(scope: Scope) -> None:
    done = capture(["head", "-c", str(CAPTURE_BYTES + 9), "/dev/zero"], scope, 30)
    assert (len(done.output), done.is_cut, done.code) == (CAPTURE_BYTES, True, 0)


def test_a_missing_program_is_named(scope: Scope) -> None:
    with pytest.raises(NlshError, match="no-such-program is not installed"):
        capture(["no-such-program"], scope, 1)


def test_a_cancelled_turn_starts_nothing(scope: Scope, cwd: Path) -> None:
    scope.cancellation.cancel()
    with pytest.raises(Cancelled):
        capture(["touch", "made"], scope, 5)
    assert not (cwd / "made").exists()


def test_relative_folders_of_the_path_are_not_searched(scope: Scope, cwd: Path) -> None:
    trap = cwd / "mytool"
    trap.write_text("#!/bin/sh\n")
    trap.chmod(0o755)
    assert find_program("mytool", replace(scope, env={"PATH": ".:bin:"})) == ""
    assert find_program("mytool", replace(scope, env={"PATH": str(cwd)})) == str(trap)


def test_nothing_is_read_from_the_terminal(scope: Scope) -> None:
    assert list(stream(["cat"], scope, 10)) == [Exit(0)]


def _is_alive(pid: int) -> bool:
    """Whether a process runs still; one that ended but was not collected yet does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
