"""Processes about to be acted on: who exactly, whose they are, what must be left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nlsh.core.display import visible
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts, Target
from nlsh.core.scope import Scope
from nlsh.tools.proc.census import Process, seen
from nlsh.tools.proc.matching import ancestry, meant


def chosen(texts: Sequence[str], scope: Scope, port: int = 0) -> Facts:
    """The facts about processes to be acted on: exact identities, owners, what must not be touched.

    Of several that a name means, those nlsh hangs from are left out, and said to be; said by pid, they are refused.

    Raises:
        NlshError: nothing is meant.
    """
    found, processes = meant(texts, scope, port)
    kept = ancestry(processes)
    wards = {one.pid: kept.get(one.pid) or _kernel(one) for one in found}
    free = [one for one in found if not wards[one.pid] and not one.is_dead]
    if not free or any(wards[one.pid] for one in found if str(one.pid) in texts):
        return _hopeless(found, wards)
    others = sorted({one.user for one in free if not _is_own(one)})
    left = [f"left out: {_called(one)}: {wards[one.pid]}" for one in found if wards[one.pid]]
    return Facts(
        targets=tuple(_target(one) for one in free),
        count=len(free),
        privileged=f"it belongs to {' and '.join(others)}" if others else "",
        irreversible="a process cannot be brought back",
        details={"lines": [_line(one) for one in free[:10]] + left[:5]},
    )


def _hopeless(found: Sequence[Process], wards: dict[int, str]) -> Facts:
    """Nothing may or can be done to any of them."""
    one = next((one for one in found if wards[one.pid]), None)
    if one is None:
        raise NlshError(f"{_called(found[0])} has ended already", "its parent has not collected it yet")
    return Facts(
        targets=tuple(_target(one) for one in found),
        count=len(found),
        protected=f"{_called(one)} must go on: {wards[one.pid]}",
        irreversible="a process cannot be brought back",
        details={"lines": [_line(one) for one in found[:10]]},
    )


def _kernel(one: Process) -> str:
    return "it is a thread of the kernel" if one.is_kernel else ""


def _is_own(one: Process) -> bool:
    return one.uid in (os.getuid(), os.geteuid())


def _called(one: Process) -> str:
    return f"{visible(one.name)} ({one.pid})"


def _line(one: Process) -> str:
    return f"{one.pid} {one.name}, {one.user}: {one.command[:200]}"


def _target(one: Process) -> Target:
    return Target(
        name=f"{one.pid} {one.name}",
        kind="process",
        inode=one.pid,
        modified_ns=one.started_ns,
        owner=one.user,
        is_own=_is_own(one),
    )


def word(target: Target) -> str:
    """`napper (4711)`."""
    return f"{visible(target.name.partition(' ')[2])} ({target.inode})"


def words(facts: Facts) -> str:
    """The first few targets, and how many more."""
    first = [word(target) for target in facts.targets[:3]]
    more = facts.count - len(first)
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")


@contextmanager
def held(target: Target) -> Iterator[int]:
    """The very process that was shown: a pidfd (-1 where the system has none), its start time checked while held.

    Raises:
        NlshError: it has ended; its number may be another's by now.
    """
    fd = _pidfd(target.inode)
    try:
        if has_ended(target):
            raise NlshError(f"{word(target)} has ended already", "nothing was done to it")
        yield fd
    finally:
        if fd >= 0:
            os.close(fd)


def _pidfd(pid: int) -> int:
    """A descriptor of whatever has the number now; -1 where there is none to be had."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def has_ended(target: Target) -> bool:
    """Whether the process that was shown has ended, even if its number is in use again."""
    now = seen(target.inode)
    return now is None or now.is_dead or now.started_ns != target.modified_ns
