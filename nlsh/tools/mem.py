"""The mem family: remembering what the person says, and finding it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from nlsh.core.arguments import Text
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.ports import MemoryRow
from nlsh.core.results import Column, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools import sayings_of_memory


@dataclass(frozen=True, kw_only=True)
class Save(Syscall):
    """Remember a fact the person states."""

    name: ClassVar[str] = "mem.save"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("remember that staging is 10.0.0.7", '[{"mem.save":{"text":"staging is 10.0.0.7"}}]'),
        Example("note that the printer is called hp42", '[{"mem.save":{"text":"the printer is called hp42"}}]'),
        Example("keep in mind backups go to /mnt/nas", '[{"mem.save":{"text":"backups go to /mnt/nas"}}]'),
        Example("don't forget: rent is due on the 3rd", '[{"mem.save":{"text":"rent is due on the 3rd"}}]'),
        Example("merk dir, dass der Router fritz heißt", '[{"mem.save":{"text":"der Router fritz heißt"}}]'),
        Example("recuerda que el servidor es web01", '[{"mem.save":{"text":"el servidor es web01"}}]'),
        *sayings_of_memory.SAVE,
    )

    text: Text

    def resolve(self, scope: Scope) -> Facts:
        """There must be something to remember."""
        if not self.text.strip():
            raise UsageError("there is nothing to remember", "say: remember that …")
        return Facts(count=1, is_reversible=True)

    def preview(self, facts: Facts) -> Preview:
        """The fact."""
        return Preview(f"remember: {self.text}")

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Store it."""
        row = scope.services.memory.save(self.text)
        yield Note(f"remembered as {row.id}: {row.text}")


def _table(rows: tuple[MemoryRow, ...]) -> Table:
    columns = (Column("id", "count"), Column("kind"), Column("memory"), Column("said", "time"), Column("why"))
    return Table(columns, tuple((row.id, row.kind, row.text, row.at, row.why) for row in rows))


@dataclass(frozen=True, kw_only=True)
class Recall(Syscall):
    """Find what was remembered, or said before."""

    name: ClassVar[str] = "mem.recall"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what do you know about staging", '[{"mem.recall":{"text":"staging"}}]'),
        Example("what did I tell you about the printer", '[{"mem.recall":{"text":"the printer"}}]'),
        Example("do you remember the address of the nas", '[{"mem.recall":{"text":"the address of the nas"}}]'),
        Example("recall backups", '[{"mem.recall":{"text":"backups"}}]'),
        Example("was weißt du über den Router", '[{"mem.recall":{"text":"den Router"}}]'),
        Example("qué sabes de web01", '[{"mem.recall":{"text":"web01"}}]'),
        *sayings_of_memory.RECALL,
    )

    text: Text

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Search memory."""
        rows = scope.services.memory.recall(self.text, 20)
        yield _table(rows) if rows else Note(f"nothing is remembered about {self.text}")


@dataclass(frozen=True, kw_only=True)
class Forget(Syscall):
    """Forget what was remembered about something, for good."""

    name: ClassVar[str] = "mem.forget"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.DELETE})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("forget what I said about staging", '[{"mem.forget":{"text":"staging"}}]'),
        Example("forget everything about the old server", '[{"mem.forget":{"text":"the old server"}}]'),
        Example("remove the memory of hp42", '[{"mem.forget":{"text":"hp42"}}]'),
        Example("don't remember the nas any more", '[{"mem.forget":{"text":"the nas"}}]'),
        Example("vergiss den Router", '[{"mem.forget":{"text":"den Router"}}]'),
        Example("olvida lo de web01", '[{"mem.forget":{"text":"web01"}}]'),
        *sayings_of_memory.FORGET,
    )

    text: Text

    def resolve(self, scope: Scope) -> Facts:
        """Only facts are forgotten this way; episodes are the history."""
        rows = [row for row in scope.services.memory.recall(self.text, 50) if row.kind == "fact"]
        if not rows:
            raise UsageError(f"nothing is remembered about {self.text}", "mem.recall searches memory")
        details = {"ids": [row.id for row in rows], "texts": [row.text for row in rows]}
        return Facts(count=len(rows), irreversible="what is forgotten is gone", details=details)

    def preview(self, facts: Facts) -> Preview:
        """Which facts."""
        return Preview(f"forget {facts.count} facts for good", tuple(facts.details["texts"][:10]))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Forget them wholly."""
        yield Note(f"forgot {scope.services.memory.forget(facts.details['ids'])} facts")


SYSCALLS: tuple[type[Syscall], ...] = (Save, Recall, Forget)
