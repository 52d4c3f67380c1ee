"""The composition root: the only file that knows every room. A room opens on first use, so a literal opens few."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nlsh.config.paths import Paths
from nlsh.core.errors import ModelUnavailable
from nlsh.core.ports import (
    Corrections,
    Grants,
    History,
    Journals,
    Ledger,
    Memory,
    Model,
    RouteReading,
    Session,
    TerminalUse,
    Toolbox,
)
from nlsh.core.risk import Route
from nlsh.kernel.route import read_route

if TYPE_CHECKING:
    from nlsh.config.settings import Settings
    from nlsh.core.model import ModelSpec
    from nlsh.core.results import Emission
    from nlsh.core.rule import Rule
    from nlsh.kernel.classifier import Classifier
    from nlsh.kernel.planner import Planner
    from nlsh.kernel.rooms import Rooms
    from nlsh.kernel.undo import Undo
    from nlsh.shell.line import LineShell
    from nlsh.shell.session import ShellSession
    from nlsh.store.database import Database

_MAX_NAMES = 5000
"""How many names of the working directory the planner looks at."""


@dataclass(frozen=True)
class Options:
    """What the command line decided."""

    terminal: TerminalUse = "pipe"
    assume_yes: bool = False
    is_dry: bool = False
    is_interactive: bool = False
    model: str = ""
    """A model's name or a GGUF file's path; empty for the configured one."""
    words: tuple[str, ...] = ()
    """A script's name and its arguments."""


