"""A literal: a line the person typed as a shell command, recorded before and after, run as written."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from nlsh.core.errors import Cancelled, NlshError
from nlsh.core.events import Event, Failed, Finished, Output, Recorded, Started, TerminalWanted, Told
from nlsh.core.ports import Ledger, Piped, Record, RecordDraft, Shell, TerminalLent, TerminalUse
from nlsh.core.results import Chunk, Exit, Note
from nlsh.core.risk import Verdict
from nlsh.core.scope import Cancellation

RULE = "typed-by-the-person"


@dataclass(frozen=True)
class Literal:
    """One literal, ready to run. `events` blocks: call it in a thread, or from `-c`, which needs no loop for it."""

    turn: str
    line: str
    shell: Shell
    ledger: Ledger
    terminal: TerminalUse
    cancellation: Cancellation
    stdin: Piped | None = None

    @property
    def syscall(self) -> str:
        """How the line stands on the ledger."""
        return json.dumps({"sh.literal": {"line": self.line}}, separators=(",", ":"))

    def events(self) -> Iterator[Event]:
        """Record the intent, run it, record the result. The exit code is the command's own.

        Raises:
            StoreUnavailable: the intent could not be recorded; the command did not run.
        """
        intent = self.ledger.append(self._draft("intent"))
        yield recorded(intent)
        yield Started(1, self.syscall)
        started = time.monotonic()
        code = 1
        outcome = "failed"
        try:
            for exit_code, event in self._run(started):
                code = exit_code
                yield event
            outcome = "done" if code == 0 else f"exit {code}"
        except Cancelled:
            code, outcome = 130, "cancelled"
            raise
        except NlshError as error:
            yield Failed(1, error.message, error.hint)
            yield Finished(1, error.exit_code, (time.monotonic() - started) * 1000)
        finally:
            result = self.ledger.append(self._draft("result", outcome, intent.seq, code))
        yield recorded(result)

    def _run(self, started: float) -> Iterator[tuple[int, Event]]:
        stdin = None if self.stdin is None else self.stdin.descriptor()
        for emission in self.shell.execute(self.line, self.terminal, self.cancellation, stdin):
            if isinstance(emission, Chunk):
                text = emission.data.decode("utf-8", "surrogateescape")
                yield 1, Output(1, text, emission.is_error)
            elif isinstance(emission, Note):
                yield 1, Told(1, emission.text)
            elif isinstance(emission, TerminalLent):
                yield 1, TerminalWanted(1, emission.lending)
            elif isinstance(emission, Exit):
                self.cancellation.check()
                yield emission.code, Finished(1, emission.code, (time.monotonic() - started) * 1000)

    def _draft(self, phase: str, outcome: str = "", intent: int = 0, code: int = 0) -> RecordDraft:
        return RecordDraft(
            phase="intent" if phase == "intent" else "result",
            turn=self.turn,
            syscall=self.syscall,
            verdict=Verdict.ALLOW,
            rule=RULE,
            outcome=outcome,
            intent=intent,
            details={"cwd": self.shell.cwd} | ({"exit_code": code} if phase == "result" else {}),
        )


def recorded(record: Record) -> Recorded:
    """The event of a record."""
    draft = record.draft
    return Recorded(
        record.seq,
        draft.phase,
        record.hash,
        record.at,
        draft.syscall,
        draft.verdict,
        draft.risk,
        draft.rule,
        draft.outcome,
    )
