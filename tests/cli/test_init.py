"""`nlsh init`: the snippets in the real bash, zsh and fish, with any text a line can hold."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.cli import main

pytestmark = pytest.mark.terminal
ROOT = Path(__file__).parent.parent.parent
SCRIPTED = ROOT / "tests" / "flows" / "scripted_nlsh.py"
BARE = {"bash": ("--norc", "-i"), "zsh": ("-f", "-i"), "fish": ("--no-config", "-i")}
SHELLS = [shell for shell in BARE if shutil.which(shell)]

NASTY = [
    "list $(touch canary) `touch canary` here",
    "a; touch canary",
    "a && touch canary || x",
    "it's \"quoted\" and 'single'",
    "back\\slash \\n \\t \\",
    "* ? [a-z] {a,b} ~ ~root",
    "!! !$ !-1 ^a^b",
    "$HOME ${HOME} $((1+1)) %s %d %",
    "-n -e --json --",
    "# not a remark",
    "tab\there",
    "ünïcode 列出文件 🙂",
    "two\nlines",
    "> canary",
    "<(touch canary)",
    "=ls",
]


@dataclass
class Place:
    """A folder with a `nlsh` that only notes what it is called with."""

    folder: Path
    shell: str

    def __post_init__(self) -> None:
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.put("nlsh", _NOTING, is_program=True)
        done = subprocess.run(
            [sys.executable, "-m", "nlsh", "init", self.shell], cwd=ROOT, capture_output=True, check=True
        )
        (self.folder / "init").write_bytes(done.stdout)

    def put(self, name: str, text: str, *, is_program: bool = False) -> Path:
        path = (self.bin if is_program else self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    @property
    def env(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key in ("LANG", "LC_ALL")}
        return kept | {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "TERM": "xterm",
            "NOTES": str(self.folder),
            "LC_ALL": "C.UTF-8",
        }

    def run(self, script: str) -> None:
        """Run a script in an interactive shell on a terminal."""
        path = self.put("script", f". {self.folder}/init\n{script}\n")
        child = pexpect.spawn(
            self.shell, [*BARE[self.shell], str(path)], env=self.env, cwd=str(self.folder), timeout=60
        )
        child.expect(pexpect.EOF)
        child.close()

    def notes(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1] if path.exists() else []


# Every call: its arguments, what it reads, and for `plan` an answer nobody would like to have run.
_NOTING = r"""#!/bin/sh
for word in "$@"; do printf '%s\0' "$word" >> "$NOTES/words"; done
case $1 in
route) line=$(cat); printf '%s\0' "$line" >> "$NOTES/read"; echo '{"line":"x","route":"utterance","margin":1.0}' ;;
plan) line=$(cat); printf '%s\0' "$line" >> "$NOTES/read"; printf '%s\n' "$line" ;;
*) exit 126 ;;
esac
"""

_EACH = {
    "bash": 'while IFS= read -r -d "" line <&3; do {}; done 3< lines',
    "zsh": 'while IFS= read -r -d "" line <&3; do {}; done 3< lines',
    "fish": "for line in (string split0 < lines); {}; end",
}
_HOOK = {
    "bash": 'command_not_found_handle word "$line"',
    "zsh": 'command_not_found_handler word "$line"',
    "fish": "fish_command_not_found word $line",
}
_KEY = {
    "bash": 'READLINE_LINE=$line; __nlsh_line; printf "%s\\0" "$READLINE_LINE" >> made',
    "zsh": 'zle() { :; }; BUFFER=$line; __nlsh_line; printf "%s\\0" "$BUFFER" >> made',
    "fish": "set -g buffer $line; __nlsh_line",
}
_EDITOR = r"""
function commandline
    switch $argv[1]
        case --current-buffer
            printf '%s\n' $buffer
        case --replace
            printf '%s\0' $argv[3] >> made
    end
