"""Check 2: an ordinary line does and shows what it does in the plain shell, byte for byte."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.checks.conftest import Open, need
from tests.checks.home import READY, SCRIPTED, Home
from tests.checks.terminal import Terminal

pytestmark = pytest.mark.terminal

LINES = [
    "echo hello world",
    "ls -la /etc/hosts /etc/passwd",
    "ls -d --color=always /etc /usr /tmp",
    "cd /usr && pwd",
    "pwd",
    "cd - ; pwd",
    "export A=1; echo $A",
    "B=two; echo $A$B",
    "echo $A$B",
    "printf 'no newline'",
    "printf '%d%%\\r' 10 50 100; echo done",
    "for i in 1 2 3; do printf '\\r[%-3s] %d' \"$(printf '#%.0s' $(seq $i))\" $i; done",
    "printf '\\033[1;31mred\\033[0m \\033[38;5;208morange\\033[0m\\n'",
    "printf 'a\\tb\\bc\\v\\f\\a\\n\\377\\200 \\303\\274 \\360\\237\\216\\211\\n'",
    "ls /nonexistent",
    "nosuchprogram --x",
    "ls )",
    "false",
    "echo $?",
    "(exit 7)",
    "echo $?",
    "sh -c 'kill -TERM $$'",
    "echo $?",
    "alias greet='echo aliased'",
    "greet you",
    'f() { echo "f $# $*"; return 3; }',
    "f a 'b c'; echo $?",
    "cat <<X\nhello $A\n  indented\nX",
    "cat <<'X'\n$A `pwd`\nX",
    "for i in 1 2; do\necho item $i\ndone",
    "echo 'two\nlines'",
    "case abc in a*) echo starts;; *) echo other;; esac",
    'seq 3 | tac | while read x; do echo "<$x>"; done',
    "test -t 0 && test -t 1 && test -t 2 && echo terminals",
    "stty size; stty -a; tput cols; echo $LINES $COLUMNS",
    "sleep 0.1 & wait",
    "echo one > there; set -o noclobber; echo two > there",
    "set +o noclobber; cat there; rm there",
    "set -o | grep -v -e emacs -e vi -e zle -e privileged -e prompt",
    "trap 'echo got it' USR1; kill -USR1 $$; trap - USR1",
    "set -x; echo traced; set +x",
    "set -u; echo $nope",
    "set +u",
    "exec 3>&1; echo by three >&3; exec 3>&-",
    "echo {1..5} ~ $((6*7)) $0 $SHLVL; umask; ulimit -n",
    "read x <<< word; echo $x",
    "echo out; echo err >&2; echo out",
    "python3 -c 'import sys; print(sys.stdout.isatty(), sys.stdin.isatty())'",
    '[ "$PS1" = READY\\> ] && echo mine; PS1="other>"; echo "$PS1"; PS1=READY\\>',
    ". ../venv/bin/activate; echo $VIRTUAL_ENV; command -v nlsh-in-venv; deactivate",
    "unset A; echo \"[$A]\"",
    "type cd; command -v f; alias greet",
    "echo first",
    "!!",
    "echo second !$",
    "echo \\!; echo '!x'",
    "head -c 100000 /dev/zero | tr '\\0' x | fold",
]  # fmt: skip
OF_BASH = [
    "^second^third",
    "echo !nosuch",
    "yes | head -2; echo ${PIPESTATUS[@]}",
    "shopt -s nullglob; echo *.none; shopt -u nullglob; shopt -p | grep -v -e login_shell -e histverify",
    "trap 'echo debugging $BASH_COMMAND' DEBUG",
    "echo once",
    "trap - DEBUG",
    "PROMPT_COMMAND='echo prompted'",
    "true",
    "PROMPT_COMMAND=",
    "PROMPT_COMMAND+=('echo also')",
    "false",
    "set -o posix; echo posix; set +o posix",
    "time true 2> /dev/null | tail -0",
    "select x in a b; do echo $x; break; done <<< 2",
    "coproc cat; echo $?; kill $COPROC_PID; wait",
    "PS0='about to: '",
    "echo run",
    "PS0=",
    "fc -l -4",
]
OF_ZSH = [
    "yes | head -2; echo $pipestatus",
    "print -P '%F{red}red%f'; setopt nullglob; echo *.none; unsetopt nullglob",
    "precmd() { echo prompted }",
    "true",
    "unset -f precmd",
    "echo ${(U)HOME:t} **/*.md(N)",
    "setopt | grep -v -e prompt -e zle",
    "fc -l -4",
]
FORCED = {"sleep 0.1 & wait", "trap - DEBUG", "greet you"}
"""Commands that a rule may take for a request. What they do as commands is the matter here."""
PLAIN = {"bash": ("bash", "--noediting", "-i"), "zsh": ("zsh", "+Z", "-i")}


def everything(shell: str) -> list[str]:
    return LINES + (OF_BASH if shell == "bash" else OF_ZSH)


def same(output: bytes) -> bytes:
    """Without what no two runs have in common: numbers of processes, and times."""
    output = re.sub(rb"(?m)^(\[\d+\] )\d+", rb"\1PID", output)
    return re.sub(rb"\d+m?\d*[.,]\d+s?", b"TIME", output)


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink() if not path.is_dir() else shutil.rmtree(path)


def in_plain(shell: Terminal, line: str) -> bytes:
    return b"".join(shell.plain(part) for part in line.split("\n"))


def in_nlsh(nlsh: Terminal, line: str) -> bytes:
    line = "!" + line if line in FORCED else line
    return b"".join(nlsh.line(part) for part in line.split("\n"))


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_check_02_lines_are_byte_identical(home: Home, terminal: Open, shell: str) -> None:
    need(home.use(shell))
    more = "PS2='" + READY + "'\n"
    home.write(".bashrc", f"PS1='{READY}'\n{more}")
    home.write(".zshrc", f"PS1='{READY}'\n{more}unsetopt prompt_sp\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home.folder / "venv"], check=True, timeout=60)
    (home.folder / "venv" / "bin" / "nlsh-in-venv").touch(0o755)
    home.env["VIRTUAL_ENV_DISABLE_PROMPT"] = "1"
    home.env.pop("VIRTUAL_ENV", None)
    plain = terminal("env", *PLAIN[shell])
    plain.until(READY.encode())
    expected = [in_plain(plain, line) for line in everything(shell)]
    plain.close()
    emptied(home.work)
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    got = [in_nlsh(nlsh, line) for line in everything(shell)]
    assert len(got) >= 60
    for line, ours, theirs in zip(everything(shell), got, expected, strict=True):
        assert (line, same(ours)) == (line, same(theirs))


TAKES_AWAY = [
    ("bash", "PROMPT_COMMAND=(); unset PROMPT_COMMAND PS0"),
    ("bash", "printf 'PROMPT_COMMAND=:; PS1=new\\n' > again; . ./again"),
    ("bash", "exec 2> errors"),
    ("zsh", "precmd_functions=() preexec_functions=()"),
    ("zsh", "setopt prompt_subst; PS1='other>'; trap 'true' DEBUG"),
]


@pytest.mark.parametrize(("shell", "line"), TAKES_AWAY)
def test_check_02_a_line_that_takes_the_hooks_away_loses_nothing(
    home: Home, terminal: Open, shell: str, line: str
) -> None:
    need(home.use(shell))
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    nlsh.line("KEPT=$$; cd /usr")
    nlsh.line(line, deadline_s=5)
    assert nlsh.line('[ "$KEPT" = $$ ] && echo "the same, in $PWD"', deadline_s=5) == b"the same, in /usr\r\n"
    assert nlsh.line("false; echo $?", deadline_s=5) == b"1\r\n"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_check_02_an_interrupted_line_changes_nothing_of_the_shell(home: Home, terminal: Open, shell: str) -> None:
    need(home.use(shell))
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    for keys in ("echo 'open", "half a line"):
        nlsh.send(keys + ("\r" if "'" in keys else ""))
        nlsh.settle()
        nlsh.send("\x03")
        nlsh.prompt()
    nlsh.line("KEPT=yes")
    nlsh.start("echo ready; sleep 60")
    nlsh.until(b"ready\r\n")
    nlsh.settle(0.2)  # a plain zsh, too, loses an interrupt that comes while it starts a program
    nlsh.send("\x03")
    assert nlsh.prompt() == b"^C\r\n"
    assert nlsh.line('[ "$PS1" = ' + READY.replace(">", "\\>") + " ] && echo $KEPT") == b"yes\r\n"


def test_check_02_no_model_is_asked_and_each_line_is_recorded(home: Home, terminal: Open) -> None:
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    for line in ("ls -la", "git status", "cd /tmp && pwd", "export A=1; echo $A"):
        nlsh.line(line)
    assert nlsh.leave() == 0
    rows = json.loads(home.call("history", "--json").stdout)
    assert [row["line"] for row in rows] == ["ls -la", "git status", "cd /tmp && pwd", "export A=1; echo $A"]
    assert {row["route"] for row in rows} == {"literal"}
    assert rows[-1]["folder"] == "/tmp"


def to_output(shell: Terminal, number: int) -> float:
    """From Enter to the output of a line, in milliseconds; every part of the way but the typing."""
    shell.send(f"echo out$(({number}+1000))")
    shell.settle(0.05)
    started = time.monotonic()
    shell.send("\r")
    shell.until(f"\nout{number + 1000}".encode() if shell.is_plain else f"out{number + 1000}".encode())
    return (time.monotonic() - started) * 1000


def test_check_02_a_line_waits_for_next_to_nothing(home: Home, terminal: Open) -> None:
    nlsh, plain = terminal(*SCRIPTED, "--inline"), terminal("env", *PLAIN["bash"])
    plain.is_plain = True
    nlsh.prompt()
    nlsh.line("true")
    times = [(to_output(nlsh, number), to_output(plain, number)) for number in range(15)]
    added_ms = statistics.median(ours - theirs for ours, theirs in times)
    assert added_ms < 60, f"{added_ms:.1f} ms"  # 5 ms on an idle machine; tests.bench.shell measures it well
