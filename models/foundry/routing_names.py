"""What a first word names where the route is measured: programs that have a page, or what is installed here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from nlsh.shell.words import Programs, kind_in_shell

Kinds = Callable[[str], str]

_SHELL: Final = "bash"


def kinds_of_pages(folder: Path) -> Kinds:
    """A machine on which every program with a tldr page is installed. Raises OSError: the pages are missing."""
    with (folder / "tldr.jsonl").open(encoding="utf-8") as lines:
        tools = {str(json.loads(line)["tool"]) for line in lines}
    # A page `git undo` is about a program git-undo: that is how git finds what it does not bring along.
    programs = {tool.split()[0] for tool in tools} | {tool.replace(" ", "-") for tool in tools if tool[:4] == "git "}
    return lambda word: kind_in_shell(_SHELL, word) or ("program" if word in programs else "")


def kinds_here() -> Kinds:
    """This machine, without the person's aliases and functions."""
    programs = Programs()
    path, cwd = os.environ.get("PATH", os.defpath), os.getcwd()
    return lambda word: kind_in_shell(_SHELL, word) or ("program" if programs.holds(word, path, cwd) else "")
