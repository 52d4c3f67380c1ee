"""Random bytes typed at the prompt: nlsh must live, and leave the terminal as it was."""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import sqlite3
import time
from typing import Final

from tests.bench.stage import a_home, drain, show
from tests.checks.home import SCRIPTED, Home
from tests.checks.terminal import Terminal

RANDOM_LINES: Final = int(os.environ.get("BENCH_RANDOM_LINES", 10_000))
PACE_S: Final = 0.02
"""Between two lines: a terminal whose buffer is full throws away what is typed while lines are not read raw."""
RANDOM_S: Final = float(os.environ.get("BENCH_RANDOM_S", 300))
LEFT_OUT: Final = b"/\x04\x13\x1a" + bytes(set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") - set(b"aeou"))
TYPED: Final = bytes(sorted(set(range(256)) - set(LEFT_OUT)))
"""What random lines are made of: all bytes but `/`, Ctrl-D and Ctrl-Z (they leave), Ctrl-S (it stops), most letters."""


def run() -> None:
    """Random bytes typed at line mode's prompt, in an empty folder: of what can be typed no program has its name, no
    path leads out, and no word changes the folder."""
    with a_home() as home:
        for name in ("before", "after", "code"):
            home.write(f"tty/{name}", "")
        typed, took_s, is_alive, code = _typed_at_random(home)
        kept = {name: (home.folder / "tty" / name).read_text().strip() for name in ("before", "after", "code")}
        crashes = [str(path) for path in (home.folder / "nlsh").rglob("*crash*")]
        turns = _turns(home)
    rows = [
        ("lines typed", f"{typed} of {RANDOM_LINES}, in {took_s:.0f} s"),
        ("turns kept", turns),
        ("runs a line afterwards", is_alive),
        ("exit code", f"{code}, nlsh {kept['code']}"),
        ("settings as before", kept["before"] == kept["after"] != ""),
        ("crash files", crashes or "none"),
    ]
    show(f"random: 1 to 30 of {len(TYPED)} byte values and Enter, Ctrl-C before every third", ("what", "is"), rows)


def _typed_at_random(home: Home) -> tuple[int, float, bool, int]:
    terminal = Terminal(_watched(home), home.env | {"NLSH_HOME": str(home.folder / "nlsh"), "EDITOR": "true"},
                        str(home.work), (24, 80))  # fmt: skip
    terminal.until("❯".encode())
    started, typed, pending, chance = time.monotonic(), 0, b"", random.Random(7)
    while time.monotonic() - started < RANDOM_S and (pending or typed < RANDOM_LINES):
        if not pending:
            line = bytes(chance.choices(TYPED, k=chance.randint(1, 30))) + b"\r"
            pending, typed = (b"\x03" if typed % 3 == 0 else b"") + line, typed + 1
        readable, writable, _ = select.select([terminal.fd], [terminal.fd], [], 1.0)
        if readable and not drain(terminal):
            break
        pending = pending[os.write(terminal.fd, pending) :] if writable else pending
        time.sleep(PACE_S)
    took_s = time.monotonic() - started
    is_alive = _answers(terminal)
    terminal.send("\x03exit\r\x03exit\r")  # with jobs that still run the first one only asks
    with contextlib.suppress(AssertionError):
        return typed, took_s, is_alive, terminal.end(30)
    terminal.close()
    return typed, took_s, is_alive, -signal.SIGKILL


def _answers(terminal: Terminal) -> bool:
    """Whether a line still runs, once what was typed is worked off."""
    with contextlib.suppress(AssertionError, OSError):
        terminal.send("\x07\x03\x03echo st''ill\r")
        terminal.until(b"still", RANDOM_S)
        return True
    return False


def _watched(home: Home) -> tuple[str, ...]:
    """The program, with what the terminal's settings were before and after. Not in bubblewrap: it dies of a Ctrl-C."""
    around = 'trap : INT QUIT; t=$1; shift; stty -g >$t/before; "$@"; echo $? >$t/code; stty -g >$t/after'
    return ("sh", "-c", around, "sh", str(home.folder / "tty"), *SCRIPTED, "--inline")


def _turns(home: Home) -> int:
    """How many turns the history has."""
    with contextlib.closing(sqlite3.connect(home.folder / "nlsh" / "state" / "state.db")) as database:
        return int(database.execute("SELECT count(*) FROM turns").fetchone()[0])
