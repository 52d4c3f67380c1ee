"""Walking and opening: never astray, never stuck."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.scope import Cancellation, Scope
from nlsh.tools import kernelcalls
from nlsh.tools.kernelcalls import NO_SYMLINKS, open_resolving, rename_exclusive, rename_swapping
from nlsh.tools.tree import open_file, open_parent, walk


@pytest.fixture(params=["openat2", "stepwise"])
def resolving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of opening: the kernel's, and ours where there is none."""
    if request.param == "stepwise":
        monkeypatch.setattr(kernelcalls, "has_openat2", lambda: False)
    elif not kernelcalls.has_openat2():
        pytest.skip("this kernel has no openat2")
    return str(request.param)


@pytest.fixture(params=["renameat2", "plain"])
def renaming(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "plain":
        monkeypatch.setattr(kernelcalls, "_RENAMEAT2", {})
    return str(request.param)


def test_a_walk_meets_everything_once_and_follows_no_link(cwd: Path) -> None:
    (cwd / "a" / "b").mkdir(parents=True)
    (cwd / "a" / "b" / "f").write_text("x")
    (cwd / "a" / "up").symlink_to("..")
    (cwd / "a" / "self").symlink_to("self")
    os.mkfifo(cwd / "pipe")
    found = {os.path.relpath(entry.path, cwd): entry.kind for entry in walk(str(cwd), Cancellation())}
    assert found == {
        ".": "folder",
        "a": "folder",
        "a/b": "folder",
        "a/b/f": "file",
        "a/up": "link",
        "a/self": "link",
        "pipe": "fifo",
    }


def test_a_walk_of_one_file_or_link_is_that(cwd: Path) -> None:
    (cwd / "l").symlink_to("/etc")
    assert [(entry.path, entry.kind) for entry in walk(str(cwd / "l"), Cancellation())] == [(str(cwd / "l"), "link")]
    with pytest.raises(NlshError, match="not there"):
        list(walk(str(cwd / "missing"), Cancellation()))


def test_a_hundred_deep_is_fine_and_too_deep_is_reported(cwd: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    fd = os.open(cwd, os.O_RDONLY)
    for _ in range(500):
        os.mkdir("n" * 20, dir_fd=fd)
        deeper = os.open("n" * 20, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = deeper
    os.close(fd)
    entries = list(walk(str(cwd), Cancellation()))
    assert len(entries) > 100
    assert [entry.error for entry in entries if entry.error] == [entries[-1].error]
    assert "nested" in entries[-1].error
    assert len(os.listdir("/proc/self/fd")) == before
    _remove_deep(cwd)


def _remove_deep(cwd: Path) -> None:
    """Fold the chain up from the top, as no path reaches its end."""
    while (cwd / ("n" * 20)).exists():
        (cwd / ("n" * 20)).rename(cwd / "top")
        for inner in os.listdir(cwd / "top"):
            (cwd / "top" / inner).rename(cwd / inner)
        (cwd / "top").rmdir()


def test_leaving_a_walk_early_closes_everything(cwd: Path) -> None:
    (cwd / "a" / "b" / "c").mkdir(parents=True)
    before = len(os.listdir("/proc/self/fd"))
    for entry in walk(str(cwd), Cancellation()):
        if entry.name == "c":
            break
    del entry
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_walk_can_be_cancelled_and_pruned(cwd: Path) -> None:
    (cwd / "a" / "b").mkdir(parents=True)
    pruned = [entry.name for entry in walk(str(cwd), Cancellation(), enters=lambda entry: entry.name != "a")]
    assert pruned[1:] == ["a"]
    stopped = Cancellation()
    stopped.cancel()
    with pytest.raises(Cancelled):
        list(walk(str(cwd), stopped))


def test_open_file_refuses_what_would_block_or_act(cwd: Path) -> None:
    os.mkfifo(cwd / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(cwd)
        server.bind("sock")
        os.chdir(here)
    for name in ("pipe", "sock", "/dev/zero", "/dev/tty"):
        if os.path.exists(cwd / name):
            with pytest.raises((UsageError, NlshError)):
                open_file(str(cwd / name))
    with pytest.raises(NlshError, match="folder"):
        open_file(str(cwd))
    (cwd / "f").write_text("text")
    (cwd / "l").symlink_to("f")
    with open_file(str(cwd / "l")) as stream:
        assert stream.read() == b"text"


def test_magic_links_are_not_followed(cwd: Path) -> None:
    (cwd / "f").write_text("text")
    if not kernelcalls.has_openat2():
        pytest.skip("this kernel has no openat2")
    with open(cwd / "f", "rb") as stream, pytest.raises(NlshError):
        open_file(f"/proc/self/fd/{stream.fileno()}")


@pytest.mark.usefixtures("resolving")
def test_no_symlinks_means_none_on_the_way(cwd: Path) -> None:
    (cwd / "real").mkdir()
    (cwd / "real" / "f").write_text("x")
    (cwd / "door").symlink_to("real")
    os.close(open_resolving(str(cwd / "real" / "f"), os.O_RDONLY, NO_SYMLINKS))
    for path in ("door/f", "door"):
        with pytest.raises(OSError, match=r"symbolic links|Not a directory"):
            open_resolving(str(cwd / path), os.O_RDONLY, NO_SYMLINKS)


@pytest.mark.usefixtures("resolving")
def test_open_parent_resolves_links_above_but_not_the_name(cwd: Path) -> None:
    (cwd / "real").mkdir()
    (cwd / "door").symlink_to("real")
    (cwd / "real" / "l").symlink_to("/etc")
    with open_parent(str(cwd / "door" / "l")) as (dirfd, name):
        assert (os.readlink(name, dir_fd=dirfd), os.fstat(dirfd).st_ino) == ("/etc", (cwd / "real").stat().st_ino)
    with open_parent(str(cwd / "door" / "..")) as (dirfd, name):
        assert name == cwd.name


@pytest.mark.usefixtures("renaming")
def test_renaming_never_replaces(cwd: Path) -> None:
    (cwd / "a").write_text("a")
    (cwd / "b").write_text("b")
    (cwd / "d").mkdir()
    (cwd / "e").mkdir()
    for source, target in (("a", "b"), ("d", "e"), ("a", "d")):
        with pytest.raises(FileExistsError):
            rename_exclusive(str(cwd / source), str(cwd / target))
    rename_exclusive(str(cwd / "a"), str(cwd / "c"))
    rename_exclusive(str(cwd / "d"), str(cwd / "f"))
    assert sorted(os.listdir(cwd)) == ["b", "c", "e", "f"]


@pytest.mark.usefixtures("renaming")
def test_two_names_are_swapped(cwd: Path, scope: Scope) -> None:
    (cwd / "a").write_text("a")
    (cwd / "d").mkdir()
    here = os.open(cwd, os.O_RDONLY)
    rename_swapping("a", "d", here, here)
    os.close(here)
    assert (cwd / "d").read_text() == "a"
    assert (cwd / "a").is_dir()
    assert sorted(os.listdir(cwd)) == ["a", "d"]
