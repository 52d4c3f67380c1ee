"""A home for one run of nlsh: its folders, its environment, its startup files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent.parent
REAL: Final = (sys.executable, "-m", "nlsh")
SCRIPTED: Final = (sys.executable, str(Path(__file__).with_name("scripted.py")))
"""nlsh with a scripted model: nothing is loaded, and what an utterance is planned as is in CHECK_PLANS."""
READY: Final = "READY>"
"""The prompt of the person's own shell."""
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")


class Home:
    """Where nlsh and its shell find everything; `work` is where they are started."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder / "person"
        self.work = self.folder / "work"
        self.programs = self.folder / "programs"
        self.state = self.folder / ".local" / "state" / "nlsh"
        self.config = self.folder / ".config" / "nlsh"
        for made in (self.work, self.programs, self.config, self.folder / "runtime"):
            made.mkdir(parents=True)
        (self.folder / "runtime").chmod(0o700)
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        self.env: dict[str, str] = kept | {
            "HOME": str(self.folder),
            "PATH": f"{self.programs}:{kept['PATH']}",
            "LANG": kept.get("LANG", "C.UTF-8"),
            "XDG_CACHE_HOME": str(cache),
            "XDG_RUNTIME_DIR": str(self.folder / "runtime"),
            "SHELL": "/bin/bash",
            "TERM": "xterm-256color",
            "PYTHONPATH": str(ROOT),
            "CHECK_PLANS": "{}",
        }
        self.write(".bashrc", f"PS1='{READY}'\n")
        self.write(".zshrc", f"PS1='{READY}'\nunsetopt prompt_sp\n")
        self.write(".config/fish/config.fish", "function fish_greeting; end\n")

    def use(self, shell: str) -> str:
        """Make it the person's shell; returns its name."""
        import shutil

        self.env["SHELL"] = shutil.which(shell) or shell
        return shell

    def plans(self, plans: Mapping[str, Any]) -> None:
        """What the scripted model plans, by utterance."""
        self.env["CHECK_PLANS"] = json.dumps({said: json.dumps(plan) for said, plan in plans.items()})

    def write(self, name: str, text: str) -> Path:
        """A file in the home."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def program(self, name: str, text: str) -> None:
        """A program on the PATH, before all others."""
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)

    def call(self, *words: str, stdin: bytes = b"", argv: tuple[str, ...] = REAL) -> subprocess.CompletedProcess[bytes]:
        """Run nlsh to its end, without a terminal."""
        return subprocess.run(
            [*argv, *words], env=self.env, cwd=self.work, input=stdin, capture_output=True, timeout=60, check=False
        )

    def files_with(self, secret: bytes) -> list[str]:
        """The files anywhere in the home that hold these bytes."""
        return [str(path) for path in self.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
