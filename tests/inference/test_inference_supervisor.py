from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from nlsh.core.errors import ModelUnavailable, NotUnderstood
from nlsh.core.model import ModelSpec
from nlsh.core.ports import PlanRequest
from nlsh.inference import link, supervisor
from nlsh.inference.supervisor import LlamaModel

FAKE = r"""
import json, os, struct, sys, time

mode, log = sys.argv[1], sys.argv[2]
out = os.fdopen(os.dup(1), "wb")


def send(message):
    body = json.dumps(message).encode()
    out.write(struct.pack(">I", len(body)) + body)
    out.flush()


def read():
    header = sys.stdin.buffer.read(4)
    if len(header) < 4:
        os._exit(0)
    return json.loads(sys.stdin.buffer.read(struct.unpack(">I", header)[0]))


def note(text):
    with open(log, "a") as file:
        file.write(text + "\n")


def garble(data):
    out.write(data)
    out.flush()


DRAFT = {
    "text": "[]", "is_complete": True, "mean_logprob": -0.5, "least_logprob": -1.0,
    "prompt_tokens": 3, "plan_tokens": 2, "elapsed_ms": 1.0, "tokens_per_s": 100.0,
}
note("started")
while True:
    message = read()
    do, number = message["do"], message["id"]
    note(do)
    if do == "quit":
        if mode == "stubborn":
            time.sleep(600)
        os._exit(0)
    elif do == "load":
        if mode == "bad file":
            send({"id": number, "error": {"kind": "ModelUnavailable", "message": "m.gguf is damaged", "hint": "x"}})
            continue
        if mode == "dies loading":
            os.kill(os.getpid(), 6)
        if mode == "hangs loading":
            time.sleep(600)
        send({"progress": "requantising 38 %\x1b[31m"})
        send({"notice": "made a copy\x1b[31m"})
        send({"id": number, "ok": {"context_tokens": 1024}})
    elif do == "plan":
        if mode == "crashes" or (mode == "crashes once" and open(log).read().count("started") == 1):
            os.kill(os.getpid(), 9)
        if mode == "exits":
            os._exit(3)
        if mode in ("hangs", "obeys", "stubborn"):
            continue
        if mode == "refuses":
            send({"id": number, "error": {"kind": "NotUnderstood", "message": "too long", "hint": ""}})
            continue
        if mode == "garbage":
            garble(b"ggml_assert failed: oh no")
            continue
        if mode == "no json":
            garble(struct.pack(">I", 3) + b"{[}")
            continue
        if mode == "no answer":
            send({"id": number})
            continue
        if mode == "half a draft":
            send({"id": number, "ok": {"text": "[]"}})
            continue
        if mode == "closes":
            os.close(1)
            out.close()
            time.sleep(600)
        send({"id": number, "ok": DRAFT})
    elif do == "cancel" and mode == "obeys":
        send({"id": number, "error": {"kind": "Cancelled", "message": "cancelled", "hint": ""}})
"""

REQUEST = PlanRequest("do it", (), deadline_s=5.0)
Make = Callable[..., "Rig"]


class Rig:
    """A model over a fake worker, with what it said and a clock that is set by hand."""

    def __init__(self, folder: Path, mode: str) -> None:
        script = folder / "fake.py"
        script.write_text(FAKE)
        self.log = folder / "log"
        self.log.write_text("")
        self.notices: list[str] = []
        self.now = 1000.0
        command = (sys.executable, "-I", "-S", str(script), mode, str(self.log))
        self.model = LlamaModel(
            ModelSpec("fake", source=str(folder / "m.gguf")),
            str(folder),
            self.notices.append,
            command=command,
            clock=lambda: self.now,
        )

    @property
    def starts(self) -> int:
        return self.log.read_text().split("\n").count("started")

    async def until(self, line: str) -> None:
        """Wait for the worker to have read a request."""
        async with asyncio.timeout(10):
            while line not in self.log.read_text().split("\n"):
                await asyncio.sleep(0.005)


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    rigs: list[Rig] = []

    def build(mode: str) -> Rig:
        rigs.append(Rig(tmp_path, mode))
        return rigs[-1]

    yield build
    for rig in rigs:
        await rig.model.close()


async def _gone(pid: int) -> bool:
    async with asyncio.timeout(5):
        while os.path.exists(f"/proc/{pid}"):
            await asyncio.sleep(0.005)
    return True


async def test_plans_and_says_how_it_stands(make: Make) -> None:
    rig = make("fine")
    assert rig.model.status().state == "cold"
    draft = await rig.model.plan(REQUEST)
    assert (draft.text, draft.is_complete, draft.mean_logprob) == ("[]", True, -0.5)
    status = rig.model.status()
    assert (status.state, status.context_tokens, status.tokens_per_s) == ("ready", 1024, 100.0)
    assert os.path.exists(f"/proc/{status.pid}")
    await rig.model.start()
    assert rig.starts == 1


