"""Why a question is asked: what the verdict stands on, in a bounded number of lines, from facts and rules alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.core.display import human_size
from nlsh.core.facts import CommandReading, Facts, Target
from nlsh.core.rule import Rule
from nlsh.core.syscall import Syscall
from nlsh.kernel.circumstances import Attempt, Circumstances
from nlsh.kernel.policy import Standing, holds, raised

MOST_TARGETS: Final = 12
"""Targets that are named one by one."""
MOST_LINES: Final = 40
MOST_CHARS: Final = 300
_MOST_RULES: Final = 6


@dataclass(frozen=True)
class Place:
    """Where the person stands."""

    cwd: str
    home: str

    @classmethod
    def of(cls, given: Circumstances) -> Place:
        """Where a step would be done."""
        return cls(given.rooms.shell.cwd, given.rooms.home)

    def brief(self, path: str) -> str:
        """A path with the home folder as `~`."""
        home = self.home.rstrip("/")
        return "~" + path[len(home) :] if home and _is_below(path, home) else path

    def is_outside(self, path: str) -> bool:
        """Whether a path lies neither in this folder nor in the home folder."""
        return path.startswith("/") and not any(_is_below(path, folder) for folder in (self.cwd, self.home))


def grounds(given: Circumstances, attempt: Attempt, *, is_theirs: bool) -> tuple[str, ...]:
    """The rule and the risk that decided, what it would touch, what undo can do, how sure the plan is."""
    syscall, facts = attempt.step.syscall, attempt.facts
    standing = given.standing(syscall, is_theirs=is_theirs)
    lines = [
        *_decided(attempt, given.rooms.rules, standing),
        *touched(syscall, facts, Place.of(given)),
        *_found(syscall),
        "you wrote this step" if is_theirs else _sureness(given),
        f"it would be done in {given.rooms.shell.cwd}",
    ]
    return bounded(lines)


def bounded(lines: Iterable[str]) -> tuple[str, ...]:
    """So many lines of so many characters, and what was left out said."""
    short = [line if len(line) <= MOST_CHARS else line[:MOST_CHARS] + "…" for line in lines]
    left_out = len(short) - MOST_LINES
    return tuple(short) if left_out <= 0 else (*short[:MOST_LINES], f"… and {left_out:,} lines more")


def touched(syscall: Syscall, facts: Facts, place: Place, shown: str = "") -> Iterator[str]:
    """What it would touch, replace and reach, and what undo can take back: from the facts alone.

    Targets are left out where all of them stand in `shown` already.
    """
    effects = sorted(facts.reading.effects) if facts.reading else sorted(syscall.effects)
    yield f"effects: {', '.join(effects).lower() or 'none'}"
    if facts.reading is not None:
        yield from _proven(facts.reading)
    yield from _targets(facts, shown)
    if facts.overwrites:
        yield f"would be replaced: {facts.overwrites:,} of what exists"
    outside = [target.name for target in facts.targets if place.is_outside(target.name)]
    if facts.is_outside or outside:
        yield f"outside this folder and your home: {', '.join(outside[:3]) or 'a part of it'}"
    yield from (why for why in (facts.privileged, facts.sensitive, facts.protected) if why)
    if facts.hosts:
        yield f"hosts: {', '.join(facts.hosts[:MOST_TARGETS])}"
    yield f"undo: {undoing(facts)}"


def undoing(facts: Facts) -> str:
    """Whether undo can take it back, in words."""
    return "undo can take it back" if facts.is_reversible else facts.irreversible or "cannot be undone"


def _decided(attempt: Attempt, rules: Sequence[Rule], standing: Standing) -> Iterator[str]:
    syscall, facts, decision = attempt.step.syscall, attempt.facts, attempt.decision
    yield f"{decision.verdict} by {decision.rule}: {decision.reason}"
    held = [rule for rule in rules if holds(rule, syscall, facts, decision.risk, standing)]
    for rule in held[:_MOST_RULES]:
        origin = f" ({rule.origin})" if rule.origin else ""
        yield f"rule that holds: {rule.name}{origin}, {rule.verdict}: {rule.reason}"
    yield f"risk {decision.risk.name}, {decision.risk.words}: {_raising(attempt)}"


def _raising(attempt: Attempt) -> str:
    """What raised the risk to where it is."""
    found = raised(attempt.step.syscall.effects, attempt.facts)
    reasons = [why for risk, why in found if risk == attempt.decision.risk and why]
    return "; ".join(dict.fromkeys(reasons)) or attempt.facts.protected or attempt.facts.sensitive or "it only looks"


def _targets(facts: Facts, shown: str) -> Iterator[str]:
    is_told = bool(shown) and all(target.name in shown for target in facts.targets)
    if facts.count or facts.targets:
        size = f", {human_size(facts.size_bytes)}" if facts.size_bytes else ""
        yield f"touches {max(facts.count, len(facts.targets)):,}{size}{'' if is_told else ':'}"
    if is_told:
        return
    for target in facts.targets[:MOST_TARGETS]:
        yield f"  {_target(target)}"
    left_out = max(facts.count, len(facts.targets)) - MOST_TARGETS
    if left_out > 0 and len(facts.targets) >= MOST_TARGETS:
        yield f"  … and {left_out:,} more"


def _target(target: Target) -> str:
    size = f", {human_size(target.size_bytes)}" if target.size_bytes else ""
    owner = "" if target.is_own or not target.owner else f", belongs to {target.owner}"
    return f"{target.name} ({target.kind}{size}{owner})"


def _proven(reading: CommandReading) -> Iterator[str]:
    """What reading a command proves; it was not run."""
    if reading.programs:
        yield f"programs: {', '.join(reading.programs[:MOST_TARGETS])}"
    kind = "it only reads" if reading.is_read_only else "it is not proven that it only reads"
    yield f"read, not run: {kind}" + (f"; {reading.reason}" if reading.reason else "")


def _found(syscall: Syscall) -> Iterator[str]:
    for number in sorted(syscall.results_used()):
        yield f"it works on what step {number} found, not on what you named"


def _sureness(given: Circumstances) -> str:
    floor = f"below {given.rooms.act_floor:.0%} nothing is changed unasked"
    return f"the plan is sure to {given.confidence:.0%}; {floor}"


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
