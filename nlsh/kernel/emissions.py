"""What becomes of a step's emissions: events for the front end, and a result for later steps."""

from __future__ import annotations

from typing import Final

from nlsh.core.events import Event, Output, Progressed, Tabled, TerminalWanted, Told
from nlsh.core.ports import TerminalLent
from nlsh.core.results import Chunk, Emission, Exit, Note, Progress, Result, Table

RESULT_BYTES: Final = 4 << 20
"""How much of a step's output later steps can take as `$1`."""


class Kept:
    """What of a step's emissions its result keeps."""

    def __init__(self) -> None:
        self.code = 0
        self._output = bytearray()
        self._table: Table | None = None

    def take(self, emission: Emission | TerminalLent) -> None:
        """Note one emission."""
        if isinstance(emission, Exit):
            self.code = emission.code
        elif isinstance(emission, Chunk) and not emission.is_error:
            self._output += emission.data[: max(0, RESULT_BYTES - len(self._output))]
        elif isinstance(emission, Table):
            self._table = emission

    def result(self) -> Result:
        """What later steps see."""
        return Result(self._table, bytes(self._output))


def event_of(number: int, emission: Emission | TerminalLent) -> Event | None:
    """An emission of a step as an event; an exit is none, since the step's end tells it."""
    match emission:
        case Chunk():
            return Output(number, emission.data.decode("utf-8", "surrogateescape"), emission.is_error)
        case Table():
            return Tabled(number, emission)
        case Note():
            return Told(number, emission.text)
        case Progress():
            return Progressed(number, emission.done, emission.total, emission.unit)
        case TerminalLent():
            return TerminalWanted(number, emission.lending)
        case Exit():
            return None
