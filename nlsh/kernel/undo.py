"""Undo and redo: the journal's operations turned back and made again, on the ledger like any other effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nlsh.core.errors import NlshError
from nlsh.core.ports import Journals, Ledger, Operation, RecordDraft, Toolbox, UndoStep
from nlsh.core.results import Emission, Note
from nlsh.core.risk import Verdict
from nlsh.core.scope import Cancellation
from nlsh.core.syscall import SyscallSpec

_DID = {"undo": "took back", "redo": "made again"}


class Undo:
    """What `undo`, `redo` and `help` may ask of the kernel (the `Turns` port)."""

    def __init__(self, journals: Journals, ledger: Ledger, toolbox: Toolbox) -> None:
        self._journals = journals
        self._ledger = ledger
        self._toolbox = toolbox

    def specs(self) -> tuple[SyscallSpec, ...]:
        """Every syscall there is."""
        return self._toolbox.specs()

    def undo(self, count: int, cancellation: Cancellation) -> Iterator[Emission]:
        """Take the newest `count` operations back, newest first.

        Raises:
            NlshError: there is nothing to undo, or something changed since; what was taken back until then stays so.
        """
        yield from self._turn("undo", count, cancellation)

    def redo(self, count: int, cancellation: Cancellation) -> Iterator[Emission]:
        """Make the last undone `count` operations again. Raises NlshError as `undo` does."""
        yield from self._turn("redo", count, cancellation)

    def _turn(self, verb: Literal["undo", "redo"], count: int, cancellation: Cancellation) -> Iterator[Emission]:
        source: Literal["done", "undone"] = "done" if verb == "undo" else "undone"
        operations = self._journals.latest(count, source)
        if not operations:
            raise NlshError(f"there is nothing to {verb}", "nlsh history shows what was done")
        for operation in operations:
            cancellation.check()
            yield Note(self._turn_one(verb, operation))

    def _turn_one(self, verb: Literal["undo", "redo"], operation: Operation) -> str:
        syscall = f'{{"{verb}":{operation.syscall}}}'
        intent = self._ledger.append(
            RecordDraft("intent", operation.turn, syscall, verdict=Verdict.ALLOW, rule="typed-by-the-person")
        )
        outcome = "failed"
        try:
            self._turn_steps(verb, operation)
            self._journals.mark(operation.id, "undone" if verb == "undo" else "done")
            outcome = "done"
        finally:
            self._ledger.append(RecordDraft("result", operation.turn, syscall, outcome=outcome, intent=intent.seq))
        return f"{_DID[verb]} {operation.syscall}"

    def _turn_steps(self, verb: Literal["undo", "redo"], operation: Operation) -> None:
        """All steps or none: where one cannot be turned, those already turned are restored."""
        steps = [step for _, step in operation.steps]
        if verb == "undo":
            steps.reverse()
        turned: list[UndoStep] = []
        forward, back = self._toolbox.turn_back, self._toolbox.make_again
        if verb == "redo":
            forward, back = back, forward
        try:
            for step in steps:
                forward(step)
                turned.append(step)
        except NlshError:
            for step in reversed(turned):
                back(step)
            raise
