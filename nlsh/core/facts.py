"""What code found out about a syscall before it runs: the ground policy stands on and approvals are bound to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

TargetKind = Literal[
    "file", "folder", "link", "device", "fifo", "socket", "missing", "process", "unit", "package", "host", "other"
]


@dataclass(frozen=True)
class Target:
    """One thing a syscall would touch. `name` is an absolute path (surrogateescape text), a pid, a unit, a host …"""

    name: str
    kind: TargetKind
    size_bytes: int = 0
    device: int = 0
    inode: int = 0
    modified_ns: int = 0
    mode: int = 0
    owner: str = ""
    is_own: bool = True
    """Whether it belongs to the person running nlsh."""
    links: int = 1


@dataclass(frozen=True)
class CommandReading:
    """What the parser can prove about a shell command line."""

    command: str
    is_read_only: bool
    effects: frozenset[str]
    programs: tuple[str, ...]
    reason: str
    is_privileged: bool = False
    """Whether it would raise privileges (sudo, su, doas) or change the system's configuration."""
    is_refused: bool = False
    """Whether it provably aims at a protected root, a block device, or nlsh's own state."""


@dataclass(frozen=True)
class Facts:
    """Resolved facts. Totals count everything; `targets` may be a sample, the largest first."""

    targets: tuple[Target, ...] = ()
    count: int = 0
    size_bytes: int = 0
    overwrites: int = 0
    """How many existing things would be replaced."""
    protected: str = ""
    """Why the target must never be touched (a protected root, nlsh's own state), or empty."""
    privileged: str = ""
    """Why it needs or has more than the person's own rights (system folder, another's process), or empty."""
    sensitive: str = ""
    """Why reading it is delicate (keys, credentials, history), or empty."""
    is_outside: bool = False
    """Whether a target lies outside both the working directory and the home directory."""
    is_reversible: bool = False
    """Whether undo can take it back."""
    irreversible: str = ""
    """Why undo cannot take it back, in words for the approval."""
    is_recursive: bool = False
    hosts: tuple[str, ...] = ()
    reading: CommandReading | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the tool wants to hand from `resolve` to `preview` and `run`: JSON values only."""

    def digest(self) -> str:
        """SHA-256 of the canonical JSON: any changed fact changes it."""
        plain = asdict(self) | {"details": dict(self.details)}
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=sorted)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Preview:
    """What will happen, in the tool's own words. Plain text; front ends escape it."""

    title: str
    """One line: verb, targets, count and size."""
    lines: tuple[str, ...] = ()
    """The largest few targets, a diff, notes."""
    phrase: str = ""
    """What must be typed to agree to R4, for example `delete 3412 files`."""
