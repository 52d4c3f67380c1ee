from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from nlsh.core.errors import Cancelled, UsageError
from nlsh.core.ports import TerminalLent, TerminalUse
from nlsh.core.results import Chunk, Emission, Exit, Note
from nlsh.core.scope import Cancellation
from nlsh.shell.line import LineShell

SHELLS = [name for name in ("bash", "zsh", "fish", "sh") if shutil.which(name)]
Said = tuple[bytes, bytes, int]


def environment(shell: str, home: Path) -> dict[str, str]:
    path = shutil.which(shell)
    assert path is not None
    return {"SHELL": path, "HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "SHLVL": "1"}


def make(shell: str, folder: Path, *, more: Mapping[str, str] | None = None) -> LineShell:
    cwd = folder / "work"
    cwd.mkdir(exist_ok=True)
    env = environment(shell, folder) | dict(more or {})
    return LineShell(str(cwd), env, str(folder / "state"))


def say(shell: LineShell, line: str, terminal: TerminalUse = "pipe", stdin: bytes | None = None) -> Said:
    items = list(shell.execute(line, terminal, Cancellation(), stdin))
    return as_said(items)


def as_said(items: list[Emission | TerminalLent]) -> Said:
    out = b"".join(item.data for item in items if isinstance(item, Chunk) and not item.is_error)
    error = b"".join(item.data for item in items if isinstance(item, Chunk) and item.is_error)
    last = items[-1]
    assert isinstance(last, Exit)
    assert sum(isinstance(item, Exit) for item in items) == 1
    return out, error, last.code


def plainly(shell: str, line: str, folder: Path, stdin: bytes = b"") -> Said:
    cwd = folder / "work"
    env = environment(shell, folder) | {"PWD": str(cwd)}
    done = subprocess.run(
        (shell, "-c", line), executable=env["SHELL"], cwd=cwd, env=env, input=stdin, capture_output=True, timeout=20
    )
    return done.stdout, done.stderr, done.returncode if done.returncode >= 0 else 128 - done.returncode


LINES = [
    "ls -la /usr/bin/env", "env", "echo hello", "echo 'a  b' \"c\"", "printf 'no newline'", "exit 7",
    "exec sh -c 'exit 3'", "false", "true && false || echo x", "no_such_program --x", 'echo "unclosed',
    "echo 'unclosed", "cat <<END\nbody", "cat <<END\nbody\nEND", "echo $(", "for i in 1 2; do", "if true; then",
    ")", "", "# a comment", "   ", "cd /nowhere", "cd /usr; pwd", "cd /usr\npwd\nfalse", "(cd /usr; exit 5)",
    "set -e; false; echo no", "set -u; echo $PWD$nothing_there", "echo $?", "false; echo $?", 'echo $0 $# "$@"',
    "trap", "trap 'echo bye' EXIT; echo hi", "trap 'echo bye' EXIT; exit 4", "kill -TERM $$",
    "echo out; echo err >&2", "cat", "read x; echo got $x", "wc -c", "echo a | cat | wc -l", "echo *",
    "ls /nonexistent-file", "echo ä ö 日本", "printf '\\377\\001'", "export A=1; echo $A", "A=5; echo $A",
    "sh -c 'exit 7'", "umask", "echo $SHLVL", "f() { return 4; }; f", "set -x; echo traced",
    "set -C; echo x > /dev/null; pwd", "echo $LINENO\necho $LINENO",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_line_is_what_the_plain_shell_makes_of_it(shell: str, line: str, tmp_path: Path) -> None:
    there = make(shell, tmp_path)
    found = say(there, line, stdin=b"first\nsecond\n")
    assert found == plainly(shell, line, tmp_path, b"first\nsecond\n") or ("$PWD" in line and shell == "fish")
    assert "BASH_ENV" not in there.env
    assert "ZDOTDIR" not in there.env


@pytest.mark.parametrize("shell", SHELLS)
def test_directory_and_environment_are_the_shells_own(shell: str, tmp_path: Path) -> None:
    there = make(shell, tmp_path)
    (tmp_path / "work" / "a b\nc").mkdir()
    say(there, "cd 'a b\nc'")
    assert there.cwd == str(tmp_path / "work" / "a b\nc")
    say(there, "export FRUIT='pear; $(x)\nplum'; exit 3")
    assert there.env["FRUIT"] == "pear; $(x)\nplum"
    out, _, code = say(there, 'printf %s "$FRUIT"; pwd')
    assert (out, code) == (os.fsencode(f"pear; $(x)\nplum{there.cwd}\n"), 0)
    say(there, "cd -" if shell != "fish" else "cd ..")
    assert there.cwd == str(tmp_path / "work")
    say(there, "unset FRUIT" if shell != "fish" else "set -e FRUIT")
    assert "FRUIT" not in there.env


@pytest.mark.parametrize("line", ["cd /usr; kill -KILL $$", "cd /usr; exec true", "cd /usr; echo 'oops"])
def test_a_shell_that_cannot_report_leaves_the_state(line: str, tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    say(there, line)
    assert there.cwd == str(tmp_path / "work")
    assert say(there, "pwd")[0] == os.fsencode(there.cwd) + b"\n"


def test_the_shell_level_and_the_scrolls_do_not_pile_up(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    for _ in range(3):
        assert say(there, "x=1; echo $SHLVL")[0] == b"2\n"
    assert list((tmp_path / "state" / "shell").iterdir()) == []


def test_bash_carries_what_it_alone_can_spell(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    say(
        there,
        "x=$'two\\nlines \"q\" $y'; declare -A m=(['a]b']='c d'); f() { echo \"f: $1\"; }; shopt -s extglob; set -f",
    )
    assert (
        say(there, 'echo "$x" "${m["a]b"]}"; f *; shopt extglob')[0]
        == b'two\nlines "q" $y c d\nf: *\nextglob        \ton\n'
    )
    say(there, "set +f; shopt -u extglob; unset -f f; x=3")
    out, error, code = say(there, "echo $x; f")
    assert (out, code) == (b"3\n", 127)
    assert b"f: command not found" in error


def test_options_that_would_lock_the_person_out_are_not_carried(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    say(there, "set -n")
    assert say(there, "echo alive")[0] == b"alive\n"
    say(there, "set -x")
    out, error, _ = say(there, "echo traced; cd /usr")
    assert (out, error) == (b"traced\n", b"+ echo traced\n+ cd /usr\n")
    assert there.cwd == "/usr"


def test_an_exported_name_beats_a_carried_one(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    say(there, "x=5")
    there.export("x", "6")
    assert say(there, "echo $x; env | grep ^x=")[0] == b"6\nx=6\n"
    with pytest.raises(UsageError):
        there.export("1x", "")


def test_a_one_shot_does_not_read_startup_files(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text(f"touch {tmp_path}/was-read\nalias ll='echo ll'\n")
    there = make("bash", tmp_path)
    assert say(there, "ll")[2] == 127
    assert not (tmp_path / "was-read").exists()


@pytest.mark.parametrize("wanted", ["", "/usr/bin/python3", "/nowhere/bash", "/bin/false"])
def test_an_unknown_shell_falls_back_to_bash(wanted: str, tmp_path: Path) -> None:
    there = make("sh", tmp_path, more={"SHELL": wanted})
    assert say(there, "echo ${BASH_VERSION:+bash}")[0] == b"bash\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_line_longer_than_an_argument_may_be(shell: str, tmp_path: Path) -> None:
    there = make(shell, tmp_path)
    out, _, code = say(there, f"echo {'x' * 300_000}; cd /usr")
    assert (len(out), code, there.cwd) == (300_001, 0, "/usr")


def test_input_output_and_error_are_apart_and_whole(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    data = bytes(range(256)) * 4096
    assert say(there, "tee /dev/stderr", stdin=data) == (data, data, 0)
    assert say(there, "cat")[0] == b""
    items = list(there.execute("head -c 1000000 /dev/zero", "pipe", Cancellation()))
    assert max(len(item.data) for item in items if isinstance(item, Chunk)) <= 64 << 10


def test_a_background_job_neither_holds_the_line_nor_dies_with_it(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    out, _, code = say(there, "sleep 60 & echo $!")
    os.kill(int(out), 0)
    os.kill(int(out), signal.SIGKILL)
    assert code == 0


def test_nothing_is_inherited_by_the_command(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    assert say(there, "cd .; ls /proc/self/fd")[0] == plainly("bash", "cd .; ls /proc/self/fd", tmp_path)[0]


def test_a_vanished_directory_is_said_and_left(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    (tmp_path / "work").rmdir()
    items = list(there.execute("cd .; pwd", "pipe", Cancellation()))
    assert isinstance(items[0], Note)
    assert "is gone" in items[0].text
    assert there.cwd == str(tmp_path)


def test_change_directory(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    (tmp_path / "work" / "sub").mkdir()
    there.change_directory("sub/../sub")
    assert say(there, "pwd; echo $OLDPWD")[0] == os.fsencode(f"{tmp_path}/work/sub\n{tmp_path}/work\n")
    there.change_directory("~")
    assert there.cwd == str(tmp_path)
    for wrong in ("nowhere", "work/sub/x"):
        with pytest.raises(UsageError):
            there.change_directory(wrong)


def test_kinds_of_words(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    there = make("bash", tmp_path, more={"PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
    kinds = {word: there.kind(word) for word in ("ls", "cd", "for", "gti", "", "/usr/bin/env", "./x", "mytool", "a\0b")}
    assert kinds == {
        "ls": "program", "cd": "builtin", "for": "keyword", "gti": "", "": "", "/usr/bin/env": "program", "./x": "",
        "mytool": "", "a\0b": "",
    }  # fmt: skip
    tool = tmp_path / "bin" / "mytool"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    os.utime(tmp_path / "bin", ns=(1, 1))
    assert there.kind("mytool") == "program"
    say(there, "mine() { :; }; alias al=ls")
    assert (there.kind("mine"), there.kind("al")) == ("function", "alias")


def runs(pid: int) -> bool:
    """Whether a process lives (a zombie that nobody reaps does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def cancelled_when_ready(there: LineShell, line: str) -> tuple[list[Emission | TerminalLent], str]:
    """Run a line that prints `ready` and what it started, and cancel it then."""
    cancellation = Cancellation()
    items: list[Emission | TerminalLent] = []
    for item in there.execute(line, "pipe", cancellation):
        items.append(item)
        if isinstance(item, Chunk) and b"ready" in b"".join(i.data for i in items if isinstance(i, Chunk)):
            cancellation.cancel()
    return items, as_said(items)[0].decode()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("sleep 60 & echo $! ready; sleep 60", {130}),
        ("trap '' INT; sleep 60 & echo $! ready; wait; sleep 60", {143}),
        ("trap '' INT TERM; sleep 60 & echo $! ready; while :; do sleep 1; done", {137}),
        ("setsid sh -c 'echo $$; exec sleep 60' & sleep 0.2; echo ready; wait", {130}),
        ("bash -c 'set -m; sleep 60 & echo $! ready; wait; true'; true", {130, 0}),
    ],
)
def test_cancelling_leaves_nobody_behind(line: str, code: set[int], tmp_path: Path) -> None:
    items, out = cancelled_when_ready(make("bash", tmp_path), line)
    last = items[-1]
    assert isinstance(last, Exit)
    assert last.code in code
    assert not runs(int(out.split()[0]))


def test_a_listener_that_goes_away_ends_the_command(tmp_path: Path) -> None:
    there = make("bash", tmp_path)
    items = there.execute("echo $$; sleep 60; true", "pipe", Cancellation())
    first = next(items)
    assert isinstance(first, Chunk)
    items.close()  # type: ignore[attr-defined]
    assert not runs(int(first.data))


def test_cancelled_before_it_began(tmp_path: Path) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        list(make("bash", tmp_path).execute("true", "pipe", cancellation))
    with pytest.raises(UsageError):
        say(make("bash", tmp_path), "echo a\0b")


def test_the_cold_path_is_light() -> None:
    code = "import sys, nlsh.shell.line; print([m for m in sys.modules if m.split('.')[0] in "
    code += "('tree_sitter', 'tree_sitter_bash', 'asyncio', 'tempfile', 'socket', 'logging')])"
    assert subprocess.run((sys.executable, "-c", code), capture_output=True, check=True).stdout == b"[]\n"
