"""What the person chose for line mode, and a line as they want it taken."""

from __future__ import annotations

from dataclasses import dataclass

from nlsh.core.risk import Route


@dataclass(frozen=True)
class Habits:
    """Settings of line mode."""

    editing: str = "emacs"
    """`emacs` or `vi`."""
    history_limit: int = 1000
    """How many past lines are offered."""
    may_ring: bool = True
    """Whether the terminal may be rung."""
    is_first_run: bool = False
    """Whether no line was ever run, so that a few words are in place."""


@dataclass(frozen=True)
class Typed:
    """A line that was sent, the route it was given by hand, and the plan of an earlier turn it is to be run by."""

    line: str
    route: Route | None = None
    plan: str = ""
