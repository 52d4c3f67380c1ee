"""The sh family: what needs the person's own shell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from nlsh.core.arguments import Command, Name, Path, Text
from nlsh.core.display import visible
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.ports import TerminalLent
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import sayings_of_shell
from nlsh.tools.paths import expand


@dataclass(frozen=True, kw_only=True)
class Run(Syscall):
    """Run a command line in the person's shell, where no typed syscall does it."""

    name: ClassVar[str] = "sh.run"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.EXECUTE})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what did I change in git", '[{"sh.run":{"cmd":"git diff"}}]'),
        Example("show my uncommitted changes", '[{"sh.run":{"cmd":"git diff"}}]'),
        Example("diff against the last commit", '[{"sh.run":{"cmd":"git diff"}}]'),
        Example("git status please", '[{"sh.run":{"cmd":"git status"}}]'),
        Example("is my working tree clean", '[{"sh.run":{"cmd":"git status"}}]'),
        Example("show the commit history", '[{"sh.run":{"cmd":"git log --oneline"}}]'),
        Example("last few commits", '[{"sh.run":{"cmd":"git log --oneline -10"}}]'),
        Example("which branch am I on", '[{"sh.run":{"cmd":"git branch --show-current"}}]'),
        Example("list the branches of this repository", '[{"sh.run":{"cmd":"git branch --list"}}]'),
        Example("what are the git remotes here", '[{"sh.run":{"cmd":"git remote -v"}}]'),
        Example("run the tests", '[{"sh.run":{"cmd":"make test"}}]'),
        Example("build the project", '[{"sh.run":{"cmd":"make"}}]'),
        Example("show running docker containers", '[{"sh.run":{"cmd":"docker ps"}}]'),
        Example("list my docker images", '[{"sh.run":{"cmd":"docker images"}}]'),
        Example("was habe ich im repo geändert", '[{"sh.run":{"cmd":"git diff"}}]'),
        Example("qué archivos están sin commitear", '[{"sh.run":{"cmd":"git status"}}]'),
        *sayings_of_shell.RUN,
    )

    cmd: Command

    def resolve(self, scope: Scope) -> Facts:
        """What can be proven about the command; anything else asks."""
        reading = scope.services.shell.read(self.cmd)
        return Facts(reading=reading, irreversible="nlsh cannot undo what a program does")

    def preview(self, facts: Facts) -> Preview:
        """The command itself, and what is known of it."""
        reason = facts.reading.reason if facts.reading else ""
        return Preview(f"run {visible(self.cmd)}", (reason,) if reason else ())

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Run it without a terminal of its own, with what was piped in, if anything."""
        for emission in scope.services.shell.execute(self.cmd, "pipe", scope.cancellation, _input(scope)):
            if not isinstance(emission, TerminalLent):
                yield emission


def _input(scope: Scope) -> bytes | int | None:
    """What the command may read: the pipe itself, or all of it where an earlier step has read it."""
    if scope.stdin is None:
        return None
    fd = scope.stdin.descriptor()
    return b"".join(scope.stdin.blocks(scope.check)) if fd is None else fd


@dataclass(frozen=True, kw_only=True)
class ChangeDirectory(Syscall):
    """Go to another folder."""

    name: ClassVar[str] = "sh.cd"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("go to the downloads folder", '[{"sh.cd":{"path":"downloads"}}]'),
        Example("change into src/app", '[{"sh.cd":{"path":"src/app"}}]'),
        Example("take me home", '[{"sh.cd":{"path":"~"}}]'),
        Example("one folder up", '[{"sh.cd":{"path":".."}}]'),
        Example("open folder reports", '[{"sh.cd":{"path":"reports"}}]'),
        Example("wechsle nach projekte", '[{"sh.cd":{"path":"projekte"}}]'),
        Example("ve a la carpeta fotos", '[{"sh.cd":{"path":"fotos"}}]'),
        Example("进入 文档 目录", '[{"sh.cd":{"path":"文档"}}]'),
        *sayings_of_shell.CD,
    )

    path: Path

    def resolve(self, scope: Scope) -> Facts:
        """It must be a folder."""
        folder = expand(self.path, scope)
        if not os.path.isdir(folder):
            raise UsageError(f"there is no folder {visible(self.path)}", "fs.list shows what is here")
        return Facts(details={"folder": folder})

    def preview(self, facts: Facts) -> Preview:
        """Where to."""
        return Preview(f"go to {visible(facts.details['folder'])}")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Change the shell's working directory."""
        scope.services.shell.change_directory(facts.details["folder"])
        yield Note(f"now in {visible(facts.details['folder'])}")


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Export(Syscall):
    """Set an environment variable for the rest of the session."""

    name: ClassVar[str] = "sh.export"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("set EDITOR to vim", '[{"sh.export":{"variable":"EDITOR","value":"vim"}}]'),
        Example("export LANG as C.UTF-8", '[{"sh.export":{"variable":"LANG","value":"C.UTF-8"}}]'),
        Example("make the variable STAGE equal to test", '[{"sh.export":{"variable":"STAGE","value":"test"}}]'),
        Example("environment variable DEBUG should be 1", '[{"sh.export":{"variable":"DEBUG","value":"1"}}]'),
        Example("setze PAGER auf less", '[{"sh.export":{"variable":"PAGER","value":"less"}}]'),
        Example("use de_DE for LC_TIME", '[{"sh.export":{"variable":"LC_TIME","value":"de_DE"}}]'),
        *sayings_of_shell.EXPORT,
    )

    variable: Name
    value: Text

    def resolve(self, scope: Scope) -> Facts:
        """A variable's name must be one."""
        if not _NAME.fullmatch(self.variable):
            raise UsageError(f"{visible(self.variable)} cannot be a variable's name", "use letters, digits and _")
        return Facts(count=1, is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """Name and value."""
        return Preview(f"set {self.variable} to {visible(self.value)} for this session")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Set it in the shell."""
        scope.services.shell.export(self.variable, self.value)
        yield Note(f"{self.variable} is now {visible(self.value)}")


@dataclass(frozen=True, kw_only=True)
class Jobs(Syscall):
    """The background jobs of the shell."""

    name: ClassVar[str] = "sh.jobs"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("which jobs are running in the background", '[{"sh.jobs":{}}]'),
        Example("background jobs", '[{"sh.jobs":{}}]'),
        Example("list my jobs", '[{"sh.jobs":{}}]'),
        Example("is something still running in the background?", '[{"sh.jobs":{}}]'),
        Example("welche jobs laufen noch", '[{"sh.jobs":{}}]'),
        Example("trabajos en segundo plano", '[{"sh.jobs":{}}]'),
        *sayings_of_shell.JOBS,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """The processes this session left running."""
        from nlsh.tools.proc import session_jobs

        yield session_jobs()


SYSCALLS: tuple[type[Syscall], ...] = (Run, ChangeDirectory, Export, Jobs)
