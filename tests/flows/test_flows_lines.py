"""What can be typed: nothing, too much, bytes, other scripts, commands over several lines."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.flows.conftest import Program, sentence

PLANS: dict[str, Any] = {"列出这里的文件": [{"fs.list": {}}], "please list it": [{"fs.list": {}}]}


@pytest.mark.parametrize("line", ["", "   ", "\t", "\n"])
def test_an_empty_line_is_nothing_at_all(program: Program, line: str) -> None:
    done = program("-c", line)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)
    assert program(stdin=line.encode()).returncode == 0


def test_a_megabyte_to_understand_is_refused_in_a_sentence(program: Program) -> None:
    done = program(stdin=b"please find " + b"x" * 1_000_000 + b"\n")
    assert "too much to understand" in sentence(done)
    assert done.returncode == 3


def test_a_megabyte_to_run_runs(program: Program) -> None:
    script = program.work / "script"
    script.write_bytes(b"echo " + b"x" * 1_000_000 + b" | wc -c\necho next\n")
    done = program.shell("nlsh < script")
    assert (done.stdout, done.returncode) == (b"1000001\nnext\n", 0)


def test_nul_bytes(program: Program) -> None:
    done = program(stdin=b"echo a\0b\n")
    assert "NUL" in sentence(done)
    assert done.returncode == 2
    assert program(stdin=b"please find the \0 files\n").returncode == 3


def test_chinese(program: Program) -> None:
    program.plans = PLANS
    (program.work / "报告.txt").touch()
    done = program("-c", "列出这里的文件")
    assert "报告.txt" in done.stdout.decode()
    assert done.returncode == 0


def test_an_unclosed_quote_is_the_shells_to_complain_about(program: Program) -> None:
    done = program("-c", 'echo "abc')
    assert b"unexpected EOF" in done.stderr
    assert done.returncode == 2


def test_a_command_goes_on_over_lines_and_its_text_is_never_run(program: Program) -> None:
    (program.work / "dear.txt").touch()
    script = b"cat <<X\nrm dear.txt\nX\nfor i in 1 2; do\necho $i\ndone\necho 'a\nb'\n"
    done = program(stdin=script)
    assert done.stdout == b"rm dear.txt\n1\n2\na\nb\n"
    assert (program.work / "dear.txt").exists()


def test_an_apostrophe_of_an_utterance_opens_nothing(program: Program) -> None:
    program.plans = {"please list what's here": [{"fs.list": {}}]}
    done = program(stdin=b"please list what's here\necho next\n")
    assert done.stdout.endswith(b"next\n")


def test_the_shell_goes_on_from_line_to_line(program: Program) -> None:
    done = program(stdin=b"mkdir sub; cd sub\npwd\nexport WORD=kept\necho $WORD\nexit 7\n")
    assert done.stdout.decode() == f"{program.work}/sub\nkept\n"
    assert done.returncode == 7


def test_a_binary_file_is_described(program: Program) -> None:
    program.plans = {"please read it": [{"fs.read": {"path": "bin"}}]}
    (program.work / "bin").write_bytes(bytes(range(256)))
    done = program("-c", "please read it")
    assert b"\x1b" not in done.stdout
    assert b"no text but data" in done.stdout


def test_a_pipe_is_not_waited_for(program: Program) -> None:
    program.plans = {"please read it": [{"fs.read": {"path": "pipe"}}]}
    os.mkfifo(program.work / "pipe")
    done = program("-c", "please read it")
    assert b"is a pipe, not a file" in done.stderr
    assert done.returncode == 2
