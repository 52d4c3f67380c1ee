"""Whether reading a git repository could run programs that the repository itself names."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from typing import Final

_DEADLINE_S: Final = 2.0
_RUNS: Final = re.compile(
    r"core\.(?:fsmonitor|pager|sshcommand|hookspath|askpass|editor|gitproxy|alternaterefscommand)|pager\..*|diff\.external"
    r"|diff\..*\.(?:command|textconv)|filter\..*|gpg\..*|gpg\.program|submodule\..*|extensions\.partialclone"
    r"|remote\..*\.(?:promisor|uploadpack|vcs)|include(?:if)?\..*|interactive\.difffilter|log\.showsignature"
)


def may_run_programs(cwd: str, env: Mapping[str, str]) -> bool:
    """Whether git, reading below `cwd`, might run what the repository's own configuration or hooks name.

    Takes a few milliseconds, two seconds at most; True where it cannot be found out.
    """
    listed = _git(cwd, env, "config", "--list", "--show-scope", "--null")
    hook = _git(cwd, env, "rev-parse", "--git-path", "hooks/post-index-change")
    if listed is None:
        return True
    fields = listed.split("\0")
    keys = (
        entry.partition("\n")[0] for scope, entry in zip(fields[::2], fields[1::2], strict=False) if _is_local(scope)
    )
    if any(_RUNS.fullmatch(key.lower()) for key in keys):
        return True
    return hook is not None and os.access(os.path.join(cwd, hook.rstrip("\n")), os.X_OK)


def _is_local(scope: str) -> bool:
    return scope not in ("system", "global")


def _git(cwd: str, env: Mapping[str, str], *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ("git", *arguments),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_DEADLINE_S,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return os.fsdecode(done.stdout) if done.returncode == 0 else None
