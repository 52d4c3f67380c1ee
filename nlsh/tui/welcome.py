"""What stands in the transcript the first time: what a line may be, three to try, and the way back."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widgets import Static

from nlsh.core.risk import Route
from nlsh.tui.approval import content
from nlsh.tui.prompt.words import GLYPHS
from nlsh.tui.rows import Piece
from nlsh.tui.safe import one_line

EXAMPLES: Final = (
    (Route.LITERAL, "ls -la"),
    (Route.UTTERANCE, "how much memory is free"),
    (Route.UTTERANCE, "find the pdfs that changed this week"),
)
"""Lines that work anywhere and change nothing, with the route they take."""


def welcome_rows(help_key: str) -> list[list[Piece]]:
    """The screen, row by row."""
    return [
        [("Type a command, or say what you want.", "strong")],
        [],
        [(f"{GLYPHS[Route.LITERAL]} command  ", "accent"), ("runs as written, in your own shell", "plain")],
        [
            (f"{GLYPHS[Route.UTTERANCE]} ask      ", "accent"),
            ("is planned here, checked, and asked", "plain"),
        ],
        [("           ", "plain"), ("about where it changes something", "plain")],
        [("The prompt names which it is, before Enter.", "muted")],
        [],
        [("To try", "strong")],
        *([(f"  {GLYPHS[route]} ", "accent"), (line, "plain")] for route, line in EXAMPLES),
        [],
        [("undo", "strong"), (" takes back what a line changed", "plain")],
        [(one_line(help_key, 20), "strong"), ("   shows the keys", "plain")],
    ]


class Welcome(Static):
    """The first screen; it goes with the first line, and needs no key."""

    DEFAULT_CSS = "Welcome { height: auto; margin: 1 2; }"

    def __init__(self, help_key: str) -> None:
        super().__init__(Content("\n").join([content(row) for row in welcome_rows(help_key)]))
