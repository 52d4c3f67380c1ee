"""The data and what multiplies it: valid, broad, copied by the letter, the same for the same seed, never the tests'."""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path

import pytest

from models.foundry import pairs
from models.foundry.corpus import Corpus, Source
from models.foundry.noise import noisy
from models.foundry.pairs import Pair, from_calls
from models.foundry.slots import template
from nlsh.core.errors import PlanInvalid
from nlsh.core.plan import read_plan

EVERYDAY = Path(__file__).parents[1] / "bench" / "everyday.yaml"


@pytest.fixture(scope="module")
def trained() -> list[Pair]:
    return list(pairs.read(pairs.DATA / "trained"))


@pytest.fixture(scope="module")
def unseen() -> list[Pair]:
    return list(pairs.read(pairs.DATA / "unseen"))


def test_the_data_is_broad(trained: list[Pair], unseen: list[Pair]) -> None:
    everything = [*trained, *unseen]
    assert len(everything) >= 8000
    assert len({pair.origin for pair in everything}) >= 40
    assert {"en", "de", "es", "fr", "zh"} <= {pair.language for pair in everything}
    planned = {name for pair in everything for step in json.loads(pair.plan) for name in step}
    assert planned == set(pairs.TOOLS.names())


def test_nobody_who_is_asked_later_is_learned_from(trained: list[Pair], unseen: list[Pair]) -> None:
    assert not {pair.origin for pair in trained} & {pair.origin for pair in unseen}


def test_no_everyday_task_is_learned_from(trained: list[Pair]) -> None:
    said = {re.sub(r"\W+", " ", pair.utterance.casefold()).strip() for pair in trained}
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', EVERYDAY.read_text(encoding="utf-8"))
    lines = {re.sub(r"\W+", " ", line.casefold()).strip() for line in quoted}
    assert len({line for line in said & lines if len(line.split()) > 5}) == 0


@pytest.mark.parametrize(
    ("calls", "plan"),
    [
        ("sys.disk()", '[{"sys.disk":{}}]'),
        ('fs.find(name="*.tmp"); fs.remove(path="$1")', '[{"fs.find":{"name":"*.tmp"}},{"fs.remove":{"path":"$1"}}]'),
        ('proc.info(process=812, )', '[{"proc.info":{"process":"812"}}]'),
        ('fs.list(all=True, sort="name")', '[{"fs.list":{"all":true}}]'),
        ('fs.mkdir(path=["a b","ü"])', '[{"fs.mkdir":{"path":["a b","ü"]}}]'),
    ],
)  # fmt: skip
def test_calls_become_the_canonical_plan(calls: str, plan: str) -> None:
    assert from_calls(calls) == plan


@pytest.mark.parametrize("calls", ["", "fs.lst()", "fs.list(", 'fs.read("a")', "fs.read(path=open('x'))", "1 + 1"])
def test_what_is_no_plan_is_an_error(calls: str) -> None:
    with pytest.raises(PlanInvalid):
        from_calls(calls)


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("# persona: x | en\nshow it\tfs.lst()\n")
    with pytest.raises(PlanInvalid, match=r"x\.txt:2"):
        list(pairs.read(tmp_path))


def test_other_names_stand_in_the_utterance_and_in_the_plan_alike() -> None:
    pair = Pair("move the 12 biggest pdfs over 30 MB to 'old stuff'", from_calls(
        'fs.find(name="*.pdf", size=">30M", sort="size", limit=12); fs.move(source="$1", to="old stuff")'
    ))  # fmt: skip
    draw = random.Random(3)
    made = {template(pair).fill(draw) for _ in range(50)}
    assert len(made) == 50
    for utterance, plan in made:
        find, move = (next(iter(step.values())) for step in json.loads(plan))
        assert f"'{move['to']}'" in utterance
        assert f"{find['size'][1:-1]} MB" in utterance
        assert f"{find['name'][2:]}s" in utterance
        assert re.search(rf"\b{find['limit']}\b", utterance)


def test_every_pair_multiplies_into_valid_plans(trained: list[Pair]) -> None:
    draw = random.Random(1)
    for pair in trained[::7]:
        utterance, plan = template(pair).fill(draw)
        assert utterance
        assert read_plan(plan, pairs.TOOLS.lookup)


def test_noise_leaves_names_alone() -> None:
    draw = random.Random(2)
    marked = [noisy(draw, "please rename \ue000 to \ue001.", "en", is_order=True) for _ in range(300)]
    assert all("\ue000" in said and "\ue001" in said for said in marked)
    assert len(set(marked)) > 30


def test_the_same_seed_draws_the_same_and_another_draws_others(trained: list[Pair]) -> None:
    def drawn(seed: int) -> list[Pair]:
        return list(itertools.islice(Corpus([Source(trained, 1.0)], seed), 200))

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_joined_wishes_and_turns_before_come_in(trained: list[Pair]) -> None:
    drawn = list(itertools.islice(Corpus([Source(trained, 1.0)], 5, joined=0.5, distracted=0.5), 400))
    assert sum(len(json.loads(pair.plan)) > 1 for pair in drawn) > 100
    assert sum(pair.before is not None for pair in drawn) > 50
    for pair in drawn:
        assert read_plan(pair.plan, pairs.TOOLS.lookup)


def test_what_is_literal_is_used_as_it_is() -> None:
    pair = Pair("list the files of the archive", '[{"sh.run":{"cmd":"unzip -l a.zip"}}]')
    assert set(itertools.islice(Corpus([Source([pair], 1.0, is_literal=True)], 1), 20)) == {pair}
