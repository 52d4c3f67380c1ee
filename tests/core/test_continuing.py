from __future__ import annotations

import shutil
import subprocess

import pytest

from nlsh.core.continuing import needs_more

OPEN = [
    "cat <<X",
    "cat <<-'X' | wc\n\ta",
    "cat <<A <<B\na\nA\nb",
    'echo "abc',
    "echo 'abc",
    "echo a \\",
    "ls |",
    "ls && \n",
    "for i in 1 2",
    "for i in 1 2; do\necho $i",
    "if true; then echo a",
    "while read x; do if true; then echo; fi",
    "case a in\n b) echo;;",
    "f() {",
    "true && {",
    "echo $((x+",
    "echo $(ls",
    "a=(1 2",
    "(cd /",
    "diff <(ls",
    "case a in\na)",
    "f()",
    "f ()\n",
]
CLOSED = [
    "",
    "ls",
    "cat <<X\na\nX",
    "cat <<-X\n\ta\n\tX",
    "cat <<< a",
    "echo \"a'b\" 'c\"d' \\' # it's",
    "echo a#b",
    "for i in 1 2; do echo $i; done",
    "if true; then echo a; fi | cat",
    "echo if for { while",
    "f() { echo; }",
    "echo $((1 + 2)) $(ls)",
    "ls &",
    "echo ${x#y} a}b",
    "case a in b) echo;; esac",
    "[ a = a ] && ! true || echo",
    "echo $((x+\n1)) $(ls\n) $()",
    "a=(1 2\n3); (cd /\nls)",
    "find . \\( -name a -o -name b \\)",
    "case a in (a) echo;; b) (echo);; esac",
    "x=$(case a in a) echo b;; esac)",
    "[[ a == (a|b) ]] && ((x = 1))",
    "f()\n{ echo; }",
]


@pytest.mark.parametrize("text", OPEN)
def test_a_command_that_goes_on(text: str) -> None:
    assert needs_more(text)


@pytest.mark.parametrize("text", CLOSED)
def test_a_command_that_is_at_its_end(text: str) -> None:
    assert not needs_more(text)


@pytest.mark.parametrize("text", OPEN + CLOSED)
def test_bash_agrees(text: str) -> None:
    bash = shutil.which("bash")
    if bash is None or text.endswith("\\"):
        pytest.skip("bash does not say")
    said = subprocess.run([bash, "-nc", text], capture_output=True, env={"LC_ALL": "C"}, check=False).stderr
    is_open = b"unexpected end of file" in said or b"unexpected EOF" in said or b"delimited by end-of-file" in said
    assert is_open == needs_more(text)


def test_a_brace_at_the_end_closes_a_group_as_in_zsh() -> None:
    assert not needs_more("precmd() { echo prompted }")
    assert needs_more("{ echo }; ls")
