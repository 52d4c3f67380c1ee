"""What a tuned model may say: anything that was said, nothing that was not, and numbers it works out."""

from __future__ import annotations

import json

import pytest

from nlsh.core.arguments import Kind
from nlsh.core.ports import Shot
from nlsh.inference.automaton import Automaton
from nlsh.inference.grammar import plan_rule
from nlsh.kernel.following import follows
from nlsh.kernel.tuned import build, candidates
from nlsh.tools.toolbox import Tools

SPECS = {spec.name: spec for spec in Tools().specs()}


def can_say(utterance: str, plan: str, names: tuple[str, ...] = (), before: Shot | None = None) -> bool:
    request = build(utterance, SPECS, names, before)
    automaton = Automaton(plan_rule(request.specs, request.candidates))
    reached = automaton.walk(automaton.start, plan.encode())
    return reached is not None and reached.is_final


@pytest.mark.parametrize(
    ("utterance", "plan"),
    [
        ("zip files bigger than two gigs", '[{"fs.find":{"size":">2G"}}]'),
        ("the dozen newest", '[{"fs.find":{"sort":"modified","limit":12}}]'),
        ("drop the kdbx files", '[{"fs.remove":{"path":"*.kdbx"}}]'),
        ("all the .NEF shots", '[{"fs.find":{"name":"*.NEF"}}]'),
        ("underscores for the blanks in *.ogg", '[{"fs.rename":{"path":"*.ogg","pattern":" ","replacement":"_"}}]'),
        ("set SITE=zrh-02", '[{"sh.export":{"variable":"SITE","value":"zrh-02"}}]'),
        ("what did git do today", '[{"sh.run":{"cmd":"git log --since=today"}}]'),
        (
            "remember that the door code of the office in Lyon changed on monday to 4471",
            '[{"mem.save":{"text":"the door code of the office in Lyon changed on monday to 4471"}}]',
        ),
        ("把main.c改名叫主.c,我怕", '[{"fs.rename":{"path":"main.c","to":"主.c"}}]'),
    ],
)
def test_what_was_said_or_can_be_worked_out_can_be_planned(utterance: str, plan: str) -> None:
    assert can_say(utterance, plan)


@pytest.mark.parametrize(
    ("utterance", "plan"),
    [
        ("delete the old report", '[{"fs.remove":{"path":"thesis.tex"}}]'),
        ("stop firefox", '[{"proc.signal":{"process":"fox"}}]'),
        ("open tax_2023.pdf", '[{"fs.read":{"path":"taxes_2023.pdf"}}]'),
    ],
)
def test_a_name_nobody_said_cannot_be_planned(utterance: str, plan: str) -> None:
    assert not can_say(utterance, plan)


def test_what_is_here_goes_by_its_full_name() -> None:
    names = ("report.pdf", "notes")
    assert can_say("delete the report", '[{"fs.remove":{"path":"report.pdf"}}]', names)
    assert not can_say("delete the report", '[{"fs.remove":{"path":"report"}}]', names)
    assert can_say("delete the report", '[{"fs.remove":{"path":"report"}}]')


def test_a_kind_in_a_folder_that_is_here() -> None:
    assert "logs/*.tmp" in candidates("drop the tmp files in logs", ("logs",))[Kind.PATHS]


def test_what_the_turn_before_said_counts_as_said() -> None:
    before = Shot("which pdfs in papers are new", '[{"fs.find":{"path":"papers","name":"*.pdf","newer":"1w"}}]')
    plan = '[{"fs.find":{"path":"papers","name":"*.pdf","newer":"1w"}},{"fs.remove":{"path":"$1"}}]'
    assert can_say("delete them", plan, before=before)
    assert not can_say("delete them", plan)
    assert build("delete them", SPECS, (), before).shots == (before,)


def test_every_value_offered_is_bounded_and_said() -> None:
    utterance = "word " * 400
    offered = candidates(utterance, ())
    assert all(len(values) < 1000 for values in offered.values())
    assert json.dumps(offered)


@pytest.mark.parametrize(
    "utterance",
    [
        "now delete them",
        "only the ones from may",
        "no, I meant docs",
        "by size",
        "und jetzt löschen",
        "bórralos",
        "再按大小排",
    ],
)
def test_what_leans_on_the_turn_before(utterance: str) -> None:
    assert follows(utterance)


@pytest.mark.parametrize("utterance", ["find pdfs bigger than ten megabytes", "wie voll ist meine Festplatte gerade"])
def test_what_stands_by_itself(utterance: str) -> None:
    assert not follows(utterance)


@pytest.mark.parametrize(
    ("utterance", "part", "whole"),
    [
        ('rename "my summer plans.txt" to "next.txt"', "summer plans.txt", "my summer plans.txt"),
        ('rename "my summer plans.txt" to "next.txt"', 'plans.txt" to', "next.txt"),
        ("copy Grandma's cake.txt there", "cake.txt", "Grandma's cake.txt"),
        ("lies «mein Plan.txt» vor", "Plan.txt", "mein Plan.txt"),
    ],
)
def test_a_name_of_several_words_is_offered_whole(utterance: str, part: str, whole: str) -> None:
    offered = candidates(utterance, ("my summer plans.txt", "Grandma's cake.txt"))[Kind.PATHS]
    assert whole in offered
    assert part not in offered


def test_a_name_that_is_here_as_it_was_said_is_not_short_for_another() -> None:
    assert "cache.txt" not in candidates("delete the folder cache", ("cache", "cache.txt"))[Kind.PATHS]
    assert "cache.txt" in candidates("delete the cache", ("cache.txt",))[Kind.PATHS]


@pytest.mark.parametrize(
    ("utterance", "kind", "is_offered"),
    [
        ("drop the kdbx files", "*.kdbx", True),
        ("every .rpp in there", "*.rpp", True),
        ("the NEFs of today", "*.NEF", True),
        ("all files that are big", "*.all", False),
        ("every image is to go", "*.is", False),
        ("old files of mine", "*.old", True),
    ],
)
def test_endings_of_ones_own(utterance: str, kind: str, is_offered: bool) -> None:
    assert (kind in candidates(utterance, ())[Kind.GLOB]) is is_offered
