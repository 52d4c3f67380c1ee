"""Much output through the kept shell, and output without an end that is stopped."""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Final

from nlsh.core.ports import TerminalUse
from nlsh.core.results import Chunk
from nlsh.core.scope import Cancellation
from nlsh.shell.kinds import keepable_for
from nlsh.shell.session import ShellSession
from tests.bench.stage import TIMES, a_home, drain, show
from tests.checks.home import Home
from tests.checks.terminal import Terminal

FLOOD_BYTES: Final = int(os.environ.get("BENCH_FLOOD_BYTES", 1_000_000_000))
FLOOD: Final = f"head -c {FLOOD_BYTES} /dev/zero | tr '\\0' 'x' | fold -w 99"
QUICK: Final = f"yes {'x' * 98} | head -c {FLOOD_BYTES}"
"""The same bytes from a command that is not itself what takes the time."""


def run() -> None:
    """Much output, then output without an end and Ctrl-C."""
    with a_home() as home:
        for command in (FLOOD, QUICK):
            rows = [("plain bash", *_drained_at(home, ("bash", "-c", command)), "")]
            rows += [_row(home, use, command) for use in ("inherit", "pty")]
            show(f"flood: {command}", ("path", "MB/s", "s", "peak RSS MB"), rows)
        stops = [(f"ShellSession {use}", *_stops(home, use), _peak(home)) for use in ("inherit", "pty")]
    show(f"flood: yes, Ctrl-C, {TIMES} times, ms", ("path", "median", "worst", "peak RSS MB"), stops)


def _row(home: Home, use: str, command: str) -> tuple[str, str, str, str]:
    return (f"ShellSession {use}", *_drained_at(home, _child(home, use, command)), _peak(home))


def _child(home: Home, use: str, command: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.bench.flood", str(home.folder / "report"), use, command)


def _report(home: Home) -> dict[str, list[float]]:
    report: dict[str, list[float]] = json.loads((home.folder / "report").read_text())
    return report


def _peak(home: Home) -> str:
    return f"{_report(home)['peak_kb'][0] / 1000:.0f}"


def _drained_at(home: Home, argv: tuple[str, ...]) -> tuple[str, str]:
    """MB/s and seconds, as fast as the other end takes it; a child says its own seconds, without its start."""
    terminal, started = Terminal(argv, home.env, str(home.work), (24, 80)), time.perf_counter()
    while drain(terminal):
        pass
    took_s = time.perf_counter() - started if argv[0] == "bash" else _report(home)["took_s"][0]
    terminal.close()
    return f"{FLOOD_BYTES / took_s / 1e6:.0f}", f"{took_s:.1f}"


def _stops(home: Home, use: str) -> tuple[str, str]:
    """In line mode's path a Ctrl-C is typed and the end is seen on the terminal; else the child cancels, and says."""
    terminal = Terminal(_child(home, use, "yes"), home.env, str(home.work), (24, 80))
    typed: list[float] = []
    began = 0.0
    tail = b""
    while piece := drain(terminal):
        began = began or time.perf_counter()
        if use == "inherit" and len(typed) <= tail.count(b"ENDED") and time.perf_counter() - began > 0.5:
            typed.append(time.perf_counter())
            terminal.send(b"\x03")
        if b"ENDED" in piece:
            tail, began = tail + b"ENDED", 0.0
    terminal.close()
    ended = _report(home)["ended"]
    took = [1000 * (end - at) for at, end in zip(typed or _report(home)["cancelled"], ended, strict=True)]
    return f"{statistics.median(took):.0f}", f"{max(took):.0f}"


def child(report: str, use: TerminalUse, command: str) -> None:
    """In a process of its own: run a line, or `yes` a few times, through a kept shell; times and peak memory."""
    found = keepable_for(os.environ)
    assert found is not None, "there is no bash to keep"
    shell = ShellSession(*found, os.getcwd(), os.environ, os.path.dirname(report))
    shell.prepare()
    said: dict[str, list[float]] = {"took_s": [], "cancelled": [], "ended": []}
    for _ in range(TIMES if command == "yes" else 1):
        _run_as_child(shell, use, command, said)
    shell.close()
    with open("/proc/self/status", encoding="ascii") as file:  # ru_maxrss would begin with the parent's
        said["peak_kb"] = [float(found[1]) for found in [re.search(r"VmHWM:\s+(\d+)", file.read())] if found]
    Path(report).write_text(json.dumps(said))


def _run_as_child(shell: ShellSession, use: TerminalUse, command: str, said: dict[str, list[float]]) -> None:
    cancellation, started, count = Cancellation(), time.perf_counter(), 0
    if command == "yes" and use == "pty":
        cancellation.on_cancel(lambda: said["cancelled"].append(time.perf_counter()))
        threading.Timer(0.5, cancellation.cancel).start()
    for emission in shell.execute(command, use, cancellation):
        count += len(emission.data) if isinstance(emission, Chunk) else 0
    said["ended"].append(time.perf_counter())
    said["took_s"].append(time.perf_counter() - started)
    assert use == "inherit" or command == "yes" or count >= FLOOD_BYTES, f"only {count} bytes came"
    print("ENDED", flush=True)


if __name__ == "__main__":
    child(sys.argv[1], "inherit" if sys.argv[2] == "inherit" else "pty", sys.argv[3])
