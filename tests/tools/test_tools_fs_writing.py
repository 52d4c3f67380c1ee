"""Writing, appending, replacing, making, linking, splitting, modes."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Column, Emission, Note, Result, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools import changes
from nlsh.tools.fs import writing
from nlsh.tools.fs.making import Link, Mkdir, Split, Touch
from nlsh.tools.fs.metadata import Chmod, Chown
from nlsh.tools.fs.replacing import Replace
from nlsh.tools.fs.writing import Append, Write
from nlsh.tools.modes import read_mode
from tests.tools.conftest import piped_in

Run = Callable[..., list[Emission]]


def said(emissions: list[Emission]) -> str:
    last = emissions[-1]
    assert isinstance(last, Note)
    return last.text


def mode_of(path: Path) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


def test_text_becomes_lines(run: Run, cwd: Path) -> None:
    run(Write(path="new/deep/f.txt", text="hello"))
    assert (cwd / "new/deep/f.txt").read_bytes() == b"hello\n"
    run(Append(path="new/deep/f.txt", text="b\udcffd"))
    assert (cwd / "new/deep/f.txt").read_bytes() == b"hello\nb\xffd\n"
    (cwd / "open").write_bytes(b"no newline")
    run(Append(path="open", text="next"))
    assert (cwd / "open").read_bytes() == b"no newline\nnext\n"
    run(Write(path="open"))
    assert (cwd / "open").read_bytes() == b""


def test_content_comes_from_steps_files_and_pipes(run: Run, scope: Scope, cwd: Path) -> None:
    table = Table((Column("path", "path"), Column("size", "size")), (("a", 1), ("b", 2)))
    run(Write(path="t", source="$1"), {1: Result(table)})
    assert (cwd / "t").read_text() == "a\t1\nb\t2\n"
    run(Write(path="raw", source="$1"), {1: Result(output=b"\xff\x00\n")})
    assert (cwd / "raw").read_bytes() == b"\xff\x00\n"
    run(Append(path="t", source="raw"))
    assert (cwd / "t").read_bytes() == b"a\t1\nb\t2\n\xff\x00\n"
    piped = piped_in(scope, b"from a pipe")
    write = Write(path="p")
    list(write.run(piped, write.resolve(piped)))
    assert (cwd / "p").read_bytes() == b"from a pipe"


def test_writing_keeps_mode_and_attributes_and_goes_through_links(run: Run, cwd: Path) -> None:
    (cwd / "f").write_text("old")
    (cwd / "f").chmod(0o640)
    (cwd / "l").symlink_to("f")
    run(Write(path="l", text="new"))
    assert (cwd / "l").is_symlink()
    assert ((cwd / "f").read_text(), mode_of(cwd / "f")) == ("new\n", 0o640)


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away takes root")
def test_writing_keeps_the_owner(run: Run, cwd: Path) -> None:
    (cwd / "f").write_text("old")
    os.chown(cwd / "f", 4242, 4343)
    run(Append(path="f", text="new"))
    found = os.stat(cwd / "f")
    assert (found.st_uid, found.st_gid) == (4242, 4343)


def test_a_preview_shows_the_difference(scope: Scope, cwd: Path) -> None:
    (cwd / "f").write_text("one\ntwo\nthree\n")
    write = Write(path="f", text="one\nTWO\x1b[2J\nthree")
    found = write.resolve(scope)
    shown = write.preview(found).lines
    assert "-two" in shown
    assert "+TWO\\x1b[2J" in shown
    assert (found.overwrites, found.is_reversible) == (1, True)
    replacing = Replace(path=("f",), pattern="t", replacement="T")
    lines = replacing.preview(replacing.resolve(scope)).lines
    assert list(lines) == ["@@ -2 +2 @@", "-two", "+Two", "@@ -3 +3 @@", "-three", "+Three"]


@pytest.mark.parametrize("path", ["d", "pipe", "/dev/null", "/dev/sda"])
def test_only_files_are_written(path: str, run: Run, scope: Scope, cwd: Path) -> None:
    (cwd / "d").mkdir()
    os.mkfifo(cwd / "pipe")
    for syscall in (Write(path=path, text="x"), Append(path=path, text="x")):
        if os.path.lexists(cwd / path):
            with pytest.raises(UsageError, match="not a file"):
                run(syscall)
        else:
            assert syscall.resolve(scope).protected


def test_a_big_file_is_appended_to_in_place_and_says_so(
    run: Run, scope: Scope, cwd: Path, monkeypatch: pytest.MonkeyPatch, journal: Any
) -> None:
    monkeypatch.setattr(writing, "COPY_BYTES", 10)
    (cwd / "big").write_text("more than ten bytes\n")
    inode = os.stat(cwd / "big").st_ino
    found = Append(path="big", text="x").resolve(scope)
    assert not found.is_reversible
    assert "no copy is kept" in found.irreversible
    run(Append(path="big", text="x"))
    assert (cwd / "big").read_text() == "more than ten bytes\nx\n"
    assert (os.stat(cwd / "big").st_ino, journal.made()) == (inode, [])


def test_a_full_disk_leaves_the_old_file(run: Run, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cwd / "f").write_text("old")

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NlshError, match="the disk is full"):
        run(Write(path="f", text="new"))
    assert (cwd / "f").read_text() == "old"
    assert os.listdir(cwd) == ["f"]


REPLACING: list[tuple[dict[str, Any], str, str]] = [
    ({"pattern": "a", "replacement": "b"}, "aa\na\n", "bb\nb\n"),
    ({"pattern": "a", "replacement": "b", "first": True}, "x\naa\na\n", "x\nba\na\n"),
    ({"pattern": "a.c", "replacement": "-"}, "a.c abc", "- abc"),
    ({"pattern": "a.c", "replacement": "-", "regex": True}, "a.c abc", "- -"),
    ({"pattern": r"(\w+) (\w+)", "replacement": r"\2 \1", "regex": True}, "one two\n", "two one\n"),
    ({"pattern": "$", "replacement": ";", "regex": True}, "a\nb", "a;\nb;"),
    ({"pattern": "^", "replacement": "# ", "regex": True, "first": True}, "a\nb\n", "# a\nb\n"),
    ({"pattern": "a$", "replacement": "b", "regex": True}, "a\r\nxa\r\n", "b\r\nxb\r\n"),
    ({"pattern": "x\ny", "replacement": "z"}, "x\ny\nx\ny\n", "z\nz\n"),
    ({"pattern": "b", "replacement": "\\n"}, "abc", "a\\nc"),
    ({"pattern": "ü", "replacement": ""}, "über \udcff", "ber \udcff"),
]


@pytest.mark.parametrize(("arguments", "old", "new"), REPLACING)
def test_replacing(arguments: dict[str, Any], old: str, new: str, run: Run, cwd: Path, journal: Any) -> None:
    (cwd / "f").write_bytes(os.fsencode(old))
    (cwd / "f").chmod(0o700)
    run(Replace(path=("f",), **arguments))
    assert (cwd / "f").read_bytes() == os.fsencode(new)
    assert mode_of(cwd / "f") == 0o700
    changes.turn_back(journal.made()[0])
    assert (cwd / "f").read_bytes() == os.fsencode(old)


def test_replacing_leaves_other_files_alone(run: Run, cwd: Path) -> None:
    (cwd / "a.txt").write_text("foo")
    (cwd / "b.txt").write_text("nothing")
    (cwd / "c.txt").write_bytes(b"foo\0binary")
    times = [os.stat(cwd / name).st_mtime_ns for name in ("b.txt", "c.txt")]
    assert "1 line in a.txt" in said(run(Replace(path=("*.txt",), pattern="foo", replacement="bar")))
    assert [os.stat(cwd / name).st_mtime_ns for name in ("b.txt", "c.txt")] == times
    for pattern, match in (("foo", "is not in"), ("", "what to replace"), ("(", "not a regular expression")):
        with pytest.raises(NlshError, match=match):
            run(Replace(path=("*.txt",), pattern=pattern, regex=bool(match.startswith("not"))))


def test_folders_are_made_with_those_above_and_existing_ones_are_fine(run: Run, cwd: Path, journal: Any) -> None:
    (cwd / "there").mkdir()
    told = [note.text for note in run(Mkdir(path=("x/y", "x/z", "there"), mode="750")) if isinstance(note, Note)]
    assert told == ["made 2 folders", "there was there already"]
    assert (mode_of(cwd / "x/y"), mode_of(cwd / "x/z")) == (0o750, 0o750)
    (cwd / "f").write_text("")
    with pytest.raises(NlshError, match="no folder"):
        run(Mkdir(path=("f",)))
    for step in reversed(journal.made()):
        changes.turn_back(step)
    assert sorted(os.listdir(cwd)) == ["f", "there"]


def test_touch_makes_and_dates(run: Run, cwd: Path) -> None:
    run(Touch(path=("{a,b}.txt",)))
    assert sorted(os.listdir(cwd)) == ["a.txt", "b.txt"]
    run(Touch(path=("*.txt", "c"), time="2024-05-01T10:30"))
    wanted = time.mktime((2024, 5, 1, 10, 30, 0, 0, 0, -1))
    assert {os.stat(cwd / name).st_mtime for name in ("a.txt", "b.txt", "c")} == {wanted}
    with pytest.raises(UsageError):
        run(Touch(path=("c",), time="someday"))


@pytest.mark.parametrize(
    ("link", "text"),
    [
        (Link(target="f", path="l"), "f"),
        (Link(target="f", path="sub/l"), "{cwd}/f"),
        (Link(target="sub", path="l"), "sub"),
        (Link(target="~/work/f", path="l"), "{cwd}/f"),
        (Link(target="f", path="sub"), "{cwd}/f"),
        (Link(target="{cwd}/f", path="l"), "{cwd}/f"),
    ],
    ids=lambda value: value.to_json() if isinstance(value, Syscall) else None,
)
def test_links_lead_where_they_were_meant_to(link: Link, text: str, run: Run, cwd: Path) -> None:
    (cwd / "f").write_text("")
    (cwd / "sub").mkdir()
    link = replace(link, target=link.target.format(cwd=cwd))
    run(link)
    place = cwd / link.path / "f" if link.path == "sub" else cwd / link.path
    assert os.readlink(place) == text.format(cwd=cwd)
    assert place.exists()


def test_links_replace_links_only(run: Run, cwd: Path, journal: Any) -> None:
    for name in ("v1", "v2", "file"):
        (cwd / name).write_text(name)
    run(Link(target="v1", path="current"))
    run(Link(target="v2", path="current"))
    assert os.readlink(cwd / "current") == "v2"
    changes.turn_back(journal.made()[-1])
    assert os.readlink(cwd / "current") == "v1"
    for link, match in (
        (Link(target="v1", path="file"), "exists already"),
        (Link(target="gone", path="x"), "there is no gone"),
        (Link(target=".", path="x", hard=True), "no hard links"),
    ):
        with pytest.raises(NlshError, match=match):
            run(link)
    run(Link(target="v1", path="twin", hard=True))
    assert os.stat(cwd / "twin").st_ino == os.stat(cwd / "v1").st_ino


@given(content=st.binary(max_size=300), lines=st.integers(1, 5))
def test_pieces_joined_are_the_file(
    content: bytes, lines: int, tmp_path_factory: pytest.TempPathFactory, scope_at: Any
) -> None:
    home = tmp_path_factory.mktemp("split")
    scope = scope_at(home)
    cwd = Path(scope.cwd)
    (cwd / "f").write_bytes(content or b"x")
    for split in (Split(path="f", lines=lines), Split(path="f", size=str(lines), prefix="size-")):
        list(split.run(scope, split.resolve(scope)))
        prefix = split.prefix or "f."
        pieces = [(cwd / name).read_bytes() for name in sorted(os.listdir(cwd)) if name.startswith(prefix)]
        assert b"".join(pieces) == (content or b"x")
        if split.lines:
            assert all(piece.count(b"\n") <= lines for piece in pieces)
            assert all(piece.count(b"\n") == lines for piece in pieces[:-1])
        else:
            assert all(len(piece) == lines for piece in pieces[:-1])


def test_split_wants_one_measure_and_a_sane_number(run: Run, cwd: Path) -> None:
    (cwd / "f").write_bytes(b"x\n" * 20_000)
    for split in (
        Split(path="f"),
        Split(path="f", lines=1, size="1k"),
        Split(path="f", lines=1),
        Split(path="f", lines=-1),
        Split(path="f", size="0"),
    ):
        with pytest.raises(UsageError):
            run(split)
    assert os.listdir(cwd) == ["f"]


MODES = [
    ("755", 0o600, 0o755),
    ("0644", 0o4777, 0o644),
    ("u+x", 0o644, 0o744),
    ("u+x,go-w", 0o666, 0o744),
    ("a=r", 0o777, 0o444),
    ("go=", 0o777, 0o700),
    ("g=u", 0o740, 0o770),
    ("a+X", 0o644, 0o644),
    ("a+X", 0o744, 0o755),
    ("u+s", 0o755, 0o4755),
    ("a-x+w", 0o755, 0o666),
    ("+t", 0o777, 0o1777),
]


@pytest.mark.parametrize(("text", "before", "after"), MODES)
def test_modes_are_read_as_chmod_reads_them(text: str, before: int, after: int) -> None:
    assert oct(read_mode(text)(before, False)) == oct(after)


@pytest.mark.parametrize("text", ["", "8", "rwx", "u+q", "77777", "u+x,", "x+u"])
def test_what_is_no_mode_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_mode(text)


def test_chmod_goes_down_and_back(run: Run, cwd: Path, journal: Any) -> None:
    (cwd / "d/e").mkdir(parents=True)
    (cwd / "d/e/f").write_text("")
    (cwd / "d/l").symlink_to("/etc/passwd")
    outside = os.stat("/etc/passwd").st_mode
    before = {name: mode_of(cwd / name) for name in ("d", "d/e", "d/e/f")}
    run(Chmod(path=("d",), mode="u=rwX,go=", recursive=True))
    assert [mode_of(cwd / name) for name in before] == [0o700, 0o700, 0o600]
    assert os.stat("/etc/passwd").st_mode == outside
    [step] = journal.made()
    changes.turn_back(step)
    assert {name: mode_of(cwd / name) for name in before} == before


def test_chmod_changes_a_named_folder_inside_another_named_one(run: Run, cwd: Path) -> None:
    (cwd / "a/b").mkdir(parents=True)
    found = Table((Column("path", "path"),), (("a",), ("a/b",)))
    run(Chmod(path=("$1",), mode="700"), {1: Result(found)})
    assert (mode_of(cwd / "a"), mode_of(cwd / "a/b")) == (0o700, 0o700)


def test_chmod_follows_a_named_link_and_wards_what_it_leads_to(run: Run, scope: Scope, cwd: Path) -> None:
    (cwd / "f").write_text("")
    (cwd / "l").symlink_to("f")
    run(Chmod(path=("l",), mode="711"))
    assert mode_of(cwd / "f") == 0o711
    (cwd / "door").symlink_to("/etc")
    assert Chmod(path=("door",), mode="777").resolve(scope).protected
    assert Chmod(path=("f",), mode="u+s").resolve(scope).privileged
    assert not Chmod(path=("f",), mode="+x").resolve(scope).privileged


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away takes root")
def test_chown_keeps_the_mode_and_comes_back(run: Run, scope: Scope, cwd: Path, journal: Any) -> None:
    (cwd / "d").mkdir()
    (cwd / "d/f").write_text("")
    (cwd / "d/f").chmod(0o4755)
    assert Chown(path=("d",), user="4242").resolve(scope).privileged
    run(Chown(path=("d",), user="4242:4343", recursive=True))
    found = os.stat(cwd / "d/f")
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (4242, 4343, 0o4755)
    changes.turn_back(journal.made()[0])
    found = os.stat(cwd / "d/f")
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (0, 0o4755)
    for chown in (Chown(path=("d",), user="nobody-such"), Chown(path=("d",)), Chown(path=("d",), group="none-such")):
        with pytest.raises(UsageError):
            run(chown)
