"""What may be asked of any of the shells: which folder to enter, which variable to set."""

from __future__ import annotations

import os
import re
from typing import Final

from nlsh.core.errors import UsageError

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def entered(path: str, cwd: str, home: str) -> str:
    """Where `cd PATH` leads, absolute. Raises UsageError where there is no such folder, or it may not be entered."""
    wanted = home + path[1:] if path == "~" or path.startswith("~/") else path
    target = os.path.normpath(os.path.join(cwd, wanted))
    if not os.path.isdir(target):
        raise UsageError(f"there is no folder {path}", "check the name, or make it first")
    if not os.access(target, os.X_OK):
        raise UsageError(f"the folder {path} may not be entered", "its owner has not allowed it")
    return target


def check_variable(name: str, value: str) -> None:
    """Raise UsageError where no environment can hold it."""
    if not _NAME.fullmatch(name) or "\0" in value:
        raise UsageError(f"{name!r} cannot be a variable of the environment", "use letters, digits and _")


def existing(folder: str) -> str:
    """The folder, or the nearest one above it that can be entered."""
    while not (os.path.isdir(folder) and os.access(folder, os.X_OK)) and folder != "/":
        folder = os.path.dirname(folder)
    return folder
