"""The person's own shell, kept running under a pty: it owns directory, environment, jobs; nlsh asks it for them."""

from __future__ import annotations

import contextlib
import os
import shlex
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.ports import Completion, Job, Lending, TerminalLent, TerminalUse
from nlsh.core.results import Chunk, Emission, Exit, Note
from nlsh.core.scope import Cancellation
from nlsh.shell.batches import batches
from nlsh.shell.carried import next_env, read_env
from nlsh.shell.children import Errand
from nlsh.shell.kinds import Kind
from nlsh.shell.loan import Loan
from nlsh.shell.offers import offered
from nlsh.shell.processes import jobs_of
from nlsh.shell.requests import check_variable, entered, existing
from nlsh.shell.run import Run
from nlsh.shell.running import run_captured
from nlsh.shell.seat import Seat, winsize
from nlsh.shell.talk import Talk
from nlsh.shell.words import Kind as WordKind
from nlsh.shell.words import Programs, kind_in_shell, may_change_state, may_name

if TYPE_CHECKING:
    from nlsh.core.facts import CommandReading

_READY_S: Final = 10.0
"""How long startup files may take before the shell is started without them."""
_ATTENDED_S: Final = 120.0
"""The same where the person can answer what they ask."""
_ASK_S: Final = 2.0
_MOST_UNSEEN: Final = 64 << 10
_COMPLETE_S: Final = 0.5


