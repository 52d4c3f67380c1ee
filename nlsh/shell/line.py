"""The person's own shell, one process a line: the line runs as the shell alone would run it, its state is read back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nlsh.core.display import visible
from nlsh.core.errors import UsageError
from nlsh.core.ports import Completion, Job, TerminalLent, TerminalUse
from nlsh.core.results import Emission, Exit, Note
from nlsh.core.scope import Cancellation
from nlsh.shell.carried import Carried, next_env, plain_alias, read_report
from nlsh.shell.children import Errand, start_inheriting
from nlsh.shell.dialects import Dialect, dialect_for
from nlsh.shell.requests import check_variable, entered, existing
from nlsh.shell.running import run_captured, wait_in_front
from nlsh.shell.scrolls import Scroll
from nlsh.shell.words import Kind, Programs, kind_in_shell, may_change_state

if TYPE_CHECKING:
    from nlsh.core.facts import CommandReading


@dataclass
class _State:
    """What a line starts from."""

    cwd: str
    env: dict[str, str]
    carried: Carried = field(default_factory=Carried)


class LineShell:
    """The `Shell` port. One line runs at a time, in a worker thread; the other methods may be called meanwhile.

    It is for `-c` and scripts, and for people whose shell cannot be kept running: no startup file is read. It has no
    terminal of its own to show: on the desk its lines run on pipes. `state_dir` is where lines leave their state.
    `words` are $0, $1 and so on: the name of a script and its arguments. `may_ask`: what runs on pipes may ask for a
    password on nlsh's own terminal.
    """

    def __init__(
        self, cwd: str, env: Mapping[str, str], state_dir: str, *, words: Sequence[str] = (), may_ask: bool = False
    ) -> None:
        self._may_ask = may_ask
        self._own = (os.path.abspath(state_dir),)
        self._folder = os.path.join(state_dir, "shell")
        runtime = env.get("XDG_RUNTIME_DIR", "")
        self._folders = ((os.path.join(runtime, "nlsh"),) if os.path.isdir(runtime) else ()) + (self._folder,)
        self._state = _State(cwd, dict(env) | {"PWD": cwd})
        self._dialect: Dialect = dialect_for(env, self._folder)
        self._programs = Programs()
        self._words = self._dialect.given(words)

    @property
    def cwd(self) -> str:
        """The working directory, absolute."""
        return self._state.cwd

    @property
    def env(self) -> Mapping[str, str]:
        """The exported environment."""
        return self._state.env

    def prepare(self) -> None:
        """Nothing need be prepared."""

    def execute(
        self, command: str, terminal: TerminalUse, cancellation: Cancellation, stdin: bytes | int | None = None
    ) -> Iterator[Emission | TerminalLent]:
        """Run a line; ends with Exit. Cancelling ends everything the line started: INT, TERM, KILL.

        Raises:
            UsageError: the line holds a NUL byte.
            NlshError: the shell cannot be started.
            Cancelled: it was cancelled before it began.
        """
        cancellation.check()
        if "\0" in command:
            raise UsageError("the line holds a NUL byte", "leave it out")
        yield from self._run(command, terminal, cancellation, stdin)

    def change_directory(self, path: str) -> None:
        """`cd`. Raises UsageError."""
        target = entered(path, self.cwd, self.env.get("HOME", "/"))
        self._state.env |= {"OLDPWD": self.cwd, "PWD": target}
        self._state.cwd = target

    def export(self, name: str, value: str) -> None:
        """`export NAME=VALUE`. Raises UsageError."""
        check_variable(name, value)
        carried = self._state.carried
        variables = {key: text for key, text in carried.variables.items() if key != name}
        self._state.carried = Carried(carried.aliases, carried.functions, variables, carried.options)
        self._state.env[name] = value

    def read(self, command: str) -> CommandReading:
        """What can be proven about a command without running it."""
        from nlsh.shell.reading import read

        return read(command, cwd=self.cwd, env=self.env, own=self._own, meaning=self._meaning)

    def kind(self, word: str) -> Kind:
        """What the first word of a line names in this shell; empty if nothing."""
        if word in self._state.carried.aliases:
            return "alias"
        if word in self._state.carried.functions:
            return "function"
        known = kind_in_shell(self._dialect.name, word)
        if known or not word:
            return known
        return "program" if self._programs.holds(word, self.env.get("PATH", os.defpath), self.cwd) else ""

    def resize(self, rows: int, columns: int) -> None:
        """There is no terminal whose size could change."""

    def write(self, data: bytes) -> int:
        """Nobody reads it."""
        return 0

    def complete(self, line: str, cursor: int) -> tuple[Completion, ...]:
        """Nothing: a shell that lives for one line has no completion loaded."""
        return ()

    def jobs(self) -> tuple[Job, ...]:
        """Nothing: what a line leaves behind is not this shell's."""
        return ()

    def take_typed(self) -> bytes:
        """Nothing: the line has the terminal to itself."""
        return b""

    def watch(self, show: Callable[[bytes], None]) -> None:
        """Nothing is written between two lines."""

    def close(self) -> None:
        """Nothing is left running."""

    def _meaning(self, word: str) -> tuple[str, ...]:
        """What a command's first word stands for: itself, an alias's words; nothing where that cannot be told."""
        alias = self._state.carried.aliases.get(word)
        if alias is None:
            return () if self.kind(word) == "function" else (word,)
        return plain_alias(alias)

    def _run(
        self, command: str, terminal: TerminalUse, cancellation: Cancellation, stdin: bytes | int | None
    ) -> Iterator[Emission | TerminalLent]:
        with ExitStack() as scrolls:
            report = None if self._keeps_state(command) else scrolls.enter_context(Scroll(self._folders))
            errand = self._errand(command, report, stdin, scrolls)
            if errand.cwd != self.cwd:
                yield Note(f"{visible(self.cwd)} is gone; running in {visible(errand.cwd)}")
            if terminal == "inherit":
                code = wait_in_front(start_inheriting(errand), cancellation)
            else:
                code = yield from run_captured(errand, cancellation, is_in_front=self._may_ask)
            self._read_back(report)
        yield Exit(code)

    def _keeps_state(self, command: str) -> bool:
        """Whether the line is one program: then the shell's state cannot change, and need not be read back."""
        return self._dialect.name != "fish" and not may_change_state(command, self.kind)

    def _errand(self, command: str, report: Scroll | None, stdin: bytes | int | None, scrolls: ExitStack) -> Errand:
        def stow(text: str) -> str:
            return scrolls.enter_context(Scroll(self._folders, text)).path

        state = self._state
        path = "" if report is None else report.path
        launch = self._dialect.launch(command, state.carried, state.env, path, stow)
        argv = (*launch.argv, *self._words)
        return Errand(self._dialect.path, argv, existing(state.cwd), {**state.env, **launch.env}, stdin)

    def _read_back(self, scroll: Scroll | None) -> None:
        """Take over the state the shell ended with; a shell that was killed or replaced leaves it as it was."""
        report = None if scroll is None else read_report(scroll.read())
        if report is None or not report.cwd:
            return
        env = next_env(self._state.env, report.env)
        if report.cwd != self.cwd:
            env.setdefault("OLDPWD", self.cwd)
        self._state = _State(report.cwd, env | {"PWD": report.cwd}, self._dialect.carry(report))
