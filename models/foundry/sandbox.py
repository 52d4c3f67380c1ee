"""A private root under bubblewrap: a fixture's tree, a command run in it, and what it left.

The tree is made anew for every run, so that no run sees what another left, times of access included. A fixture's files
without an old date get one of a few ages by their path, else every file is from just now and `older than a week` means
nothing. The machine's own folders are read-only, there is no network, and processes are private.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PRIVATE: Final = "/nlsh"
"""Where nlsh keeps its own things in there, the trash too; no part of what is compared."""
_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_AGES_D: Final = (0.02, 3, 20, 45, 90)
_NOW: Final = time.time()
_HOME: Final = "/home/user"
_MOST_BYTES: Final = 200_000
_CAPABILITIES: Final = "CHOWN DAC_OVERRIDE FOWNER KILL SETUID SETGID NET_RAW".split()
_PACKED: Final = (".tar", ".tgz", ".gz", ".bz2", ".xz", ".zip")

State = Mapping[str, tuple[object, ...]]


@dataclass(frozen=True)
class Outcome:
    """What a command printed, what it left (path → what is there), how it ended, and how long it took."""

    output: str
    state: State
    code: int = 0
    errors: str = ""
    seconds: float = 0.0


def read_only() -> list[str]:
    """The machine's folders that are seen in there: the system's, Python's and what nlsh is made of."""
    parts = (str(_CHECKOUT / part) for part in ("nlsh", "models", "themes"))
    ours = {*parts, sys.prefix, os.path.realpath(sys.base_prefix)}
    system = ["/usr", "/etc", "/var", *(f"/{name}" for name in _libraries() if not os.path.islink(f"/{name}"))]
    return system + sorted(path for path in ours if not path.startswith(tuple(f"{one}/" for one in system)))


def _libraries() -> list[str]:
    return [name for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32") if os.path.lexists(f"/{name}")]


def make_tree(root: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """A fixture's tree under a root, with its modes, links and times."""
    for name in _libraries():
        if os.path.islink(f"/{name}"):
            (root / name).symlink_to(os.readlink(f"/{name}"))
    for folder in (_HOME, PRIVATE, *read_only(), "/proc", "/dev", "/tmp"):  # noqa: S108  # the root's own
        (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
    for entry in entries:
        _put(root / entry["path"].lstrip("/"), entry)
    for entry in sorted(entries, key=lambda one: str(one["path"]), reverse=True):
        path = root / entry["path"].lstrip("/")
        age = entry.get("mtime_age_days") or _AGES_D[zlib.crc32(entry["path"].encode()) % len(_AGES_D)]
        os.utime(path, (_NOW - age * 86400,) * 2, follow_symlinks=False)


def _put(path: Path, entry: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if "target" in entry:
        path.symlink_to(entry["target"])
        return
    if entry["type"] == "dir":
        path.mkdir(exist_ok=True)
    else:
        path.write_bytes(base64.b64decode(entry["b64"]) if "b64" in entry else entry["text"].encode())
    path.chmod(int(entry["mode"], 8))


def run(fixture: Mapping[str, Any], argv: Sequence[str], kept: Path | None = None, limit_s: float = 10) -> Outcome:
    """Run a command in a tree of its own. `kept` holds nlsh's `config` and `cache`, used again by every run."""
    with tempfile.TemporaryDirectory(prefix="nlsh-outcome-") as folder:
        root = Path(folder)
        make_tree(root, fixture["entries"])
        started = time.time()
        try:
            done = subprocess.run(
                [*_bwrap(root, fixture["env"], kept), *argv],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False, umask=0o022,
            )  # fmt: skip
            code, output, errors = done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            code, output, errors = 124, late.stdout or b"", late.stderr or b""
        texts = [part[:_MOST_BYTES].decode("utf-8", "replace") for part in (output, errors)]
        return Outcome(texts[0], look(root, started), code, texts[1], time.time() - started)


def _bwrap(root: Path, env: Mapping[str, str], kept: Path | None) -> list[str]:
    argv = ["bwrap", "--bind", str(root), "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    for path in read_only():
        argv += ["--ro-bind", path, path]
    if kept is not None:
        argv += ["--ro-bind", f"{kept}/config", f"{PRIVATE}/config", "--bind", f"{kept}/cache", f"{PRIVATE}/cache"]
    argv += ["--unshare-all", "--hostname", "box", "--uid", "0", "--gid", "0", "--cap-drop", "ALL"]
    for name in _CAPABILITIES:
        argv += ["--cap-add", f"CAP_{name}"]
    told = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin", "HOME": _HOME, "LANG": "C.UTF-8"}
    told |= {"USER": "root", "TERM": "dumb", "NO_COLOR": "1", "NLSH_HOME": PRIVATE}
    told |= {"XDG_DATA_HOME": f"{PRIVATE}/data", **env}
    for name, value in told.items():
        argv += ["--setenv", name, value]
    return [*argv, "--die-with-parent", "--new-session", "--chdir", "/"]


def look(root: Path, started: float) -> State:
    """What is under a root: kind, mode, owner, content or target, and whether it was written since `started`."""
    skipped = {root / path.split("/")[1] for path in (*read_only(), PRIVATE, "/proc", "/dev", "/tmp")}  # noqa: S108
    found: dict[str, tuple[object, ...]] = {}
    for at, folders, files in os.walk(root):
        folders[:] = [name for name in folders if Path(at, name) not in skipped]
        for name in (*folders, *files):
            path = Path(at, name)
            found[str(path.relative_to(root))] = _what(path, started)
    return found


def _what(path: Path, started: float) -> tuple[object, ...]:
    about = path.lstat()
    kind = stat.S_IFMT(about.st_mode)
    if kind == stat.S_IFLNK:
        return kind, os.readlink(path)
    content = _digest(path) if kind == stat.S_IFREG else ""
    is_new = kind == stat.S_IFREG and about.st_mtime >= started - 1
    return kind, stat.S_IMODE(about.st_mode), about.st_uid, about.st_gid, content, is_new


def _digest(path: Path) -> object:
    """A file's check sum; of an archive those of its members, for two packers never write the same bytes."""
    content = path.read_bytes()
    if path.name.endswith(_PACKED):
        try:
            return _members(path)
        except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error):
            pass
    return hashlib.sha256(content).hexdigest()


def _members(path: Path) -> object:
    if path.name.endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            return sorted((one.filename.strip("./"), one.CRC) for one in packed.infolist() if not one.is_dir())
    if path.name.endswith(".gz") and not tarfile.is_tarfile(path):
        return hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
    with tarfile.open(path) as tar:
        held = ((one.name.strip("./"), tar.extractfile(one)) for one in tar.getmembers() if one.isreg())
        return sorted((name, hashlib.sha256(file.read()).hexdigest()) for name, file in held if file)
