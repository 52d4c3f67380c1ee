"""Editing the line in the person's own editor, on the real terminal."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from textual.app import App

from nlsh.core.errors import NlshError
from nlsh.tui.prompt.words import without_unsafe

_USUAL: Final = ("sensible-editor", "nano", "vi")
_LIMIT_BYTES: Final = 1024 * 1024
"""A longer text is no line."""


def editor_command(env: Mapping[str, str]) -> list[str]:
    """The person's editor as argv: $VISUAL, $EDITOR, or one that is usually there.

    Raises:
        NlshError: there is none, or it is not spelled as a command.
    """
    wish = env.get("VISUAL") or env.get("EDITOR") or next((name for name in _USUAL if shutil.which(name)), "")
    try:
        words = shlex.split(wish)
    except ValueError as error:
        raise NlshError(f"the editor cannot be started: {wish}: {error}", "mend $VISUAL or $EDITOR") from error
    if not words:
        raise NlshError("no editor was found", "say in $VISUAL or $EDITOR which one you like")
    return words


async def edited(app: App[Any], text: str, env: Mapping[str, str]) -> str:
    """The text as the person left it in their editor, without the newline at its end.

    Raises:
        NlshError: the editor cannot be started, ended badly, or left what cannot be read.
    """
    driver = app._driver
    if driver is None or not driver.can_suspend:
        raise NlshError("an editor cannot be opened here", "use a terminal")
    command = editor_command(env)
    with tempfile.TemporaryDirectory(prefix="nlsh-") as folder:
        path = os.path.join(folder, "line.sh")
        _write(path, text)
        with app.suspend(), app.batch_update(), _spared_interrupts():
            # A thread, and nothing drawn meanwhile: see `nlsh/tui/lend.py`.
            code = await asyncio.to_thread(_run, [*command, path])
        app.refresh(layout=True)
        if code:
            raise NlshError(f"{command[0]} ended with exit code {code}", "the line is as it was")
        return _read(path)


def _run(command: list[str]) -> int:
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        raise NlshError(f"{command[0]} cannot be started: {error.strerror}", "mend $VISUAL or $EDITOR") from error


@contextmanager
def _spared_interrupts() -> Iterator[None]:
    """Ctrl+c on the terminal is for the editor; what it starts has its own handling of it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text + "\n")


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(_LIMIT_BYTES + 1)
    except OSError as error:
        raise NlshError(f"what was edited cannot be read: {error.strerror}", "the line is as it was") from error
    if len(data) > _LIMIT_BYTES:
        raise NlshError("what was edited is too long for a line", "the line is as it was")
    text, _ = without_unsafe(data.decode("utf-8", "surrogateescape"))
    return text.rstrip("\n")
