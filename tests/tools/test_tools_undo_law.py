"""The law of undo: whatever was done and taken back leaves the tree as it was; redo makes it again; nothing foreign
is ever touched."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.errors import NlshError
from nlsh.core.ports import UndoStep
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools import changes
from nlsh.tools.fs.archives import Archive, Extract
from nlsh.tools.fs.making import Link, Mkdir, Split, Touch
from nlsh.tools.fs.metadata import Chmod
from nlsh.tools.fs.moving import Copy, Move
from nlsh.tools.fs.naming import Rename
from nlsh.tools.fs.removing import Remove
from nlsh.tools.fs.replacing import Replace
from nlsh.tools.fs.syncing import Sync
from nlsh.tools.fs.writing import Append, Write

NAMES = ("a", "b", "d", "d/x", "d/e", "d/e/y", "-l", "new\nline", "b\udcffd", "g[1]", "l", "s.tar.gz", "s.zip")
name = st.sampled_from(NAMES)
text = st.sampled_from(("", "one", "two\nlines", "x" * 3000))
operations = st.one_of(
    st.builds(Write, path=name, text=text),
    st.builds(Append, path=name, text=text.filter(bool)),
    st.builds(Replace, path=name.map(lambda one: (one,)), pattern=st.sampled_from(("o", "x", "n")), replacement=text),
    st.builds(Touch, path=name.map(lambda one: (one,)), time=st.sampled_from(("", "2d", "2024-05-01"))),
    st.builds(Mkdir, path=name.map(lambda one: (one,))),
    st.builds(Link, target=name, path=name, hard=st.booleans()),
    st.builds(Copy, source=name.map(lambda one: (one,)), to=name),
    st.builds(Move, source=st.lists(name, min_size=1, max_size=2, unique=True).map(tuple), to=name),
    st.builds(Rename, path=name.map(lambda one: (one,)), to=st.sampled_from(("a", "b", "q", "d"))),
    st.builds(Remove, path=st.lists(name, min_size=1, max_size=3, unique=True).map(tuple)),
    st.builds(
        Chmod,
        path=name.map(lambda one: (one,)),
        mode=st.sampled_from(("755", "600", "+x", "u+x,go-w")),
        recursive=st.booleans(),
    ),
    st.builds(Archive, source=name.map(lambda one: (one,)), to=st.sampled_from(("s.tar.gz", "s.zip", "d/t.tar"))),
    st.builds(
        Extract,
        source=st.sampled_from((("s.tar.gz",), ("s.zip",), ("d/t.tar",))),
        to=st.sampled_from((".", "d", "out")),
    ),
    st.builds(Split, path=name, size=st.just("1000")),
    st.builds(Sync, source=st.just("d"), to=st.sampled_from(("out", "b")), delete=st.booleans()),
)

Tree = Mapping[str, tuple[Any, ...]]


def tree_of(top: Path) -> Tree:
    """Path → kind, mode, and for files content and time, for links their target."""
    found: dict[str, tuple[Any, ...]] = {}
    for folder, folders, files in os.walk(top):
        for each in folders + files:
            path = os.path.join(folder, each)
            info = os.lstat(path)
            row: tuple[Any, ...] = (stat.S_IFMT(info.st_mode), stat.S_IMODE(info.st_mode))
            if stat.S_ISREG(info.st_mode):
                row += (Path(path).read_bytes(), info.st_mtime_ns)
            elif stat.S_ISLNK(info.st_mode):
                row += (os.readlink(path),)
            found[os.path.relpath(path, top)] = row
    return found


def seeded(scope: Scope) -> Path:
    cwd = Path(scope.cwd)
    (cwd / "d" / "e").mkdir(parents=True)
    for each, content in (("a", "one\ntwo\n"), ("d/x", "xxx"), ("d/e/y", "no newline"), ("g[1]", "")):
        (cwd / each).write_text(content)
        os.utime(cwd / each, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
    for odd in ("-l", "new\nline", "b\udcffd"):
        (cwd / odd).write_text("odd\n")
    (cwd / "l").symlink_to("d/x")
    for ending in ("tar.gz", "zip"):
        perform(Archive(source=("d", "g[1]"), to=f"s.{ending}"), scope)
    return cwd


def perform(syscall: Syscall, scope: Scope) -> list[UndoStep]:
    """Run one syscall as the kernel does; the steps it journaled, also where it failed midway."""
    journal: Any = type(scope.journal)()
    here = replace(scope, journal=journal)
    try:
        for _ in syscall.run(here, syscall.resolve(here)):
            pass
    except NlshError:
        pass
    assert not journal.open_steps
    return list(journal.made())


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(todo=st.lists(operations, min_size=1, max_size=8))
def test_undoing_all_restores_the_tree_and_redo_makes_it_again(
    scope_at: Callable[[Path], Scope], todo: list[Syscall]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scope = scope_at(Path(folder) / "home")
        cwd = seeded(scope)
        trees, journals = [tree_of(cwd)], []
        for syscall in todo:
            journals.append(perform(syscall, scope))
            trees.append(tree_of(cwd))
            assert not [path for path in trees[-1] if ".nlsh-" in path]
        for _ in range(2):
            for number in reversed(range(len(journals))):
                for step in reversed(journals[number]):
                    changes.turn_back(step)
                assert tree_of(cwd) == trees[number]
            for number, journal in enumerate(journals):
                for step in journal:
                    changes.make_again(step)
                assert tree_of(cwd) == trees[number + 1]


ONE_STEP: list[Syscall] = [
    Write(path="a", text="new"),
    Write(path="fresh", text="new"),
    Append(path="a", text="more"),
    Rename(path=("a",), to="z"),
    Remove(path=("a", "g[1]")),
    Remove(path=("d",)),
    Touch(path=("a",), time="2024-05-01"),
    Chmod(path=("d",), mode="700", recursive=True),
    Copy(source=("d",), to="d2"),
    Move(source=("a", "g[1]"), to="d"),
    Link(target="a", path="ln"),
]


@pytest.mark.parametrize("syscall", ONE_STEP, ids=lambda syscall: syscall.to_json())
def test_a_foreign_change_is_refused_and_nothing_is_touched(syscall: Syscall, scope: Scope) -> None:
    cwd = seeded(scope)
    [step] = perform(syscall, scope)
    for path in _changed_by(step):
        backup = tree_of(Path(scope.home))
        _meddle(path)
        meddled = tree_of(Path(scope.home))
        assert meddled != backup
        with pytest.raises(NlshError):
            changes.turn_back(step)
        assert tree_of(Path(scope.home)) == meddled
        _unmeddle(path)
    changes.turn_back(step)
    assert cwd.exists()


def _changed_by(step: Any) -> list[str]:
    """The places a step left something at."""
    rows = step.before.get("items") or [[step.path, step.other, step.before]]
    return [row[1] if step.action == "rename" else row[0] for row in rows]


_SAVED: dict[str, tuple[Any, ...]] = {}


def _meddle(path: str) -> None:
    """Change content (or what a folder is), remembering how to turn it back exactly."""
    os.rename(path, path + ".kept")
    if os.path.isdir(path + ".kept"):
        os.mkdir(path)
    else:
        Path(path).write_text("somebody else was here")


def _unmeddle(path: str) -> None:
    if os.path.isdir(path):
        os.rmdir(path)
    else:
        os.unlink(path)
    os.rename(path + ".kept", path)


def test_a_change_inside_a_made_folder_is_not_thrown_away(scope: Scope) -> None:
    cwd = seeded(scope)
    [step] = perform(Mkdir(path=("fresh/inner",)), scope)
    (cwd / "fresh" / "inner" / "mine.txt").write_text("mine")
    with pytest.raises(NlshError, match="holds something else"):
        changes.turn_back(step)
    assert (cwd / "fresh" / "inner" / "mine.txt").read_text() == "mine"


def test_undo_does_not_overwrite_what_took_the_old_place(scope: Scope) -> None:
    cwd = seeded(scope)
    [step] = perform(Remove(path=("a",)), scope)
    (cwd / "a").write_text("a new one")
    with pytest.raises(NlshError, match="something else is at"):
        changes.turn_back(step)
    assert (cwd / "a").read_text() == "a new one"


@pytest.mark.parametrize("syscall", ONE_STEP, ids=lambda syscall: syscall.to_json())
def test_a_step_whose_result_was_lost_is_judged_by_the_tree(syscall: Syscall, scope: Scope) -> None:
    cwd = seeded(scope)
    before = tree_of(cwd)
    [step] = perform(syscall, scope)
    after = tree_of(cwd)
    lost = replace(step, after={})
    changes.turn_back(lost)
    assert tree_of(cwd) == before
    changes.turn_back(lost)
    assert tree_of(cwd) == before
    changes.make_again(step)
    assert tree_of(cwd) == after
