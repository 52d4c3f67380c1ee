"""The first run: a few lines above the first prompt. It works at once; nothing has to be answered."""

from __future__ import annotations

from typing import Final

from nlsh.repl.screen import Screen

EXAMPLES: Final = (
    "show the 5 largest files here",
    "what is using the most memory",
    "which files changed today",
)
"""Utterances that the model nlsh comes with understands, and that change nothing."""
_KEYS: Final = "F1 shows the keys; help says what nlsh can do"
_PLAIN_KEYS: Final = "help says what nlsh can do"


def welcome(screen: Screen) -> None:
    """Say what a line may be."""
    screen.tell("nlsh: your own shell, plus verbs in plain language, offline.", "bold")
    screen.tell("A line is a command, and runs as written, or a wish in your own words:")
    for example in EXAMPLES:
        screen.tell(f"    {example}")
    screen.tell("You are asked before anything is changed, and undo takes changes back.")
    screen.tell(f"{_PLAIN_KEYS if screen.is_plain else _KEYS}.")
    screen.tell("A line that begins with a space stays out of its history.")
    screen.tell("")
