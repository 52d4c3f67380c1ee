"""The trash: on the same file system, in the desktop's format, or not at all."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nlsh.core.errors import NlshError
from nlsh.core.scope import Scope
from nlsh.tools import changes, kernelcalls, primitives, trash
from nlsh.tools.trash import Trash, read_info


@pytest.fixture
def other_disk() -> Iterator[Path]:
    """A folder of our own on another file system than the temporary one."""
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK) or place.stat().st_dev == Path("/tmp").stat().st_dev:
        pytest.skip("there is no second file system to write to")
    folder = place / f"nlsh-test-{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_a_thing_goes_to_the_home_trash_with_its_story(scope: Scope, cwd: Path) -> None:
    name = "b\udcffd %\n.txt"
    (cwd / name).write_text("x")
    changes.discard([str(cwd / name)], scope)
    folder = Path(scope.home) / ".local" / "share" / "Trash"
    assert (folder / "files" / name).read_text() == "x"
    lines = (folder / "info" / f"{name}.trashinfo").read_text().splitlines()
    assert lines[0] == "[Trash Info]"
    assert lines[1].endswith("/home/work/b%FFd%20%25%0A.txt")
    assert lines[2].startswith("DeletionDate=20")
    assert read_info(str(folder / "files" / name))["Path"] == str(cwd / name)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_clashing_and_long_names_find_a_place(scope: Scope, cwd: Path) -> None:
    for name in ("same", "n" * 255, "é" * 127):
        for content in "abc":
            (cwd / name).write_text(content)
            changes.discard([str(cwd / name)], scope)
    files = Path(scope.home) / ".local/share/Trash/files"
    assert len(os.listdir(files)) == 9
    assert {(files / name).read_text() for name in os.listdir(files)} == {"a", "b", "c"}
    assert len(os.listdir(files.parent / "info")) == 9


def test_undo_takes_the_story_back_too_and_redo_tells_it_again(scope: Scope, cwd: Path, journal: object) -> None:
    (cwd / "a").write_text("x")
    changes.discard([str(cwd / "a")], scope)
    info = Path(scope.home) / ".local/share/Trash/info"
    [step] = journal.made()  # type: ignore[attr-defined]
    changes.turn_back(step)
    assert (cwd / "a").read_text() == "x"
    assert os.listdir(info) == []
    changes.make_again(step)
    assert os.listdir(info) == ["a.trashinfo"]
    assert not (cwd / "a").exists()


def test_another_file_system_has_its_own_trash(scope: Scope, other_disk: Path) -> None:
    (other_disk / "a").write_text("x")
    changes.discard([str(other_disk / "a")], scope)
    folder = Path("/dev/shm") / f".Trash-{os.getuid()}"
    trashed = [name for name in os.listdir(folder / "files") if name.startswith("a")]
    told = [read_info(str(folder / "files" / name))["Path"] for name in trashed]
    assert f"{other_disk.name}/a" in told
    for name, path in zip(trashed, told, strict=True):
        if path == f"{other_disk.name}/a":
            (folder / "files" / name).unlink()
            (folder / "info" / f"{name}.trashinfo").unlink()


def test_where_no_trash_can_be_made_nothing_is_deleted(
    scope: Scope, other_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (other_disk / "a").write_text("x")
    (other_disk / "no").write_text("not a folder")
    monkeypatch.setattr(trash, "_own", lambda top: str(other_disk / "no"))
    with pytest.raises(NlshError, match="no trash can be made"):
        changes.discard([str(other_disk / "a")], scope)
    assert (other_disk / "a").read_text() == "x"


def test_the_shared_trash_is_used_only_if_it_is_safe(tmp_path: Path) -> None:
    shared = tmp_path / ".Trash"
    assert trash._shared(str(tmp_path)) == ""
    shared.mkdir(0o777)
    assert trash._shared(str(tmp_path)) == ""
    shared.chmod(0o1777)
    assert trash._shared(str(tmp_path)) == str(shared / str(os.getuid()))
    shared.rename(tmp_path / "elsewhere")
    shared.symlink_to("elsewhere")
    assert trash._shared(str(tmp_path)) == ""


def test_the_trash_itself_is_not_thrown_away(scope: Scope, cwd: Path) -> None:
    (cwd / "a").write_text("x")
    changes.discard([str(cwd / "a")], scope)
    for path in (".local/share/Trash/files/a", ".local/share/Trash", ".local/share"):
        with pytest.raises(NlshError):
            changes.discard([f"{scope.home}/{path}"], scope)


def test_a_trash_that_is_a_link_is_not_trusted(scope: Scope, cwd: Path, tmp_path: Path) -> None:
    (cwd / "a").write_text("x")
    data = tmp_path / "data"
    (data).mkdir()
    (data / "Trash").symlink_to(tmp_path)
    with pytest.raises(NlshError):
        changes.discard([str(cwd / "a")], replace(scope, env={"XDG_DATA_HOME": str(data)}))
    assert (cwd / "a").exists()


def test_a_batch_that_fails_midway_keeps_what_was_done_undoable(
    scope: Scope, cwd: Path, journal: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (cwd / name).write_text(name)
    _fail_at(monkeypatch, "c")
    with pytest.raises(NlshError):
        changes.discard([str(cwd / name) for name in "abc"], scope)
    assert sorted(os.listdir(cwd)) == ["c"]
    assert len(os.listdir(Path(scope.home) / ".local/share/Trash/info")) == 2
    [step] = journal.made()  # type: ignore[attr-defined]
    changes.turn_back(step)
    assert sorted(os.listdir(cwd)) == ["a", "b", "c"]


def _fail_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real: Callable[..., None] = kernelcalls.rename_exclusive

    def failing(source: str, *rest: object) -> None:
        if source == name:
            raise PermissionError(13, "no")
        real(source, *rest)

    monkeypatch.setattr(primitives, "rename_exclusive", failing)


def test_a_failing_journal_stops_before_the_change(scope: Scope, cwd: Path) -> None:
    class Broken:
        def prepare(self, step: object) -> int:
            raise NlshError("the journal cannot be written")

        def applied(self, step_id: int, after: object) -> None: ...

        def abandon(self, step_id: int) -> None: ...

    (cwd / "a").write_text("x")
    with pytest.raises(NlshError, match="journal"):
        changes.discard([str(cwd / "a")], replace(scope, journal=Broken()))
    assert (cwd / "a").read_text() == "x"
    assert os.listdir(Path(scope.home) / ".local/share/Trash/info") == []


def test_slots_are_private_and_free(scope: Scope, cwd: Path) -> None:
    one, two = (Trash(scope).slot(str(cwd / "a")) for _ in range(2))
    assert one != two
    assert not os.path.lexists(one)
    assert stat.S_IMODE(os.stat(os.path.dirname(one)).st_mode) == 0o700
