"""Pairs are carried out and held against GNU tools: what is true agrees, what lies is caught, the rest is said."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from models.foundry.oracle import script
from models.foundry.oracle_text import Uncovered, alternatives, bounds, is_pattern, seconds
from models.foundry.pairs import Pair, from_calls
from models.foundry.truth import Verdict, truthful
from models.foundry.worlds import World

pytestmark = pytest.mark.skipif(not shutil.which("find") or os.name != "posix", reason="needs GNU tools")


def judged(utterance: str, calls: str, reference: str = "") -> Verdict:
    return truthful(Pair(utterance, from_calls(calls)), from_calls(reference) if reference else "")


TRUE = [
    ("the 3 biggest pdfs in Downloads", 'fs.find(path="Downloads", name="*.pdf", sort="size", limit=3)'),
    ("delete the tmp files older than a week", 'fs.find(name="*.tmp", older="1w"); fs.remove(path="$1")'),
    ("empty folders below /srv/www away", 'fs.find(path="/srv/www", type="folder", empty=True); fs.remove(path="$1")'),
    ("all logs but keep error.log", 'fs.find(name="*.log", exclude="error.log"); fs.remove(path="$1")'),
    ("move photos to pics", 'fs.move(source="*.{jpg,png}", to="pics")'),
    ("back up ~/notes and my Ünter lagen", 'fs.copy(source=["~/notes", "Ünter lagen"], to="/mnt/usb")'),
    ("shout: every md name in capitals", 'fs.rename(path="*.md", case="upper")'),
    ("a first http to https in x.txt", 'fs.replace(path="x.txt", pattern="http", replacement="https", first=True)'),
    ("zip the big logs", 'fs.find(name="*.log", size=">80M"); fs.archive(source="$1", to="logs.zip")'),
    ("run.sh and all in bin may run", 'fs.chmod(path=["run.sh", "bin"], mode="a+x", recursive=True)'),
    ("lines 3 to 9 of a.c with numbers", 'fs.read(path="a.c", start=3, end=9, number=True)'),
    ("which py files say os.system", 'fs.grep(pattern="os.system", name="*.py", names_only=True)'),
    ("b.csv by age into c", 'text.sort(source="b.csv", by="age", numeric=True); fs.write(path="c", source="$1")'),
    ("symlinks in bin", 'fs.find(path="bin", type="link", direct=True)'),
    ("a folder a/b and x.txt in it", 'fs.mkdir(path="a/b"); fs.touch(path="a/b/x.txt")'),
    ("hi into x.txt, then two days old", 'fs.append(path="x.txt", text="hi"); fs.touch(path="x.txt", time="2d")'),
]  # fmt: skip


@pytest.mark.parametrize(("utterance", "calls"), TRUE, ids=[utterance for utterance, _ in TRUE])
def test_true_pairs_agree(utterance: str, calls: str) -> None:
    assert judged(utterance, calls) == Verdict("agrees")


LIES = [
    ("fs.remove(path='*.log')", "fs.remove(path='*.tmp')"),
    ("fs.find(part='a', older='7d'); fs.remove(path='$1')", "fs.find(part='a', newer='7d'); fs.remove(path='$1')"),
    ("fs.find(type='file', empty=True); fs.remove(path='$1')", "fs.find(empty=True); fs.remove(path='$1')"),
    ("fs.find(name='*.iso', size='>2K')", "fs.find(name='*.iso', size='<2K')"),
    ("fs.copy(source='a.txt', to='b.txt')", "fs.move(source='a.txt', to='b.txt')"),
    ("text.sort(source='a.txt')", "text.sort(source='a.txt', reverse=True)"),
    ("fs.chmod(path='a.sh', mode='755')", "fs.chmod(path='a.sh', mode='700')"),
]  # fmt: skip


@pytest.mark.parametrize(("calls", "reference"), LIES)
def test_a_plan_that_does_something_else_than_meant_differs(calls: str, reference: str) -> None:
    assert judged("do it", calls, reference).outcome == "differs"
    assert judged("do it", calls, calls).outcome == "agrees"


def test_a_kind_that_was_not_said_may_not_go() -> None:
    found = judged("delete all the tmp files here", 'fs.remove(path="*.log")')
    assert found == Verdict("differs", "log go, but tmp was said")


def test_what_was_to_be_kept_may_not_go() -> None:
    found = judged("remove all logs except error.log", 'fs.remove(path="*.log")')
    assert found.outcome == "differs"
    assert "error.log was to be kept" in found.reason


def test_a_plan_that_can_never_find_anything_fails() -> None:
    found = judged("csvs", 'fs.find(name="*.csv", size=[">10K", "<5K"])')
    assert found == Verdict("fails", "step 1 finds nothing in a world made for it")


def test_a_plan_that_changes_nothing_fails() -> None:
    assert judged("rename it", 'fs.rename(path="a.txt", pattern="q", replacement="z")').outcome == "fails"


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ('sh.run(cmd="git status")', "sh.run"),
        ("fs.usage(each=True)", "fs.usage"),
        ('fs.list(path="../../..")', "the path ../../.."),
        ('fs.remove(path="~/../../x")', "the path ~/../../x"),
        ('fs.remove(path="/../../../x")', "the path /../../../x"),
        ('fs.read(path="$OLDPWD/x")', "the path $OLDPWD/x"),
        ('text.sort(by="size")', "what is piped in"),
        ('fs.list(); text.sort(source="$1", by="size")', "text.sort of a table"),
    ],
)
def test_what_cannot_be_run_is_said(calls: str, reason: str) -> None:
    assert judged("x", calls) == Verdict("cannot", reason)


def test_nothing_outside_is_touched(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("here")
    assert judged("away with it", f'fs.remove(path="{kept}")').outcome == "agrees"
    assert kept.read_text() == "here"


def test_a_world_holds_what_matches_and_what_does_not() -> None:
    a = {"name": "*.log", "size": ">1K", "older": "30d"}
    world = World([("fs.find", a)], "logs like main.log please")
    logs = [one for path, one in world.items.items() if path.endswith(".log")]
    assert {(one.size > 1024, one.modified > 30 * 86400) for one in logs} >= {
        (True, True),
        (True, False),
        (False, True),
    }
    assert "main.log" in world.items
    assert any(not path.endswith(".log") for path in world.items)


def test_the_oracle_reads_words_itself() -> None:
    assert (bounds(">1K"), bounds("<4k"), bounds("1M..2M")) == ((1025, None), (0, 4095), (1 << 20, 2 << 20))
    assert (seconds("2w"), seconds("1mo"), seconds("today")) == (1209600, 2592000, 86400)
    assert alternatives("a{b,c}{01..02}") == ["ab01", "ab02", "ac01", "ac02"]
    assert is_pattern("*.txt")
    assert not is_pattern("Scan [final].pdf")


def test_names_reach_bash_only_quoted() -> None:
    assert "'$(reboot); x'.*" not in script([("fs.remove", {"path": "a b$(reboot)*"})])
    assert "'a b$(reboot)'*" in script([("fs.remove", {"path": "a b$(reboot)*"})])
    with pytest.raises(Uncovered):
        script([("fs.remove", {"path": "-rf"})])
