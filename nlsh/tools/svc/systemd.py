"""Asking systemd, where it runs; saying what there is instead, where it does not."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.scope import Scope
from nlsh.tools.programs import Captured, capture, find_program

RUNNING: Final = "/run/systemd/system"
"""systemd's own sign that it is process 1."""
_ASK_S: Final = 10.0
ACT_S: Final = 120.0
_NAME: Final = re.compile(r"[\w:.@\\][\w:.@\\-]*")
_ASKED: Final = (
    *("Id", "Description", "LoadState", "ActiveState", "SubState", "UnitFileState", "MainPID", "Result"),
    *("MemoryCurrent", "ActiveEnterTimestamp", "NRestarts", "FragmentPath"),
)
_OTHERS: Final = (
    ("launchctl", "this system has launchd: launchctl list"),
    ("rc-status", "this system has OpenRC: rc-status"),
    ("sv", "this system has runit: sv status"),
    ("service", "this system has init scripts: service --status-all"),
)


@dataclass(frozen=True)
class Service:
    """A unit as its manager knows it."""

    asked: Mapping[str, str]
    is_users: bool
    """Whether it is one of the person's own, not the system's."""

    @property
    def id(self) -> str:
        """Its full name: `nginx.service`."""
        return self.asked.get("Id", "")

    @property
    def state(self) -> str:
        """`active (running)`."""
        return f"{self.asked.get('ActiveState', '?')} ({self.asked.get('SubState', '?')})"


def systemctl(
    arguments: Sequence[str], scope: Scope, deadline_s: float = _ASK_S, *, is_users: bool = False
) -> Captured:
    """Ask systemd. Raises NlshError where it does not run."""
    if not os.path.isdir(RUNNING):
        raise NlshError("services cannot be managed here: systemd is not running", _instead(scope))
    manager = ["--user"] if is_users else []
    return capture(["systemctl", *manager, "--no-pager", "--no-ask-password", *arguments], scope, deadline_s)


def _instead(scope: Scope) -> str:
    """What this system has in place of systemd."""
    found = next((hint for program, hint in _OTHERS if find_program(program, scope)), "")
    return found or "nothing manages services here; proc.list shows what runs"


def show(unit: str, scope: Scope) -> Service:
    """A unit of the system, else one of the person's own. Raises NlshError where there is neither."""
    if not _NAME.fullmatch(unit):
        raise UsageError(f"{visible(unit)} is not the name of a service", "svc.list shows them")
    for is_users in (False, True):
        said = systemctl(["show", f"--property={','.join(_ASKED)}", "--", unit], scope, is_users=is_users)
        asked = dict(line.partition("=")[::2] for line in said.text().splitlines())
        if said.code == 0 and asked.get("LoadState", "not-found") != "not-found":
            return Service(asked, is_users)
    raise NlshError(f"there is no service {visible(unit)}", _near(unit, scope))


def _near(unit: str, scope: Scope) -> str:
    names = [row[0].removesuffix(".service") for row in units(scope)]
    close = [name for name in names if unit in name] or difflib.get_close_matches(unit, names, n=3)
    return f"did you mean {' or '.join(map(visible, close[:3]))}?" if close else "svc.list shows the services"


def unit_rows(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Unit, state, more exactly, description: from `systemctl list-units --plain --no-legend`."""
    for line in text.splitlines():
        parts = line.split(None, 4)
        if len(parts) >= 4 and parts[1] != "not-found":
            yield parts[0], parts[2], parts[3], parts[4] if len(parts) > 4 else ""


def units(scope: Scope) -> list[tuple[str, str, str, str]]:
    """The services of the system, as `unit_rows`. Raises NlshError."""
    said = systemctl(["list-units", "--type=service", "--all", "--plain", "--no-legend", "--full"], scope)
    if said.code:
        raise NlshError(f"systemd did not list its services: {said.complaint()}")
    return list(unit_rows(said.text()))


def enabled(scope: Scope) -> set[str]:
    """The services that start by themselves."""
    said = systemctl(["list-unit-files", "--type=service", "--state=enabled", "--no-legend", "--full"], scope)
    return {line.split()[0] for line in said.text().splitlines() if line.split()}
