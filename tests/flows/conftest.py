"""The real program, from outside, in a home of its own: pipes, terminals, real store, real shell, scripted model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pexpect
import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPTED = (sys.executable, str(Path(__file__).with_name("scripted_nlsh.py")))
REAL = (sys.executable, "-m", "nlsh")
_KEPT = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")
DEADLINE_S = 60.0


@dataclass
class Program:
    """nlsh with its own home; `work` is the folder it is called in."""

    folder: Path
    plans: dict[str, Any] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    argv: Sequence[str] = SCRIPTED

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        self.work = self.home / "work"
        self.state = self.folder / "nlsh" / "state"
        self.config = self.folder / "nlsh" / "config"
        for folder in (self.work, self.config):
            folder.mkdir(parents=True)
        self.env = {key: value for key, value in os.environ.items() if key in _KEPT} | {
            "HOME": str(self.home),
            "NLSH_HOME": str(self.folder / "nlsh"),
            "SHELL": "/bin/bash",
            "TERM": "xterm",
            "PYTHONPATH": str(ROOT),
        }

    def environment(self, **changes: str) -> dict[str, str]:
        """What it runs in."""
        return self.env | {"FLOW_PLANS": json.dumps(self.plans)} | changes

    def __call__(
        self, *words: str, stdin: bytes = b"", before: Sequence[str] = (), **changes: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end; `before` stands before it, as `env` or `unshare` would."""
        done = subprocess.run(
            [*before, *self.argv, *words],
            env=self.environment(**changes),
            cwd=self.work,
            input=stdin,
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )
        assert_tidy(done.stderr + done.stdout)
        return done

    def shell(self, script: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
        """Run a shell script in which `nlsh` is this program."""
        words = " ".join(f"'{word}'" for word in self.argv)
        return subprocess.run(
            ["/bin/bash", "-c", f'nlsh() {{ {words} "$@"; }}\n{script}'],
            env=self.environment(**changes),
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )

    def start(self, *words: str, **changes: str) -> subprocess.Popen[bytes]:
        """Start it, with pipes."""
        return subprocess.Popen(
            [*self.argv, *words],
            env=self.environment(**changes),
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def terminal(self, *words: str, size: tuple[int, int] = (30, 100), **changes: str) -> Any:
        """Start it on a terminal of its own."""
        return pexpect.spawn(
            self.argv[0],
            [*self.argv[1:], *words],
            env=self.environment(**changes),
            cwd=str(self.work),
            encoding="utf-8",
            codec_errors="backslashreplace",
            timeout=30,
            dimensions=size,
        )

    def records(self) -> list[dict[str, Any]]:
        """The ledger."""
        return [json.loads(line) for line in self("audit", "export").stdout.splitlines()]

    def crashes(self) -> list[str]:
        """What crashes it kept."""
        return [path.read_text() for path in self.state.glob("crash*")] if self.state.is_dir() else []


def assert_tidy(output: bytes | str) -> None:
    """Nothing a person should never see."""
    text = output if isinstance(output, str) else output.decode("utf-8", "replace")
    assert "Traceback" not in text, text
    assert "Exception ignored" not in text, text
    assert "nlsh crashed" not in text, text


def sentence(done: subprocess.CompletedProcess[bytes]) -> str:
    """What nlsh says went wrong: one sentence on standard error, with what to do about it."""
    text = done.stderr.decode()
    assert text.count("nlsh: ") == 1, text
    return text.partition("nlsh: ")[2]


def left(terminal: Any) -> int:
    """Wait for its end; the exit code."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    return int(terminal.exitstatus if terminal.exitstatus is not None else 128 + terminal.signalstatus)


def wait_for(path: Path) -> None:
    """Wait until there is such a file."""
    deadline = time.monotonic() + DEADLINE_S
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """nlsh with a scripted model."""
    return Program(tmp_path)


@pytest.fixture
def real_program(tmp_path: Path) -> Program:
    """nlsh with the model that comes with it."""
    return Program(tmp_path, argv=REAL)
