"""The person's shell, and lending the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from nlsh.core.facts import CommandReading
from nlsh.core.results import Emission

if TYPE_CHECKING:
    from nlsh.core.scope import Cancellation


TerminalUse = Literal["inherit", "pty", "pipe"]
"""Whose terminal a command gets: nlsh's own (line mode, `-c`), a new one (desk), none (captured)."""


class Lending:
    """A full-screen program wants the real terminal. The desk proxies `fd`, then calls `give_back`."""

    def __init__(self, fd: int, replay: bytes, give_back: Callable[[], None]) -> None:
        self.fd = fd
        self.replay = replay
        self.give_back = give_back


@dataclass(frozen=True)
class TerminalLent:
    """Emitted by the shell when a program enters the alternate screen on a pty."""

    lending: Lending


class Shell(Protocol):
    """The person's own shell: it owns cwd and environment; nlsh reads them back after every line."""

    @property
    def cwd(self) -> str:
        """The working directory, absolute."""

    @property
    def env(self) -> Mapping[str, str]:
        """The exported environment."""

    def execute(
        self, command: str, terminal: TerminalUse, cancellation: Cancellation, stdin: bytes | None = None
    ) -> Iterator[Emission | TerminalLent]:
        """Run a command line in the person's shell, in a worker thread; ends with Exit.

        Cancelling interrupts the whole process group: INT, after 150 ms TERM, after 1 s KILL.
        """

    def change_directory(self, path: str) -> None:
        """`cd`. Raises UsageError."""

    def export(self, name: str, value: str) -> None:
        """`export NAME=VALUE`."""

    def read(self, command: str) -> CommandReading:
        """What can be proven about a command without running it. Total: anything unclear is not read-only."""

    def kind(self, word: str) -> Literal["alias", "function", "builtin", "keyword", "program", ""]:
        """What the first word of a line names in this shell; empty if nothing."""