end
"""


def flat(lines: list[str]) -> list[str]:
    return [line.replace("\n", " ") for line in lines]


def passed(shell: str, folder: Path, act: str, lines: list[str]) -> Place:
    """Pass every line through one of the functions; nothing in it may take effect."""
    place = Place(folder, shell)
    (folder / "lines").write_bytes(b"".join(line.encode("utf-8", "surrogateescape") + b"\0" for line in lines))
    place.run((_EDITOR if shell == "fish" else "") + _EACH[shell].format(act))
    assert not (folder / "canary").exists()
    return place


def check_key(shell: str, folder: Path, lines: list[str]) -> None:
    place = passed(shell, folder, _KEY[shell], lines)
    assert place.notes("read") == flat(lines)
    assert place.notes("made") == flat(lines)


def check_hook(shell: str, folder: Path, lines: list[str]) -> None:
    place = passed(shell, folder, _HOOK[shell], lines)
    said = [f"word {line}" for line in flat(lines)]
    assert place.notes("read") == said
    words = place.notes("words")
    assert [words[at + 3] for at in range(0, len(words), 4)] == [f"? {line}" for line in said]
    assert {tuple(words[at : at + 3]) for at in range(0, len(words), 4)} == {("route", "--ask", "-c")}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("check", [check_key, check_hook])
def test_a_nasty_line_is_only_text(shell: str, check: Any, tmp_path: Path) -> None:
    check(shell, tmp_path, NASTY)


_TEXT = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=40)
LINES = st.lists(_TEXT.map(lambda text: f"x{text}x"), min_size=20, max_size=40)


@pytest.mark.parametrize("shell", SHELLS)
@given(lines=LINES)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_line_is_only_text(shell: str, tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    check_key(shell, tmp_path_factory.mktemp("key"), lines)
    check_hook(shell, tmp_path_factory.mktemp("hook"), lines)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_of_its_own_calls_nothing_at_start_up_and_for_a_single_word(shell: str, tmp_path: Path) -> None:
    place = Place(tmp_path, shell)
    place.run("true\nnosuchword\nls >/dev/null\n")
    assert place.notes("words") == []


_BEFORE = {
    "bash": 'command_not_found_handle() { echo "before: $*" >> told; return 42; }',
    "zsh": 'command_not_found_handler() { echo "before: $*" >> told; return 42; }',
    "fish": 'function fish_command_not_found; echo "before: $argv" >> told; end',
}


@pytest.mark.parametrize("shell", SHELLS)
def test_who_was_asked_before_is_asked_again_and_only_once(shell: str, tmp_path: Path) -> None:
    place = Place(tmp_path, shell)
    place.put("nlsh", '#!/bin/sh\ncat >/dev/null; echo \'{"route":"literal"}\'', is_program=True)
    init = f". {tmp_path}/init"
    # Sourced once by `run` before the handler is there, then twice after it.
    place.run(f"{_BEFORE[shell]}\n{init}\n{init}\nnosuchword\nnosuchword with words\n")
    assert (tmp_path / "told").read_text() == "before: nosuchword\nbefore: nosuchword with words\n"


@pytest.fixture
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A shell with the snippet and the scripted nlsh, as a person has it."""
    shell = request.param
    place = Place(tmp_path, shell)
    plans = {
        "how many lines does a.txt have": [{"text.count": {"source": "a.txt"}}],
        "liste alle dateien hier auf": [{"fs.list": {}}],
    }
    place.put("nlsh", f'#!/bin/sh\nexec {sys.executable} {SCRIPTED} "$@"\n', is_program=True)
    place.put("a.txt", "one\ntwo\n")
    env = place.env | {"FLOW_PLANS": json.dumps(plans), "NLSH_HOME": str(tmp_path / "nlsh"), "PYTHONPATH": str(ROOT)}
    child = pexpect.spawn(
        shell, [*BARE[shell]], env=env | {"SHELL": "/bin/bash"}, cwd=str(tmp_path), encoding="utf-8", timeout=40
    )
    child.setwinsize(30, 120)
    child.sendline(f"cd {tmp_path}; . ./init; echo re''ady")
    child.expect("ready")
    yield child
    child.close(force=True)


@pytest.mark.parametrize("terminal", SHELLS, indirect=True)
def test_the_key_puts_a_command_on_the_prompt_and_runs_nothing(terminal: Any) -> None:
    terminal.send("how many lines does a.txt have")
    terminal.expect("have")
    terminal.send("\x1bi")
    terminal.expect_exact("grep -c '' < a.txt")
    with pytest.raises(pexpect.TIMEOUT):
        terminal.expect(r"[\r\n]2\r?\n", timeout=1)
    terminal.send("\r")
    terminal.expect(r"[\r\nlh]2\r?\n")


@pytest.mark.parametrize("terminal", SHELLS, indirect=True)
def test_an_unknown_command_in_plain_language_is_planned_and_asked_about(terminal: Any) -> None:
    terminal.sendline("liste alle dateien hier auf")
    terminal.expect("fs.list")
    terminal.expect(r"\[y/N\]")
    terminal.expect(pexpect.TIMEOUT, timeout=0.6)  # the question is deaf at first
    terminal.send("y\r")
    terminal.expect("a.txt")
    terminal.sendline("liste alle dateien hier auf")
    terminal.expect(r"\[y/N\]")
    terminal.expect(pexpect.TIMEOUT, timeout=0.6)
    terminal.send("n\r")
    terminal.expect("nothing was done")
    is_fish = "fish" in str(terminal.command)
    terminal.sendline(f'echo "code: ${"status" if is_fish else "?"}"')
    terminal.expect("code: 127")


def test_another_shell_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "tcsh"]) == 2
    assert "bash" in capsys.readouterr().err
