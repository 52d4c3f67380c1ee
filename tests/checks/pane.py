"""A pane of tmux with a program in it: a real terminal, whose screen, modes and scrollback can be asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pytest

DEADLINE_S: Final = 20.0
_TICK_S: Final = 0.03
_OPTIONS: Final = """
set -g default-terminal tmux-256color
set -g escape-time 0
set -g remain-on-exit on
set -g status off
set -g history-limit 20000
set -g focus-events on
"""
_MODES: Final = (
    *("alternate_on", "cursor_flag", "insert_flag", "keypad_cursor_flag", "keypad_flag", "origin_flag", "wrap_flag"),
    *("mouse_any_flag", "mouse_button_flag", "mouse_sgr_flag", "mouse_standard_flag", "mouse_utf8_flag"),
    *("scroll_region_upper", "pane_title"),
)


class Pane:
    """`settings` and `modes` together are all that a program can leave behind on a terminal."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: str, size: tuple[int, int]) -> None:
        if shutil.which("tmux") is None:
            pytest.skip("not installed: tmux")
        self._folder = tempfile.mkdtemp(prefix="tmux")  # a socket's path is short
        self._socket = os.path.join(self._folder, "socket")
        self._env = dict(env)
        options = os.path.join(self._folder, "options")
        with open(options, "w", encoding="ascii") as file:
            file.write(_OPTIONS)
        rows, columns = size
        self._tmux("-f", options, "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", cwd, *argv)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words], env=self._env, capture_output=True, text=True, timeout=20, check=True
        )
        return done.stdout

    def ask(self, name: str) -> str:
        """A format variable of tmux."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").rstrip("\n")

    def modes(self) -> dict[str, str]:
        """What programs can switch."""
        values = self._tmux("display-message", "-p", "\x1f".join(f"#{{{name}}}" for name in _MODES)).rstrip("\n")
        return dict(zip(_MODES, values.split("\x1f"), strict=True))

    def settings(self) -> list[Any]:
        """What `stty -a` would show."""
        fd = os.open(self.ask("pane_tty"), os.O_RDWR | os.O_NOCTTY)
        try:
            return termios.tcgetattr(fd)
        finally:
            os.close(fd)

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self.ask("pane_pid"))

    def text(self, *, with_colours: bool = False) -> str:
        """The screen."""
        return self._tmux("capture-pane", "-p", *(["-e"] if with_colours else []))

    def scrollback(self) -> str:
        """The screen and all that was scrolled off it, wrapped lines joined, as one would copy it."""
        return self._tmux("capture-pane", "-p", "-J", "-S", "-")

    def cursor_line(self) -> str:
        """The line the cursor is in."""
        return self.text().split("\n")[int(self.ask("cursor_y"))]

    def send(self, text: str) -> None:
        """Type text, as it is."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by their names in tmux: Enter, C-c, Escape, F2, Up."""
        self._tmux("send-keys", *keys)

    def line(self, line: str) -> None:
        """Type a line and Enter."""
        self.send(line)
        self.press("Enter")

    def resize(self, rows: int, columns: int) -> None:
        """Another size of the window."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def wait(self, holds: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + deadline_s
        while not holds():
            assert time.monotonic() < deadline, f"{what}; the screen:\n{self.text()}"
            time.sleep(_TICK_S)

    def shows(self, wanted: str, deadline_s: float = DEADLINE_S) -> None:
        """Wait until the screen holds this."""
        self.wait(lambda: wanted in self.text(), f"{wanted!r} is not shown", deadline_s)

    def is_dead(self) -> bool:
        """Whether the program has ended."""
        return self.ask("pane_dead") == "1"

    def exit_code(self) -> int:
        """Wait for the program's end; its exit code."""
        self.wait(self.is_dead, "it does not end")
        return int(self.ask("pane_dead_status"))

    def close(self) -> None:
        """End the server and all in it."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, timeout=20, check=False)
        shutil.rmtree(self._folder, ignore_errors=True)
