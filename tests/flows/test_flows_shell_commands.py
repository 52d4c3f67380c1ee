"""`nlsh plan --shell`: a command that does just what is asked, or nlsh itself."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from tests.flows.conftest import Program, sentence

PLANS: dict[str, Any] = {
    "please list it": [{"fs.list": {}}],
    "please drop it": [{"fs.remove": {"path": "a.txt"}}],
    "please ruin it": [{"sh.run": {"cmd": "rm -rf /"}}],
    "please show what's changed": [{"sh.run": {"cmd": "git diff"}}],
    "it's \\ $(gone)": [{"fs.remove": {"path": "a.txt"}}],
    "ls the a.txt": [{"proc.list": {}}],
}


@pytest.mark.parametrize(
    ("utterance", "command"),
    [
        ("please list it", "ls -lh"),
        ("please show what's changed", "git diff"),
        ("please drop it", "nlsh -c 'please drop it'"),
        ("please ruin it", "nlsh -c 'please ruin it'"),  # nlsh will refuse it; a shell would not
        ("?please drop it", "nlsh -c 'please drop it'"),
    ],
)
def test_a_command_or_nlsh_itself(program: Program, utterance: str, command: str) -> None:
    program.plans = PLANS
    done = program("plan", "--shell", stdin=utterance.encode() + b"\n")
    assert (done.stdout.decode(), done.stderr, done.returncode) == (command + "\n", b"", 0)


def test_nlsh_is_handed_the_very_words_and_told_that_they_are_plain_language(program: Program) -> None:
    program.plans = PLANS
    for utterance in ("it's \\ $(gone)", "ls the a.txt"):
        line = program("plan", "--shell", stdin=utterance.encode()).stdout.decode()
        assert shlex.split(line) in (["nlsh", "-c", utterance], ["nlsh", "-c", f"? {utterance}"])
        [_, _, said] = shlex.split(line)
        assert program("route", stdin=said.encode()).stdout.count(b'"route":"utterance"') == 1


def test_what_is_not_understood_is_a_sentence_and_no_command(program: Program) -> None:
    done = program("plan", "--shell", stdin=b"please do what nobody knows\n")
    assert (done.stdout, done.returncode) == (b"", 3)
    assert sentence(done)
