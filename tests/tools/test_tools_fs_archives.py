"""Archives: what goes in comes out; what is dangerous does not."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Emission
from nlsh.core.scope import Scope
from nlsh.tools import changes, members, unpacking
from nlsh.tools.formats import ENDINGS
from nlsh.tools.fs.archives import Archive, Extract

Run = Callable[..., list[Emission]]
MANY = sorted(ending for ending, form in ENDINGS.items() if not form.startswith("one"))


def tree(top: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in top.rglob("*"):
        info = os.lstat(path)
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[str(path.relative_to(top))] = (stat.S_IMODE(info.st_mode) if not path.is_symlink() else 0, content)
    return found


@pytest.fixture
def source(cwd: Path) -> Path:
    folder = cwd / "d"
    (folder / "empty").mkdir(parents=True)
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    (folder / "new\nline").write_bytes(bytes(range(256)) * 50)
    (folder / "link").symlink_to("run")
    os.utime(folder / "run", (1_500_000_000, 1_500_000_000))
    return folder


@pytest.mark.parametrize("ending", MANY)
def test_what_goes_in_comes_out(ending: str, run: Run, cwd: Path, source: Path, journal: Any) -> None:
    before = tree(source)
    run(Archive(source=("d",), to=f"packed{ending}"))
    run(Extract(source=(f"packed{ending}",), to="out"))
    assert tree(cwd / "out" / "d") == before
    assert (cwd / "out/d/run").stat().st_mtime == 1_500_000_000
    for step in reversed(journal.made()):
        changes.turn_back(step)
    assert sorted(os.listdir(cwd)) == ["d"]


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz"])
def test_one_file_is_compressed_by_itself(ending: str, run: Run, cwd: Path, source: Path) -> None:
    run(Archive(source=("d/run",), to=f"run{ending}"))
    run(Extract(source=(f"run{ending}",)))
    assert (cwd / "run").read_text() == "#!/bin/sh\n"
    with pytest.raises(UsageError, match="one file only"):
        run(Archive(source=("d",), to=f"d{ending}"))
    with pytest.raises(UsageError, match="what kind of archive"):
        run(Archive(source=("d",), to="d.rar"))


def test_names_default_and_the_archive_is_not_in_itself(run: Run, scope: Scope, cwd: Path, source: Path) -> None:
    run(Archive(source=("d",)))
    assert (cwd / "d.tar.gz").exists()
    run(Archive(source=(".",), to="all.zip"))
    with zipfile.ZipFile(cwd / "all.zip") as found:
        assert sorted(found.namelist()) == ["d.tar.gz", "d/", "d/empty/", "d/link", "d/new\nline", "d/run"]
    assert Archive(source=("d",), to="all.zip").resolve(scope).overwrites == 1


def test_names_that_are_no_text_go_into_tar_but_not_zip(run: Run, cwd: Path) -> None:
    (cwd / "b\udcffd").write_text("x")
    run(Archive(source=("b*",), to="t.tar.gz"))
    run(Extract(source=("t.tar.gz",), to="out"))
    assert os.listdir(cwd / "out") == ["b\udcffd"]
    with pytest.raises(NlshError, match="zip cannot hold"):
        run(Archive(source=("b*d",), to="z.zip"))
    assert not [name for name in os.listdir(cwd) if name.startswith((".", "z"))]


def member(name: str, **fields: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info


def link(name: str, leads_to: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    return member(name, type=kind, linkname=leads_to)


DANGEROUS: dict[str, list[tarfile.TarInfo]] = {
    "absolute": [member("/abs")],
    "climbing": [member("../up")],
    "climbing inside": [member("a/../../up")],
    "absolute link": [link("l", "/etc/passwd")],
    "climbing link": [link("l", "../x")],
    "deep climbing link": [link("a/b/l", "../../../x")],
    "climbing through a link": [member("a/b/x"), link("a/b/l", "../.."), link("a/m", "b/l/..")],
    "hard link outside": [link("h", "../x", tarfile.LNKTYPE)],
    "absolute hard link": [link("h", "/etc/passwd", tarfile.LNKTYPE)],
    "device": [member("dev", type=tarfile.CHRTYPE, devmajor=1, devminor=3)],
    "pipe": [member("pipe", type=tarfile.FIFOTYPE)],
    "writing through a link": [link("l", "."), link("l/m", "x")],
}


@pytest.mark.parametrize("case", DANGEROUS)
def test_a_dangerous_tar_is_refused_whole(case: str, run: Run, cwd: Path, journal: Any) -> None:
    (cwd / "x").write_text("outside")
    with tarfile.open(cwd / "bad.tar", "w") as made:
        made.addfile(member("fine", size=2), io.BytesIO(b"ok"))
        for info in DANGEROUS[case]:
            made.addfile(info)
    with pytest.raises(NlshError):
        run(Extract(source=("bad.tar",), to="out"))
    assert sorted(os.listdir(cwd)) == ["bad.tar", "x"]
    assert journal.made() == []


@pytest.mark.parametrize("name", ["/abs", "../up", "a/../../up"])
def test_a_dangerous_zip_is_refused_whole(name: str, run: Run, cwd: Path) -> None:
    with zipfile.ZipFile(cwd / "bad.zip", "w") as made:
        made.writestr("fine", "ok")
        made.writestr(name, "x")
    with pytest.raises(NlshError, match="outside"):
        run(Extract(source=("bad.zip",), to="out"))
    with zipfile.ZipFile(cwd / "bad.zip", "w") as made:
        info = zipfile.ZipInfo("l")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "../../etc/passwd")
    with pytest.raises(NlshError, match="leads outside"):
        run(Extract(source=("bad.zip",), to="out"))
    assert os.listdir(cwd) == ["bad.zip"]


def test_a_bomb_is_refused_before_and_while_unpacking(
    run: Run, scope: Scope, cwd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(cwd / "z.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", b"\0" * (2 << 20))
    (cwd / "g.gz").write_bytes(gzip.compress(b"\0" * (2 << 20)))
    monkeypatch.setattr(unpacking, "free_bytes", lambda folder: 1 << 20)
    with pytest.raises(NlshError, match="unpacks to more than"):
        Extract(source=("z.zip",)).resolve(scope)
    with pytest.raises(NlshError, match="unpacks to more than"):
        run(Extract(source=("g.gz",)))
    monkeypatch.setattr(members, "MAX_MEMBERS", 0)
    with pytest.raises(NlshError, match="holds more than"):
        Extract(source=("z.zip",)).resolve(scope)
    assert sorted(os.listdir(cwd)) == ["g.gz", "z.zip"]


def test_set_user_bits_do_not_come_out(run: Run, cwd: Path) -> None:
    with tarfile.open(cwd / "t.tar", "w") as made:
        made.addfile(member("tool", mode=0o6755, size=1), io.BytesIO(b"x"))
    run(Extract(source=("t.tar",)))
    assert stat.S_IMODE(os.stat(cwd / "tool").st_mode) == 0o755


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", b"PK\x03\x04 broken", b"\x1f\x8b\x08 broken", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x00"],
)
def test_what_is_no_archive_is_one_sentence(content: bytes, run: Run, cwd: Path) -> None:
    (cwd / "x.zip").write_bytes(content)
    with pytest.raises(NlshError):
        run(Extract(source=("x.zip",)))
    assert os.listdir(cwd) == ["x.zip"]


@pytest.mark.parametrize("ending", [".tar.gz", ".zip", ".tar.xz", ".tar"])
def test_a_cut_off_archive_leaves_nothing(ending: str, run: Run, cwd: Path, source: Path) -> None:
    run(Archive(source=("d",), to=f"t{ending}"))
    whole = (cwd / f"t{ending}").read_bytes()
    (cwd / f"t{ending}").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NlshError, match="damaged"):
        run(Extract(source=(f"t{ending}",), to="out"))
    assert sorted(os.listdir(cwd)) == ["d", f"t{ending}"]


def test_unpacking_over_files_counts_and_keeps_them(
    run: Run, scope: Scope, cwd: Path, source: Path, journal: Any
) -> None:
    run(Archive(source=("d",), to="t.zip"))
    (cwd / "d/run").write_text("mine")
    (cwd / "d/other").write_text("stays")
    assert Extract(source=("t.zip",)).resolve(scope).overwrites == 3
    run(Extract(source=("t.zip",)))
    assert (cwd / "d/run").read_text() == "#!/bin/sh\n"
    assert (cwd / "d/other").read_text() == "stays"
    for step in reversed(journal.made()[1:]):
        changes.turn_back(step)
    assert (cwd / "d/run").read_text() == "mine"


def test_an_existing_link_is_not_written_through(run: Run, cwd: Path, source: Path, tmp_path: Path) -> None:
    run(Archive(source=("d",), to="t.tar"))
    (tmp_path / "victim").mkdir()
    (cwd / "out").mkdir()
    (cwd / "out/d").symlink_to(tmp_path / "victim")
    with pytest.raises(NlshError):
        run(Extract(source=("t.tar",), to="out"))
    assert os.listdir(tmp_path / "victim") == []
