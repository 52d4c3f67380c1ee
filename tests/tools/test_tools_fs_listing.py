"""Listing, drawing, describing and measuring folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.results import Chunk, Emission, Note, Result, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools import tree
from nlsh.tools.fs import listing
from nlsh.tools.fs.describing import PathPart, Stat
from nlsh.tools.fs.listing import List, Tree
from nlsh.tools.fs.nature import nature
from nlsh.tools.fs.sizing import Usage

Runner = Callable[..., list[Emission]]


def table(emissions: list[Emission]) -> Table:
    [found] = [emission for emission in emissions if isinstance(emission, Table)]
    return found


def column(found: Table, name: str) -> list[Any]:
    index = [one.name for one in found.columns].index(name)
    return [row[index] for row in found.rows]


@pytest.fixture
def files(cwd: Path) -> Path:
    (cwd / "b.txt").write_text("bb")
    (cwd / "A.md").write_text("a" * 50)
    (cwd / ".hidden").write_text("h")
    (cwd / "docs").mkdir()
    (cwd / "docs" / "inner.txt").write_text("x")
    for age, name in enumerate(("A.md", "docs", "b.txt"), 1):
        os.utime(cwd / name, (1000, 10_000 - age))
    return cwd


def test_a_folder_is_listed_by_name_without_hidden_ones(run: Runner, files: Path) -> None:
    found = table(run(List()))
    assert [one.name for one in found.columns] == ["path", "kind", "size", "modified"]
    assert found.rows == (
        ("A.md", "file", 50, 9999.0), ("b.txt", "file", 2, 9997.0), ("docs", "folder", None, 9998.0),
    )  # fmt: skip
    assert found.paths() == ("A.md", "b.txt", "docs")


def test_hidden_ones_order_and_kinds(run: Runner, files: Path) -> None:
    assert column(table(run(List(all=True))), "path") == [".hidden", "A.md", "b.txt", "docs"]
    assert column(table(run(List(sort="modified"))), "path") == ["A.md", "docs", "b.txt"]
    assert column(table(run(List(sort="size"))), "path") == ["A.md", "b.txt", "docs"]
    assert column(table(run(List(sort="name", reverse=True))), "path") == ["docs", "b.txt", "A.md"]
    assert column(table(run(List(sort="extension"))), "path") == ["docs", "A.md", "b.txt"]
    assert column(table(run(List(folders_only=True))), "path") == ["docs"]
    assert column(table(run(List(files_only=True))), "path") == ["A.md", "b.txt"]


def test_paths_are_relative_below_here_and_absolute_elsewhere(run: Runner, files: Path, tmp_path: Path) -> None:
    assert column(table(run(List(path=("docs",)))), "path") == ["docs/inner.txt"]
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "x").touch()
    assert column(table(run(List(path=(str(tmp_path / "else"),)))), "path") == [str(tmp_path / "else" / "x")]


def test_a_file_a_pattern_and_a_linked_folder_can_be_listed(run: Runner, files: Path) -> None:
    (files / "link").symlink_to("docs")
    assert column(table(run(List(path=("b.txt",)))), "path") == ["b.txt"]
    assert column(table(run(List(path=("*.txt",)))), "path") == ["b.txt"]
    assert column(table(run(List(path=("link",)))), "path") == ["link/inner.txt"]


def test_long_lists_owner_mode_and_where_links_lead(run: Runner, files: Path) -> None:
    (files / "b.txt").chmod(0o640)
    (files / "link").symlink_to("b.txt")
    found = table(run(List(long=True)))
    rows = {row[6]: row for row in found.rows}
    assert rows["b.txt"][0] & 0o777 == 0o640
    assert rows["b.txt"][4] == 2
    assert rows["link"][7] == "b.txt"
    assert [one.name for one in found.columns][-1] == "leads to"


def test_hostile_names_come_through_as_they_are(run: Runner, files: Path) -> None:
    name = os.fsdecode(b"bad\xff\n\x1b[31m")
    (files / name).touch()
    assert name in table(run(List())).paths()


def test_a_missing_folder_is_named_with_the_nearest(run: Runner, files: Path) -> None:
    with pytest.raises(UsageError, match="dosc") as caught:
        run(List(path=("dosc",)))
    assert "docs" in caught.value.hint


def test_listing_stops_at_a_bound_and_says_so(run: Runner, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_ENTRIES", 2)
    found = table(run(List()))
    assert len(found.rows) == 2
    assert found.note == "stopped at 2 entries"


def test_listing_can_be_cancelled(scope: Scope, files: Path) -> None:
    facts = List().resolve(scope)
    scope.cancellation.cancel()
    with pytest.raises(Cancelled):
        list(List().run(scope, facts))


def test_facts_of_a_listing(scope: Scope, files: Path) -> None:
    (Path(scope.home) / ".ssh").mkdir()
    assert List(path=("~/.ssh",)).resolve(scope).sensitive
    assert List(path=("/etc",)).resolve(scope).is_outside
    assert not List().resolve(scope).sensitive


# ---- tree


def drawn(emissions: list[Emission]) -> tuple[str, str]:
    text = b"".join(one.data for one in emissions if isinstance(one, Chunk)).decode()
    [note] = [one.text for one in emissions if isinstance(one, Note)]
    return text, note


def test_a_tree_is_drawn(run: Runner, files: Path) -> None:
    (files / "docs" / "sub").mkdir()
    text, note = drawn(run(Tree()))
    assert text == ".\n├── A.md\n├── b.txt\n└── docs/\n    ├── inner.txt\n    └── sub/\n"
    assert note == "2 folders, 3 files"


def test_a_tree_to_a_depth_of_folders_and_with_hidden_ones(run: Runner, files: Path) -> None:
    assert drawn(run(Tree(depth=1)))[0].count("\n") == 4
    assert drawn(run(Tree(folders_only=True))) == (".\n└── docs/\n", "1 folder")
    assert ".hidden" in drawn(run(Tree(all=True)))[0]


def test_a_tree_cannot_be_forged_by_a_name(run: Runner, cwd: Path) -> None:
    (cwd / "a\n└── b").touch()
    assert drawn(run(Tree()))[0] == ".\n└── a\\x0a└── b\n"


def test_a_deep_tree_is_drawn_and_a_big_one_is_bounded(run: Runner, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = cwd.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    assert drawn(run(Tree()))[0].count("d/") == 300
    monkeypatch.setattr(listing, "MAX_TREE", 10)
    assert "stopped at 10 entries" in drawn(run(Tree()))[1]


# ---- usage


def test_usage_adds_up(run: Runner, files: Path) -> None:
    (files / "docs" / "sub").mkdir()
    (files / "docs" / "sub" / "big").write_bytes(b"x" * 100_000)
    found = table(run(Usage()))
    assert column(found, "path") == ["."]
    assert column(found, "size") == [100_000 + 2 + 50 + 1 + 1]
    assert column(found, "files") == [5]
    assert column(found, "on disk")[0] >= 100_000
    inner = table(run(Usage(each=True)))
    assert column(inner, "path")[0] == "docs"
    assert sum(column(inner, "size")) == column(found, "size")[0]
    assert "in all of ." in inner.note
    assert column(table(run(Usage(depth=2))), "path")[:2] == ["docs", "docs/sub"]
    assert column(table(run(Usage(limit=1))), "path") == ["docs"]


def test_usage_counts_hard_links_once(run: Runner, cwd: Path) -> None:
    (cwd / "one").write_bytes(b"x" * 5000)
    os.link(cwd / "one", cwd / "two")
    assert column(table(run(Usage())), "size") == [5000]


def test_usage_of_a_file_and_of_a_step_before(run: Runner, files: Path) -> None:
    found = table(run(List(path=("*.txt",))))
    assert column(table(run(Usage(path=("$1",)), {1: Result(found)})), "size") == [2]


# ---- stat, path


def test_stat_tells_everything(run: Runner, files: Path) -> None:
    (files / "b.txt").chmod(0o4755)
    (files / "link").symlink_to("nowhere")
    found = table(run(Stat(path=("b.txt", "docs", "link"))))
    assert column(found, "kind") == ["file", "folder", "link"]
    assert column(found, "about") == ["ASCII text", "1 entry", "link to nowhere, which is not there"]
    assert column(found, "octal")[:1] == ["4755"]
    assert column(found, "size")[0] == 2
    assert column(found, "modified")[0] == 9997.0


def test_stat_looks_into_no_key_and_no_pipe(run: Runner, cwd: Path) -> None:
    os.mkfifo(cwd / "pipe")
    (cwd / "server.key").write_text("-----BEGIN PRIVATE KEY-----")
    assert column(table(run(Stat(path=("pipe", "server.key")))), "about") == ["", ""]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("name", "x.tar.gz"),
        ("stem", "x.tar"),
        ("extension", "gz"),
        ("absolute", "{cwd}/d/x.tar.gz"),
        ("parent", "{cwd}/d"),
    ],
)
def test_parts_of_a_path_that_need_not_exist(run: Runner, cwd: Path, part: str, expected: str) -> None:
    found = table(run(PathPart.parse({"path": "d/x.tar.gz", "part": part})))
    assert found.rows == ((expected.format(cwd=cwd),),)


def test_where_one_is_and_where_links_lead(run: Runner, cwd: Path) -> None:
    (cwd / "d").mkdir()
    (cwd / "link").symlink_to("d")
    assert table(run(PathPart())).rows == ((str(cwd),),)
    assert table(run(PathPart(path=("link",), part="real"))).rows == ((str((cwd / "d").resolve()),),)
    assert table(run(PathPart(path=("link/../d",)))).rows == ((str((cwd / "d").resolve()),),)


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (b"", "x", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "x", "PNG image"),
        (b"PK\3\4\0", "a.docx", "Word document"),
        (b"PK\3\4\0", "a.zip", "Zip archive"),
        (b"BMW is a car", "x", "ASCII text"),
        (b"#!/usr/bin/env python3\n", "x", "script for python3"),
        (b"#!/bin/sh -e\n", "x", "script for sh"),
        ("grün".encode(), "x", "UTF-8 text"),
        ("grün".encode()[:3], "x", "UTF-8 text"),
        ("grün".encode("latin-1"), "x", "text in an 8-bit encoding"),
        (b"a\r\nb\r\n", "x", "ASCII text, with CRLF line ends"),
        (b'{"a": 1}', "x", "JSON, ASCII text"),
        (b"<!DOCTYPE html>", "x", "HTML document, ASCII text"),
        (b"ab\0cd", "x", "data"),
        (b"%PDF-1.7\n", "x", "PDF document"),
    ],
)
def test_the_nature_of_a_file(head: bytes, name: str, expected: str) -> None:
    assert nature(head, name) == expected


def test_no_place_is_looked_at_that_was_not_agreed_on(scope: Scope, files: Path) -> None:
    syscall: Syscall = List(path=("*.txt",))
    facts = syscall.resolve(scope)
    (files / "late.txt").touch()
    assert column(table(list(syscall.run(scope, facts))), "path") == ["b.txt"]


def test_a_folder_that_cannot_be_entered_is_an_error_when_named_and_a_note_when_met(
    run: Runner, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MAX_DEPTH", 1)
    assert "folders are nested more than 1 deep" in table(run(Usage())).note
    monkeypatch.setattr(tree, "MAX_DEPTH", 0)
    with pytest.raises(NlshError, match="nested"):
        run(List(path=("docs",)))


def test_results_of_a_step_can_be_listed(scope: Scope, files: Path) -> None:
    here = replace(scope, results={1: Result(output=b"b.txt\nA.md\n")})
    syscall = List(path=("$1",))
    assert column(table(list(syscall.run(here, syscall.resolve(here)))), "path") == ["A.md", "b.txt"]
