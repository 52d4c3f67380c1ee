"""How often the rule routes right: public utterances and commands, a part to look at and a part held back.

`python -m models.foundry.routing [FOLDER]` measures; `--errors N` shows what went wrong on the part to look at.
The errors of the held part are counted and never shown. The folder is the caller's (`NLSH_PUBLIC_DATA`).
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.foundry.routing_lines import HELD, LOOKED_AT, Line, lines_of
from models.foundry.routing_names import Kinds, kinds_here, kinds_of_pages
from models.foundry.sources import public_folder
from nlsh.core.ports import RouteReading
from nlsh.kernel.route import read_route

_LIVE: Final = 400
"""How many lines are typed letter by letter."""


@dataclass(frozen=True)
class Read:
    """One line, what the rule said of it, and how long it took."""

    line: Line
    reading: RouteReading
    elapsed_us: float

    @property
    def is_right(self) -> bool:
        """Whether the route is the one it was written as."""
        return self.reading.route is self.line.route


def read(lines: Iterable[Line], kind_of: Kinds) -> list[Read]:
    """Route every line, in an empty folder: that a name exists never helps.

    Processor time, for others share it; without the collector, which would walk through all these lines.
    """
    gc.disable()
    try:
        return [_timed(line, kind_of) for line in lines]
    finally:
        gc.enable()


def _timed(line: Line, kind_of: Kinds) -> Read:
    started = time.thread_time_ns()
    reading = read_route(line.text, kind_of, _exists)
    return Read(line, reading, (time.thread_time_ns() - started) / 1000)


def _exists(path: str) -> bool:
    return path in (".", "..", "/", "~")


def figures(done: Sequence[Read]) -> str:
    """A row: how many, right, thin, the share of the errors that is thin, microseconds."""
    wrong = [one for one in done if not one.is_right]
    thin = sum(one.reading.is_thin for one in done)
    caught = sum(one.reading.is_thin for one in wrong)
    times = sorted(one.elapsed_us for one in done)
    return (
        f"{len(done):7} {100 - 100 * len(wrong) / len(done):7.2f} {100 * thin / len(done):6.2f} "
        f"{caught:5} of {len(wrong):4} {times[len(times) // 2]:6.0f} {times[len(times) * 99 // 100]:6.0f}"
    )


def live(lines: Sequence[Line], kind_of: Kinds) -> str:
    """What it costs to route after each letter of some lines."""
    chosen = sorted(lines, key=lambda line: _hash(line.text))[:_LIVE]
    prefixes = [Line(line.text[:end], line.route, line.set) for line in chosen for end in range(1, len(line.text) + 1)]
    times = sorted(one.elapsed_us for one in read(prefixes, kind_of))
    over = sum(each > 1000 for each in times)
    return (
        f"{len(times)} prefixes of {len(chosen)} lines: p50 {times[len(times) // 2]:.0f} us, "
        f"p99 {times[len(times) * 99 // 100]:.0f} us, worst {times[-1]:.0f} us, over a millisecond: {over}"
    )


def _hash(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _table(title: str, lines: Sequence[Line], kind_of: Kinds) -> list[Read]:
    print(f"\n{title}\n{'set':34} {'n':>7} {'right %':>7} {'thin %':>6} {'thin wrong':>13} {'p50 us':>6} {'p99 us':>6}")
    done = read(lines, kind_of)
    for name in dict.fromkeys(line.set for line in lines):
        print(f"{name:34} {figures([one for one in done if one.line.set == name])}")
    for route in dict.fromkeys(line.route for line in lines):
        print(f"{'all ' + route + 's':34} {figures([one for one in done if one.line.route is route])}")
    return done


def _show_errors(done: Sequence[Read], most: int) -> None:
    wrong = sorted((one for one in done if not one.is_right), key=lambda one: _hash(one.line.text))
    for one in wrong[:most]:
        print(f"{one.line.set:24} {one.reading.margin:5.2f} {one.reading.reason[:40]:40} {one.line.text[:150]}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="How often the rule routes right.")
    parser.add_argument("folder", type=Path, nargs="?", default=public_folder())
    parser.add_argument("--part", choices=(LOOKED_AT, HELD), default=HELD)
    parser.add_argument("--errors", type=int, default=0, help="show so many errors of the part to look at")
    chosen = parser.parse_args()
    if chosen.folder is None:
        parser.error("the data was not found; name its folder, or set NLSH_PUBLIC_DATA")
    part = LOOKED_AT if chosen.errors else chosen.part
    lines = lines_of(chosen.folder, part)
    names: tuple[tuple[str, Callable[[], Kinds]], ...] = (
        ("every program with a tldr page is installed", lambda: kinds_of_pages(chosen.folder)),
        ("only what is installed here", kinds_here),
    )
    for title, kinds in names:
        done = _table(f"{part} part, {title}", lines, kinds())
        _show_errors(done, chosen.errors)
    print("\n" + live(lines, kinds_of_pages(chosen.folder)))


if __name__ == "__main__":
    main()
