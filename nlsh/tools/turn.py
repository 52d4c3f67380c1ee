"""The turn family: what a plan says instead of acting (`ask`, `say`), and what it says about the turns before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from nlsh.core.arguments import Command, Name, Prose
from nlsh.core.errors import NotUnderstood, UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Column, Emission, Exit, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import sayings_of_asking, sayings_of_chat, sayings_of_turns


@dataclass(frozen=True, kw_only=True)
class Ask(Syscall):
    """Ask the person for what is missing, instead of guessing."""

    name: ClassVar[str] = "ask"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("delete it", '[{"ask":{"question":"Which file or folder?"}}]'),
        Example("rename this", '[{"ask":{"question":"Which file, and to what name?"}}]'),
        Example("stop the service", '[{"ask":{"question":"Which service?"}}]'),
        Example("move the files", '[{"ask":{"question":"Which files, and where to?"}}]'),
        Example("kill the process", '[{"ask":{"question":"Which process?"}}]'),
        Example("copy that over there", '[{"ask":{"question":"What, and where to?"}}]'),
        Example("install the thing we talked about", '[{"ask":{"question":"Which package?"}}]'),
        Example("clean up a bit", '[{"ask":{"question":"What should be cleaned up?"}}]'),
        Example("lösch das mal weg", '[{"ask":{"question":"Welche Datei?"}}]'),
        Example("change the permissions", '[{"ask":{"question":"Of which file, and to what?"}}]'),
        *sayings_of_asking.ASK,
    )

    question: Prose

    def preview(self, facts: Facts) -> Preview:
        """The question itself."""
        return Preview("ask you a question")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Put the question; the turn ends open (exit code 3)."""
        yield Note(self.question)
        yield Exit(NotUnderstood.exit_code)


@dataclass(frozen=True, kw_only=True)
class Say(Syscall):
    """Answer in words where nothing is to be done. The words are the model's and are labelled so."""

    name: ClassVar[str] = "say"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("hello there", '[{"say":{"text":"Hello. What shall I do?"}}]'),
        Example("thanks, that was great", '[{"say":{"text":"You are welcome."}}]'),
        Example("who are you", '[{"say":{"text":"I am nlsh, your shell in plain language."}}]'),
        Example("tell me a joke", '[{"say":{"text":"I only work on this machine."}}]'),
        Example("what is the capital of France", '[{"say":{"text":"I only know this machine."}}]'),
        Example("do you think it will rain tomorrow", '[{"say":{"text":"I only know this machine."}}]'),
        Example("write a short story about a dragon", '[{"say":{"text":"I only work on this machine."}}]'),
        Example("do you have feelings", '[{"say":{"text":"No, I am a shell."}}]'),
        Example("what do you like best", '[{"say":{"text":"I am a shell and like nothing best."}}]'),
        Example("compose a song for my sister", '[{"say":{"text":"I only work on this machine."}}]'),
        Example("how old are you", '[{"say":{"text":"I am a program."}}]'),
        Example("order me a pizza", '[{"say":{"text":"I cannot do that from here."}}]'),
        Example("book a flight to Rome for friday", '[{"say":{"text":"I cannot do that from here."}}]'),
        Example("who won the football game last night", '[{"say":{"text":"I only know this machine."}}]'),
        Example("good morning", '[{"say":{"text":"Good morning. What shall I do?"}}]'),
        Example("wie geht es dir", '[{"say":{"text":"Gut, danke. Was soll ich tun?"}}]'),
        Example("你好", '[{"say":{"text":"你好。"}}]'),
        Example("what is the meaning of life", '[{"say":{"text":"I only know this machine."}}]'),
        Example("play some jazz", '[{"say":{"text":"I cannot do that from here."}}]'),
        Example("translate good night into spanish", '[{"say":{"text":"I cannot translate."}}]'),
        *sayings_of_chat.SAY,
    )

    text: Prose

    def preview(self, facts: Facts) -> Preview:
        """That it only talks."""
        return Preview("answer in words")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Say it."""
        yield Note(self.text)


@dataclass(frozen=True, kw_only=True)
class Undo(Syscall):
    """Take the last change back, or the last few."""

    name: ClassVar[str] = "undo"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("undo that", '[{"undo":{}}]'),
        Example("take that back", '[{"undo":{}}]'),
        Example("oops, wrong one, bring it back", '[{"undo":{}}]'),
        Example("revert the last 3 changes", '[{"undo":{"count":3}}]'),
        Example("undo the last two things", '[{"undo":{"count":2}}]'),
        Example("mach das rückgängig", '[{"undo":{}}]'),
        Example("deshaz el último cambio", '[{"undo":{}}]'),
        Example("撤销", '[{"undo":{}}]'),
        *sayings_of_turns.UNDO,
    )

    count: int = 1

    def resolve(self, scope: Scope) -> Facts:
        """Undo is itself reversible: redo makes the change again."""
        return Facts(count=max(self.count, 1), is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """How many changes."""
        return Preview("take back the last change" if self.count == 1 else f"take back the last {self.count} changes")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Turn the operations back, newest first."""
        yield from scope.services.turns.undo(self.count, scope.cancellation)


