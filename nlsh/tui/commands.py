"""The commands of the palette, from one table."""

from __future__ import annotations

from functools import partial
from typing import Final

from textual.command import DiscoveryHit, Hit, Hits, Provider

COMMANDS: Final = (
    ("Pane: show processes", "toggle_pane('processes')", "what runs on this machine, renewed every second"),
    ("Pane: show memory", "toggle_pane('memory')", "what was recalled, and a search"),
    ("Pane: show audit", "toggle_pane('audit')", "the newest records of the ledger"),
    ("Panes: show or hide all", "toggle_panes", "only the transcript, or the panes beside it"),
    ("Keys: show or hide", "toggle_keys", "what each key does, as it is bound now"),
    ("Question: answer it", "review", "go to the question that waits"),
    ("Transcript: clear", "clear_transcript", "the view only; the ledger keeps everything"),
    ("Theme: choose", "change_theme", "another palette for this session"),
    ("Screenshot: save", "screenshot", "an SVG of the screen"),
    ("Quit: leave nlsh", "quit", "an open question is answered no"),
)
"""Title, action of the desk, and what it does."""


class DeskCommands(Provider):
    """Offers the table."""

    async def discover(self) -> Hits:
        """Every command."""
        for title, action, text in COMMANDS:
            yield DiscoveryHit(title, partial(self.app.run_action, action), help=text)

    async def search(self, query: str) -> Hits:
        """Those whose title matches."""
        matcher = self.matcher(query)
        for title, action, text in COMMANDS:
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(self.app.run_action, action), help=text)
