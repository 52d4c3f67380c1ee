"""The shells nlsh can keep running: how each is started with nlsh's hooks, and by which keys it is spoken to."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

_DEADLINE_S: Final = 2.0


@dataclass(frozen=True)
class Kind:
    """One shell. The keys are bound in its own line editor; `noise` is what that writes around background output."""

    name: str
    hooks: str
    """The file of the hooks, as the shell wants it named."""
    run: bytes = b"\x18\x1e1"
    ask: bytes = b"\x18\x1e3"
    complete: bytes = b"\x18\x1e4"
    enter: bytes = b""
    """Accepts the line as it stands, where that is needed to find a shell that has lost its hooks."""
    noise: re.Pattern[bytes] = re.compile(rb"(?!)")

    def argv(self, folder: str, *, has_startup: bool) -> tuple[str, ...]:
        """How it is started with the hooks in `folder`; without the person's startup files if they do not end."""
        hooks = os.path.join(folder, self.hooks)
        if self.name == "bash":
            return (self.name, "--rcfile", hooks, "-i")
        if self.name == "zsh":
            return (self.name, "-i")
        return (self.name, *(() if has_startup else ("--no-config",)), "-i", "-C", f"source {shlex.quote(hooks)}")

    def env(self, folder: str, env: Mapping[str, str]) -> dict[str, str]:
        """The environment it is started with."""
        if self.name != "zsh":
            return dict(env)
        kept = {"NLSH_ZDOTDIR": env["ZDOTDIR"]} if "ZDOTDIR" in env else {}
        return {**env, **kept, "ZDOTDIR": folder}

    def text(self, places: Mapping[str, str], *, has_startup: bool) -> str:
        """The hooks, filled in: places by name (`NONCE`, `FOLDER`, `GATE`, `LINE`, `REPORT`)."""
        source = files("nlsh.shell.hooks").joinpath(f"{self.name}.hooks").read_text("utf-8")
        if not has_startup:
            source = re.sub(r"^.*# startup\n", "", source, flags=re.MULTILINE)
        return re.sub(r"@([A-Z]+)@", lambda found: places[found[1]], source)


_ZLE: Final = rb"(?:\r?\x1b\[K|\x1b\[\?1[hl]|\x1b[=>]|\x1b\[\?2004[hl]|\r\r\n)+"
_ZLE_DRAWS: Final = rb"\r?\x1b\[0m\x1b\[27m\x1b\[24m.*"
_FISH: Final = rb"(?:\x1b\]0;[^\x07]*\x07|\x1b\[30m\x1b\(B\x1b\[m|\x1b\[\?2004[hl]|\x1b\[K|\r(?!\n))+"
KINDS: Final[Mapping[str, Kind]] = {
    "bash": Kind(
        "bash",
        "bashrc",
        run=b"\x18\x1e1\x18\x1e2",
        complete=b"\x18\x1e4\x18\x1e5\x18\x1e6",
        enter=b"\x18\x1e2",
        noise=re.compile(rb"\A\r\x1b\[K\r?"),
    ),
    "zsh": Kind(
        "zsh", ".zshenv", noise=re.compile(rb"\A" + _ZLE + rb"|" + _ZLE_DRAWS + rb"|" + _ZLE + rb"\Z", re.DOTALL)
    ),
    "fish": Kind("fish", "hooks.fish", noise=re.compile(rb"\A" + _FISH + rb"|" + _FISH + rb"\Z")),
}


def keepable(path: str) -> Kind | None:
    """The kind of the shell at `path`, if it is one that can be kept: bash from 4.4 on, zsh, fish."""
    kind = KINDS.get(os.path.basename(path))
    if kind is None or not os.access(path, os.X_OK):
        return None
    return kind if kind.name != "bash" or _bash_version(path) >= (4, 4) else None


def keepable_for(env: Mapping[str, str]) -> tuple[Kind, str] | None:
    """The person's shell, its kind and path: $SHELL if it can be kept, else bash; None where there is neither."""
    for path in (env.get("SHELL", ""), "/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash", "/opt/homebrew/bin/bash"):
        kind = keepable(path)
        if kind is not None:
            return kind, path
    return None


def _bash_version(path: str) -> tuple[int, int]:
    """Two numbers; macOS still ships 3.2, which has no PS0."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, timeout=_DEADLINE_S, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    found = re.search(rb"version (\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)
