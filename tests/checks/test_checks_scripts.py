"""Check 19: nlsh among other programs: pipes, JSON, exit codes, and never a wait for what nobody will type."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.checks.conftest import need
from tests.checks.home import REAL, SCRIPTED, Home

DEADLINE_S = 20.0
LOG = b"ok started\nread timeout on disk 2\nok started\nread timeout on disk 5\n"
FAILED, DROP, WIPE, LIST = "what failed?", "please drop it", "please wipe everything", "please list it"
PLANS: dict[str, Any] = {
    FAILED: [{"text.grep": {"pattern": "timeout"}}],
    DROP: [{"fs.remove": {"path": "a.txt"}}],
    WIPE: [{"fs.remove": {"path": "/"}}],
    LIST: [{"fs.list": {}}],
}
EVENTS = {
    "TurnStarted": {"turn", "line", "cwd", "at"},
    "Routed": {"route", "margin", "reason"},
    "Planned": {"steps", "confidence", "prompt_tokens", "plan_tokens", "elapsed_ms"},
    "Tabled": {"step", "table"},
    "TurnEnded": {"turn", "outcome", "exit_code", "elapsed_ms", "cwd"},
}
"""Fields that whoever reads the JSON may count on."""


@pytest.fixture
def planned(home: Home) -> Home:
    home.plans(PLANS)
    (home.work / "a.txt").write_text("dear")
    return home


@pytest.fixture
def silent() -> Iterator[int]:
    """Standard input that nobody writes to and nobody closes."""
    reader, writer = os.pipe()
    yield reader
    os.close(reader)
    os.close(writer)


def piped(home: Home, script: str, argv: tuple[str, ...] = SCRIPTED) -> subprocess.CompletedProcess[bytes]:
    """A script of bash in which `nlsh` is this program; there is no terminal, not even /dev/tty."""
    words = " ".join(f"'{word}'" for word in argv)
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'nlsh() {{ {words} "$@"; }}\n{script}'],
        env=home.env, cwd=home.work, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE_S, check=False,
        start_new_session=True,
    )  # fmt: skip


def test_check_19_what_is_piped_in_is_answered_on_standard_output_alone(planned: Home) -> None:
    (planned.work / "err.log").write_bytes(LOG)
    done = piped(planned, f"cat err.log | nlsh -c '{FAILED}'")
    assert done.stdout == b"read timeout on disk 2\nread timeout on disk 5\n"
    assert b"text.grep" in done.stderr
    assert done.returncode == 0


@pytest.mark.model
def test_check_19_the_model_understands_what_is_asked_of_a_pipe(home: Home) -> None:
    (home.work / "err.log").write_bytes(LOG)
    done = piped(home, "cat err.log | nlsh -c 'which lines mention timeouts'", REAL)
    assert (done.stdout, done.returncode) == (b"read timeout on disk 2\nread timeout on disk 5\n", 0), done.stderr


def test_check_19_json_goes_through_jq(planned: Home) -> None:
    need("jq")
    done = piped(planned, f"nlsh -c --json '{LIST}' | jq -c .")
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    by_name = {row["event"]: row for row in rows}
    assert rows[0]["event"] == "TurnStarted"
    assert rows[-1]["event"] == "TurnEnded"
    assert {name: set(by_name[name]) - {"event"} for name in EVENTS} == EVENTS
    cells = piped(planned, f"nlsh -c --json '{LIST}' | jq -r 'select(.event == \"Tabled\") | .table.rows[][0]'")
    assert cells.stdout == b"a.txt\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-c", DROP), 126, "no terminal to ask at"),
        (("-c", WIPE, "--yes"), 126, "nlsh: "),
        (("-c", "please understand nothing"), 3, "nlsh: "),
        (("-c", "sh -c 'exit 7'"), 7, ""),
        (("-c", "nosuchprogram --x"), 127, "nosuchprogram"),
        (("-c",), 2, "nlsh: "),
    ],
    ids=["unasked", "policy", "not-understood", "command", "no-command", "usage"],
)
def test_check_19_every_end_has_its_code_and_nothing_waits(
    planned: Home, silent: int, words: tuple[str, ...], code: int, said: str
) -> None:
    done = subprocess.run(
        [*SCRIPTED, *words], env=planned.env, cwd=planned.work, stdin=silent, capture_output=True, timeout=DEADLINE_S,
        check=False, start_new_session=True,
    )  # fmt: skip
    assert done.stdout == b""
    assert said in done.stderr.decode()
    assert done.returncode == code
    assert (planned.work / "a.txt").read_text() == "dear"


def test_check_19_a_script_that_agreed_beforehand_is_not_asked(planned: Home, silent: int) -> None:
    done = subprocess.run(
        [*SCRIPTED, "--yes", "-c", DROP], env=planned.env, cwd=planned.work, stdin=silent, capture_output=True,
        timeout=DEADLINE_S, check=False, start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (planned.work / "a.txt").exists()
