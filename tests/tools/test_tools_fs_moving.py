"""Copying, moving, renaming, deleting, syncing: what arrives, what stays, what is refused."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Column, Emission, Note, Result, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools import changes
from nlsh.tools.fs.moving import Copy, Move
from nlsh.tools.fs.naming import Rename
from nlsh.tools.fs.removing import Remove
from nlsh.tools.fs.syncing import Sync

Run = Callable[..., list[Emission]]
HOSTILE = ("-rf", "new\nline", "b\udcffd", "  ", "*", "$1", "~", "é" * 127, "\x1b[2J", "a;b|c&d", "'\"`")


def said(emissions: list[Emission]) -> str:
    last = emissions[-1]
    assert isinstance(last, Note)
    return last.text


def listing(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


@pytest.fixture
def other_disk() -> Iterator[Path]:
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK) or place.stat().st_dev == Path("/tmp").stat().st_dev:
        pytest.skip("there is no second file system to write to")
    folder = place / f"nlsh-move-{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_a_copy_keeps_modes_times_links_and_holes(run: Run, cwd: Path) -> None:
    (cwd / "d" / "e").mkdir(parents=True)
    (cwd / "d" / "run.sh").write_text("echo")
    (cwd / "d" / "run.sh").chmod(0o751)
    os.utime(cwd / "d" / "run.sh", ns=(1, 1_500_000_000_987_654_321))
    (cwd / "d" / "l").symlink_to("../nowhere")
    with open(cwd / "d" / "holes", "wb") as stream:
        stream.seek(10 << 20)
        stream.write(b"end")
    (cwd / "d" / "e").chmod(0o500)
    os.utime(cwd / "d" / "e", ns=(5, 1_400_000_000_000_000_001))
    told = said(run(Copy(source=("d",), to="copy")))
    found = os.lstat(cwd / "copy" / "run.sh")
    assert (stat.S_IMODE(found.st_mode), found.st_mtime_ns) == (0o751, 1_500_000_000_987_654_321)
    assert os.readlink(cwd / "copy" / "l") == "../nowhere"
    inner = os.lstat(cwd / "copy" / "e")
    assert (stat.S_IMODE(inner.st_mode), inner.st_mtime_ns) == (0o500, 1_400_000_000_000_000_001)
    holes = os.stat(cwd / "copy" / "holes")
    assert (holes.st_size, holes.st_blocks * 512 < 1 << 20) == ((10 << 20) + 3, True)
    assert (cwd / "copy" / "holes").read_bytes()[-3:] == b"end"
    assert "copied d to copy" in told


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_travel_whole(name: str, run: Run, cwd: Path, journal: Any) -> None:
    (cwd / name).write_text("x")
    (cwd / "to").mkdir()
    table = Table((Column("path", "path"),), ((str(cwd / name),),))
    results = {1: Result(table)}
    run(Copy(source=("$1",), to="to"), results)
    run(Move(source=("$1",), to="to2/"), results)
    moved = {1: Result(Table(table.columns, ((str(cwd / "to2" / name),),)))}
    run(Rename(path=("$1",), to=name[:50] + "z"), moved)
    assert listing(cwd / "to") == [name]
    assert listing(cwd / "to2") == [name[:50] + "z"]
    told = said(run(Remove(path=("to", "to2"))))
    assert told.isprintable()
    for step in reversed(journal.made()):
        changes.turn_back(step)
    assert listing(cwd) == sorted([name, "to"])


def test_copies_merge_into_folders_and_count_what_they_replace(run: Run, scope: Scope, cwd: Path) -> None:
    for name in ("src/a", "src/sub/b", "to/src/a", "to/src/sub/c"):
        (cwd / name).parent.mkdir(parents=True, exist_ok=True)
        (cwd / name).write_text(name)
    copy = Copy(source=("src",), to="to")
    found = copy.resolve(scope)
    assert found.overwrites == 1
    assert "replaces 1 existing thing" in " ".join(copy.preview(found).lines)
    run(copy)
    assert (cwd / "to/src/a").read_text() == "src/a"
    assert listing(cwd / "to/src/sub") == ["b", "c"]


@pytest.mark.parametrize(
    ("syscall", "match"),
    [
        (Copy(source=("d",), to="d/inside"), "into itself"),
        (Move(source=("d",), to="d/inside"), "into itself"),
        (Move(source=("d",), to="link/inside"), "into itself"),
        (Copy(source=("f",), to="f"), "there already"),
        (Copy(source=("f",), to="./d/../f"), "there already"),
        (Copy(source=("f",), to="hard"), "there already"),
        (Copy(source=("f", "d/f"), to="new"), "two of them"),
        (Copy(source=("f", "d"), to="g"), "not a folder"),
        (Copy(source=("missing",), to="x"), "there is no missing"),
        (Move(source=("d",), to="g"), "a file g already"),
        (Move(source=("f",), to="full"), "a folder full/f already"),
        (Rename(path=("f",), to="g"), "g exists already"),
        (Rename(path=("f", "g"), to="h"), "cannot all be called"),
        (Rename(path=("f",), pattern="f"), "would get the name"),
        (Rename(path=("f", "g"), pattern="[fg]", replacement="z", regex=True), "two of them"),
        (Rename(path=("f",)), "how to rename"),
        (Remove(path=("full",), empty_only=True), "is empty"),
    ],
    ids=lambda value: value.to_json() if isinstance(value, Syscall) else None,
)
def test_what_cannot_be_meant_is_refused_and_nothing_changes(
    syscall: Syscall, match: str, run: Run, cwd: Path, journal: Any
) -> None:
    (cwd / "d").mkdir()
    for name in ("f", "g", "d/f"):
        (cwd / name).write_text(name)
    (cwd / "full" / "f" / "x").mkdir(parents=True)
    (cwd / "full" / "f" / "x" / "file").write_text("")
    (cwd / "link").symlink_to("d")
    os.link(cwd / "f", cwd / "hard")
    before = listing(cwd)
    with pytest.raises(NlshError, match=match):
        run(syscall)
    assert listing(cwd) == before
    assert journal.made() == []


@pytest.mark.parametrize("path", ["..", ".", "~", "/", "/etc", "~/.local", "door"])
def test_protected_places_are_found_out_for_delete_and_move(path: str, scope: Scope, cwd: Path) -> None:
    (cwd / "door").symlink_to("/usr")
    assert Remove(path=(path,)).resolve(scope).protected
    (cwd / "to").mkdir()
    if path not in ("..", ".", "~", "/"):
        assert Move(source=(path,), to="to").resolve(scope).protected


def test_the_state_of_nlsh_is_no_place_to_copy_to(scope: Scope, cwd: Path) -> None:
    (cwd / "f").write_text("")
    assert Copy(source=("f",), to=f"{scope.services.state_dir}/ledger.db").resolve(scope).protected


def test_moving_replaces_a_file_into_the_trash(run: Run, scope: Scope, cwd: Path, journal: Any) -> None:
    (cwd / "new").write_text("new")
    (cwd / "old").write_text("old")
    assert Move(source=("new",), to="old").resolve(scope).overwrites == 1
    run(Move(source=("new",), to="old"))
    assert (cwd / "old").read_text() == "new"
    assert (Path(scope.home) / ".local/share/Trash/files/old").read_text() == "old"
    for step in reversed(journal.made()):
        changes.turn_back(step)
    assert ((cwd / "new").read_text(), (cwd / "old").read_text()) == ("new", "old")


def test_moving_to_another_disk_copies_compares_and_trashes(
    run: Run, cwd: Path, other_disk: Path, journal: Any, scope: Scope
) -> None:
    (cwd / "d").mkdir()
    (cwd / "d" / "f").write_text("content")
    os.utime(cwd / "d" / "f", ns=(1, 1_500_000_000_000_000_000))
    run(Move(source=("d",), to=str(other_disk)))
    assert (other_disk / "d" / "f").read_text() == "content"
    assert (other_disk / "d" / "f").stat().st_mtime_ns == 1_500_000_000_000_000_000
    assert not (cwd / "d").exists()
    assert (Path(scope.home) / ".local/share/Trash/files/d/f").exists()
    for step in reversed(journal.made()):
        changes.turn_back(step)
    assert (cwd / "d" / "f").read_text() == "content"
    assert listing(other_disk) == []
    shutil.rmtree(f"/dev/shm/.Trash-{os.getuid()}/nlsh", ignore_errors=True)


@pytest.mark.parametrize("number", [28, 13, 5, 122])
def test_a_failing_disk_leaves_nothing_half_done(
    number: int, run: Run, cwd: Path, journal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cwd / "d").mkdir()
    for name in "abc":
        (cwd / "d" / name).write_text(name)

    def failing(fd: int, data: bytes, offset: int) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.pwrite", failing)
    with pytest.raises(NlshError, match="cannot copy"):
        run(Copy(source=("d",), to="copy"))
    assert listing(cwd) == ["d"]
    assert journal.made() == []


def test_a_name_that_is_too_long_is_one_sentence(run: Run, cwd: Path) -> None:
    (cwd / "f").write_text("")
    for syscall in (
        Copy(source=("f",), to="n" * 256),
        Rename(path=("f",), to="n" * 256),
        Move(source=("f",), to="n" * 256),
    ):
        with pytest.raises(NlshError, match="too long"):
            run(syscall)
    assert listing(cwd) == ["f"]


def test_pipes_are_made_anew_and_devices_left_out(run: Run, cwd: Path) -> None:
    (cwd / "d").mkdir()
    os.mkfifo(cwd / "d" / "pipe")
    if os.geteuid() == 0:
        os.mknod(cwd / "d" / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    told = said(run(Copy(source=("d",), to="copy")))
    assert listing(cwd / "copy") == ["pipe"]
    assert stat.S_ISFIFO(os.lstat(cwd / "copy" / "pipe").st_mode)
    assert "left out 1" in told or os.geteuid() != 0


def test_many_are_renamed_by_pattern_case_and_swap(run: Run, cwd: Path) -> None:
    for name in ("One A.JPEG", "Two.jpeg", "three.txt"):
        (cwd / name).write_text(name)
    run(Rename(path=("*.jpeg", "*.JPEG"), pattern=r"\.jpe?g$", replacement=".jpg", regex=True))
    assert listing(cwd) == ["One A.JPEG", "Two.jpg", "three.txt"]
    run(Rename(path=("*",), case="lower"))
    run(Rename(path=("* *",), pattern=" ", replacement="_"))
    assert listing(cwd) == ["one_a.jpeg", "three.txt", "two.jpg"]
    run(Rename(path=("t*",), pattern=r"^(\w+)\.(\w+)$", replacement=r"\2.\1", regex=True))
    assert listing(cwd) == ["jpg.two", "one_a.jpeg", "txt.three"]


def test_names_can_be_shifted_along(run: Run, cwd: Path, journal: Any) -> None:
    for name in ("x", "xx", "xxx"):
        (cwd / name).write_text(name)
    run(Rename(path=("x*",), pattern="^x", replacement="xx", regex=True))
    assert {name: (cwd / name).read_text() for name in listing(cwd)} == {"xx": "x", "xxx": "xx", "xxxx": "xxx"}
    for step in reversed(journal.made()):
        changes.turn_back(step)
    assert {name: (cwd / name).read_text() for name in listing(cwd)} == {"x": "x", "xx": "xx", "xxx": "xxx"}


def test_empty_folders_go_and_filled_ones_stay(run: Run, cwd: Path) -> None:
    (cwd / "top/empty/deep").mkdir(parents=True)
    (cwd / "top/full").mkdir()
    (cwd / "top/full/f").write_text("")
    run(Remove(path=("top",), empty_only=True))
    assert listing(cwd / "top") == ["full"]
    (cwd / "zero").write_text("")
    run(Remove(path=("zero",), empty_only=True))
    assert listing(cwd) == ["top"]


def test_a_change_between_asking_and_doing_stops_it(scope: Scope, cwd: Path) -> None:
    (cwd / "f").write_text("x")
    for syscall in (Remove(path=("f",)), Move(source=("f",), to="g"), Copy(source=("f",), to="g")):
        found = syscall.resolve(scope)
        (cwd / "f").rename(cwd / "kept")
        (cwd / "f").symlink_to("/etc/passwd")
        with pytest.raises(NlshError, match="changed since"):
            list(syscall.run(scope, found))
        (cwd / "kept").rename(cwd / "f")
    assert listing(cwd) == ["f"]


def test_sync_copies_what_is_new_or_changed_and_deletes_on_request(run: Run, scope: Scope, cwd: Path) -> None:
    for name in ("a/same", "a/changed", "a/sub/new", "b/extra", "b/gone/x"):
        (cwd / name).parent.mkdir(parents=True, exist_ok=True)
        (cwd / name).write_text(name)
    run(Copy(source=("a/same", "a/changed"), to="b"))
    (cwd / "a/changed").write_text("longer than before")
    found = Sync(source="a", to="b", delete=True).resolve(scope)
    assert (found.overwrites, found.details["fresh"], found.details["gone"]) == (1, 3, 3)
    run(Sync(source="a", to="b"))
    assert listing(cwd / "b") == ["changed", "extra", "gone", "same", "sub"]
    assert (cwd / "b/changed").read_text() == "longer than before"
    run(Sync(source="a", to="b", delete=True))
    assert listing(cwd / "b") == ["changed", "same", "sub"]
    with pytest.raises(UsageError, match="lies in the other"):
        run(Sync(source="a", to="a/sub"))
