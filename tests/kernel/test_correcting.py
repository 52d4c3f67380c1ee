"""What is said right after a no: heard as a correction, and applied to what was declined."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlsh.core.approval import Answer, Choice
from nlsh.core.plan import Plan, read_plan
from nlsh.core.risk import Effect, Verdict
from nlsh.core.rule import Rule
from nlsh.kernel.correcting import corrected, named, narrows, spared_names
from nlsh.kernel.narrowing import narrowed, spared, swapped
from nlsh.tools.toolbox import Tools
from tests.kernel.conftest import WORLD, Bench

TODAY = date(2026, 11, 21)
TOOLS = Tools()
MAY = "newer than 2026-05-01 and older than 2026-06-01"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("no, only the ones from May", f"no, only the ones {MAY}"),
        ("nein, nur die vom Mai", f"no, nur die {MAY}"),
        ("only those from May", f"no, only those {MAY}"),
        ("no, from december", "no, newer than 2025-12-01 and older than 2026-01-01"),
        ("no, in november", "no, newer than 2026-11-01 and older than 2026-12-01"),
        ("no, those from june 2019", "no, those newer than 2019-06-01 and older than 2019-07-01"),
        ("I meant the pngs", "no, the pngs"),
        ("nein, ich meinte die pngs", "no, die pngs"),
        ("wrong one, src/old.py", "no, src/old.py"),
        ("not those, the big ones", "no, the big ones"),
        ("oops sorry, the other folder", "no, the other folder"),
    ],
)
def test_a_correction_is_heard_as_one(said: str, heard: str) -> None:
    assert corrected(said, TODAY) == heard


@pytest.mark.parametrize(
    "said",
    [
        "show me the disk usage of this folder",
        "what may I delete",
        "notes about march.txt",
        "nothing",
        "no",
        "normal files",
        "wait",
        "delete the files from May",
    ],
)
def test_what_is_no_correction_stays_as_it_is(said: str) -> None:
    assert corrected(said, TODAY) == said


@pytest.mark.parametrize(
    "said", ["no, only those in src", "just the ones over 4 MB", "aber nur die in src", "nur was älter ist"]
)
def test_only_says_on_what(said: str) -> None:
    assert narrows(said)


@pytest.mark.parametrize(
    "said", ["just list them", "zeig sie mir nur", "only kidding", "no, move them", "nur anzeigen"]
)
def test_only_may_also_say_what_to_do(said: str) -> None:
    assert not narrows(said)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("sorry, notes.txt", ("notes.txt",)),
        ("no just x.jpg", ("x.jpg",)),
        ("nein, nur a.pdf und b.pdf", ("a.pdf", "b.pdf")),
        ("a.txt, b.txt and c.txt", ("a.txt", "b.txt", "c.txt")),
        ('not those, "my plans.txt"', ("my plans.txt",)),
    ],
)
def test_names_alone(said: str, names: tuple[str, ...]) -> None:
    assert named(said) == names


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("except c.pdf", ("c.pdf",)),
        ("no, all but b.pdf", ("b.pdf",)),
        ("alle außer a.pdf und b.pdf", ("a.pdf", "b.pdf")),
        ("nicht notes.txt", ("notes.txt",)),
        ("only c.pdf", ()),
    ],
)
def test_names_to_be_left_alone(said: str, names: tuple[str, ...]) -> None:
    assert spared_names(said) == names


# ---- plans ----------------------------------------------------------------------------------------------------------


def plan(text: str) -> Plan:
    return read_plan(text, TOOLS.lookup)


def there(*names: str) -> set[str]:
    return set(names)


PDFS = '[{"fs.remove":{"path":"*.pdf"}}]'
IN_SRC = '[{"fs.find":{"path":"src","name":"*.py"}},{"fs.remove":{"path":"$1"}}]'
FIND_MAY = '[{"fs.find":{"name":"*.pdf","newer":"2026-05-01","older":"2026-06-01"}}]'


@pytest.mark.parametrize(
    ("declined", "said", "becomes"),
    [
        # what was declined is done to what is looked for, and no deeper than it would have been
        (
            PDFS,
            FIND_MAY,
            '[{"fs.find":{"name":"*.pdf","newer":"2026-05-01","older":"2026-06-01","direct":true}},'
            '{"fs.remove":{"path":"$1"}}]',
        ),
        # what was looked for before still counts
        (
            IN_SRC,
            '[{"fs.find":{"size":">1M"}},{"fs.remove":{"path":"$1"}}]',
            '[{"fs.find":{"path":"src","name":"*.py","size":">1M"}},{"fs.remove":{"path":"$1"}}]',
        ),
        # a place that is said takes the place of the one before
        (
            PDFS,
            '[{"fs.find":{"path":"docs","name":"*.pdf"}}]',
            '[{"fs.find":{"path":"docs","name":"*.pdf"}},{"fs.remove":{"path":"$1"}}]',
        ),
        # what the model adds to look at is left out
        (
            PDFS,
            '[{"fs.find":{"name":"a*"}},{"fs.list":{}}]',
            '[{"fs.find":{"name":"a*","direct":true}},{"fs.remove":{"path":"$1"}}]',
        ),
    ],
)
def test_a_declined_plan_is_narrowed(declined: str, said: str, becomes: str) -> None:
    found = narrowed(plan(said), plan(declined))
    assert found is not None
    assert found == plan(becomes)


@pytest.mark.parametrize(
    ("declined", "said"),
    [
        (PDFS, '[{"fs.list":{}}]'),
        (PDFS, '[{"fs.find":{"name":"a*"}},{"fs.move":{"source":"$1","to":"docs"}}]'),
        ('[{"fs.list":{"path":"docs"}}]', FIND_MAY),
        ('[{"fs.move":{"source":"*.pdf","to":"docs"}}]', FIND_MAY),
        ('[{"fs.remove":{"path":"notes.txt"}}]', FIND_MAY),
        ('[{"sh.run":{"cmd":"make"}}]', FIND_MAY),
    ],
)
def test_what_does_not_fit_together_is_left_to_the_model(declined: str, said: str) -> None:
    assert narrowed(plan(said), plan(declined)) is None


def test_what_was_named_takes_the_place_of_what_was_declined() -> None:
    exists = there("notes.txt", "a.pdf", "src/old.py").__contains__
    assert swapped(plan(PDFS), ("notes.txt",), exists) == plan('[{"fs.remove":{"path":"notes.txt"}}]')
    assert swapped(plan(PDFS), ("a.pdf", "notes.txt"), exists) == plan('[{"fs.remove":{"path":["a.pdf","notes.txt"]}}]')
    assert swapped(plan(IN_SRC), ("old.py",), exists) == plan('[{"fs.remove":{"path":"src/old.py"}}]')


@pytest.mark.parametrize("names", [(), ("what I said",), ("a.pdf", "gone.pdf"), ("",)])
def test_a_name_of_nothing_is_left_to_the_model(names: tuple[str, ...]) -> None:
    assert swapped(plan(PDFS), names, there("a.pdf").__contains__) is None
    assert spared(plan(PDFS), names, there("a.pdf").__contains__, TOOLS.lookup) is None


def test_of_two_places_it_is_not_known_which_was_meant() -> None:
    declined = plan('[{"fs.move":{"source":"a.pdf","to":"docs"}}]')
    assert swapped(declined, ("b.pdf",), lambda name: True) is None


@pytest.mark.parametrize(
    "text",
    [
        '[{"fs.mkdir":{"path":"old"}},{"fs.remove":{"path":"*.pdf"}}]',
        '[{"fs.find":{"name":"*.pdf"}},{"fs.copy":{"source":"$1","to":"old"}},{"fs.remove":{"path":"$1"}}]',
        '[{"fs.find":{"name":"*.pdf"}},{"fs.remove":{"path":"a.pdf"}}]',
    ],
)
def test_a_plan_that_does_more_is_left_to_the_model(text: str) -> None:
    assert swapped(plan(text), ("b.pdf",), lambda name: True) is None
    assert spared(plan(text), ("b.pdf",), lambda name: True, TOOLS.lookup) is None
    assert narrowed(plan(FIND_MAY), plan(text)) is None


def test_what_was_spared_is_left_out() -> None:
    found = spared(plan(PDFS), ("b.pdf",), there("b.pdf").__contains__, TOOLS.lookup)
    assert found == plan('[{"fs.find":{"name":"*.pdf","direct":true,"exclude":"b.pdf"}},{"fs.remove":{"path":"$1"}}]')


# ---- turns ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def declined(bench: Bench, tmp_path: Path) -> Bench:
    """A person who was asked whether to drop the apple; an apple and a pear lie there as files, too."""
    bench.shell.cwd = str(tmp_path)
    for name in WORLD:
        (tmp_path / name).write_text("")
    bench.model.logprob = -0.7  # unsure, so that it asks
    bench.model.plans["please drop the apple over there"] = '[{"world.drop":{"what":"apple"}}]'
    bench.rules.append(Rule("asks", Verdict.ASK, "it deletes", effects=frozenset({Effect.DELETE})))
    return bench


async def test_a_name_said_after_a_no_needs_no_model(declined: Bench) -> None:
    await declined.turn("please drop the apple over there", Answer(Choice.NO))
    await declined.turn("sorry, pear")
    assert len(declined.model.requests) == 1
    assert set(WORLD) == {"apple", "trash/pear"}


async def test_a_name_said_after_a_yes_is_the_models_business(declined: Bench) -> None:
    declined.model.plans["sorry, pear"] = '[{"world.look":{}}]'
    await declined.turn("please drop the apple over there")
    await declined.turn("sorry, pear")
    assert len(declined.model.requests) == 2
    assert "pear" in WORLD


async def test_it_is_asked_about_again(declined: Bench) -> None:
    await declined.turn("please drop the apple over there", Answer(Choice.NO))
    await declined.turn("sorry, pear", Answer(Choice.NO))
    assert set(WORLD) == {"apple", "pear"}


async def test_the_model_hears_the_correction_and_sees_the_declined_plan(declined: Bench) -> None:
    declined.model.plans["no, the green one"] = '[{"world.drop":{"what":"pear"}}]'
    await declined.turn("please drop the apple over there", Answer(Choice.NO))
    await declined.turn("quatsch, the green one")
    request = declined.model.requests[-1]
    assert request.utterance == "no, the green one"
    assert [shot.utterance for shot in request.shots] == ["please drop the apple over there"]
    assert [row.line for row in declined.history.rows][-1] == "quatsch, the green one"
    assert set(WORLD) == {"apple", "trash/pear"}
