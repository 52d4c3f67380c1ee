"""The words of the prompt, and what counts as text that may stand there."""

from __future__ import annotations

from typing import Final

from nlsh.core.display import visible_text
from nlsh.core.risk import Route

GLYPHS: Final = {Route.LITERAL: "❯", Route.UTTERANCE: "✦"}
"""What marks a line run as written, and one that is planned."""
WORDS: Final = {Route.LITERAL: "❯ command", Route.UTTERANCE: "✦ ask"}
"""How a route is shown: a glyph and a word."""
OTHER: Final = {Route.LITERAL: Route.UTTERANCE, Route.UTTERANCE: Route.LITERAL}
"""The route a line is flipped to."""


def without_unsafe(text: str) -> tuple[str, int]:
    """Pasted text without characters that cannot be seen, and how many were left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in text if visible_text(char) == char)
    return kept, len(text) - len(kept)


def is_showable(text: str) -> bool:
    """Whether a text can stand in the prompt as it is, with nothing in it that cannot be seen."""
    return visible_text(text) == text
