"""`bench`: planning, routing and the ledger, measured on this machine, in a house of its own that leaves no trace."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nlsh import __version__
from nlsh.cli.opening import opened_in_loop
from nlsh.cli.rows import show_table
from nlsh.config.paths import Paths
from nlsh.core.errors import ModelUnavailable
from nlsh.core.events import Planned, TurnEnded
from nlsh.core.ports import Ledger, RecordDraft, Session
from nlsh.core.results import Column, Table
from nlsh.core.risk import Route

if TYPE_CHECKING:
    from nlsh.boot import House

UTTERANCES: Final = (
    "list what is in this folder",
    "show hidden files too",
    "which five files here are the largest",
    "find the pdfs that changed this week",
    "where did I put the budget spreadsheet",
    "how much space does the photos folder take",
    "count the lines of notes.txt",
    "search for the word invoice in all text files",
    "make a folder called archive",
    "move the csv files into data",
    "copy notes.txt to backup",
    "rename draft.md to final.md",
    "throw the log files away",
    "compress photos into photos.tar.gz",
    "unpack site.zip",
    "which program uses the most memory",
    "is anything listening on port 8080",
    "stop the process called worker",
    "how full are the disks",
    "how long has this machine been up",
    "show the last errors of the web server",
    "is ssh running",
    "undo that",
    "remember that the tax folder is called steuer",
)
_LITERALS: Final = ("ls -la", "git status", "cd ..", "grep -rn main .", "make test", "cat notes.txt | sort | uniq -c")
_NAMES: Final = ("notes.txt", "draft.md", "budget.xlsx", "report.pdf", "a.csv", "b.csv", "site.zip", "server.log")
_ROUTINGS: Final = 50
_RECORDS: Final = 500


@dataclass(frozen=True)
class Figure:
    """One measure: its samples, their unit, and what they are of."""

    name: str
    unit: str
    samples: tuple[float, ...]
    of: str

    def row(self) -> tuple[object, ...]:
        """Name, median, 95th percentile (where there are enough samples for one), unit, of what."""
        if not self.samples:
            return (self.name, None, None, self.unit, self.of)
        ordered = sorted(self.samples)
        p95 = ordered[math.ceil(0.95 * len(ordered)) - 1] if len(ordered) >= 20 else None
        return (self.name, _short(statistics.median(ordered)), _short(p95), self.unit, self.of)


def _short(value: float | None) -> float | None:
    """Three digits say all a measurement knows."""
    return None if value is None else float(f"{value:.3g}")


@dataclass(frozen=True)
class Planning:
    """One plan: milliseconds from the line to the plan, and its tokens; no tokens where nothing was understood."""

    elapsed_ms: float
    prompt_tokens: int = 0
    plan_tokens: int = 0


def run(arguments: argparse.Namespace) -> int:
    """Measure and print. Raises ModelUnavailable where there is nothing to measure planning with."""
    with _house_of_its_own():
        table = asyncio.run(_measure(arguments))
    show_table(table, arguments)
    return 0


@contextmanager
def _house_of_its_own() -> Iterator[None]:
    """State and working folder in a temporary place; settings and the prepared model as they are."""
    paths, before, here = Paths.find(), os.environ.get("NLSH_HOME"), os.getcwd()
    with tempfile.TemporaryDirectory(prefix="nlsh-bench-") as folder:
        os.symlink(paths.config_dir, os.path.join(folder, "config"))
        os.symlink(paths.make_cache_dir(), os.path.join(folder, "cache"))
        work = os.path.join(folder, "work")
        os.makedirs(os.path.join(work, "photos"))
        for name in _NAMES:
            with open(os.path.join(work, name), "w", encoding="utf-8") as file:
                file.write(name)
        os.environ["NLSH_HOME"] = folder
        os.chdir(work)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.pop("NLSH_HOME") if before is None else os.environ.update(NLSH_HOME=before)


async def _measure(arguments: argparse.Namespace) -> Table:
    async with opened_in_loop(arguments) as house:
        session = house.session()
        figures = [Figure("machine", "", (), _machine()), _routing(house)]
        started = time.perf_counter()
        await session.start_model()
        figures.append(Figure("start the model", "ms", (_ms_since(started),), house.model_spec.name))
        plannings = [await _plan(session, utterance) for _ in range(arguments.rounds) for utterance in UTTERANCES]
        figures += [*_planning(plannings, session), *_ledger(house.ledger)]
    columns = (Column("measure"), Column("p50", "count"), Column("p95", "count"), Column("unit"), Column("of"))
    return Table(columns, tuple(figure.row() for figure in figures))


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"Python {platform.python_version()}"
    return f"{platform.system()} {platform.machine()}, {cores} cores, {python}, nlsh {__version__}"


def _routing(house: House) -> Figure:
    lines = (*UTTERANCES, *_LITERALS)
    house.route(lines[0])
    times = []
    for line in lines * _ROUTINGS:
        started = time.perf_counter()
        house.route(line)
        times.append(_ms_since(started) * 1000)
    return Figure("route a line", "µs", tuple(times), f"{len(times)} lines")


async def _plan(session: Session, utterance: str) -> Planning:
    """From the line to its plan; nothing runs. Raises ModelUnavailable."""
    started = time.perf_counter()
    planned: Planning | None = None
    async for event in session.run(utterance, route=Route.UTTERANCE, is_dry=True):
        if isinstance(event, Planned):
            planned = Planning(_ms_since(started), event.prompt_tokens, event.plan_tokens)
        elif isinstance(event, TurnEnded) and event.outcome == "no model":
            raise ModelUnavailable("there is no model to measure", "nlsh doctor says why")
    return planned or Planning(_ms_since(started))


def _planning(plannings: Sequence[Planning], session: Session) -> Iterator[Figure]:
    understood = [one for one in plannings if one.plan_tokens]
    of = f"{len(plannings)} utterances, {len(understood)} understood"
    yield Figure("utterance to plan", "ms", tuple(one.elapsed_ms for one in plannings), of)
    if understood:
        yield Figure("context", "tokens", tuple(one.prompt_tokens for one in understood), "what the model is shown")
        yield Figure("plan", "tokens", tuple(one.plan_tokens for one in understood), "what the model says")
        speeds = tuple((one.prompt_tokens + one.plan_tokens) / one.elapsed_ms * 1000 for one in understood)
        yield Figure("tokens through the model", "tokens/s", speeds, "context and plan together")
    status = session.model_status()
    if status.tokens_per_s:
        yield Figure("plan tokens", "tokens/s", (status.tokens_per_s,), "as the model reports it")


def _ledger(ledger: Ledger) -> Iterator[Figure]:
    times = []
    for number in range(_RECORDS):
        draft = RecordDraft("intent", f"bench{number}", '{"fs.list":{"path":"/tmp"}}', verdict="ALLOW", risk="R0")
        started = time.perf_counter()
        ledger.append(draft)
        times.append(_ms_since(started))
    yield Figure("ledger append", "ms", tuple(times), f"{_RECORDS} records, each durable")
    started = time.perf_counter()
    found = ledger.verify()
    rate = found.count / (time.perf_counter() - started)
    yield Figure("ledger verify", "records/s", (rate,), f"{found.count} records{found.fault and ', broken'}")


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
