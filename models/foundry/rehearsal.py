"""A plan carried out twice, each time in a folder of its own: by the product's tools, and by the oracle in a jail."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from models.foundry import sandbox
from models.foundry.oracle_text import REFERENCE, Uncovered, many
from models.foundry.pairs import TOOLS
from models.foundry.props import is_file_name
from models.foundry.worlds import Steps
from nlsh.core.plan import read_plan
from nlsh.core.ports import History, Memory, Services, Shell, Turns, UndoStep
from nlsh.core.results import Chunk, Result, Table
from nlsh.core.scope import Scope

TABLES: Final = frozenset({"fs.find", "fs.list", "fs.grep", "fs.count"})
LOOKING: Final = TABLES | frozenset("fs.read text.grep text.slice text.sort text.uniq text.count".split())
LIMIT_S: Final = 20
_BIG: Final = 4 << 20

Rows = list[tuple[str, ...]]


@dataclass
class _Journal:
    """A journal nobody reads."""

    steps: int = 0

    def prepare(self, step: UndoStep) -> int:
        self.steps += 1
        return self.steps

    def applied(self, step_id: int, after: Mapping[str, Any]) -> None:
        pass

    def abandon(self, step_id: int) -> None:
        pass


@dataclass(frozen=True)
class _Shell:
    cwd: str
    env: Mapping[str, str]


@dataclass
class Copy:
    """One copy of a world, what ran there and what it left."""

    root: Path

    @property
    def cwd(self) -> Path:
        """Where the plan runs; its parent is home, and `top` beside that stands for the root of the file tree."""
        return self.root / "home" / "work"

    def state(self, loose: frozenset[str]) -> dict[str, tuple[object, ...]]:
        """What is there, by path; of `loose` files only the first words of their lines count."""
        found: dict[str, tuple[object, ...]] = {}
        for top in ("home", "top"):
            for at, folders, files in os.walk(self.root / top):
                for name in (*folders, *files):
                    path = Path(at, name)
                    about = path.lstat()
                    content = _content(path, name in loose) if stat.S_ISREG(about.st_mode) else ""
                    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns), follow_symlinks=False)
                    found[str(path.relative_to(self.root))] = (about.st_mode, content, about.st_mtime)
        return found

    def tidy(self, row: tuple[str, ...], index: int) -> tuple[str, ...]:
        """A row with its path as it is below the root, whatever the copy."""
        path = os.path.relpath(os.path.normpath(self.cwd / row[index]), self.root)
        return (*row[:index], path, *row[index + 1 :])


def _content(path: Path, is_loose: bool) -> object:
    size = path.stat().st_size
    if size > _BIG:
        return size
    packed = sandbox._digest(path)
    if isinstance(packed, list):
        return sorted((os.path.basename(name), content) for name, content in packed)
    content = path.read_bytes()
    if is_loose:
        return sorted({os.path.normpath(line.split(b"\t")[0].decode()) for line in content.splitlines()})
    return hashlib.sha256(content).hexdigest()


def carried_out(steps: Steps, copy: Copy, utterance: str) -> dict[int, Result]:
    """Carry a plan out as the product does. Raises NlshError."""
    home, cwd = str(copy.cwd.parent), str(copy.cwd)
    env = {"HOME": home, "PATH": os.environ["PATH"], "XDG_DATA_HOME": str(copy.root / "data")}
    nobody = (cast(Memory, None), cast(History, None), cast(Turns, None))
    services = Services(cast(Shell, _Shell(cwd, env)), *nobody, str(copy.root / "state"))
    results: dict[int, Result] = {}
    told = [{name: a | _absolute(a, copy)} for name, a in steps]
    for step in read_plan(json.dumps(told), TOOLS.lookup).steps:
        scope = Scope(cwd, home, env, utterance, services, _Journal(), dict(results))
        emitted = list(step.syscall.run(scope, step.syscall.resolve(scope)))
        tables = [one for one in emitted if isinstance(one, Table)]
        output = b"".join(one.data for one in emitted if isinstance(one, Chunk))
        results[step.number] = Result(tables[-1] if tables else None, output)
    return results


def _absolute(a: Mapping[str, Any], copy: Copy) -> dict[str, Any]:
    """What is left out by its absolute path is so again."""
    found = [one.replace("../../top", str(copy.root / "top"), 1) for one in many(a.get("exclude"))]
    return {"exclude": found} if found else {}


@cache
def _jail() -> tuple[str, ...]:
    """How a command is kept from everything but a folder; nothing where there is no bubblewrap."""
    apart = ("--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent")
    argv = ("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *apart)
    try:
        return argv if subprocess.run([*argv, "true"], capture_output=True, check=False).returncode == 0 else ()
    except OSError:
        return ()


def asked(commands: str, copy: Copy, steps: int) -> str:
    """Have the oracle work in its copy; returns what went wrong, if anything."""
    env = {"HOME": str(copy.cwd.parent), "PATH": os.environ["PATH"], "T": str(copy.root / "out")}
    bind = ("--bind", str(copy.root), str(copy.root), "--chdir", str(copy.cwd)) if _jail() else ()
    argv = [*_jail(), *bind, "bash", "-c", commands]
    try:
        done = subprocess.run(argv, cwd=copy.cwd, env=env, capture_output=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return "it takes too long"
    told = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode > steps:
        raise Uncovered(f"the oracle cannot: {told[:200]}")
    return f"step {done.returncode}: {told[:200]}" if done.returncode else ""


def shown(
    name: str, a: Mapping[str, Any], number: int, results: Mapping[int, Result], copies: list[Copy]
) -> list[Rows]:
    """What a step showed here and there, in order where it has one."""
    theirs = copies[1]
    result, text = results[number], (theirs.root / "out" / str(number)).read_text("utf-8", "surrogateescape")
    lines = text.splitlines()
    if name not in LOOKING:
        return [[], []]
    found: tuple[Rows, Rows] = [(line,) for line in result.text().splitlines()], [(line,) for line in lines]
    if result.table is not None:
        found = _rows(name, result.table, lines, copies)
    is_loose = name == "fs.grep" or a.get("sort") in ("name", "extension") or (name == "fs.list" and "sort" not in a)
    if name == "text.uniq" and {"counts", "duplicates_only", "singles_only", "by", "field"} & set(a):
        is_loose = True
    if name == "fs.list" and a.get("sort") == "size":
        one, other = ([row for row in rows if is_file_name(row[-1])] for rows in found)
        found = one, other
    return [sorted(rows) if is_loose else list(rows) for rows in found]


def _rows(name: str, table: Table, lines: list[str], copies: list[Copy]) -> tuple[Rows, Rows]:
    at = next((i for i, column in enumerate(table.columns) if column.kind == "path"), None)
    rows = [tuple(map(str, row)) for row in table.rows]
    cells = [tuple(line.split("\t", len(table.columns) - 1)) for line in lines]
    if at is None:
        return rows, cells
    if name not in ("fs.grep", "text.count"):
        rows, cells, at = [(row[at],) for row in rows], [(line.split("\t")[0],) for line in lines], 0
    return [copies[0].tidy(row, at) for row in rows], [copies[1].tidy(row, at) for row in cells]


def loose(steps: Steps, results: Mapping[int, Result]) -> Iterator[str]:
    """The names of files a table was written to."""
    for _, a in steps:
        found = REFERENCE.fullmatch(str(a.get("source", "")))
        if found and "path" in a and results[int(found[1])].table is not None:
            yield os.path.basename(a["path"])
