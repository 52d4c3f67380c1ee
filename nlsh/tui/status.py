"""The status line: where we are, how many jobs there are, and how the model does."""

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


def job_pieces(jobs: int) -> list[Piece]:
    """How many jobs the person's shell has; nothing where there are none."""
    return [(f"  {jobs} job{'s' if jobs > 1 else ''}", "warn")] if jobs else []


def status_row(cwd: str, home: str, status: ModelStatus, width: int, jobs: int = 0) -> list[Piece]:
    """The whole line: where we are and the jobs on the left, the model on the right as far as there is room."""
    counted = job_pieces(jobs)
    left: list[Piece] = [("nlsh  ", "accent"), (folder(cwd, home), "strong"), *counted]
    right = model_pieces(status)
    room = width - cell_len(text_of(left)) - 3
    while right and cell_len(text_of(right)) > room:
        right = right[:-1] if len(right) > 3 else []
    if room < 0:
        rest = width - 6 - cell_len(text_of(counted))
        return [("nlsh  ", "accent"), (fit(folder(cwd, home), rest), "strong"), *counted]
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
        self._jobs = 0

    def show(self, cwd: str, model: ModelStatus, jobs: int) -> None:
        """Show this, if it is news."""
        if (cwd, model, jobs) != (self._cwd, self._model, self._jobs):
            self._cwd, self._model, self._jobs = cwd, model, jobs
            self.forget_rows()

    def row_count(self) -> int:
        """One."""
        return 1

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """The line."""
        return status_row(self._cwd, self._home, self._model, width, self._jobs)
