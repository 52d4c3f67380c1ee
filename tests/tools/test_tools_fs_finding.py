"""Finding, counting and searching."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.results import Emission, Result, Table
from nlsh.core.scope import Scope
from nlsh.tools.fs import finding, searching
from nlsh.tools.fs.conditions import mode_test, name_test
from nlsh.tools.fs.finding import Count, Find
from nlsh.tools.fs.searching import Grep
from nlsh.tools.tree import Entry

Runner = Callable[..., list[Emission]]
DAY = 86_400


def table(emissions: list[Emission]) -> Table:
    [found] = emissions
    assert isinstance(found, Table)
    return found


@pytest.fixture
def tree(cwd: Path) -> Path:
    """Files of many kinds, sizes and ages."""
    contents = {
        "a.txt": b"alpha\n",
        "B.TXT": b"beta beta\n",
        "src/main.py": b"import os\nprint('alpha')\n",
        "src/.cache/old.py": b"x" * 3000,
        "src/deep/er/note.md": b"",
        "node_modules/lib/index.js": b"alpha",
        "report-2024.pdf": b"%PDF" + b"\0" * 5000,
    }
    now = time.time()
    for age, (name, data) in enumerate(contents.items()):
        path = cwd / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (now - 10 * age * DAY, now - age * DAY - 60))
    (cwd / "void").mkdir()
    (cwd / "link").symlink_to("src")
    return cwd


def found(run: Runner, **arguments: Any) -> list[str]:
    return list(table(run(Find.parse(arguments))).paths())


def test_everything_below_is_found_in_order(run: Runner, tree: Path) -> None:
    paths = found(run)
    assert paths == sorted(paths, key=lambda path: path.split("/"))
    assert {"a.txt", "src", "src/.cache/old.py", "void", "link"} <= set(paths)
    assert "." not in paths
    assert not any(path.startswith("link/") for path in paths)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"name": "*.txt"}, ["a.txt"]),
        ({"name": "*.txt", "ignore_case": True}, ["B.TXT", "a.txt"]),
        ({"name": ["*.md", "*.js"]}, ["node_modules/lib/index.js", "src/deep/er/note.md"]),
        ({"name": "*.{md,js}"}, ["node_modules/lib/index.js", "src/deep/er/note.md"]),
        ({"name": "*.py"}, ["src/.cache/old.py", "src/main.py"]),
        ({"name": "src/deep/*"}, ["src/deep/er", "src/deep/er/note.md"]),
        ({"name": "src", "type": "folder"}, ["src"]),
        ({"part": "REPORT"}, ["report-2024.pdf"]),
        ({"contains": "alpha"}, ["a.txt", "node_modules/lib/index.js", "src/main.py"]),
        ({"contains": "alpha", "name": "*.py"}, ["src/main.py"]),
        ({"type": "link"}, ["link"]),
        ({"size": ">2K"}, ["report-2024.pdf", "src/.cache/old.py"]),
        ({"size": "<1", "type": "file"}, ["src/deep/er/note.md"]),
        ({"size": "2K..4K"}, ["src/.cache/old.py"]),
        ({"size": [">2K", "<4K"]}, ["src/.cache/old.py"]),
        ({"type": "file", "direct": True}, ["B.TXT", "a.txt", "report-2024.pdf"]),
        ({"type": "file", "newer": "1d"}, ["a.txt"]),
        ({"type": "file", "older": "5d"}, ["node_modules/lib/index.js", "report-2024.pdf"]),
        ({"type": "file", "newer": "B.TXT"}, ["a.txt"]),
        ({"type": "file", "accessed": "15d"}, ["B.TXT", "a.txt"]),
        ({"type": "file", "unused": "45d"}, ["node_modules/lib/index.js", "report-2024.pdf"]),
        ({"empty": True}, ["src/deep/er/note.md", "void"]),
        ({"empty": True, "type": "folder"}, ["void"]),
        ({"type": "file", "max_depth": 1}, ["B.TXT", "a.txt", "report-2024.pdf"]),
        ({"type": "file", "min_depth": 3}, ["node_modules/lib/index.js", "src/.cache/old.py", "src/deep/er/note.md"]),
        ({"type": "file", "min_depth": 2, "max_depth": 2}, ["src/main.py"]),
        ({"type": "file", "exclude": ["node_modules", ".*"], "min_depth": 2}, ["src/deep/er/note.md", "src/main.py"]),
        ({"type": "file", "exclude": "*.t*", "max_depth": 1}, ["B.TXT", "report-2024.pdf"]),
        ({"sort": "size", "limit": 2}, ["report-2024.pdf", "src/.cache/old.py"]),
        ({"type": "file", "sort": "size", "reverse": True, "limit": 1}, ["src/deep/er/note.md"]),
        ({"type": "file", "sort": "modified", "limit": 2}, ["a.txt", "B.TXT"]),
        ({"type": "file", "sort": "modified", "reverse": True, "limit": 1}, ["report-2024.pdf"]),
        ({"type": "file", "sort": "name", "max_depth": 1}, ["a.txt", "B.TXT", "report-2024.pdf"]),
        ({"path": "src", "name": "*.py", "exclude": ".cache"}, ["src/main.py"]),
        ({"path": "src", "name": "*.py", "exclude": "src/.cache"}, ["src/main.py"]),
        ({"path": "src", "type": "file", "exclude": "./src/deep"}, ["src/.cache/old.py", "src/main.py"]),
        ({"path": "link", "name": "main.py"}, ["link/main.py"]),
        ({"path": ["a.txt", "src"], "type": "file", "contains": "alpha"}, ["a.txt", "src/main.py"]),
        ({"path": "*.txt", "contains": "alpha"}, ["a.txt"]),
    ],
)
def test_conditions(run: Runner, tree: Path, arguments: dict[str, Any], expected: list[str]) -> None:
    assert found(run, **arguments) == expected


def test_owners_and_modes(run: Runner, tree: Path) -> None:
    (tree / "a.txt").chmod(0o755)
    (tree / "B.TXT").chmod(0o602)
    me = str(os.getuid())
    assert found(run, user=me, type="file", mode="755") == ["a.txt"]
    assert found(run, type="file", mode="+x") == ["a.txt"]
    assert found(run, type="file", mode="o+w") == ["B.TXT"]
    assert found(run, user=str(os.getuid() + 7)) == []
    assert found(run, group=str((tree / "a.txt").stat().st_gid), name="a.txt") == ["a.txt"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": "huge"}, "not a size"),
        ({"newer": "soonish"}, "not a length of time"),
        ({"mode": "rwx"}, "not a mode"),
        ({"user": "nobody-of-that-name"}, "no user"),
        ({"group": "nobody-of-that-name"}, "no group"),
        ({"path": "sorc"}, "no sorc"),
    ],
)
def test_what_cannot_be_read_is_said_before_the_search(
    scope: Scope, tree: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        Find.parse(arguments).resolve(scope)


def test_what_a_step_before_found_can_be_left_out(run: Runner, tree: Path) -> None:
    before = table(run(Find(name_=("*.py",))))
    left = table(run(Find(type="file", path=("src",), exclude=("$1",)), {1: Result(before)}))
    assert left.paths() == ("src/deep/er/note.md",)


def test_rows_hold_size_and_time(run: Runner, tree: Path) -> None:
    result = table(run(Find.parse({"name": ["a.txt", "src"]})))
    assert [column.kind for column in result.columns] == ["path", "size", "time"]
    assert result.rows[0][:2] == ("a.txt", 6)
    assert result.rows[0][2] == (tree / "a.txt").stat().st_mtime
    assert result.rows[1][:2] == ("src", None)


def test_near_names_are_told_when_nothing_matches(run: Runner, tree: Path) -> None:
    result = table(run(Find.parse({"name": "report"})))
    assert result.rows == ()
    assert "report-2024.pdf" in result.note
    assert table(run(Find.parse({"name": "*.xyz"}))).note == ""


def test_the_bound_is_said_and_a_limit_lifts_it(run: Runner, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MAX_ENTRIES", 3)
    result = table(run(Find()))
    assert len(result.rows) == 3
    assert result.note == "stopped at 3 entries"
    assert found(run, type="file", sort="size", limit=1) == ["report-2024.pdf"]


def test_pipes_devices_and_keys_are_not_read(run: Runner, tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    (tree / "id_rsa").write_text("alpha")
    result = table(run(Find(contains="alpha")))
    assert "id_rsa" not in result.paths()
    assert "1 delicate file not looked into" in result.note
    assert table(run(Find(path=("id_rsa",), contains="alpha"))).paths() == ("id_rsa",)


def test_hostile_names_are_found_and_given_back(run: Runner, cwd: Path) -> None:
    name = os.fsdecode(b"\xfe\n $1*")
    (cwd / name).write_text("x")
    result = table(run(Find()))
    assert result.paths() == (name,)
    assert table(run(Find(path=("$1",)), {1: Result(result)})).paths() == (name,)


def test_finding_can_be_cancelled(scope: Scope, tree: Path) -> None:
    facts = Find().resolve(scope)
    scope.cancellation.cancel()
    with pytest.raises(Cancelled):
        list(Find().run(scope, facts))


def _entry(mode: int) -> Entry:
    return Entry("/x", "x", 1, "file", os.stat_result((0o100000 | mode, 0, 0, 1, 0, 0, 0, 0, 0, 0)), -1)


@pytest.mark.parametrize(
    ("text", "fitting", "failing"),
    [
        ("644", 0o644, 0o600),
        ("-600", 0o644, 0o400),
        ("/022", 0o620, 0o600),
        ("u+x", 0o744, 0o655),
        ("+x", 0o601, 0o666),
        ("a+x", 0o711, 0o701),
        ("o-r", 0o640, 0o644),
        ("ug+rw", 0o660, 0o640),
        ("u=rw", 0o644, 0o744),
        ("u+s", 0o4755, 0o755),
        ("+s", 0o2755, 0o755),
        ("+t", 0o1777, 0o777),
        ("u+x,o-w", 0o755, 0o757),
    ],
)
def test_modes(text: str, fitting: int, failing: int) -> None:
    assert mode_test(text)(_entry(fitting))
    assert not mode_test(text)(_entry(failing))


@given(st.text(alphabet="ab.{},*[]?!\\/", max_size=12), st.text(alphabet="ab./", min_size=1, max_size=8))
def test_any_pattern_can_be_held_against_any_name(pattern: str, name: str) -> None:
    test = name_test((pattern,), ignore_case=True)
    assert test(name.rpartition("/")[2], name) in (True, False)


# ---- count


@pytest.mark.parametrize(
    ("arguments", "expected", "note"),
    [
        ({}, 3, "3 folders not looked into"),
        ({"recursive": True}, 7, ""),
        ({"name": "*.py", "recursive": True}, 2, ""),
        ({"type": "folder"}, 3, ""),
        ({"type": "link"}, 1, "3 folders not looked into"),
        ({"type": "any"}, 7, "3 folders not looked into"),
        ({"path": "src", "type": "folder"}, 2, "1 of them hidden"),
    ],
)
def test_counting_files(run: Runner, tree: Path, arguments: dict[str, Any], expected: int, note: str) -> None:
    result = table(run(Count.parse(arguments)))
    assert result.rows == ((expected,),)
    assert result.note == note


# ---- grep


def test_searching_a_folder(run: Runner, tree: Path) -> None:
    result = table(run(Grep(pattern="alpha")))
    assert sorted(result.rows) == [
        ("a.txt", 1, "alpha"), ("node_modules/lib/index.js", 1, "alpha"), ("src/main.py", 2, "print('alpha')"),
    ]  # fmt: skip
    assert result.note == "1 binary file not looked into"
    assert table(run(Grep(pattern="alpha", name_=("*.py",)))).paths() == ("src/main.py",)


def test_searching_one_file(run: Runner, cwd: Path) -> None:
    (cwd / "log").write_bytes(b"one\r\nTwo error\nthree\nerror_4 \xff\nfive\n")
    assert table(run(Grep(pattern="error", path=("log",)))).rows == (
        ("log", 2, "Two error"), ("log", 4, "error_4 \udcff"),
    )  # fmt: skip
    assert [row[1] for row in table(run(Grep(pattern="error", path=("log",), word=True))).rows] == [2]
    assert [row[1] for row in table(run(Grep(pattern="ERROR", path=("log",), ignore_case=True))).rows] == [2, 4]
    assert [row[1] for row in table(run(Grep(pattern="error", path=("log",), invert=True))).rows] == [1, 3, 5]
    assert [row[1] for row in table(run(Grep(pattern="^t|e$", path=("log",), regex=True))).rows] == [1, 3, 5]
    assert [row[1] for row in table(run(Grep(pattern="three", path=("log",), context=1))).rows] == [2, 3, 4]
    assert table(run(Grep(pattern="error", path=("log",), counts=True))).rows == (("log", 2),)
    assert table(run(Grep(pattern="nothing", path=("log",), counts=True))).rows == (("log", 0),)
    assert table(run(Grep(pattern="error", path=("log",), names_only=True))).rows == (("log",),)


def test_line_numbers_hold_across_skipped_blocks(run: Runner, cwd: Path) -> None:
    (cwd / "big").write_text("filler line\n" * 300_000 + "needle\n" + "filler\n" * 5)
    assert table(run(Grep(pattern="needle", path=("big",)))).rows == (("big", 300_001, "needle"),)


def test_contexts_that_meet_are_shown_once(run: Runner, cwd: Path) -> None:
    (cwd / "f").write_text("".join(f"{n}{'x' if n in (3, 5) else ''}\n" for n in range(1, 10)))
    assert [row[1] for row in table(run(Grep(pattern="x", path=("f",), context=2))).rows] == [1, 2, 3, 4, 5, 6, 7]


def test_counts_of_several_files_are_added_up(run: Runner, tree: Path) -> None:
    result = table(run(Grep(pattern="alpha", counts=True)))
    assert dict(result.rows) == {"a.txt": 1, "node_modules/lib/index.js": 1, "src/main.py": 1}
    assert "3 lines in 3 files" in result.note


def test_keys_and_version_control_are_passed_over_unless_named(run: Runner, cwd: Path) -> None:
    (cwd / ".git").mkdir()
    (cwd / ".git" / "config").write_text("alpha")
    (cwd / ".env").write_text("alpha")
    result = table(run(Grep(pattern="alpha")))
    assert result.rows == ()
    assert "1 delicate file" in result.note
    assert "1 folder of version control" in result.note
    assert table(run(Grep(pattern="alpha", path=(".env",)))).paths() == (".env",)
    assert table(run(Grep(pattern="alpha", path=(".git",)))).paths() == (".git/config",)


def test_the_files_of_a_step_before_are_searched(run: Runner, tree: Path) -> None:
    before = table(run(Find(name_=("*.py",))))
    assert table(run(Grep(pattern="import", path=("$1",)), {1: Result(before)})).paths() == ("src/main.py",)


def test_rows_are_bounded(run: Runner, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MAX_ROWS", 5)
    (cwd / "many").write_text("x\n" * 20)
    result = table(run(Grep(pattern="x")))
    assert len(result.rows) == 5
    assert result.note == "stopped at 5 rows"


def test_a_pipe_never_blocks_and_a_bad_regex_is_said(run: Runner, cwd: Path) -> None:
    os.mkfifo(cwd / "pipe")
    assert table(run(Grep(pattern="x"))).rows == ()
    with pytest.raises(NlshError, match="pipe"):
        run(Grep(pattern="x", path=("pipe",)))
    with pytest.raises(UsageError, match="not a regular expression"):
        run(Grep(pattern="(", regex=True))
    with pytest.raises(UsageError, match="search for what"):
        run(Grep(pattern=""))
