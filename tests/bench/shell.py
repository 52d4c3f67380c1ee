"""The shell one lives in, measured on this machine: `python -m tests.bench.shell [latency|ready|flood|random …]`.

Each part runs in a home of its own and prints a table. Contenders take turns, so that noise hits all alike.
"""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from nlsh.core.events import Finished, Recorded, Routed, Started, TurnEnded
from nlsh.core.ports import Session
from nlsh.core.risk import Route
from nlsh.core.scope import Cancellation
from nlsh.shell.kinds import keepable_for
from nlsh.shell.session import ShellSession
from tests.bench import flood, noise
from tests.bench.stage import NLSH, TIMES, a_home, show, since_ms
from tests.checks.home import READY, ROOT, Home
from tests.checks.terminal import Terminal

LITERALS: Final = ("true", "echo hello", "ls -d /etc", "f", "cd .") * 50
XONSH: Final = os.environ.get("XONSH", "/tmp/xonsh-venv/bin/xonsh")
FIRST_PROMPTS: Final[Mapping[str, tuple[tuple[str, ...], bytes]]] = {
    "nlsh --inline": (NLSH, "❯".encode()),
    "xonsh --no-rc": ((XONSH, "--no-rc"), rb"2004h.*@"),
    "fish --no-config": (("fish", "--no-config"), rb"work.*[#>]"),
    "bash --norc -i": (("bash", "--norc", "-i"), rb"bash-[\d.]+[#$] "),
}
"""Contenders and the last thing their prompt draws."""

# Latency


def latency() -> None:
    """One literal after the other in each of the three, in turn."""
    with a_home() as home:
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(home.env, NLSH_HOME=str(home.folder / "nlsh"))
        os.chdir(home.work)
        try:
            asyncio.run(_latency(home))
        finally:
            os.chdir(ROOT)
            os.environ.clear()
            os.environ.update(before)


async def _latency(home: Home) -> None:
    from nlsh.boot import House, Options

    plain = Terminal(("bash", "-i"), home.env, str(home.work), (24, 80))
    plain.until(READY.encode())
    shell, house = _kept(home), House(Options(terminal="pty", is_interactive=True))
    session = house.session()
    await session.start_shell()
    took: dict[str, list[float]] = {}
    for line in LITERALS:
        for name, ms in _plainly(plain, line) | _executed(shell, line) | await _ran(session, line):
            took.setdefault(name, []).append(ms)
    plain.close()
    shell.close()
    await house.close()
    rows = [_latency_row(name, ms, took["a  plain bash"]) for name, ms in sorted(took.items())]
    heads = ("path", "p50", "p95", "ratio of p50 to a", "added p50", "added p95")
    show(f"latency: {len(LITERALS)} literals, ms; added: line by line", heads, rows)


def _latency_row(name: str, ms: Sequence[float], base: Sequence[float]) -> tuple[object, ...]:
    p50, p95 = f"{statistics.median(ms):.2f}", f"{_p95(ms):.2f}"
    if name.startswith(" "):
        return (name, p50, p95, "", "", "")
    added = [took - of for took, of in zip(ms, base, strict=True)]
    ratio = statistics.median(ms) / statistics.median(base)
    return (name, p50, p95, f"{ratio:.1f}", f"{statistics.median(added):.2f}", f"{_p95(added):.2f}")


def _p95(samples: Sequence[float]) -> float:
    return sorted(samples)[math.ceil(0.95 * len(samples)) - 1]


def _kept(home: Home) -> ShellSession:
    found = keepable_for(home.env)
    assert found is not None, "there is no bash to keep"
    shell = ShellSession(*found, str(home.work), home.env, str(home.folder))
    shell.prepare()
    return shell


def _plainly(plain: Terminal, line: str) -> set[tuple[str, float]]:
    started = time.perf_counter()
    plain.send(line + "\r")
    plain.until(READY.encode())
    return {("a  plain bash", since_ms(started))}


def _executed(shell: ShellSession, line: str) -> set[tuple[str, float]]:
    started = time.perf_counter()
    for _ in shell.execute(line, "pty", Cancellation()):
        pass
    return {("b  ShellSession.execute", since_ms(started))}


async def _ran(session: Session, line: str) -> set[tuple[str, float]]:
    """The whole turn and, indented, its parts. Fails where the line is not taken as a literal."""
    marks = [time.perf_counter()]
    async for event in session.run(line):
        assert not isinstance(event, Routed) or event.route is Route.LITERAL, line
        if isinstance(event, Started | Finished | TurnEnded) or (isinstance(event, Recorded) and len(marks) == 3):
            marks.append(time.perf_counter())
    parts = [1000 * (after - before) for before, after in pairwise(marks)]
    names = ("   c1 route, thread, intent", "   c2 the shell", "   c3 result", "   c4 history")
    return {("c  KernelSession.run", sum(parts)), *zip(names, parts, strict=True)}


# Ready


def ready() -> None:
    """From exec to the first prompt, after one run of each that is not counted."""
    took: dict[str, list[float]] = {name: [] for name, (argv, _) in FIRST_PROMPTS.items() if shutil.which(argv[0])}
    with a_home() as home:
        for _ in range(1 + TIMES):
            for name, samples in took.items():
                samples.append(_first_prompt(home, *FIRST_PROMPTS[name]))
    rows = [(name, f"{statistics.median(ms[1:]):.0f}", f"{min(ms[1:]):.0f}") for name, ms in took.items()]
    missing = [(name, "not installed", "") for name in FIRST_PROMPTS if name not in took]
    show(f"ready: exec to first prompt, {TIMES} times, ms", ("shell", "median", "min"), [*rows, *missing])


def _first_prompt(home: Home, argv: tuple[str, ...], prompt: bytes) -> float:
    started = time.perf_counter()
    terminal = Terminal(argv, home.env, str(home.work), (24, 80))
    terminal.answers = _cursor
    try:
        terminal.until_match(prompt)
        took = since_ms(started)
        terminal.settle(0.3)
        terminal.leave()
        return took
    finally:
        terminal.close()


def _cursor(piece: bytes) -> bytes:
    """What a terminal answers that is asked where its cursor is."""
    return b"\x1b[1;1R" if b"\x1b[6n" in piece else b""


PARTS: Final[Mapping[str, Callable[[], None]]] = {
    "latency": latency,
    "ready": ready,
    "flood": flood.run,
    "random": noise.run,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
