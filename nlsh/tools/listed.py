"""How paths stand in tables: raw, as short as they can be, and still naming the same place to a later step."""

from __future__ import annotations

from nlsh.core.scope import Scope


def listed(path: str, scope: Scope) -> str:
    """A path relative to the working directory where it is below it, else absolute; `.` for the directory itself."""
    if path == scope.cwd:
        return "."
    prefix = scope.cwd.rstrip("/") + "/"
    return path[len(prefix) :] if path.startswith(prefix) else path