@dataclass(frozen=True, kw_only=True)
class Redo(Syscall):
    """Make the change again that was undone last."""

    name: ClassVar[str] = "redo"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("redo", '[{"redo":{}}]'),
        Example("redo what you just undid", '[{"redo":{}}]'),
        Example("no, do it again after all", '[{"redo":{}}]'),
        Example("put the change back in", '[{"redo":{}}]'),
        Example("redo the last 2 undone changes", '[{"redo":{"count":2}}]'),
        Example("doch wieder herstellen", '[{"redo":{}}]'),
        *sayings_of_turns.REDO,
    )

    count: int = 1

    def resolve(self, scope: Scope) -> Facts:
        """Redo can be undone."""
        return Facts(count=max(self.count, 1), is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """How many changes."""
        return Preview("make the undone change again" if self.count == 1 else f"make {self.count} undone changes again")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Make the operations again."""
        yield from scope.services.turns.redo(self.count, scope.cancellation)


@dataclass(frozen=True, kw_only=True)
class Help(Syscall):
    """Show what can be asked for: all syscalls, or one of them."""

    name: ClassVar[str] = "help"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("help", '[{"help":{}}]'),
        Example("what can you do", '[{"help":{}}]'),
        Example("what can I ask for here?", '[{"help":{}}]'),
        Example("how does fs.find work", '[{"help":{"topic":"fs.find"}}]'),
        Example("show the options of fs.archive", '[{"help":{"topic":"fs.archive"}}]'),
        Example("was kannst du alles", '[{"help":{}}]'),
        Example("ayuda", '[{"help":{}}]'),
        *sayings_of_turns.HELP,
    )

    topic: Name = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """A table of syscalls, or one syscall's arguments and examples."""
        specs = scope.services.turns.specs()
        if not self.topic:
            columns = (Column("syscall"), Column("does"))
            yield Table(columns, tuple((spec.name, spec.summary) for spec in specs))
            return
        spec = next((spec for spec in specs if spec.name == self.topic), None)
        if spec is None:
            raise UsageError(f"there is no syscall {self.topic!r}", "help without a topic lists them")
        yield Note(f"{spec.name}: {spec.summary}")
        rows = tuple((arg.name, arg.kind, "needed" if arg.is_required else "") for arg in spec.arguments)
        yield Table((Column("argument"), Column("kind"), Column("")), rows)
        yield Table((Column("say"), Column("plan")), tuple((one.utterance, one.plan) for one in spec.examples))


@dataclass(frozen=True, kw_only=True)
class Explain(Syscall):
    """Explain what a shell command would do as far as code can tell, without running it."""

    name: ClassVar[str] = "explain"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("explain rm -rf build", '[{"explain":{"cmd":"rm -rf build"}}]'),
        Example("what does chmod 755 run.sh do", '[{"explain":{"cmd":"chmod 755 run.sh"}}]'),
        Example("is git clean -fd dangerous", '[{"explain":{"cmd":"git clean -fd"}}]'),
        Example("would ls -la change anything?", '[{"explain":{"cmd":"ls -la"}}]'),
        Example("was macht tar -xzf backup.tgz", '[{"explain":{"cmd":"tar -xzf backup.tgz"}}]'),
        Example("check this for me: curl example.org | sh", '[{"explain":{"cmd":"curl example.org | sh"}}]'),
        *sayings_of_turns.EXPLAIN,
    )

    cmd: Command

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """What the parser can prove about it."""
        reading = scope.services.shell.read(self.cmd)
        told = "only reads" if reading.is_read_only else "cannot be proven to only read"
        yield Note(f"{self.cmd}: {told} ({reading.reason})" if reading.reason else f"{self.cmd}: {told}")
        rows = (("programs", ", ".join(reading.programs)), ("effects", ", ".join(sorted(reading.effects))))
        yield Table((Column("fact"), Column("value")), rows)


SYSCALLS: tuple[type[Syscall], ...] = (Ask, Say, Undo, Redo, Help, Explain)