async def test_what_the_worker_says_is_shown_harmless(make: Make) -> None:
    rig = make("fine")
    await rig.model.start()
    assert rig.notices == ["made a copy\\x1b[31m"]


async def test_progress_is_the_detail_while_preparing(make: Make) -> None:
    rig = make("fine")
    rig.model._heard({"progress": "requantising 38 %"})
    status = rig.model.status()
    assert (status.state, status.detail) == ("preparing", "requantising 38 %")


async def test_two_plans_at_once_take_turns(make: Make) -> None:
    rig = make("fine")
    drafts = await asyncio.gather(*(rig.model.plan(REQUEST) for _ in range(3)))
    assert [draft.text for draft in drafts] == ["[]"] * 3
    assert rig.starts == 1


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("crashes", "was ended by SIGKILL, perhaps for want of memory"),
        ("exits", "ended unexpectedly \\(exit code 3\\)"),
        ("dies loading", "was ended by SIGABRT"),
        ("garbage", "sent something unreadable"),
        ("no json", "sent something unreadable"),
        ("no answer", "sent something unreadable"),
        ("half a draft", "sent something unreadable"),
        ("closes", "the model process"),
    ],
)
async def test_a_worker_that_breaks_is_one_sentence_and_is_started_again(make: Make, mode: str, sentence: str) -> None:
    rig = make(mode)
    with pytest.raises(ModelUnavailable, match=sentence) as caught:
        await rig.model.plan(REQUEST)
    assert "\n" not in caught.value.message
    assert rig.model.status().state == "failed"
    assert rig.model.status().detail == caught.value.message
    with pytest.raises(ModelUnavailable):
        await rig.model.plan(REQUEST)
    assert rig.starts == 2


async def test_after_a_crash_the_next_call_works_and_says_so(make: Make) -> None:
    rig = make("crashes once")
    with pytest.raises(ModelUnavailable):
        await rig.model.plan(REQUEST)
    assert (await rig.model.plan(REQUEST)).text == "[]"
    assert "the model was restarted" in rig.notices
    assert rig.model.status().state == "ready"


async def test_a_worker_killed_while_idle_is_started_again(make: Make) -> None:
    rig = make("fine")
    await rig.model.start()
    pid = rig.model.status().pid
    os.kill(pid, signal.SIGKILL)
    assert await _gone(pid)
    assert (await rig.model.plan(REQUEST)).text == "[]"
    assert rig.starts == 2


async def test_a_death_is_known_before_the_event_loop_hears_of_it(make: Make) -> None:
    rig = make("fine")
    await rig.model.start()
    pid = rig.model.status().pid
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while rig.model.status().state == "ready":  # the loop gets no turn in between
        assert time.monotonic() < deadline, "it is held for alive"
        time.sleep(0.005)
    assert (await rig.model.plan(REQUEST)).text == "[]"


async def test_crash_after_crash_earns_a_pause(make: Make) -> None:
    rig = make("crashes")
    for _ in range(3):
        with pytest.raises(ModelUnavailable, match="SIGKILL"):
            await rig.model.plan(REQUEST)
    with pytest.raises(ModelUnavailable, match="crashed 3 times in a row"):
        await rig.model.plan(REQUEST)
    assert rig.starts == 3
    rig.now += 2.5
    with pytest.raises(ModelUnavailable, match="SIGKILL"):
        await rig.model.plan(REQUEST)
    rig.now += 2.5
    with pytest.raises(ModelUnavailable, match="crashed 4 times in a row"):
        await rig.model.plan(REQUEST)
    assert rig.starts == 4


