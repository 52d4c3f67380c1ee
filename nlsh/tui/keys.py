"""The keys of the desk in the transcript: as they are bound just now, from the bindings themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual.binding import Binding, BindingType
from textual.geometry import Size

from nlsh.tui.rows import Piece, RowsView
from nlsh.tui.safe import fit, one_line

_TWO_COLUMNS: Final = 68
"""Cells from which the keys stand in two columns."""
_KEY_WIDTH: Final = 12


def key_pairs(bindings: Sequence[BindingType], keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """What can be given another place: its key, the first where there are several, and what it does."""
    pairs: dict[str, tuple[str, str]] = {}
    for binding in Binding.make_bindings(bindings):
        if binding.id is not None:
            keys = keymap.get(binding.id) or binding.key
            pairs.setdefault(binding.id, (keys.partition(",")[0], binding.description))
    return [(key, text) for key, text in pairs.values() if key != "unbound"]


class KeysView(RowsView):
    """The keys, two columns where there is room."""

    DEFAULT_CSS = "KeysView { margin: 1 2; }"

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._pairs = pairs

    @property
    def _columns(self) -> int:
        return 2 if self.content_size.width >= _TWO_COLUMNS else 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as the longer column."""
        return -(-len(self._pairs) // (2 if width >= _TWO_COLUMNS else 1))

    def row_count(self) -> int:
        """As many as the longer column has."""
        return -(-len(self._pairs) // self._columns)

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """One key, or two."""
        room = width // self._columns
        pieces: list[Piece] = []
        for key, text in self._pairs[y :: self.row_count()]:
            pieces.append((fit(one_line(key, 40), _KEY_WIDTH) + " ", "accent"))
            pieces.append((fit(one_line(text), max(0, room - _KEY_WIDTH - 1)), "plain"))
        return pieces
