"""The line in the person's own editor. It comes back to the prompt; leaving the editor runs nothing."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from typing import Final

_FALLBACKS: Final = ("sensible-editor", "editor", "vi", "nano")


def edit(line: str, env: Mapping[str, str]) -> str | None:
    """The line as it was saved; None where no editor could be run or it ended with an error. Blocks."""
    descriptor, path = tempfile.mkstemp(suffix=".sh", prefix="nlsh-")
    try:
        with open(descriptor, "wb") as file:
            file.write(line.encode("utf-8", "surrogateescape") + b"\n")
        if not _has_run(path, env):
            return None
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "surrogateescape").rstrip("\n")
    finally:
        os.unlink(path)


def _has_run(path: str, env: Mapping[str, str]) -> bool:
    for argv in _editors(env):
        try:
            return subprocess.call([*argv, path]) == 0
        except OSError:
            continue
    return False


def _editors(env: Mapping[str, str]) -> Iterator[list[str]]:
    for said in (env.get("VISUAL", ""), env.get("EDITOR", "")):
        try:
            if words := shlex.split(said):
                yield words
        except ValueError:  # a quotation that does not end
            continue
    yield from ([name] for name in _FALLBACKS)