async def test_a_hung_worker_is_killed_at_the_deadline(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_GRACE_S", 0.05)
    rig = make("hangs")
    await rig.model.start()
    pid = rig.model.status().pid
    with pytest.raises(ModelUnavailable, match="did not answer within"):
        await rig.model.plan(PlanRequest("x", (), deadline_s=0.05))
    assert await _gone(pid)


async def test_a_load_that_hangs_has_a_deadline(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_LOAD_S", 0.2)
    with pytest.raises(ModelUnavailable, match="did not answer within"):
        await make("hangs loading").model.start()


async def _cancel_when_planning(rig: Rig) -> None:
    task = asyncio.create_task(rig.model.plan(REQUEST))
    await rig.until("plan")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancel_stops_the_decoding_and_keeps_the_worker(make: Make) -> None:
    rig = make("obeys")
    await _cancel_when_planning(rig)
    assert "cancel" in rig.log.read_text().split("\n")
    status = rig.model.status()
    assert status.state == "ready"
    assert os.path.exists(f"/proc/{status.pid}")
    assert rig.starts == 1


async def test_a_worker_that_ignores_a_cancel_is_killed_but_has_not_crashed(make: Make) -> None:
    rig = make("hangs")
    await rig.model.start()
    pid = rig.model.status().pid
    await _cancel_when_planning(rig)
    assert await _gone(pid)
    assert rig.model.status().state == "cold"
    assert rig.model._crashes == 0


async def test_a_cancelled_start_goes_on_loading(make: Make) -> None:
    rig = make("fine")
    task = asyncio.create_task(rig.model.start())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await rig.model.start()
    assert rig.starts == 1
    assert rig.model.status().state == "ready"


async def test_a_damaged_file_is_not_a_crash(make: Make, tmp_path: Path) -> None:
    rig = make("bad file")
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelUnavailable, match=r"m\.gguf is damaged"):
        await rig.model.start()
    assert rig.model.status().state == "failed"
    assert rig.model._crashes == 0


async def test_an_absent_file_is_missing(make: Make) -> None:
    rig = make("bad file")
    with pytest.raises(ModelUnavailable):
        await rig.model.start()
    assert rig.model.status().state == "missing"


async def test_an_error_of_the_worker_keeps_its_kind(make: Make) -> None:
    rig = make("refuses")
    with pytest.raises(NotUnderstood, match="too long"):
        await rig.model.plan(REQUEST)
    assert rig.model.status().state == "ready"


async def test_close_ends_the_worker_and_another_plan_starts_one(make: Make) -> None:
    rig = make("fine")
    await rig.model.start()
    pid = rig.model.status().pid
    await rig.model.close()
    assert await _gone(pid)
    assert rig.model.status().state == "cold"
    await rig.model.close()
    assert (await rig.model.plan(REQUEST)).text == "[]"


async def test_close_does_not_wait_for_a_stubborn_worker(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_QUIT_S", 0.05)
    rig = make("stubborn")
    await rig.model.start()
    pid = rig.model.status().pid
    await rig.model.close()
    assert await _gone(pid)


async def test_close_while_planning_ends_the_plan(make: Make) -> None:
    rig = make("hangs")
    task = asyncio.create_task(rig.model.plan(REQUEST))
    await rig.until("plan")
    await rig.model.close()
    with pytest.raises(ModelUnavailable, match="was stopped"):
        await task
    assert rig.model._crashes == 0


async def test_close_while_loading_ends_the_load(make: Make) -> None:
    rig = make("hangs loading")
    task = asyncio.create_task(rig.model.start())
    await rig.until("load")
    await rig.model.close()
    with pytest.raises(ModelUnavailable, match="was stopped"):
        await task
    assert rig.model.status().state == "cold"


async def test_a_program_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    model = LlamaModel(ModelSpec("x"), str(tmp_path), print, command=(str(tmp_path / "nothing"),))
    with pytest.raises(ModelUnavailable, match="cannot be started"):
        await model.start()


def test_the_worker_imports_nothing_from_the_current_folder() -> None:
    assert "-P" in link.worker_command()
    assert link._environment()["PYTHONPATH"].split(os.pathsep)[0] == os.path.dirname(
        os.path.dirname(os.path.abspath(supervisor.__file__))
    ).removesuffix("/nlsh")


async def test_the_real_worker_settles_in_and_ends_with_its_parent() -> None:
    opened = await link.open_link(link.worker_command(), print)
    assert await opened.ask("ping", 20.0, dict) == {}
    with open(f"/proc/{opened.pid}/oom_score_adj", encoding="ascii") as file:
        assert int(file.read()) == 500
    with open(f"/proc/{opened.pid}/limits", encoding="ascii") as file:
        assert "Max core file size        0                    0" in file.read()
    assert os.getsid(opened.pid) == opened.pid
    with pytest.raises(ModelUnavailable, match="not loaded"):
        await opened.ask("plan", 20.0, dict, request={})
    with pytest.raises(ModelUnavailable, match="KeyError"):
        await opened.ask("dance", 20.0, dict)
    os.kill(opened.pid, signal.SIGINT)
    assert await opened.ask("ping", 20.0, dict) == {}
    assert opened._process.stdin is not None
    opened._process.stdin.close()
    assert await _gone(opened.pid)
    await opened.close()


async def test_a_worker_whose_parent_is_gone_ends_at_once() -> None:
    command = (*link.worker_command()[:-1], "1")
    opened = await link.open_link(command, print)
    with pytest.raises(ModelUnavailable):
        await opened.ask("ping", 20.0, dict)
    await opened.close()


def test_what_libraries_print_goes_nowhere(tmp_path: Path) -> None:
    code = (
        "import os\nfrom nlsh.inference.process import private_stdout\n"
        "out = private_stdout()\nos.write(1, b'noise')\nos.write(2, b'noise')\nprint('noise')\n"
        "out.write(b'frame')\nout.flush()\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=link._environment(), timeout=30
    )
    assert (found.stdout, found.stderr) == (b"frame", b"")
