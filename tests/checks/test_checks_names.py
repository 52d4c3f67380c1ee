"""Check 8: the aliases, functions, completions and prompts of the person's own startup files."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.checks.conftest import Open, need
from tests.checks.home import READY, SCRIPTED, Home

pytestmark = pytest.mark.terminal

POSIX = f"""
export FROM_RC=yes
alias ll='command ls -d /usr /etc'
alias please='echo asked:'
alias twice='echo 1; echo 2'
greet() {{ echo "hello $1 from $FROM_RC"; }}
mkcd() {{ mkdir -p "$1" && cd "$1"; }}
fails() {{ return 7; }}
PS1='{READY}'
"""
FISH = """
set -gx FROM_RC yes
alias ll='command ls -d /usr /etc'
alias please='echo asked:'
function twice; echo 1; echo 2; end
function greet; echo "hello $argv[1] from $FROM_RC"; end
function mkcd; mkdir -p $argv[1]; and cd $argv[1]; end
function fails; return 7; end
function fish_greeting; end
"""
FILES = {"bash": (".bashrc", POSIX), "zsh": (".zshrc", POSIX), "fish": (".config/fish/config.fish", FISH)}


def text(output: bytes) -> bytes:
    """Without what fish sends to the terminal around each command: a title, colours, modes."""
    return re.sub(rb"\x1b\][^\x07]*\x07|\x1b[\[(][\d;?]*[A-Za-z]|\r(?!\n)", b"", output)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_check_08_aliases_and_functions_of_the_startup_files(home: Home, terminal: Open, shell: str) -> None:
    need(home.use(shell))
    home.write(*FILES[shell])
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    assert text(nlsh.line("ll")).split() == [b"/etc", b"/usr"]
    assert text(nlsh.line("!please list it")) == b"asked: list it\r\n"
    assert text(nlsh.line("twice")) == b"1\r\n2\r\n"
    assert text(nlsh.line("greet you | tr a-z A-Z")) == b"HELLO YOU FROM YES\r\n"
    assert text(nlsh.line("!mkcd deep/down")) == b""
    assert text(nlsh.line("pwd")) == f"{home.work}/deep/down\r\n".encode()
    status = "$status" if shell == "fish" else "$?"
    assert text(nlsh.line(f"fails; echo {status}")) == b"7\r\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_check_08_names_given_now_are_known_at_the_next_line(home: Home, terminal: Open, shell: str) -> None:
    need(home.use(shell))
    defines = "function shortly; echo soon $argv; end" if shell == "fish" else "shortly() { echo soon $*; }"
    home.write("more.sh", defines + "\n")
    home.program("brandnew", "#!/bin/sh\necho a new program\n")
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    assert text(nlsh.line("alias gs='echo status'")) == b""
    assert text(nlsh.line("gs")) == b"status\r\n"
    assert text(nlsh.line(". ../more.sh")) == b""
    assert text(nlsh.line("shortly -x")) == b"soon -x\r\n"
    assert text(nlsh.line("brandnew")) == b"a new program\r\n"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_check_08_a_virtual_environment(home: Home, terminal: Open, shell: str) -> None:
    need(home.use(shell))
    home.env.pop("VIRTUAL_ENV", None)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home.folder / "venv"], check=True, timeout=60)
    inside = home.folder / "venv" / "bin" / "only-in-venv"
    inside.write_text("#!/bin/sh\necho inside\n")
    inside.chmod(0o755)
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.prompt()
    assert nlsh.line(". ../venv/bin/activate") == b""
    assert nlsh.line("only-in-venv") == b"inside\r\n"
    assert nlsh.line('echo "$PS1"') == f"(venv) {READY}\r\n".encode()
    assert nlsh.line("deactivate; echo $PS1") == f"{READY}\r\n".encode()
    assert b"not found" in nlsh.line("./only-in-venv || only-in-venv --help")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_check_08_startup_files_that_print_ask_and_fail(home: Home, terminal: Open, shell: str) -> None:
    need(home.use(shell))
    home.write(f".{shell}rc", f"echo welcome home\nnosuchprogram\nalias ll='echo listed'\nPS1='{READY}'\nfalse\n")
    nlsh = terminal(*SCRIPTED, "--inline")
    nlsh.until(b"welcome home")
    nlsh.settle()
    assert nlsh.line("ll") == b"listed\r\n"
