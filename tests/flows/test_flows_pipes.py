"""Pipes: data for an utterance, results alone on standard output, exit codes, and no wait for what is not needed."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from nlsh.core.events import read_event
from tests.flows.conftest import Program, sentence

PLANS: dict[str, Any] = {
    "please count them": [{"text.count": {}}],
    "please keep timeouts": [{"fs.grep": {"pattern": "timeout"}}],
    "please take the first": [{"text.slice": {"first": 1}}],
    "please sort them": [{"text.sort": {}}],
    "please drop it": [{"fs.remove": {"path": "a.txt"}}],
    "please list it": [{"fs.list": {}}],
    "please break the root": [{"fs.remove": {"path": "/"}}],
    "please say which": [{"ask": {"question": "Which one?"}}],
    "please fetch the rest": [{"text.slice": {"first": 1}}, {"sh.run": {"cmd": "cat"}}],
    "please pass it on": [{"sh.run": {"cmd": "cat"}}],
    "please save it": [{"fs.write": {"path": "saved.txt"}}],
}
SOON_S = 20.0
"""Far less than what the silent pipes below last, far more than a loaded machine takes."""


@pytest.fixture
def planned(program: Program) -> Program:
    program.plans = PLANS
    (program.work / "a.txt").write_text("here\n")
    return program


@pytest.fixture
def silent() -> Iterator[int]:
    """A pipe that nobody writes to and nobody closes."""
    reader, writer = os.pipe()
    yield reader
    os.close(reader)
    os.close(writer)


def within(program: Program, stdin: int, *words: str, seconds: float = SOON_S) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*program.argv, *words],
        env=program.environment(),
        cwd=program.work,
        stdin=stdin,
        capture_output=True,
        timeout=seconds,
        check=False,
    )


# ---- data


def test_what_is_piped_in_is_worked_on_and_only_the_result_is_on_standard_output(planned: Program) -> None:
    data = b"ok\nread timeout\nok\n"
    done = planned("-c", "please keep timeouts", stdin=data)
    assert (done.stdout, done.returncode) == (b"read timeout\n", 0)
    assert b"text.grep" in done.stderr
    assert planned("-c", "please count them", stdin=data).stdout.split() == [b"3"]
    assert planned("-c", "please sort them", stdin=b"b\na").stdout == b"a\nb\n"


def test_an_endless_pipe_ends_with_what_was_wanted_of_it(planned: Program) -> None:
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as endless:
        assert endless.stdout is not None
        done = within(planned, endless.stdout.fileno(), "-c", "please take the first")
        endless.kill()
    assert (done.stdout, done.returncode) == (b"y\n", 0)


def test_a_big_pipe_takes_little_memory(planned: Program) -> None:
    code = "import sys\nfor _ in range(3000): sys.stdout.buffer.write((b'x' * 99 + b'\\n') * 1000)"
    limited = [sys.executable, "-c", f"import resource,os,sys; {_LIMIT}", *planned.argv, "-c", "please count them"]
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as source:
        done = subprocess.run(
            limited,
            env=planned.environment(),
            cwd=planned.work,
            stdin=source.stdout,
            capture_output=True,
            timeout=100,
            check=False,
        )
    assert done.stdout.split() == [b"3000000"], done.stderr  # 300 MB
    peak_kb = int(done.stderr.rsplit(b"peak ", 1)[1])
    assert peak_kb < 150_000


_LIMIT = (
    "import subprocess;"
    "code=subprocess.call(sys.argv[1:]);"
    "sys.stderr.write('peak %d' % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);sys.exit(code)"
)
assert resource.RUSAGE_CHILDREN


def test_a_program_of_the_plan_reads_the_pipe_itself_or_what_a_step_before_it_read(planned: Program) -> None:
    assert planned("-c", "please pass it on", "--yes", stdin=b"a\nb\n").stdout == b"a\nb\n"
    assert planned("-c", "please fetch the rest", "--yes", stdin=b"a\nb\n").stdout == b"a\na\nb\n"


def test_what_is_piped_in_can_be_saved(planned: Program) -> None:
    assert planned("-c", "please save it", "--yes", stdin=b"a\xff\n").returncode == 0
    assert (planned.work / "saved.txt").read_bytes() == b"a\xff\n"


# ---- nothing waits for what it does not need


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-c", "please drop it"), 126),
        (("-c", "please list it"), 0),
        (("-c", "please list it", "--json"), 0),
        (("-c", "please list it", "--dry-run"), 0),
        (("-c", "please save it", "--dry-run"), 0),
        (("-c", "ls"), 0),
        (("-c", "ls", "--json"), 0),
        (("--ask", "-c", "please list it"), 126),
        (("--ask", "-c", "ls"), 126),
        (("-c", "please say which"), 3),
        (("-c", "please understand nothing"), 3),
        (("script.nl",), 126),
        (("history",), 0),
        (("init", "bash"), 0),
        (("undo",), 1),
    ],
)
def test_a_silent_pipe_is_not_waited_for(planned: Program, silent: int, words: tuple[str, ...], code: int) -> None:
    (planned.work / "script.nl").write_text("ls\nplease list it\nplease drop it\n")
    done = within(planned, silent, *words)
    assert done.returncode == code, done.stderr
    assert (planned.work / "a.txt").exists()


def test_what_needs_a_silent_pipe_says_that_it_waits_and_can_be_stopped(planned: Program, silent: int) -> None:
    running = subprocess.Popen(
        [*planned.argv, "-c", "please count them"],
        env=planned.environment(),
        cwd=planned.work,
        stdin=silent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stderr is not None
    told = b""
    while b"waiting for what is piped in" not in told:
        piece = os.read(running.stderr.fileno(), 1000)
        assert piece, told
        told += piece
    started = time.monotonic()
    running.terminate()
    assert running.wait(SOON_S) == 143
    assert time.monotonic() - started < SOON_S
    for stream in (running.stdout, running.stderr):
        assert stream is not None
        stream.close()


# ---- exit codes


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-c", "please list it"), 0),
        (("-c", "exit 42"), 42),
        (("-c", "please drop it"), 126),
        (("-c", "please break the root", "--yes"), 126),
        (("-c", "please say which"), 3),
        (("-c", "please understand nothing"), 3),
        (("-c", "please count gone.txt"), 2),
        (("--nonsense",), 2),
        (("-c",), 2),
        (("no-such-word",), 2),
        (("./no-such-file",), 2),
    ],
)
def test_every_end_has_its_code(planned: Program, words: tuple[str, ...], code: int) -> None:
    planned.plans = PLANS | {"please count gone.txt": [{"text.count": {"source": "gone.txt"}}]}
    assert planned(*words).returncode == code


def test_no_model_is_4(real_program: Program) -> None:
    done = real_program("-c", "please list what is here", "--model", "/no/such.gguf")
    assert done.returncode in (2, 4)
    assert sentence(done)


# ---- JSON


@pytest.mark.parametrize("words", [("-c", "--json", "please list it"), ("--json", "-c", "please list it")])
def test_json_stands_before_or_after_c(planned: Program, words: tuple[str, ...]) -> None:
    done = planned(*words)
    events = [read_event(line) for line in done.stdout.decode().splitlines()]
    names = [type(event).__name__ for event in events]
    assert [name for name in names if name != "Noticed"] == [  # that the model is loaded is only said if it is
        *("TurnStarted", "Routed", "Planned", "Decided", "Recorded", "Started", "Tabled", "Finished"),
        *("Recorded", "TurnEnded"),
    ]
    assert done.stderr == b""


def test_json_of_a_pipe_is_one_object_a_line(planned: Program) -> None:
    done = planned("-c", "--json", "please sort them", stdin=b"b\na\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows if row["event"] == "Output"] == ["a\nb\n"]


# ---- what can be given to -c


@pytest.mark.parametrize("line", ["", "  ", "# only a remark", "\n\n"])
def test_nothing_to_do_is_done_in_silence(planned: Program, line: str) -> None:
    done = planned("-c", line)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)


def test_a_long_utterance_is_refused_in_a_sentence(planned: Program) -> None:
    done = planned("-c", "please find " + "x" * 100_000)
    assert "too much to understand" in sentence(done)
    assert done.returncode == 3


def test_bytes_that_are_no_text(planned: Program) -> None:
    done = planned.shell("nlsh -c $'echo \\xff'")
    assert (done.stdout, done.returncode) == (b"\xff\n", 0)
    done = planned.shell("nlsh -c $'please find \\xff'")
    assert done.returncode == 3
    assert sentence(done)
