"""The external evaluation: upstream's calls as plans, and the scorer of outcomes."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from models.foundry.bfcl_calls import golds, read_call
from models.foundry.outcomes import is_alike, is_near, is_verifiable, marks, readings
from models.foundry.sandbox import Outcome, State, look, make_tree
from nlsh.core.errors import PlanInvalid
from nlsh.core.plan import read_plan
from nlsh.tools.toolbox import Tools

FILE = (0o100000, 0o644, 0, 0, "abc", False)
TREE: State = {"a": FILE}
ROW = {"nl": "list what is here", "cmd": "ls"}


@pytest.mark.parametrize(
    ("call", "plan"),
    [
        ("ls()", [{"fs.list": {}}]),
        ("ls(a=True)", [{"fs.list": {"all": True}}]),
        ("ls(True)", [{"fs.list": {"all": True}}]),
        ("cd('docs')", [{"sh.cd": {"path": "docs"}}]),
        ("pwd()", [{"fs.path": {}}]),
        ("mkdir(dir_name='x')", [{"fs.mkdir": {"path": "x"}}]),
        ("touch('x.txt')", [{"fs.touch": {"path": "x.txt"}}]),
        ("echo(content='hi',file_name='x.txt')", [{"fs.write": {"path": "x.txt", "text": "hi"}}]),
        ("echo('hi')", [{"text.print": {"text": "hi"}}]),
        ("cp('a','b')", [{"fs.copy": {"source": "a", "to": "b"}}]),
        ("mv('a.txt','b')", [{"fs.move": {"source": "a.txt", "to": "b"}}]),
        ("mv('a.txt','b.txt')", [{"fs.rename": {"path": "a.txt", "to": "b.txt"}}]),
        ("rmdir('x')", [{"fs.remove": {"path": "x", "empty_only": True}}]),
        ("find(path='.',name='goal')", [{"fs.find": {"part": "goal"}}]),
        ("grep(file_name='a',pattern='x y')", [{"fs.grep": {"pattern": "x y", "path": "a"}}]),
        ("sort('a')", [{"text.sort": {"source": "a"}}]),
        ("wc(file_name='a',mode='l')", [{"text.count": {"source": "a"}}]),
        ("wc('a','w')", [{"text.count": {"source": "a", "what": "words"}}]),
        ("tail(file_name='a',lines=20)", [{"fs.read": {"path": "a", "last": 20}}]),
        ("diff('a','b')", [{"fs.diff": {"first": "a", "second": "b"}}]),
        ("du(human_readable=True)", [{"fs.usage": {}}]),
    ],
)
def test_a_call_is_accepted_as_the_plan_that_means_it(call: str, plan: object) -> None:
    accepted = [json.loads(one) for one in golds(read_call(call))]
    assert plan in accepted


def test_a_move_into_a_folder_is_no_renaming() -> None:
    assert not any("fs.rename" in plan for plan in golds(read_call("mv('a.txt','archive')")))


def test_a_folder_that_is_named_may_stand_before_the_file() -> None:
    accepted = golds(read_call("cat('a.txt')", ["docs"]))
    assert accepted == ('[{"fs.read":{"path":"a.txt"}}]', '[{"fs.read":{"path":"docs/a.txt"}}]')


def test_what_no_syscall_does_has_no_plan() -> None:
    assert golds(read_call("post_tweet(content='x')")) == ()


def test_every_accepted_plan_is_a_valid_one() -> None:
    lookup = Tools().lookup
    for call in ("mv('a.txt','b.txt')", "find('.','x')", "grep('a','x')", "tail('a',1)", "ls(True)"):
        for plan in golds(read_call(call, ["here"])):
            try:
                read_plan(plan, lookup)
            except PlanInvalid as error:
                pytest.fail(f"{plan}: {error}")


@pytest.mark.parametrize(
    ("ours", "gold", "is_ordered", "expected"),
    [
        ("b\na\n", "a\nb\n", False, True),
        ("b\na\n", "a\nb\n", True, False),
        ("./a  1\n", "a 1", True, True),
        ("2", "3", False, False),
        ("x/a.py\nb.py", "/t/a.py\n/t/b.py", False, True),
        ("x/a.py", "/t/a.py\n/t/b.py", False, False),
        ("3 of 4", "4 of 3", False, True),
        ("is one here", "there is one", False, False),
        ("", "a", False, False),
    ],
)
def test_strict_is_the_same_lines_words_or_paths(ours: str, gold: str, is_ordered: bool, expected: bool) -> None:
    assert is_alike(ours, gold, is_ordered) is expected


def test_lenient_allows_more_words_but_not_four_times_as_many() -> None:
    assert is_near("total 12 in all", "12")
    assert not is_near("one two three four 12", "12")
    assert not is_near("", "")
    assert is_near("a b c d e f g x", "a b c d e f g y")
    assert not is_near("a b x", "a b y")


def test_a_table_is_also_read_by_its_paths_and_its_found_lines() -> None:
    found = list(readings("path       line  text\nsrc/a.txt     3  two words\n"))
    assert "src/a.txt" in found
    assert "two words" in found
    assert "src/a.txt:two words" in found
    assert list(readings("two\nlines\n")) == ["two\nlines\n"]


def test_where_the_gold_changes_something_only_the_state_counts() -> None:
    before, gold = Outcome("", TREE), Outcome("removed a", {})
    assert marks(ROW, gold, Outcome("", {}), before) == (True, True)
    assert marks(ROW, gold, Outcome("removed a", TREE), before) == (False, False)


def test_where_the_gold_only_looks_nothing_may_change() -> None:
    before, gold = Outcome("", TREE), Outcome("a\n", TREE)
    assert marks(ROW, gold, Outcome("a", TREE), before) == (True, True)
    assert marks(ROW, gold, Outcome("a", {}), before) == (False, False)
    assert marks(ROW, gold, Outcome("all: a", TREE), before) == (False, True)


def test_times_count_only_for_touch() -> None:
    touched: State = {"a": (*FILE[:5], True)}
    before, gold = Outcome("", TREE), Outcome("", touched)
    touch = {"nl": "touch a", "cmd": "touch a"}
    assert marks(touch, gold, Outcome("", touched), before) == (True, True)
    assert marks(touch, gold, Outcome("", TREE), before) == (False, False)
    assert marks(ROW, Outcome("a", TREE), Outcome("a", touched), before) == (True, True)


def test_what_does_nothing_or_never_the_same_cannot_be_verified() -> None:
    before, gold = Outcome("", TREE), Outcome("a\n", TREE)
    assert is_verifiable(ROW, gold, gold, before)
    assert not is_verifiable(ROW, gold, Outcome("b\n", TREE), before)
    assert not is_verifiable(ROW, before, before, before)


def packed(folder: Path, names: list[str]) -> State:
    """The state of a root with an archive of files in that order."""
    root = folder / "".join(names)
    (root / "in").mkdir(parents=True)
    for name in names:
        (root / "in" / name).write_text(name)
    with tarfile.open(root / "all.tar.gz", "w:gz") as tar:
        for name in names:
            tar.add(root / "in" / name, f"./in/{name}")
    return look(root, 0)


def test_an_archive_is_what_it_holds(tmp_path: Path) -> None:
    one, other, less = (packed(tmp_path, names) for names in (["a", "b"], ["b", "a"], ["a"]))
    assert one == other
    assert one["all.tar.gz"] != less["all.tar.gz"]


def test_a_tree_has_the_modes_the_links_and_the_times_it_is_given(tmp_path: Path) -> None:
    make_tree(
        tmp_path,
        [
            {"path": "/t", "type": "dir", "mode": "0o750", "mtime_age_days": 0.0},
            {"path": "/t/a", "type": "file", "mode": "0o600", "text": "x", "mtime_age_days": 400.0},
            {"path": "/t/l", "type": "link", "mode": "0o777", "target": "a", "mtime_age_days": 0.0},
        ],
    )
    found = look(tmp_path, 0)
    assert found["t"][1] == 0o750
    assert found["t/a"][1] == 0o600
    assert found["t/l"][1] == "a"
    assert (tmp_path / "t" / "l").lstat().st_mtime - (tmp_path / "t" / "a").stat().st_mtime > 300 * 86400
