from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.display import visible
from nlsh.core.notices import notice

ENVIRONMENTS: list[dict[str, str]] = [
    {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"},
    {"TERM": "rxvt-unicode-256color"},
    {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1/default,1,0", "KITTY_WINDOW_ID": "1"},
    {"TERM": "xterm-256color"},
    {"TERM": "screen", "STY": "1.pts"},
    {},
]


@pytest.mark.parametrize(
    "env",
    [
        {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"},
        {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"},
        {"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"},
        {"TERM": "xterm-kitty"},
        {"TERM": "xterm-kitty", "TERM_PROGRAM": "vscode"},
        {"TERM": "xterm-ghostty"},
        {"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"},
    ],
)
def test_terminals_that_know_osc_9(env: dict[str, str]) -> None:
    assert notice("done: make", env) == b"\x1b]9;nlsh: done: make\x1b\\"


@pytest.mark.parametrize("term", ["rxvt-unicode", "rxvt-unicode-256color", "foot", "foot-extra", "contour"])
def test_terminals_that_know_only_osc_777(term: str) -> None:
    assert notice("done; now", {"TERM": term}) == b"\x1b]777;notify;nlsh;done, now\x1b\\"


@pytest.mark.parametrize(
    "env",
    [
        {"TERM": "xterm-256color"},
        {"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "KITTY_WINDOW_ID": "3"},
        {"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"},
        {"TERM": "alacritty", "TERM_PROGRAM": "iTerm.app"},
        {"TERM": "linux"},
        {"TERM": "footer"},
        {"TERM": "screen-256color", "STY": "1234.pts"},
    ],
)
def test_the_others_get_a_bell(env: dict[str, str]) -> None:
    assert notice("done", env) == b"\a"


def test_tmux_is_asked_to_pass_it_on_and_gets_its_bell() -> None:
    env = {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/tmux-1/default,1,0"}
    assert notice("done", env) == b"\a"
    wrapped = b"\x1bPtmux;\x1b\x1b]9;nlsh: done\x1b\x1b\\\x1b\\"
    assert notice("done", env | {"ITERM_SESSION_ID": "w0"}) == wrapped + b"\a"
    assert notice("done", env | {"LC_TERMINAL": "iTerm2"}) == wrapped + b"\a"


@pytest.mark.parametrize("env", [{}, {"TERM": "dumb", "TERM_PROGRAM": "iTerm.app"}])
def test_a_dumb_terminal_gets_nothing(env: dict[str, str]) -> None:
    assert notice("done", env) == b""


@given(st.text(), st.sampled_from(ENVIRONMENTS))
def test_no_text_breaks_out_and_none_is_long(text: str, env: dict[str, str]) -> None:
    data = notice(text, env)
    data = re.sub(rb"\A\x1bPtmux;(.*)\x1b\\\a\Z", lambda m: m[1].replace(b"\x1b\x1b", b"\x1b"), data, flags=re.DOTALL)
    inner = re.fullmatch(rb"(?:\x1b\](?:9;nlsh: |777;notify;nlsh;)(.*)\x1b\\|\a|)", data, re.DOTALL)
    assert inner is not None
    shown = (inner[1] or b"").decode()
    assert visible(shown) == shown
    assert len(shown) <= 120


def test_a_question_sounds_different_where_there_is_only_the_bell() -> None:
    assert notice("done?", {"TERM": "linux"}, is_question=True) == b"\a\a"
    kitty = {"TERM": "xterm-kitty"}
    assert notice("done?", kitty, is_question=True) == notice("done?", kitty)
