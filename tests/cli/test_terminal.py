"""The whole program, from outside: real processes, pipes and terminals. Literals only: no model is waited for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest

from nlsh.core.events import read_event

pytestmark = pytest.mark.terminal
ROOT = Path(__file__).parent.parent.parent
NLSH = (sys.executable, "-m", "nlsh")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    (home / "work").mkdir(parents=True)
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL")}
    return kept | {
        "HOME": str(home),
        "NLSH_HOME": str(tmp_path / "nlsh"),
        "SHELL": "/bin/bash",
        "TERM": "xterm",
        "PYTHONPATH": str(ROOT),
    }


def nlsh(env: dict[str, str], *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    work = Path(env["HOME"]) / "work"
    return subprocess.run([*NLSH, *words], env=env, cwd=work, input=stdin, capture_output=True, timeout=60, check=False)


def test_a_literal_gets_stdin_and_passes_its_output_and_code_on(env: dict[str, str]) -> None:
    done = nlsh(env, "-c", "cat; printf oops >&2; exit 42", stdin=bytes(range(256)))
    assert (done.stdout, done.stderr, done.returncode) == (bytes(range(256)), b"oops", 42)


@pytest.mark.parametrize("words", [("--yes", "-c", "true"), ("-c", "true", "--yes"), ("-c", "true", "--dry-run")])
def test_options_on_either_side(env: dict[str, str], words: tuple[str, ...]) -> None:
    assert nlsh(env, *words).returncode == 0


def test_json_events_hold_the_output_exactly(env: dict[str, str]) -> None:
    done = nlsh(env, "-c", r"printf 'a\377\n'", "--json")
    events = [read_event(line) for line in done.stdout.decode().splitlines()]
    text = "".join(getattr(event, "text", "") for event in events)
    assert text.encode("utf-8", "surrogateescape") == b"a\xff\n"
    assert done.returncode == 0


def test_a_script_on_stdin_runs_line_by_line(env: dict[str, str]) -> None:
    done = nlsh(env, stdin=b"cd /usr\npwd\nread line; echo got $line\nfor the command\nexit 7\n")
    assert done.stdout == b"/usr\ngot for the command\n"
    assert done.returncode == 7


def test_nobody_reading_ends_it_silently(env: dict[str, str]) -> None:
    for number in range(30):
        nlsh(env, "-c", f": {number}")
    reader = subprocess.Popen([*NLSH, "audit", "export"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reader.stdout is not None
    assert reader.stderr is not None
    reader.stdout.close()
    assert reader.stderr.read() == b""
    assert reader.wait(30) in (0, 141)
    reader.stderr.close()


def test_an_interrupt_from_outside_ends_a_literal_with_130(env: dict[str, str]) -> None:
    running = subprocess.Popen(
        [*NLSH, "-c", "echo ready; sleep 60"], env=env, stdout=subprocess.PIPE, start_new_session=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"ready\n"
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 130
    running.stdout.close()


def test_what_was_done_is_on_the_ledger_and_in_the_history(env: dict[str, str]) -> None:
    nlsh(env, "-c", "exit 3")
    assert json.loads(nlsh(env, "audit", "verify", "--json").stdout)[0]["holds"] is True
    assert [row["exit"] for row in json.loads(nlsh(env, "history", "--json").stdout)] == [3]


def line_mode(env: dict[str, str], *words: str) -> Any:
    work = str(Path(env["HOME"]) / "work")
    return pexpect.spawn(
        NLSH[0], [*NLSH[1:], *words], env=env, cwd=work, encoding="utf-8", timeout=30, dimensions=(30, 100)
    )


def test_line_mode_in_a_real_terminal(env: dict[str, str]) -> None:
    terminal = line_mode(env, "--inline")
    terminal.expect("work.*❯ ")
    terminal.send("echo one$((1))\r")
    terminal.expect("one1\r\n.*❯ ")
    terminal.send("sh -c 'echo two$((1)); exec sleep 60'\r")
    terminal.expect("two1")
    terminal.sendintr()
    terminal.expect("❯ ")
    terminal.send("python3 -c 'print(3 * 37); print(input()[::-1])'\r")
    terminal.expect("111")
    terminal.send("drawer\r")
    terminal.expect("reward\r\n.*❯ ")
    terminal.send("exit 5\r")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 5


def test_a_dumb_terminal_gets_plain_lines(env: dict[str, str]) -> None:
    terminal = line_mode(env | {"TERM": "dumb"}, "--inline")
    terminal.expect("work > ")
    terminal.send("echo one$((1))\r")
    terminal.expect("one1\r\n.*work > ")
    assert "\x1b" not in terminal.before + terminal.after
    terminal.sendeof()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
