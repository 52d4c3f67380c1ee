"""What changes something needs a word that says so, and everything said must be taken up."""

from __future__ import annotations

import pytest

from nlsh.core.plan import read_plan
from nlsh.core.risk import Effect
from nlsh.core.syscall import Example
from nlsh.kernel.evidence import Evidence, learn
from nlsh.kernel.faithful import inventions, omissions, reverses
from nlsh.kernel.nearness import shape_of
from nlsh.kernel.pool import Pool
from nlsh.tools.toolbox import Tools
from tests.kernel.conftest import CLASSES


@pytest.fixture(scope="module")
def pool() -> Pool:
    return Pool({spec.name: spec for spec in Tools().specs()})


def test_words_are_weighed_together() -> None:
    specs = {name: cls.spec() for name, cls in CLASSES.items()}
    drop, look = '[{"world.drop":{"what":"x"}}]', '[{"world.look":{}}]'
    things = ("stone", "tree", "house", "river", "cloud", "mouse")
    examples = [Example(f"drop the big {thing}", drop) for thing in things]
    examples += [Example(f"see the big {thing}", look) for thing in things]
    evidence = Evidence(learn(examples, specs))
    assert evidence.shown("drop all the lamps") == {Effect.DELETE}
    assert evidence.shown("see the big tree") == frozenset()


@pytest.mark.parametrize(
    "utterance",
    [
        "which files are bigger than 3 GB",
        "show me everything older than half a year",
        "the largest file in here please",
        "what is in backup.tar.gz",
        "any old logs around?",
        "welche Dateien sind größer als 2 GB",
        "what eats the memory",
        "who listens on port 4000",
    ],
)
def test_a_question_about_things_never_nears_their_change(pool: Pool, utterance: str) -> None:
    changing = {"fs.remove", "fs.move", "fs.extract", "fs.rename", "proc.signal", "svc.stop", "fs.chmod"}
    assert not any(changing & set(shape_of(near.example)) for near in pool.near(utterance))


@pytest.mark.parametrize(
    ("utterance", "syscall"),
    [
        ("erase draft.odt", "fs.remove"),
        ("lösch den ordner alt", "fs.remove"),
        ("quit firefox", "proc.signal"),
        ("move a.txt to b", "fs.move"),
        ("unzip data.zip", "fs.extract"),
    ],
)
def test_what_was_said_is_near(pool: Pool, utterance: str, syscall: str) -> None:
    assert any(syscall in shape_of(near.example) for near in pool.near(utterance))


@pytest.mark.parametrize(
    ("utterance", "plan", "left_out"),
    [
        ("delete a.txt", '[{"fs.remove":{"path":"a.txt"}}]', ()),
        ("delete all in attic over a week", '[{"fs.find":{"older":"1w"}},{"fs.remove":{"path":"$1"}}]', ("attic",)),
        ("delete all in attic over a week", '[{"fs.find":{"path":"attic"}},{"fs.remove":{"path":"$1"}}]', ("1w",)),
        ("delete isos over 2 GB", '[{"fs.remove":{"path":"*.iso"}}]', (">2G",)),
        ("move the pictures to attic", '[{"fs.move":{"source":"*.{jpg,png}","to":"attic"}}]', ()),
        ("move the pdfs to attic", '[{"fs.move":{"source":"a.txt","to":"attic"}}]', ("*.pdf",)),
        ("delete the tmp files", '[{"fs.remove":{"path":"*.log"}}]', ("*.tmp",)),
        ("create folder archive", '[{"fs.mkdir":{"path":"archive"}}]', ()),
        ("rename all .jpeg to .jpg", '[{"fs.rename":{"path":"*.jpeg","pattern":".jpeg","replacement":".jpg"}}]', ()),
    ],
)  # fmt: skip
def test_everything_said_is_taken_up(utterance: str, plan: str, left_out: tuple[str, ...]) -> None:
    names = ("a.txt", "attic")
    said = tuple(name for name in names if name in utterance)
    assert omissions(utterance, read_plan(plan, Tools().lookup), said, names) == left_out


@pytest.mark.parametrize(
    ("utterance", "plan"),
    [
        ("all the .JPG names to lower case", '[{"fs.rename":{"path":"*.JPG","case":"lower"}}]'),
        ("the R scripts, *.R, into for_jonas", '[{"fs.copy":{"source":"*.R","to":"for_jonas"}}]'),
        ("undo that, wrong key", '[{"undo":{}}]'),
        ("Häng mir hier einen Verweis auf alben hin", '[{"fs.link":{"target":"alben"}}]'),
        ("stop packagekit, I am uploading 40 gigs", '[{"svc.stop":{"unit":"packagekit"}}]'),
        ("move all mp4s here into takes", '[{"fs.move":{"source":"*.mp4","to":"takes"}}]'),
    ],
)
def test_what_only_looks_like_a_narrowing_is_not_missed(utterance: str, plan: str) -> None:
    assert omissions(utterance, read_plan(plan, Tools().lookup), (), ()) == ()


@pytest.mark.parametrize(
    ("utterance", "invented"),
    [
        ("get rid of the old ones", ("1y",)),
        ("get rid of what nobody touched for a year", ()),
        ("lösch was seit Ostern keiner angefasst hat", ()),
        ("die alten können weg", ("1y",)),
    ],
)
def test_a_time_nobody_spoke_of_is_invented(utterance: str, invented: tuple[str, ...]) -> None:
    plan = '[{"fs.find":{"older":"1y"}},{"fs.remove":{"path":"$1"}}]'
    assert inventions(utterance, read_plan(plan, Tools().lookup)) == invented


@pytest.mark.parametrize(
    ("utterance", "is_reversed"),
    [
        ("keep only the three newest in backups, delete the others", True),
        ("delete all but the 3 most recent", True),
        ("lösche alle außer den drei neuesten", True),
        ("delete the three newest in backups", False),
    ],
)
def test_what_is_to_be_kept_is_not_removed(utterance: str, is_reversed: bool) -> None:
    plan = '[{"fs.find":{"type":"file","sort":"modified","limit":3}},{"fs.remove":{"path":"$1"}}]'
    assert reverses(utterance, read_plan(plan, Tools().lookup)) is is_reversed


def test_a_port_nobody_spoke_of_is_invented() -> None:
    plan = read_plan('[{"proc.signal":{"port":8125}}]', Tools().lookup)
    assert inventions("kill that", plan) == ("8125",)
    assert inventions("kill whatever sits on 8125", plan) == ()
