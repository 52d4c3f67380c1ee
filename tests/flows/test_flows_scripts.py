"""`nlsh FILE`: the real program with a script, its arguments, its shebang, its ends."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import Any

import pytest

from tests.flows.conftest import Program

PLANS: dict[str, Any] = {
    "please list it": [{"fs.list": {}}],
    "please list what's here": [{"fs.list": {}}],
    "please drop it": [{"fs.remove": {"path": "a.txt"}}],
    "please count them": [{"text.count": {}}],
}


@pytest.fixture
def planned(program: Program) -> Program:
    program.plans = PLANS
    (program.work / "a.txt").write_text("here\n")
    return program


def script(program: Program, text: str, *words: str, **how: Any) -> subprocess.CompletedProcess[bytes]:
    (program.work / "s.nl").write_text(text)
    return program("s.nl", *words, **how)


def test_commands_and_utterances_share_one_shell(planned: Program) -> None:
    text = """#!/usr/bin/env nlsh
# goes to a folder of its own
mkdir sub; cd sub
export WORD=kept
greet() { echo "hello $1, $WORD"; }

touch one.txt \\
  two.txt
please list what's here
greet bob
for name in *.txt; do
    # a remark within
    echo "<$name>"
done
cat <<END
# no remark, $WORD
END
false || true"""
    done = script(planned, text)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[-4:] == ["hello bob, kept", "<one.txt>", "<two.txt>", "# no remark, kept"]
    assert any("two.txt" in line for line in lines[:-4])


def test_it_stops_where_a_line_fails_and_says_where(planned: Program) -> None:
    done = script(planned, "echo one\n\nls /nowhere-at-all\necho never\n")
    assert done.stdout == b"one\n"
    assert done.stderr.decode().splitlines()[-1] == "s.nl:3: exit code 2, stopped here"
    assert done.returncode == 2
    done = script(planned, "please understand nothing\necho never\n")
    assert (done.stdout, done.returncode) == (b"", 3)
    assert b"s.nl:1: exit code 3" in done.stderr


def test_nobody_to_ask_is_a_refusal_and_yes_agrees(planned: Program) -> None:
    done = script(planned, "please drop it\necho never\n")
    assert (done.stdout, done.returncode) == (b"", 126)
    assert (planned.work / "a.txt").exists()
    done = planned("--yes", "s.nl")
    assert (done.stdout, done.returncode) == (b"never\n", 0)
    assert not (planned.work / "a.txt").exists()


SHELLS = [name for name in ("/bin/bash", "/usr/bin/zsh", "/bin/sh") if os.access(name, os.X_OK)]


@pytest.mark.parametrize("shell", SHELLS)
def test_arguments_are_the_shells(planned: Program, shell: str) -> None:
    text = 'echo "$#: $1, $2"\ncd /\necho "$0" "$@"\nshow() { echo "in: $1"; }; show x\n'
    done = script(planned, text, "a b", "--json", SHELL=shell)
    assert done.stdout.decode() == "2: a b, --json\ns.nl a b --json\nin: x\n"


@pytest.mark.skipif(not os.access("/usr/bin/fish", os.X_OK), reason="there is no fish")
def test_arguments_in_fish(planned: Program) -> None:
    done = script(planned, 'cd /\necho (count $argv) "$argv[1]"\n', "a b", "c", SHELL="/usr/bin/fish")
    assert done.stdout == b"2 a b\n"


def test_standard_input_belongs_to_the_lines(planned: Program) -> None:
    done = script(planned, "read word; echo got $word\nplease count them\n", stdin=b"first\na\nb\n")
    assert done.stdout.split() == [b"got", b"first", b"2"]


def test_a_shebang(planned: Program) -> None:
    path = planned.work / "run.nl"
    path.write_text("#!/usr/bin/env nlsh\necho $1\nexit 5\n")
    path.chmod(0o755)
    (planned.folder / "bin").mkdir()
    program = planned.folder / "bin" / "nlsh"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(planned.argv)} "$@"\n')
    program.chmod(0o755)
    env = planned.environment(PATH=f"{planned.folder}/bin:{os.environ['PATH']}")
    done = subprocess.run(["./run.nl", "word"], cwd=planned.work, env=env, capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == (b"word\n", 5)


def test_a_dry_run_runs_nothing(planned: Program) -> None:
    (planned.work / "s.nl").write_text("touch new.txt\nplease drop it\n")
    done = planned("--dry-run", "s.nl")
    assert done.returncode == 0
    assert b"would run as written: touch new.txt" in done.stdout
    assert b"fs.remove" in done.stdout
    assert sorted(path.name for path in planned.work.iterdir()) == ["a.txt", "s.nl"]


def test_json_events_of_all_lines(planned: Program) -> None:
    (planned.work / "s.nl").write_text("echo one\nplease list it\n")
    done = planned("--json", "s.nl")
    assert done.stdout.count(b'"event":"TurnEnded"') == 2
    assert all(line.startswith(b'{"event":') for line in done.stdout.splitlines())


def test_a_subcommand_stays_one_and_a_path_is_the_way_out(planned: Program) -> None:
    (planned.work / "history").write_text("echo from the file\n")
    assert b"from the file" not in planned("history").stdout
    assert planned("./history").stdout == b"from the file\n"
    assert planned("--", "history").stdout == b"from the file\n"


@pytest.mark.parametrize(
    ("data", "out"),
    [
        (b"\xef\xbb\xbfecho a\r\necho b\r\n", b"a\nb\n"),
        (b"echo a\necho b", b"a\nb\n"),
        (b"", b""),
        (b"# nothing\n", b""),
        (b"echo \xff\n", b"\xff\n"),
    ],
)
def test_files_as_they_come(planned: Program, data: bytes, out: bytes) -> None:
    (planned.work / "s.nl").write_bytes(data)
    done = planned("s.nl")
    assert (done.stdout, done.returncode) == (out, 0)


@pytest.mark.parametrize(("name", "said"), [("./gone.nl", "no file"), (".", "is a folder"), ("./data", "not text")])
def test_what_is_no_script_is_a_sentence(planned: Program, name: str, said: str) -> None:
    (planned.work / "data").write_bytes(b"\x7fELF\0\0")
    done = planned(name)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("nlsh: ")
    assert said in done.stderr.decode()
