"""The status line: where we are, and how the model does."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from nlsh.core.ports import ModelStatus
from nlsh.tui.rows import Piece, RowsView, text_of
from nlsh.tui.safe import fit, folder, one_line

_ROLES = {"ready": "good", "busy": "accent", "failed": "bad", "missing": "warn"}


def model_pieces(status: ModelStatus) -> list[Piece]:
    """The model's name, its state in a word, and how fast it is."""
    pieces: list[Piece] = [(one_line(status.name, 60) or "no model", "muted"), (" · ", "muted")]
    pieces.append((status.state, _ROLES.get(status.state, "muted")))
    if status.detail and status.state in ("preparing", "loading", "failed", "missing"):
        pieces.append((f" · {one_line(status.detail, 80)}", "muted"))
    if status.tokens_per_s:
        pieces.append((f" · {status.tokens_per_s:.0f} tok/s", "muted"))
    return pieces


def status_row(cwd: str, home: str, status: ModelStatus, width: int) -> list[Piece]:
    """The whole line: where we are on the left, the model on the right as far as there is room."""
    left: list[Piece] = [("nlsh  ", "accent"), (folder(cwd, home), "strong")]
    right = model_pieces(status)
    room = width - cell_len(text_of(left)) - 3
    while right and cell_len(text_of(right)) > room:
        right = right[:-1] if len(right) > 3 else []
    if room < 0:
        return [("nlsh  ", "accent"), (fit(folder(cwd, home), width - 6), "strong")]
    gap = width - cell_len(text_of(left)) - cell_len(text_of(right))
    return [*left, (" " * max(1, gap), "plain"), *right]


class StatusLine(RowsView):
    """One row at the top of the desk."""

    DEFAULT_CSS = "StatusLine { height: 1; padding: 0 2; }"

    def __init__(self, home: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._home = home
        self._cwd = ""
        self._model = ModelStatus("", "cold")

    def show(self, cwd: str, model: ModelStatus) -> None:
        """Show this, if it is news."""
        if (cwd, model) != (self._cwd, self._model):
            self._cwd, self._model = cwd, model
            self.forget_rows()

    def row_count(self) -> int:
        """One."""
        return 1

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """The line."""
        return status_row(self._cwd, self._home, self._model, width)
