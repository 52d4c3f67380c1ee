"""The evaluation: what counts as the same plan, and figures that cannot flatter."""

from __future__ import annotations

import json

import pytest

from models.foundry.evaluate import Answer, report, unseen
from models.foundry.pairs import DATA, Pair, read
from nlsh.core.ports import PlanDraft


def answer(wanted: str, planned: str, sure: float = -0.1) -> Answer:
    return Answer(Pair("do it", wanted, origin="x"), PlanDraft(planned, True, sure, sure, 10, 5, 100.0))


@pytest.mark.parametrize(
    ("wanted", "planned"),
    [
        ('[{"fs.list":{"path":"a"}}]', '[{"fs.list":{"path":"a/"}}]'),
        ('[{"fs.remove":{"path":["a","b"]}}]', '[{"fs.remove":{"path":["b","a"]}}]'),
        ('[{"ask":{"question":"Which file?"}}]', '[{"ask":{"question":"Which one?"}}]'),
        ('[{"mem.save":{"text":"the door is blue"}}]', '[{"mem.save":{"text":"door is blue"}}]'),
    ],
)
def test_plans_that_mean_the_same_are_exact(wanted: str, planned: str) -> None:
    assert answer(wanted, planned).is_exact


@pytest.mark.parametrize(
    ("wanted", "planned", "is_named"),
    [
        ('[{"fs.list":{"path":"a"}}]', '[{"fs.list":{}}]', True),
        ('[{"fs.list":{"path":"a"}}]', '[{"fs.list":{"path":"A"}}]', True),
        ('[{"fs.find":{"size":">2M"}}]', '[{"fs.find":{"size":">2G"}}]', True),
        ('[{"fs.list":{}}]', '[{"fs.list":{}},{"fs.list":{}}]', False),
        ('[{"ask":{"question":"Which?"}}]', '[{"fs.remove":{"path":"a"}}]', False),
        ('[{"mem.save":{"text":"the door is blue"}}]', '[{"mem.save":{"text":"qqqq zzzz"}}]', True),
        ('[{"fs.list":{}}]', '[{"fs.li', False),
    ],
)
def test_plans_that_differ_are_not(wanted: str, planned: str, is_named: bool) -> None:
    found = answer(wanted, planned)
    assert not found.is_exact
    assert found.is_named is is_named


def test_the_report_tells_what_was_acted_on_and_what_would_be_lost() -> None:
    ask, gone = '[{"ask":{"question":"Which?"}}]', '[{"fs.remove":{"path":"a"}}]'
    lines = "\n".join(report([answer(ask, gone), answer(ask, ask), answer(gone, gone, -2.0)]))
    assert "exact  66.7%" in lines
    assert "to be asked or answered: 2; acted on 1, 1 of them changing something" in lines
    assert "wrong syscalls that delete or signal: 1 of 3" in lines
    assert "ask  ->  fs.remove" in lines
    assert "AUROC" in lines


def test_arguments_are_scored_one_by_one() -> None:
    half = answer('[{"fs.find":{"path":"a","name":"*.x"}}]', '[{"fs.find":{"path":"a","name":"*.y"}}]')
    assert "argument F1  50.0%" in "\n".join(report([half]))


def test_what_somebody_else_says_word_for_word_is_not_asked() -> None:
    everything = list(read(DATA / "unseen"))
    asked = list(unseen())
    assert 0.95 * len(everything) < len(asked) < len(everything)
    assert all(json.loads(pair.plan) for pair in asked)
