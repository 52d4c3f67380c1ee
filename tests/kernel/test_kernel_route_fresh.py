"""Lines nobody tuned on: written before the rule was last touched, and never looked at line by line since.

A failure here says how many, not which: whoever looks moves the line to the other lists.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from nlsh.core.risk import Route
from tests.kernel.route_world import read

LINES = Path(__file__).parent / "lines"


def fresh(name: str) -> list[tuple[str, str]]:
    """The lines of a file, each with the language it is in."""
    found, language = [], ""
    for line in (LINES / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            language = line[2:]
        else:
            found.append((language, line))
    return found


def test_99_of_100_are_right_both_ways() -> None:
    for name, wanted in (("fresh_utterances.txt", Route.UTTERANCE), ("fresh_literals.txt", Route.LITERAL)):
        lines = fresh(name)
        wrong = Counter(language for language, line in lines if read(line).route is not wanted)
        assert len(lines) > 200
        assert len({language for language, _ in lines}) > 5
        assert wrong.total() <= len(lines) / 100, wrong


def test_few_of_them_are_thin() -> None:
    lines = [line for name in ("fresh_utterances.txt", "fresh_literals.txt") for _, line in fresh(name)]
    assert sum(read(line).is_thin for line in lines) <= len(lines) / 100


def test_slips_are_corrected() -> None:
    rows = [row.split("\t") for row in (LINES / "fresh_slips.txt").read_text().splitlines()]
    readings = [(read(typed), meant) for typed, meant in rows]
    assert all(reading.route is Route.LITERAL for reading, _ in readings)
    assert sum(reading.correction != meant for reading, meant in readings) <= 3  # not after sudo, not after a pipe
