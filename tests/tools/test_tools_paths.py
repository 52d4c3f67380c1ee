"""From words to places: spellings, globs, braces, results; and the facts about them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.errors import Cancelled, UsageError
from nlsh.core.results import Column, Result, Table
from nlsh.core.scope import Scope
from nlsh.tools.globs import braces
from nlsh.tools.paths import existing, expand, expand_many, expand_new, facts, is_outside, outermost, shown


def make(cwd: Path, *names: str) -> None:
    for name in names:
        (cwd / name).parent.mkdir(parents=True, exist_ok=True)
        (cwd / name).write_text(name)


def names(found: tuple[str, ...], cwd: Path) -> list[str]:
    return [os.path.relpath(path, cwd) for path in found]


def table_of(*paths: str) -> Result:
    return Result(Table((Column("path", "path"),), tuple((path,) for path in paths)))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a.txt", "{cwd}/a.txt"),
        ("./a//b/.", "{cwd}/a/b"),
        ("../x", "{cwd}/../x"),
        ("~", "{home}"),
        ("~/Documents", "{home}/Documents"),
        ("~root/x", "/root/x"),
        ("~nobody-of-that-name", "{cwd}/~nobody-of-that-name"),
        ("$HOME/x", "{home}/x"),
        ("${HOME}y", "{home}y"),
        ("/", "/"),
        ("-rf", "{cwd}/-rf"),
        ("b\udcffd", "{cwd}/b\udcffd"),
    ],
)
def test_expand_reads_every_spelling(said: str, meant: str, scope: Scope) -> None:
    assert expand(said, scope) == meant.format(cwd=scope.cwd, home=scope.home)


@pytest.mark.parametrize("said", ["", "$UNSET_HERE/x", "$1", "a\0b"])
def test_expand_refuses_what_names_nothing(said: str, scope: Scope) -> None:
    with pytest.raises(UsageError):
        expand(said, replace(scope, results={1: table_of()}))


def test_a_file_really_called_so_wins_over_its_reading(scope: Scope, cwd: Path) -> None:
    make(cwd, "a[1].txt", "a1.txt", "{x,y}", "$HOME", "~odd")
    for name in ("a[1].txt", "{x,y}", "$HOME", "~odd"):
        assert names(expand_many([name], scope), cwd) == [name]
    assert expand("~/", scope) == scope.home


def test_globs(scope: Scope, cwd: Path) -> None:
    make(cwd, "b.txt", "a.txt", "c.md", ".hidden.txt", "d/e/f.txt", "d/.git/g.txt", "d/g.txt", "new\nline.txt")
    (cwd / "d" / "loop").symlink_to("..")
    assert names(expand_many(["*.txt"], scope), cwd) == ["a.txt", "b.txt", "new\nline.txt"]
    assert names(expand_many([".*.txt"], scope), cwd) == [".hidden.txt"]
    assert names(expand_many(["?.{md,txt}"], scope), cwd) == ["a.txt", "b.txt", "c.md"]
    assert names(expand_many(["[!ab].*"], scope), cwd) == ["c.md"]
    assert names(expand_many(["d/**/*.txt"], scope), cwd) == ["d/e/f.txt", "d/g.txt"]
    assert names(expand_many(["c.md", "*.md", "./c.md"], scope), cwd) == ["c.md"]


def test_what_matches_nothing_is_named(scope: Scope, cwd: Path) -> None:
    make(cwd, "report.txt")
    with pytest.raises(UsageError, match=r"\*\.pdf"):
        expand_many(["*.pdf"], scope)
    with pytest.raises(UsageError) as error:
        expand_many(["reprot.txt"], scope)
    assert "report.txt" in error.value.hint
    with pytest.raises(UsageError, match="missing"):
        expand_many(["{report.txt,missing}"], scope)


def test_results_of_earlier_steps(scope: Scope, cwd: Path) -> None:
    make(cwd, "a*", "b")
    later = replace(scope, results={1: table_of(str(cwd / "a*"), "b"), 2: table_of()})
    assert expand_many(["$1"], later) == (str(cwd / "a*"), str(cwd / "b"))
    with pytest.raises(UsageError, match="2 things"):
        existing("$1", later)
    with pytest.raises(UsageError, match="no paths"):
        expand_many(["$2"], later)
    with pytest.raises(UsageError):
        expand_many(["$3"], later)


def test_new_names_may_be_missing_but_hold_no_stars(scope: Scope, cwd: Path) -> None:
    make(cwd, "a.c")
    assert names(expand_new(["x{1..3}", "*.c"], scope), cwd) == ["x1", "x2", "x3", "a.c"]
    with pytest.raises(UsageError):
        expand_new(["*.zzz"], scope)


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("a{b,c}d", ["abd", "acd"]),
        ("{a,b{1,2}}", ["a", "b1", "b2"]),
        ("{08..10}", ["08", "09", "10"]),
        ("{c..a}", ["c", "b", "a"]),
        ("{a}", ["{a}"]),
        ("{}", ["{}"]),
        ("{,x}", ["", "x"]),
        ("{a,b}{1,2}", ["a1", "a2", "b1", "b2"]),
        ("{open", ["{open"]),
    ],
)
def test_braces(text: str, texts: list[str]) -> None:
    assert braces(text) == texts


def test_braces_are_bounded() -> None:
    with pytest.raises(UsageError):
        braces("{1..100}" * 4)
    with pytest.raises(UsageError):
        braces("{1..99999999999}")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(min_size=1, max_size=40).filter(lambda raw: b"/" not in raw and b"\0" not in raw))
def test_every_name_is_found_by_itself(raw: bytes, scope: Scope, cwd: Path) -> None:
    name = os.fsdecode(raw)
    if name in (".", "..", "~") or (name[:1] == "$" and name[1:].isdigit()):
        return
    path = cwd / name
    path.write_text("")
    assert expand_many([name], scope) == (str(path),)
    path.unlink()


def test_facts_count_everything_below(scope: Scope, cwd: Path) -> None:
    make(cwd, "d/a", "d/e/b")
    (cwd / "d" / "big").write_bytes(b"x" * 5000)
    (cwd / "d" / "out").symlink_to("/etc")
    found = facts([str(cwd / "d")], scope, recursive=True, mutates=True)
    assert (found.count, found.size_bytes) == (6, 3 + 5 + 5000)
    assert found.is_recursive
    assert not found.is_outside
    assert [target.name for target in found.targets[:2]] == [str(cwd / "d"), str(cwd / "d" / "big")]
    assert found.details["items"] == [[str(cwd / "d"), found.targets[0].device, found.targets[0].inode]]
    assert facts([str(cwd / "d")], scope, recursive=False, mutates=True).count == 1


def test_facts_sample_but_count_all(scope: Scope, cwd: Path) -> None:
    make(cwd, *(f"d/{number}" for number in range(120)))
    found = facts([str(cwd / "d")], scope, recursive=True, mutates=False)
    assert (found.count, len(found.targets)) == (121, 50)


def test_facts_stop_when_cancelled(scope: Scope, cwd: Path) -> None:
    scope.cancellation.cancel()
    with pytest.raises(Cancelled):
        facts([str(cwd)], scope, recursive=True, mutates=False)


def test_outside_is_neither_home_nor_here(scope: Scope, tmp_path: Path) -> None:
    (Path(scope.home) / "door").symlink_to(tmp_path)
    assert is_outside(str(tmp_path), scope)
    assert is_outside(f"{scope.home}/door/x", scope)
    assert not is_outside(f"{scope.home}/x", scope)
    assert not is_outside(f"{scope.cwd}/x", scope)


def test_outermost_drops_what_lies_inside() -> None:
    assert outermost(["/a", "/a/b", "/ab", "/c/d/e", "/c/d"]) == ("/a", "/ab", "/c/d")


def test_shown_is_short_and_safe(scope: Scope) -> None:
    assert shown(f"{scope.cwd}/a", scope) == "a"
    assert shown(f"{scope.home}/b", scope) == "~/b"
    assert shown("/x\x1b[2J", scope) == "/x\\x1b[2J"


def test_what_is_protected_is_refused_without_being_walked(scope: Scope) -> None:
    found = facts(["/"], scope, recursive=True, mutates=True)
    assert found.protected
    assert found.count == 1
