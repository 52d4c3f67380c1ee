"""The primitive changes where the world is unhelpful: other mounts, no hard links, races, cancels, crashes."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.scope import Scope
from nlsh.tools import changes, kernelcalls, primitives
from nlsh.tools.fs.moving import Copy
from nlsh.tools.fs.removing import Remove
from nlsh.tools.fs.writing import Write
from nlsh.tools.staging import Staging


def everything(top: Path) -> list[str]:
    return sorted(str(path.relative_to(top)) for path in top.rglob("*"))


def intercept(monkeypatch: pytest.MonkeyPatch, before: Callable[[str], None]) -> None:
    """Do something right before each rename that must not replace."""
    real = kernelcalls.rename_exclusive

    def intercepted(source: str, *rest: Any) -> None:
        before(source)
        real(source, *rest)

    monkeypatch.setattr(primitives, "rename_exclusive", intercepted)


def test_what_the_mount_cannot_rename_is_copied_compared_and_then_removed(
    scope: Scope, cwd: Path, journal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cwd / "d" / "e").mkdir(parents=True)
    (cwd / "d" / "f").write_text("content")
    (cwd / "d" / "f").chmod(0o640)
    (cwd / "d" / "l").symlink_to("f")

    def refuse(source: str) -> None:
        if source == "d":
            raise OSError(errno.EXDEV, "cross-device")

    intercept(monkeypatch, refuse)
    changes.discard([str(cwd / "d")], scope)
    assert os.listdir(cwd) == []
    [step] = journal.made()
    changes.turn_back(step)
    assert everything(cwd) == ["d", "d/e", "d/f", "d/l"]
    assert (os.stat(cwd / "d/f").st_mode & 0o777, os.readlink(cwd / "d/l")) == (0o640, "f")


def test_a_copy_that_is_not_whole_keeps_the_original(
    scope: Scope, cwd: Path, journal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cwd / "d").mkdir()
    (cwd / "d" / "f").write_text("content")

    def refuse(source: str) -> None:
        raise OSError(errno.EXDEV, "cross-device")

    intercept(monkeypatch, refuse)
    monkeypatch.setattr(primitives, "_weight", lambda path: path)
    with pytest.raises(NlshError, match="cannot be copied whole"):
        changes.discard([str(cwd / "d")], scope)
    assert everything(cwd) == ["d", "d/f"]
    assert everything(Path(scope.home) / ".local/share/Trash") == ["files", "info"]
    assert journal.made() == []


def test_overwriting_works_where_there_are_no_hard_links(
    scope: Scope, cwd: Path, journal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*rest: Any, **more: Any) -> None:
        raise OSError(errno.EPERM, "no hard links")

    (cwd / "f").write_text("old")
    monkeypatch.setattr("os.link", refuse)
    write = Write(path="f", text="new")
    list(write.run(scope, write.resolve(scope)))
    assert (cwd / "f").read_text() == "new\n"
    [step] = journal.made()
    changes.turn_back(step)
    assert (cwd / "f").read_text() == "old"
    changes.make_again(step)
    assert (cwd / "f").read_text() == "new\n"


def test_the_backup_of_an_overwrite_is_the_old_inode(scope: Scope, cwd: Path, journal: Any) -> None:
    (cwd / "f").write_text("old")
    inode = os.stat(cwd / "f").st_ino
    write = Write(path="f", text="new")
    list(write.run(scope, write.resolve(scope)))
    [step] = journal.made()
    assert os.stat(step.other).st_ino == inode
    assert set(step.after) >= {"device", "inode", "size", "mtime_ns", "mode", "kind"}


def test_an_attacker_who_swaps_the_target_gets_it_back(
    scope: Scope, cwd: Path, journal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cwd / "bait").write_text("bait")
    (cwd / "precious").write_text("precious")

    def swap(source: str) -> None:
        if source == "bait" and (cwd / "precious").exists():
            (cwd / "bait").rename(cwd / "hidden")
            (cwd / "precious").rename(cwd / "bait")

    intercept(monkeypatch, swap)
    with pytest.raises(NlshError, match="exchanged for something else"):
        changes.discard([str(cwd / "bait")], scope)
    assert (cwd / "bait").read_text() == "precious"
    assert journal.made() == []


def test_a_link_put_in_the_way_is_not_followed(scope: Scope, cwd: Path, tmp_path: Path) -> None:
    (cwd / "d").mkdir()
    (cwd / "d" / "f").write_text("mine")
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "f").write_text("theirs")
    remove = Remove(path=("d/f",))
    found = remove.resolve(scope)
    (cwd / "d").rename(cwd / "gone")
    (cwd / "d").symlink_to(tmp_path / "victim")
    with pytest.raises(NlshError):
        list(remove.run(scope, found))
    assert (tmp_path / "victim" / "f").read_text() == "theirs"


def test_cancelling_midway_leaves_what_is_undoable_and_nothing_else(scope: Scope, cwd: Path, journal: Any) -> None:
    (cwd / "d").mkdir()
    for name in "abc":
        (cwd / "d" / name).write_bytes(b"x" * (9 << 20))
    copy = Copy(source=("d",), to="copy")
    steps = copy.run(scope, copy.resolve(scope))
    next(steps)
    scope.cancellation.cancel()
    with pytest.raises(Cancelled):
        list(steps)
    assert everything(cwd) == ["d", "d/a", "d/b", "d/c"]
    assert journal.made() == []


def test_an_abandoned_run_cleans_up(scope: Scope, cwd: Path) -> None:
    (cwd / "big").write_bytes(b"x" * (9 << 20))
    copy = Copy(source=("big",), to="copy")
    steps = copy.run(scope, copy.resolve(scope))
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert everything(cwd) == ["big"]


def test_staging_refuses_two_things_in_one_place(scope: Scope, cwd: Path) -> None:
    with Staging(scope) as staging:
        os.mkdir(staging.beside(str(cwd / "new" / "a")))
        with pytest.raises(UsageError, match="two of them"):
            staging.beside(str(cwd / "new" / "a"))
    assert everything(cwd) == []


def test_a_batch_is_one_durable_write_for_many(scope: Scope, cwd: Path, journal: Any) -> None:
    for number in range(50):
        (cwd / f"{number}").write_text("")
    changes.discard([str(cwd / f"{number}") for number in range(50)], scope)
    [step] = journal.made()
    assert len(step.before["items"]) == len(step.after["items"]) == 50
    (cwd / "7").write_text("foreign")
    with pytest.raises(NlshError, match="something else is at"):
        changes.turn_back(step)
    assert os.listdir(cwd) == ["7"]
    (cwd / "7").unlink()
    changes.turn_back(step)
    assert len(os.listdir(cwd)) == 50


def test_a_step_that_never_happened_is_turned_back_to_nothing(scope: Scope, cwd: Path, journal: Any) -> None:
    (cwd / "f").write_text("x")
    changes.discard([str(cwd / "f")], scope)
    [step] = journal.made()
    changes.turn_back(step)
    changes.turn_back(replace(step, after={}))
    assert (cwd / "f").read_text() == "x"
