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
"""Where a command runs: on nlsh's own terminal (line mode, `-c`), on one the desk shows, captured on pipes."""


class Lending:
    """A program wants the real terminal: the front end gives it with `run`, or says with `refuse` that it cannot."""

    def __init__(self, run: Callable[[int], bytes], refuse: Callable[[], None]) -> None:
        self.run = run
        """Lend the open terminal until the program needs it no more; blocks. The terminal is put back as it was.
        Returns what was written after the program had left its own screen, for the transcript."""
        self.refuse = refuse


@dataclass(frozen=True)
class TerminalLent:
    """Emitted by the shell when a program on a pty enters the alternate screen, or reads keys or a password itself."""

    lending: Lending


@dataclass(frozen=True)
class Completion:
    """One way the line may go on: `text` replaces what stands from `start` (an index of the line) to the cursor."""

    text: str
    start: int
    note: str = ""
    """What it is, in a few words; untrusted."""
    is_whole: bool = True
    """Whether the word is at its end: a space may follow. A folder's is not."""


@dataclass(frozen=True)
class Job:
    """A process group the person's shell started and that has not ended."""

    pid: int
    state: Literal["running", "stopped"]
    command: str
    """Untrusted."""


class Shell(Protocol):
    """The person's own shell: it owns cwd and environment, and nlsh asks it for them."""

    @property
    def cwd(self) -> str:
        """The working directory, absolute."""

    @property
    def env(self) -> Mapping[str, str]:
        """The exported environment."""

    def prepare(self) -> None:
        """Have it ready; done at the first line if not before. Blocks, call it in a thread. Raises NlshError."""

    def execute(
        self, command: str, terminal: TerminalUse, cancellation: Cancellation, stdin: bytes | int | None = None
    ) -> Iterator[Emission | TerminalLent]:
        """Run a command line in the person's shell, in a worker thread; ends with Exit.

        `stdin` is what it reads as standard input, or a descriptor where it can read that itself.

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

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        """What the person's own shell would offer at the cursor; nothing where it cannot be asked. At most 0.5 s."""

    def jobs(self) -> tuple[Job, ...]:
        """What the shell started in the background, or had stopped, and that has not ended."""

    def write(self, data: bytes) -> int:
        """Type into the `pty` line that runs; returns how many bytes it took."""

    def take_typed(self) -> bytes:
        """What was typed while the last line ran and that it did not read; it belongs to the next line. Once."""

    def watch(self, show: Callable[[bytes], None]) -> None:
        """Who is shown, from another thread, what jobs write between two lines."""
