"""Acting on processes: signal and nice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from nlsh.core.arguments import Port
from nlsh.core.arguments import Process as ProcessName
from nlsh.core.arguments import Signal as SignalName
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts, Preview, Target
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.proc import sayings_of_acting as sayings
from nlsh.tools.proc.targets import chosen, has_ended, held, word, words

PATIENCE_S: Final = 2.0
"""How long signalled processes are given to end before the note says they still run."""
_TICK_S: Final = 0.05
_ENDS: Final = frozenset({"TERM", "KILL", "INT", "HUP", "QUIT", "ABRT"})


def read_signal(text: str) -> signal.Signals:
    """`TERM`, `SIGTERM`, `term`, `-9`, `15` to a signal. Raises UsageError."""
    name = text.strip().lstrip("-").upper()
    try:
        return signal.Signals(int(name)) if name.isdigit() else signal.Signals["SIG" + name.removeprefix("SIG")]
    except (KeyError, ValueError) as error:
        raise UsageError(f"there is no signal {visible(text)}", "use TERM, KILL, INT, HUP, STOP or CONT") from error


@dataclass(frozen=True, kw_only=True)
class Signal(Syscall):
    """Stop, kill or signal processes, by name, pid or port."""

    name: ClassVar[str] = "proc.signal"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.SIGNAL})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("kill firefox", '[{"proc.signal":{"process":"firefox"}}]'),
        Example("stop the process with pid 4711", '[{"proc.signal":{"process":"4711"}}]'),
        Example("force quit zoom", '[{"proc.signal":{"process":"zoom","signal":"KILL"}}]'),
        Example("free port 3000", '[{"proc.signal":{"port":3000}}]'),
        Example("kill -9 8812", '[{"proc.signal":{"process":"8812","signal":"KILL"}}]'),
        Example("chrome hangs, get rid of it", '[{"proc.signal":{"process":"chrome"}}]'),
        Example("pause the ffmpeg job", '[{"proc.signal":{"process":"ffmpeg","signal":"STOP"}}]'),
        Example("let rsync continue", '[{"proc.signal":{"process":"rsync","signal":"CONT"}}]'),
        Example("end 2201 and 2202", '[{"proc.signal":{"process":["2201","2202"]}}]'),
        Example("make nginx reload with a hangup", '[{"proc.signal":{"process":"nginx","signal":"HUP"}}]'),
        Example("beende den Prozess gimp", '[{"proc.signal":{"process":"gimp"}}]'),
        Example("mata el proceso del puerto 8000", '[{"proc.signal":{"port":8000}}]'),
        *sayings.SIGNAL,
    )

    process: tuple[ProcessName, ...] = ()
    port: Port = 0
    signal: SignalName = "TERM"

    def resolve(self, scope: Scope) -> Facts:
        """Exactly which processes."""
        number = read_signal(self.signal)
        facts = chosen(self.process, scope, self.port)
        name = number.name.removeprefix("SIG")
        return replace(facts, details={**facts.details, "number": int(number), "signal": name})

    def preview(self, facts: Facts) -> Preview:
        """Each of them, with its command line."""
        verb = "kill" if facts.details["signal"] == "KILL" else f"send {facts.details['signal']} to"
        return Preview(f"{verb} {words(facts)}", tuple(facts.details["lines"]))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Signal all of them, then say of each whether it ended."""
        sent: list[Target] = []
        failures: list[NlshError] = []
        for target in facts.targets:
            scope.check()
            try:
                _send(target, facts.details["number"])
                sent.append(target)
            except NlshError as error:
                failures.append(error)
        if not sent:
            raise failures[0]
        for failure in failures:
            yield Note(failure.message)
        if facts.details["signal"] in _ENDS:
            yield from _endings(sent, facts.details["signal"], scope)
        else:
            for target in sent:
                yield Note(f"sent {facts.details['signal']} to {word(target)}")


def _send(target: Target, number: int) -> None:
    """Signal one process. Raises NlshError."""
    try:
        with held(target) as fd:
            if fd >= 0:
                signal.pidfd_send_signal(fd, number)
            else:
                os.kill(target.inode, number)
    except ProcessLookupError as error:
        raise NlshError(f"{word(target)} has ended already", "nothing was done to it") from error
    except PermissionError as error:
        raise NlshError(f"{word(target)} belongs to {target.owner}", "only its owner and root may signal it") from error


def _endings(sent: Sequence[Target], name: str, scope: Scope) -> Iterator[Note]:
    """Wait for them together, up to PATIENCE_S. Raises Cancelled."""
    ends_at = time.monotonic() + PATIENCE_S
    running = list(sent)
    while True:
        for target in [target for target in running if has_ended(target)]:
            running.remove(target)
            yield Note(f"{word(target)} ended")
        if not running or time.monotonic() >= ends_at:
            break
        scope.cancellation.wait(_TICK_S)
    for target in running:
        yield Note(f"{word(target)} is still running" + ("" if name == "KILL" else ": ask for KILL"))


@dataclass(frozen=True, kw_only=True)
class Nice(Syscall):
    """Change how much processes are preferred: priority from -20 (most) through 0 (usual) to 19 (least)."""

    name: ClassVar[str] = "proc.nice"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.SIGNAL})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("lower the priority of ffmpeg", '[{"proc.nice":{"process":"ffmpeg"}}]'),
        Example("renice 3321 to 5", '[{"proc.nice":{"process":"3321","priority":5}}]'),
        Example("give mysqld a nice value of 15", '[{"proc.nice":{"process":"mysqld","priority":15}}]'),
        Example("make the backup run slower in the background", '[{"proc.nice":{"process":"backup"}}]'),
        Example("set priority of make to 19", '[{"proc.nice":{"process":"make","priority":19}}]'),
        Example("put blender back to normal priority", '[{"proc.nice":{"process":"blender","priority":0}}]'),
        Example("gib rsync weniger Priorität", '[{"proc.nice":{"process":"rsync"}}]'),
        *sayings.NICE,
    )

    process: tuple[ProcessName, ...]
    priority: int = 10

    def resolve(self, scope: Scope) -> Facts:
        """Exactly which processes."""
        if not -20 <= self.priority <= 19:
            raise UsageError(f"there is no priority {self.priority}", "it goes from -20 (most) to 19 (least)")
        facts = replace(chosen(self.process, scope), irreversible="set the old priority again by hand")
        if self.priority < 0 and not facts.privileged:
            facts = replace(facts, privileged="only root may prefer a process to all others")
        return facts

    def preview(self, facts: Facts) -> Preview:
        """Each of them, with its command line."""
        return Preview(f"set the priority of {words(facts)} to {self.priority}", tuple(facts.details["lines"]))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Set it and say what it was."""
        for target in facts.targets:
            scope.check()
            try:
                with held(target):
                    before = os.getpriority(os.PRIO_PROCESS, target.inode)
                    os.setpriority(os.PRIO_PROCESS, target.inode, self.priority)
            except PermissionError as error:
                raise NlshError(
                    f"the priority of {word(target)} cannot be set to {self.priority}", "only root may prefer a process"
                ) from error
            yield Note(f"the priority of {word(target)} is {self.priority} now; it was {before}")
