"""Check 2: an ordinary line does and shows what it does in the plain shell, byte for byte. Check 8: aliases, functions."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
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
    "set -o | grep -v -e emacs -e vi -e zle -e privileged",
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
    "yes | head -2; echo ${PIPESTATUS[@]}",
    "shopt -s nullglob; echo *.none; shopt -u nullglob; shopt -p | grep -v -e login_shell",
    "history 5",
    "trap 'echo debugging $BASH_COMMAND' DEBUG",
    "echo once",
    "trap - DEBUG",
    "PROMPT_COMMAND='echo prompted'",
    "true",
    "PROMPT_COMMAND=",
    "true",
    "unset PROMPT_COMMAND",
    "true",
    "set -o vi; echo vi",
    "set -o emacs; set -o posix; echo posix; set +o posix",
    "set -v",
    "echo verbose",
    "set +v",
    "time true 2> /dev/null | tail -0",
    "select x in a b; do echo $x; break; done <<< 2",
    "coproc cat; echo $?; kill $COPROC_PID; wait",
]
OF_ZSH = [
    "yes | head -2; echo $pipestatus",
    "print -P '%F{red}red%f'; setopt nullglob; echo *.none; unsetopt nullglob",
    "fc -l -3",
    "precmd() { echo prompted }",
    "true",
    "unfunction precmd",
    "preexec() { echo about to $1 }",
    "true",
    "unfunction preexec",
    "echo ${(U)HOME:t} **/*.md(N)",
    "setopt",
]


PLAIN = {"bash": ("bash", "--noediting", "-i"), "zsh": ("zsh", "+Z", "-i")}


def everything(shell: str) -> list[str]:
    return LINES + (OF_BASH if shell == "bash" else OF_ZSH)


def same(output: bytes) -> bytes:
    """Without what no two runs have in common: numbers of processes, and times."""
    output = re.sub(rb"(?m)^(\[\d+\] )\d+", rb"\1PID", output)
    return re.sub(rb"\d+[.,m]\d+s?", b"TIME", output)


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink() if not path.is_dir() else shutil.rmtree(path)


def in_plain(shell: Terminal, line: str) -> bytes:
    return b"".join(shell.plain(part) for part in line.split("\n"))


def in_nlsh(nlsh: Terminal, line: str) -> bytes:
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
    plain = terminal(*"env", *PLAIN[shell])
    plain.until(READY.encode())
    expected = []
    for line in everything(shell):
        expected.append(in_plain(plain, line))
    plain.close()
    emptied(home.work)
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    bad = []
    for line, wanted in zip(everything(shell), expected, strict=True):
        got = in_nlsh(nlsh, line)
        if same(got) != same(wanted):
            bad.append((line, got, wanted))
    for line, got, wanted in bad:
        print(f"LINE {line!r}\n  nlsh  {got!r}\n  plain {wanted!r}")
    assert not bad
