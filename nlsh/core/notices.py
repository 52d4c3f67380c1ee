"""Calling somebody back to a terminal they are not looking at: the bytes that do it, for whichever terminal it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nlsh.core.display import visible

_LONGEST: Final = 120
"""Characters of a notice."""
_BELL: Final = b"\a"
_END: Final = b"\x1b\\"

_TERMS: Final[Mapping[str, str]] = {
    "xterm-kitty": "9",
    "xterm-ghostty": "9",
    "wezterm": "9",
    "rxvt-unicode": "777",
    "foot": "777",
    "contour": "777",
    "alacritty": "",
    "linux": "",
}
"""What terminals that name themselves in TERM understand: OSC 9, OSC 777, or neither."""
_PROGRAMS: Final = {"iTerm.app": "9", "WezTerm": "9", "ghostty": "9", "WarpTerminal": "9"}
"""The same for those that name themselves in TERM_PROGRAM."""
_TRACES: Final = ("ITERM_SESSION_ID", "KITTY_WINDOW_ID", "WEZTERM_PANE", "GHOSTTY_RESOURCES_DIR")
"""Left by a terminal that understands OSC 9 for what runs in a multiplexer in it."""


def notice(text: str, env: Mapping[str, str], *, is_question: bool = False) -> bytes:
    """The bytes that show `text` (untrusted) as a notification on the terminal that `env` tells of.

    OSC 9 or OSC 777 where the terminal is known to understand it, else a bell, two for a question; nothing on a dumb
    terminal.
    """
    bell = _BELL * (1 + is_question)
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        return b""
    if env.get("TMUX"):
        # Without `allow-passthrough` tmux drops what is wrapped; the bell is its own, and marks the window anyhow.
        return _wrapped(_sequence(_through_multiplexer(env), text)) + bell
    if env.get("STY"):
        return bell
    return _sequence(_understood(term, env), text) or bell


def _understood(term: str, env: Mapping[str, str]) -> str:
    for name, kind in _TERMS.items():
        if term == name or term.startswith(name + "-"):
            return kind
    return _PROGRAMS.get(env.get("TERM_PROGRAM", ""), "") or ("9" if env.get("LC_TERMINAL") == "iTerm2" else "")


def _through_multiplexer(env: Mapping[str, str]) -> str:
    """What is outside of tmux, which puts its own name over that of the terminal."""
    return "9" if env.get("LC_TERMINAL") == "iTerm2" or any(env.get(name) for name in _TRACES) else ""


def _sequence(kind: str, text: str) -> bytes:
    words = visible(text)
    words = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    if kind == "9":
        # With the name first it cannot be taken for a number, which means something else after OSC 9.
        return b"\x1b]9;nlsh: " + words.encode() + _END
    if kind == "777":
        return b"\x1b]777;notify;nlsh;" + words.replace(";", ",").encode() + _END
    return b""


def _wrapped(sequence: bytes) -> bytes:
    """For tmux to pass on to the terminal it runs in."""
    return b"\x1bPtmux;" + sequence.replace(b"\x1b", b"\x1b\x1b") + _END if sequence else b""
