"""Check 17: the past. 18: Tab. 20: the terminal's own scrollback."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tests.checks import pane as panes
from tests.checks.conftest import Open, OpenPane, need
from tests.checks.home import SCRIPTED, Home
from tests.checks.terminal import Terminal

pytestmark = pytest.mark.terminal
LIST = "please list it"
SHELLS = pytest.mark.parametrize("shell", ["bash", "zsh"])
BOXES = re.compile("[\u2500-\u259f]")
DRAWN_OVER = re.compile(rb"\x1b\[(?:\?(?:1049|1047|47)h|[23]J|\d*;\d*r|\d*;?\d*H)")
"""The other screen, a cleared screen, a scroll region, a cursor put somewhere on the screen."""
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"


def opened_at_prompt(terminal: Open) -> Terminal:
    opened = terminal(*SCRIPTED, "--inline")
    opened.prompt()
    opened.settle()
    return opened


def searched(opened: Terminal, query: str) -> bytes:
    """Search the past; what is shown then."""
    opened.send("\x12")
    opened.until(b"search: ")
    opened.send(query)
    return opened.settle(0.2)


@SHELLS
def test_check_17_history_outlives_a_restart_and_a_plan_is_run_again_without_the_model(
    home: Home, terminal: Open, shell: str
) -> None:
    need(home.use(shell))
    home.write(".bashrc", "PS1='READY>'\nHISTCONTROL=ignoreboth HISTFILE=~/.past\n")  # as most systems set it
    home.write(".zshrc", "PS1='READY>'\nunsetopt prompt_sp\nsetopt histignorespace\nHISTFILE=~/.past SAVEHIST=100\n")
    (home.work / "a.txt").touch()
    home.plans({LIST: [{"fs.list": {}}]})
    first = opened_at_prompt(terminal)
    assert b"a.txt" in first.line(LIST)
    assert b"kept1\r\n" in first.line("echo kept$((1))")
    assert b"newer1\r\n" in first.line("echo newer$((1))")
    assert b"secret1\r\n" in first.line(" echo secret$((1))")
    assert first.leave() == 0
    home.plans({LIST: [{"fs.mkdir": {"path": "asked-the-model"}}]})

    again = opened_at_prompt(terminal)
    assert b"please list it" in searched(again, "plsit")
    again.send("\x1b\r")
    assert b"a.txt" in again.prompt()
    assert not (home.work / "asked-the-model").exists()

    searched(again, "ekp")
    again.send("\r")
    again.until(b"command")
    again.send("\r")
    assert again.prompt().endswith(b"kept1\r\n")

    again.send("echo n\x1b[A")
    again.settle(0.2)
    again.send("\r")
    assert again.prompt().endswith(b"newer1\r\n")

    assert b"nothing typed" in searched(again, "secret")
    again.send("\x07")
    again.settle()
    again.leave()
    assert b"secret" not in home.call("history").stdout
    assert b"kept" in home.call("history").stdout
    of_the_shell = (home.folder / ".past").read_bytes()
    assert b"echo kept" in of_the_shell
    assert b"secret" not in of_the_shell


@SHELLS
def test_check_18_tab_completes_and_never_breaks_a_quote(home: Home, terminal: Open, shell: str) -> None:
    need(home.use(shell))
    for name in ("my report.txt", "it's here.txt", 'say "$HOME" now.txt'):
        (home.work / name).write_text(f"read {name[:2]}\n")
    opened = opened_at_prompt(terminal)
    ends = {"my": b"report.txt", "it": b"here.txt", "sa": b"now.txt"}
    for line in ("cat ./my", "cat my", "cat 'my", 'cat "my', "cat it", "cat ./sa"):
        begun = line[-2:]
        tabbed(opened, line, ends[begun])
        opened.send("\r")
        assert opened.prompt().endswith(f"read {begun}\r\n".encode()), line
        opened.settle()
    tabbed(opened, "mkdi", b"Ctrl-Space")  # it is no slip any more
    opened.send("made\r")
    opened.prompt()
    assert (home.work / "made").is_dir()
    tabbed(opened, "please read my", b'"my report.txt"')


@SHELLS
def test_check_18_tab_knows_the_words_of_git(home: Home, terminal: Open, shell: str) -> None:
    need("git", home.use(shell))
    if not os.path.exists(BASH_COMPLETION):
        pytest.skip("not installed: bash-completion")
    home.write(".bashrc", f"PS1='READY>'\n. {BASH_COMPLETION}\n")
    home.write(".zshrc", "PS1='READY>'\nunsetopt prompt_sp\nautoload -Uz compinit; compinit -D -u\n")
    subprocess.run(["git", "init", "-q", str(home.work)], check=True, timeout=20)
    opened = opened_at_prompt(terminal)
    opened.send("git ch")
    shown = opened.settle()
    for _ in range(8):  # the first time zsh may need longer for them than Tab waits
        opened.send("\t")
        shown += opened.settle(0.4)
        if b"cherry-pick" in shown:
            break
    assert b"checkout" in shown
    assert b"cherry-pick" in shown


def tabbed(opened: Terminal, line: str, wanted: bytes) -> None:
    """Type a line and Tab, and wait for what that puts in."""
    opened.send(line)
    opened.settle(0.1)
    opened.send("\t")
    opened.until(wanted)


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    """tmux 3.3 ends at a first session whose windows are sized by hand; to resize one sizes it by hand anyway."""
    options = panes._OPTIONS.replace("set -g window-size manual; ", "")
    monkeypatch.setattr(panes, "_OPTIONS", options)


@SHELLS
@pytest.mark.usefixtures("lasting")
def test_check_20_the_scrollback_is_the_terminals_own(home: Home, pane: OpenPane, shell: str) -> None:
    need(home.use(shell))
    for number in range(500):
        (home.work / f"file-{number:03}").touch()
    home.plans({LIST: [{"fs.list": {}}]})
    opened = pane(*SCRIPTED, "--inline")
    opened.shows("❯")
    opened.line("seq 10001 10500; printf %s en; echo ded")
    opened.shows("ended")
    assert opened.ask("alternate_on") == "0"
    opened.line(LIST)
    opened.shows("file-499")
    opened.resize(30, 100)
    opened.line("seq 20001 20500; printf %s no; echo w too")
    opened.shows("now too")
    opened.wait(lambda: opened.cursor_line().rstrip().endswith("❯"), "no prompt")
    copied = opened.scrollback()
    lines = copied.split("\n")
    for first in (10001, 20001):
        numbers = [str(number) for number in range(first, first + 500)]
        assert [line for line in lines if line in set(numbers)] == numbers
        start = lines.index(numbers[0])
        assert lines[start : start + 500] == numbers  # nothing is drawn among them
    assert re.findall(r"^file-\d+", copied, re.MULTILINE) == [f"file-{number:03}" for number in range(500)]
    assert not BOXES.search(copied)
    assert opened.modes()["alternate_on"] == "0"


def test_check_20_nothing_is_cleared_or_drawn_over(home: Home, terminal: Open) -> None:
    home.plans({LIST: [{"fs.list": {}}]})
    (home.work / "a.txt").touch()
    opened = opened_at_prompt(terminal)
    written = b""
    for line in ("seq 500", LIST):
        written += opened.line(line) + opened.settle()
    opened.resize(30, 100)
    written += opened.settle()
    assert b"\r\n".join(str(number).encode() for number in range(1, 501)) in written
    assert b"a.txt" in written
    assert not DRAWN_OVER.search(written)