class House:
    """Everything, wired. Attributes open their room on first use and raise ConfigInvalid or StoreUnavailable."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._notices: list[str] = []
        self._told = 0

    @cached_property
    def paths(self) -> Paths:
        """Where files are."""
        return Paths.find()

    @cached_property
    def settings(self) -> Settings:
        """What the person chose."""
        from nlsh.config.settings import load_settings

        return load_settings(self.paths)

    @cached_property
    def _database(self) -> Database:
        from nlsh.store.database import Database

        return Database(self.paths.make_state_dir())

    @cached_property
    def ledger(self) -> Ledger:
        """The audit ledger."""
        from nlsh.store.ledger import ChainedLedger

        return ChainedLedger(self._database)

    @cached_property
    def journals(self) -> Journals:
        """What undo needs."""
        from nlsh.store.journal import StoredJournals

        return StoredJournals(self._database)

    @cached_property
    def history(self) -> History:
        """Every turn."""
        from nlsh.store.history import StoredHistory

        return StoredHistory(self._database)

    @cached_property
    def grants(self) -> Grants:
        """Remembered answers."""
        from nlsh.store.grants import StoredGrants

        return StoredGrants(self._database)

    @cached_property
    def corrections(self) -> Corrections:
        """Plans the person corrected."""
        from nlsh.store.corrections import StoredCorrections

        return StoredCorrections(self._database)

    @cached_property
    def memory(self) -> Memory:
        """Recall."""
        from nlsh.memory.recall import LexicalMemory
        from nlsh.store.memories import StoredMemories

        return LexicalMemory(StoredMemories(self._database))

    @cached_property
    def toolbox(self) -> Toolbox:
        """The syscalls."""
        from nlsh.tools.toolbox import Tools

        return Tools()

    @cached_property
    def shell(self) -> ShellSession | LineShell:
        """The person's own shell: kept running where a person sits at it, else one a line."""
        kept = self.kept_shell() if self.options.is_interactive else None
        if kept is not None:
            return kept
        from nlsh.shell.line import LineShell

        options = self.options
        may_ask = options.terminal == "inherit"
        return LineShell(_cwd(), os.environ, self.paths.make_state_dir(), words=options.words, may_ask=may_ask)

    def kept_shell(self) -> ShellSession | None:
        """Their shell, to be kept running; None where it is of a kind that cannot be."""
        from nlsh.shell.kinds import keepable_for
        from nlsh.shell.session import ShellSession

        kept = keepable_for(os.environ)
        if kept is None:
            return None
        may_ask = self.options.terminal == "inherit"
        return ShellSession(*kept, _cwd(), os.environ, self.paths.make_state_dir(), may_ask=may_ask)

    @cached_property
    def model_spec(self) -> ModelSpec:
        """The model that is used."""
        from nlsh.config.models import find_model

        return find_model(self.paths, self.options.model or self.settings.model)

    @cached_property
    def model(self) -> Model:
        """The model, in its own process; it starts on first use."""
        from nlsh.inference.supervisor import LlamaModel

        return LlamaModel(self.model_spec, self.paths.make_cache_dir(), self._notices.append)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The shipped rules and the person's; theirs are held against their examples now."""
        from nlsh.config.rules import shipped_rules, user_rules
        from nlsh.kernel.policy import check_examples

        own = user_rules(os.path.join(self.paths.config_dir, "rules.toml"))
        check_examples(own, self.toolbox.lookup)
        return shipped_rules() + own

    @cached_property
    def _undo(self) -> Undo:
        from nlsh.kernel.undo import Undo

        return Undo(self.journals, self.ledger, self.toolbox)

    @cached_property
    def _planner(self) -> Planner:
        from nlsh.kernel.planner import Planner

        return Planner(
            self.model,
            self.toolbox,
            self._names_here,
            self._exists,
            self.settings.plan_floor,
            self._keep,
            self._classifier,
        )

    def _classifier(self) -> Classifier | None:
        """The classifier that belongs to the model, if it has one. Raises ModelUnavailable."""
        from nlsh.kernel.classifier import Classifier

        path = self.model_spec.classifier
        if not path:
            return None
        try:
            with open(path, "rb") as file:
                return Classifier(file.read())
        except OSError as error:
            raise ModelUnavailable(f"{path} cannot be read: {error.strerror}", "install nlsh again") from error

    def _keep(self, key: str, make: Callable[[], str]) -> str:
        from nlsh.config.kept import kept_text

        return kept_text(self.paths.make_cache_dir(), "examples", key, make)

    def _names_here(self) -> tuple[str, ...]:
        try:
            with os.scandir(self.shell.cwd) as entries:
                return tuple(entry.name for entry, _ in zip(entries, range(_MAX_NAMES), strict=False))
        except OSError:
            return ()

    @cached_property
    def _rooms(self) -> Rooms:
        from nlsh.core.ports import Services
        from nlsh.kernel.rooms import Rooms

        services = Services(self.shell, self.memory, self.history, self._undo, self.paths.state_dir)
        return Rooms(
            shell=self.shell,
            toolbox=self.toolbox,
            ledger=self.ledger,
            journals=self.journals,
            history=self.history,
            memory=self.memory,
            grants=self.grants,
            corrections=self.corrections,
            model=self.model,
            planner=self._planner,
            services=services,
            rules=self.rules,
            home=os.path.expanduser("~"),
            terminal=self.options.terminal,
            act_floor=self.settings.act_floor,
            recall_limit=self.settings.recall_limit,
        )

    def session(self) -> Session:
        """The session a front end holds."""
        from nlsh.kernel.session import KernelSession

        return KernelSession(self._rooms, self.route, self._close_rooms, self.news)

    def route(self, line: str) -> RouteReading:
        """Literal or utterance, by rule."""
        return read_route(line, self.shell.kind, self._exists)

    def _exists(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self.shell.cwd, os.path.expanduser(path)))

    async def plan(self, utterance: str) -> tuple[str, float, float]:
        """Plan JSON, confidence and elapsed milliseconds; runs nothing. Raises NotUnderstood, ModelUnavailable."""
        proposal = await self._planner.plan(utterance)
        return proposal.plan.to_json(), proposal.confidence, proposal.elapsed_ms

    async def command(self, utterance: str) -> str:
        """A shell command that does what is asked, on one line: exactly that, or else nlsh called with the utterance.

        Raises:
            NotUnderstood, ModelUnavailable: there is no plan.
        """
        from nlsh.core.shellwords import shell_word
        from nlsh.kernel.route import strip_force
        from nlsh.tools.commands import shell_command

        said, _ = strip_force(utterance)
        plan = (await self._planner.plan(said)).plan
        commands = [step.syscall.given().get("cmd", "") for step in plan.steps if step.syscall.name == "sh.run"]
        is_refused = any(self.check(command)["verdict"] == "DENY" for command in commands)
        exact = "" if is_refused else shell_command(plan, self.shell.cwd)
        if exact:
            return exact
        forced = said if self.route(said).route is Route.UTTERANCE else f"? {said}"
        return f"nlsh -c {shell_word(forced)}"

    def check(self, command: str) -> dict[str, object]:
        """What policy says to a shell command; runs nothing."""
        from nlsh.core.facts import Facts
        from nlsh.kernel.policy import Standing, decide

        run = self.toolbox.lookup("sh.run")
        assert run is not None
        reading = self.shell.read(command)
        decision = decide(run.parse({"cmd": command.replace("\0", "")}), Facts(reading=reading), self.rules, Standing())
        return {
            "command": command,
            "verdict": str(decision.verdict),
            "risk": decision.risk.name,
            "effects": sorted(reading.effects),
            "reason": reading.reason or decision.reason,
        }

    def undo(self, count: int) -> Iterator[Emission]:
        """Take the newest operations back."""
        from nlsh.core.scope import Cancellation

        return self._undo.undo(count, Cancellation())

    def redo(self, count: int) -> Iterator[Emission]:
        """Make the last undone operations again."""
        from nlsh.core.scope import Cancellation

        return self._undo.redo(count, Cancellation())

    def look_back(self) -> None:
        """Make news of what an earlier run left uncertain, once: it is told and recorded, never repeated.

        Raises:
            StoreUnavailable: the ledger cannot be read or written.
        """
        from nlsh.core.ports import RecordDraft

        for record in self.ledger.uncertain():
            draft = record.draft
            self._notices.append(f"it is not known whether this took effect before nlsh was killed: {draft.syscall}")
            recovered = RecordDraft("recovered", draft.turn, draft.syscall, outcome="uncertain", intent=record.seq)
            self.ledger.append(recovered)
        for operation in self.journals.unfinished():
            self.journals.done(operation.id)

    def news(self) -> list[str]:
        """What the person should be told and was not yet: uncertain effects, damage that was mended, the model's."""
        damage = self._database.notices if "_database" in self.__dict__ else ()
        fresh = [*damage[self._told :], *self._notices]
        self._told = len(damage)
        self._notices.clear()
        return fresh

    def _close_rooms(self) -> None:
        opened: dict[str, Any] = self.__dict__
        for name in ("shell", "_database"):
            if name in opened:
                opened[name].close()

    async def close(self) -> None:
        """Close what was opened."""
        if "model" in self.__dict__:
            await self.model.close()
        self._close_rooms()


def _cwd() -> str:
    """The working directory as the person sees it (`$PWD` where it is the same place); home if it is gone."""
    try:
        here = os.getcwd()
    except FileNotFoundError:
        sys.stderr.write("nlsh: the working directory is gone; starting at home\n")
        os.chdir(os.path.expanduser("~"))
        return os.getcwd()
    said = os.environ.get("PWD", "")
    return said if os.path.isabs(said) and os.path.exists(said) and os.path.samefile(said, here) else here