class ShellSession:
    """The `Shell` port over one living shell. One line runs at a time, in a worker thread; the rest may be called
    meanwhile, from any thread.

    `path` is the shell, of a kind that `keepable` knows. `state_dir` is where its private folder may be made where the
    system has no runtime folder. `may_ask`: what runs on pipes may ask for a password on nlsh's own terminal.
    """

    def __init__(
        self, kind: Kind, path: str, cwd: str, env: Mapping[str, str], state_dir: str, *, may_ask: bool = False
    ) -> None:
        self._may_ask = may_ask
        runtime = env.get("XDG_RUNTIME_DIR", "")
        self._base = os.path.join(runtime if os.path.isdir(runtime) else state_dir, "nlsh" if runtime else "shell")
        self._own = (os.path.abspath(state_dir),)
        self._kind, self._path = kind, path
        self._cwd = cwd
        self._start_env = dict(env) | {"PWD": cwd}
        self._env: dict[str, str] = self._start_env
        self._is_stale = True
        """Whether the shell may have other variables, aliases or functions than those last reported."""
        self._aliases: frozenset[str] = frozenset()
        self._functions: frozenset[str] = frozenset()
        self._programs = Programs()
        self._size = winsize(24, 80)
        self._show: Callable[[bytes], None] | None = None
        self._unseen = b""
        self._talk: Talk | None = None
        self._lock = threading.RLock()

    # What it is asked

    @property
    def name(self) -> str:
        """Which shell it is: `bash`, `zsh` or `fish`."""
        return self._kind.name

    @property
    def cwd(self) -> str:
        """The working directory, absolute, as the shell said it last."""
        talk = self._talk
        if talk is not None and talk.where:
            self._cwd = talk.where
        return self._cwd

    @property
    def env(self) -> Mapping[str, str]:
        """The exported environment, asked of the shell where it may have changed."""
        self._refresh()
        return self._env

    def kind(self, word: str) -> WordKind:
        """What the first word of a line names in this shell; empty if nothing. Never waits for the shell."""
        if word in self._aliases:
            return "alias"
        known = kind_in_shell(self._kind.name, word)
        if known or not word:
            return known
        if word in self._functions:
            return "function"
        return "program" if self._programs.holds(word, self._env.get("PATH", os.defpath), self.cwd) else ""

    def read(self, command: str) -> CommandReading:
        """What can be proven about a command without running it, in a shell that has no aliases."""
        from nlsh.shell.reading import read

        return read(command, cwd=self.cwd, env=self.env, own=self._own, meaning=lambda word: (word,))

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        """What the shell's own completion offers at the cursor; nothing while a line runs, or after half a second."""
        talk = self._talk
        if talk is None or talk.phase != "idle" or not line[:cursor].isprintable():
            return ()
        with self._lock:
            keys = self._kind.complete
            if not talk.ask(line[:cursor], _COMPLETE_S, keys=keys):
                return ()
            said = talk.captured() if self._kind.name == "bash" else talk.report()
        return offered(self._kind.name, line[:cursor], said)

    def jobs(self) -> tuple[Job, ...]:
        """What the shell started and that has not ended, besides the line that runs."""
        talk = self._talk
        return () if talk is None or talk.phase == "over" else jobs_of(talk.pid, in_front=talk.foreground())

    # What it is told

    def prepare(self) -> None:
        """Start the shell; returns when it is at its prompt. Done at the first line if not before. Call it in a thread.

        Raises:
            NlshError: it cannot be started.
        """
        for note in self._living():
            self._tell_watcher(f"{note.text}\r\n".encode())
        self._refresh()

    def execute(
        self, command: str, terminal: TerminalUse, cancellation: Cancellation, stdin: bytes | int | None = None
    ) -> Iterator[Emission | TerminalLent]:
        """Run a line; ends with Exit. On a `pipe` it runs in a shell of its own, in this one's folder and environment.

        Raises:
            UsageError: the line holds a NUL byte.
            NlshError: the shell cannot be started.
            Cancelled: it was cancelled before it began.
        """
        cancellation.check()
        if "\0" in command:
            raise UsageError("the line holds a NUL byte", "leave it out")
        if terminal == "pipe" or stdin is not None:
            errand = Errand(self._path, (self._kind.name, "-c", command), existing(self.cwd), self.env, stdin)
            code = yield from run_captured(errand, cancellation, is_in_front=self._may_ask)
            yield Exit(code)
            return
        with contextlib.ExitStack() as stack:
            tty = _terminal(stack) if terminal == "inherit" else -1
            yield from self._living(tty)
            yield from self._ran(command, tty, cancellation)

    def change_directory(self, path: str) -> None:
        """`cd`. Raises UsageError."""
        target = entered(path, self.cwd, self._env.get("HOME", "/"))
        self._tell(f"builtin cd -- {shlex.quote(target)}")

    def export(self, name: str, value: str) -> None:
        """`export NAME=VALUE`. Raises UsageError."""
        check_variable(name, value)
        verb = f"set -gx {name} " if self._kind.name == "fish" else f"export {name}="
        self._tell(verb + shlex.quote(value))
        self._is_stale = True

    def resize(self, rows: int, columns: int) -> None:
        """The size of the terminal of `pty` lines, from now on and of the one that runs."""
        self._size = winsize(rows, columns)
        talk = self._talk
        if talk is not None:
            talk.resize(self._size)

    def write(self, data: bytes) -> int:
        """Type into the line that runs; returns how many bytes it took."""
        talk = self._talk
        return 0 if talk is None else talk.type(data)

    def take_typed(self) -> bytes:
        """What was typed while the last line ran and that it did not read. Once."""
        talk = self._talk
        return b"" if talk is None else talk.take_early()

    def watch(self, show: Callable[[bytes], None]) -> None:
        """Who is shown what is written between two lines."""
        self._show = show
        unseen, self._unseen = self._unseen, b""
        if unseen:
            show(unseen)

    def close(self) -> None:
        """End the shell as `exit` would."""
        with self._lock:
            talk, self._talk = self._talk, None
            if talk is not None:
                talk.close()

    # How it is kept alive

    def _living(self, tty: int = -1) -> list[Note]:
        """Have a shell at its prompt; what is to be said of how that came about. Raises NlshError.

        Startup files may ask something: where there is a terminal they have it, and more time.
        """
        with self._lock:
            notes = []
            talk = self._talk
            if talk is not None and talk.phase == "over":
                talk.close()
                talk = None
                notes.append(Note("your shell had ended; here is a new one, with the environment nlsh began with"))
            talk = talk or self._start(has_startup=True)
            if not self._is_ready(talk, tty):
                talk.close()
                notes.append(Note("your shell's startup files do not come to an end; it is started without them"))
                talk = self._start(has_startup=False)
                if not talk.wait_ready(_READY_S):
                    raise NlshError(f"{self._path} does not come to its prompt", "set SHELL to another shell")
            if talk.phase == "over":
                self._talk = None
                talk.close()
                raise NlshError(f"{self._path} ended as it was started", "try it by itself, or set SHELL to another")
            return notes

    def _is_ready(self, talk: Talk, tty: int) -> bool:
        """Whether the shell comes to its prompt in time; on a terminal what it has written so far is shown first."""
        if tty < 0 or talk.wait_ready(0):
            return talk.wait_ready(_READY_S)
        run = Run("", Loan(tty), is_lasting=True)
        unseen, self._unseen = self._unseen, b""
        run.give(unseen)
        talk.accompany(run)
        return talk.wait_ready(_ATTENDED_S)

    def _start(self, *, has_startup: bool) -> Talk:
        where = existing(self.cwd)
        env = self._start_env | {"PWD": where}
        seat = Seat(self._kind, self._path, where, env, self._base, self._size, has_startup=has_startup)
        self._talk = Talk(seat, self._tell_watcher)
        self._is_stale = True
        return self._talk

    def _tell_watcher(self, data: bytes) -> None:
        if self._show is None:
            self._unseen = (self._unseen + data)[-_MOST_UNSEEN:]
        else:
            self._show(data)

    def _tell(self, text: str) -> None:
        """Have it do something out of the person's sight. Raises NlshError."""
        with self._lock:
            self._living()
            assert self._talk is not None
            if not self._talk.ask(text, _ASK_S):
                raise NlshError("your shell does not answer", "wait for what it runs, or press Ctrl-C")

    def _refresh(self) -> None:
        """Ask for environment, aliases and functions where a line may have changed them."""
        talk = self._talk
        if not self._is_stale or talk is None or talk.phase != "idle":
            return
        with self._lock:
            if self._is_stale and talk.ask("__nlsh_report", _ASK_S):
                env, aliases, functions = read_env(talk.report())
                if env:
                    self._env = next_env(self._env, env) | {"PWD": self.cwd}
                    self._aliases, self._functions = aliases, functions
                    self._is_stale = False

    # How a line runs

    def _ran(self, command: str, tty: int, cancellation: Cancellation) -> Iterator[Emission | TerminalLent]:
        talk = self._talk
        assert talk is not None
        run = Run(command, Loan(tty) if tty >= 0 else None, is_lasting=tty >= 0)
        with self._lock:
            talk.run(run)
        forget = cancellation.on_cancel(talk.cancel)
        try:
            yield from self._followed(talk, run)
        finally:
            forget()
            if not run.is_over:
                talk.cancel()
        self._is_stale |= may_change_state(command, self.kind)
        if may_name(command, self.kind):  # the next line is read while it is typed: by then its first word is known
            self._refresh()
        if run.has_died:
            yield Note(f"your shell ended ({run.code}); a new one is started with the next line")
        elif run.is_unfinished:
            yield Note("the line is not at its end: a quote or a bracket is open; it was not run")
            yield Exit(2)
            return
        yield Exit(run.code)

    def _followed(self, talk: Talk, run: Run) -> Iterator[Emission | TerminalLent]:
        for piece in batches(run.pieces):
            talk.went_on()
            if piece:
                yield Chunk(piece)
            elif run.is_over:
                return
            elif run.wants_terminal:
                yield TerminalLent(Lending(lambda fd: _lent(talk, run, fd), lambda: talk.refuse(run)))


def _lent(talk: Talk, run: Run, fd: int) -> bytes:
    loan = Loan(fd, keeps_tail=True)
    talk.lend(run, loan)
    return loan.wait()


def _terminal(stack: contextlib.ExitStack) -> int:
    """nlsh's own terminal, opened anew; -1 if it has none."""
    try:
        fd = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return -1
    stack.callback(os.close, fd)
    return fd
