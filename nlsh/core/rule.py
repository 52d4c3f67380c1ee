"""A policy rule: data that can only make a verdict stricter, with the examples that prove it means what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from nlsh.core.risk import Effect, Risk, Verdict

Condition = Literal["overwrites", "outside", "sensitive", "irreversible", "recursive", "unsure", "tainted"]
"""What a rule can ask of the facts; `unsure` is a plan below the confidence to act, `tainted` a target that came
from data (`$1`) and not from what the person typed."""
CONDITIONS: frozenset[str] = frozenset(get_args(Condition))


@dataclass(frozen=True)
class RuleExample:
    """A syscall as JSON and the facts it is to be judged on: field names of `Facts`, and `unsure`, `tainted`."""

    syscall: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """Holds when every condition given holds. An empty condition is no condition."""

    name: str
    verdict: Verdict
    """ASK or DENY; rules never loosen."""
    reason: str
    syscalls: tuple[str, ...] = ()
    """Names or globs: `fs.*`."""
    effects: frozenset[Effect] = frozenset()
    """Any of these."""
    risk_from: Risk = Risk.R0
    when: frozenset[str] = frozenset()
    """All of these conditions."""
    paths: tuple[str, ...] = ()
    """Globs; any target below any of them."""
    match: tuple[RuleExample, ...] = ()
    not_match: tuple[RuleExample, ...] = ()
    origin: str = ""
    """The file it comes from and its place there, for the person who asks why."""
