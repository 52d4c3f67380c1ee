"""What was piped in: when an utterance is about it, and how a plan is made to read it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.plan import Plan, read_plan
from nlsh.core.syscall import SyscallSpec
from nlsh.kernel import piped
from nlsh.kernel.classifier import Classifier
from nlsh.kernel.several import several
from nlsh.tools.toolbox import Tools

CLASSIFIER = Path(__file__).parent.parent.parent / "models" / "smollm2-nlsh.classifier"
TOOLS = Tools()


@cache
def classifier() -> Classifier:
    return Classifier(CLASSIFIER.read_bytes())


@cache
def specs() -> dict[str, SyscallSpec]:
    return {spec.name: spec for spec in TOOLS.specs()}


def plan(*steps: dict[str, Any]) -> Plan:
    return read_plan(json.dumps(steps), TOOLS.lookup)


def steps(found: Plan | None) -> Any:
    return None if found is None else json.loads(found.to_json())


@pytest.mark.parametrize(
    "utterance",
    [
        "which lines mention timeouts",
        "how many lines",
        "sort these lines",
        "show the 3 largest numbers",
        "what is the average age",
        "wie viele zeilen sind das",
        "every line that ends with .png",
    ],
)
def test_utterances_about_a_text_nobody_names(utterance: str) -> None:
    assert piped.is_meant(utterance, (), specs(), classifier())


@pytest.mark.parametrize(
    "utterance",
    [
        "delete old.txt",
        "list the files here",
        "show running processes",
        "how big is this folder",
        "is nginx running",
        "find all pdfs bigger than 1 MB",
        "which files mention timeout",
        "how many lines does notes.txt have",
        "how many lines does nums have",
        "go to the downloads folder",
    ],
)
def test_utterances_about_something_else(utterance: str) -> None:
    assert not piped.is_meant(utterance, ("nums",), specs(), classifier())


def test_only_what_can_read_it_can_be_said_and_only_of_it() -> None:
    request = piped.build("sort these lines", specs(), classifier())
    assert {spec.name for spec in request.specs} <= {name for name, spec in specs().items() if spec.may_be_piped}
    assert {request.candidates[kind] for kind in ("path", "paths", "source")} == {(piped.NAME,)}
    assert not any(piped.NAME in value for kind in ("pattern", "text", "name") for value in request.candidates[kind])


@pytest.mark.parametrize(
    ("utterance", "argument", "may_be_said"),
    [
        ("only the lines with ERROR", "invert", False),
        ("only the lines without ERROR", "invert", True),
        ("sort these lines", "unique", False),
        ("sort these lines and drop duplicates", "unique", True),
        ("base64 this", "decode", False),
        ("decode this base64", "decode", True),
    ],
)
def test_what_turns_the_meaning_round_must_be_said(utterance: str, argument: str, may_be_said: bool) -> None:
    request = piped.build(utterance, specs(), classifier())
    assert any(one.name == argument for spec in request.specs for one in spec.arguments) == may_be_said


@pytest.mark.parametrize(
    ("planned", "meant"),
    [
        ([{"text.count": {"source": "input.txt"}}], [{"text.count": {}}]),
        ([{"fs.grep": {"pattern": "x", "path": "input.txt"}}], [{"text.grep": {"pattern": "x"}}]),
        (
            [{"fs.grep": {"pattern": "x", "path": "input.txt", "counts": True}}],
            [{"text.grep": {"pattern": "x"}}, {"text.count": {"source": "$1"}}],
        ),
        (
            [{"fs.grep": {"pattern": "a.b", "path": "input.txt", "word": True}}],
            [{"text.grep": {"pattern": r"(?<!\w)(?:a\.b)(?!\w)", "regex": True}}],
        ),
        ([{"fs.read": {"path": "input.txt", "last": 3}}], [{"text.slice": {"last": 3}}]),
        ([{"fs.read": {"path": "input.txt"}}], [{"text.slice": {"start": 1}}]),
        (
            [{"fs.read": {"path": "input.txt", "number": True, "first": 2}}],
            [{"text.layout": {"operation": "number"}}, {"text.slice": {"source": "$1", "first": 2}}],
        ),
        (
            [{"fs.grep": {"pattern": "x", "path": "input.txt", "counts": True}}, {"text.calc": {"source": "$1"}}],
            [{"text.grep": {"pattern": "x"}}, {"text.count": {"source": "$1"}}, {"text.calc": {"source": "$2"}}],
        ),
        (
            [{"fs.replace": {"path": "input.txt", "pattern": "a", "replacement": "b"}}],
            [{"text.replace": {"pattern": "a", "replacement": "b"}}],
        ),
        # What cannot be done with a pipe, or was not to be.
        ([{"fs.grep": {"pattern": "x", "path": "input.txt", "names_only": True}}], None),
        ([{"fs.grep": {"pattern": "x", "path": "input.txt", "context": 2}}], None),
        ([{"text.calc": {"expression": "1+1"}}], None),
        ([{"text.setops": {"source": "a.txt", "other": "input.txt"}}], None),
        ([{"fs.hash": {"path": "input.txt"}}], None),
    ],
)
def test_a_plan_that_reads_by_the_name_shown_reads_what_was_piped_in(planned: Any, meant: Any) -> None:
    assert steps(piped.from_named(plan(*planned))) == meant


@pytest.mark.parametrize(
    ("utterance", "planned", "meant"),
    [
        ("lines with x", [{"fs.grep": {"pattern": "x"}}], [{"text.grep": {"pattern": "x"}}]),
        ("how many lines", [{"text.count": {"source": "lines"}}], [{"text.count": {}}]),
        ("drop duplicates", [{"text.uniq": {"source": "."}}], [{"text.uniq": {}}]),
        ("lines not in old.txt", [{"text.setops": {"other": "old.txt"}}], [{"text.setops": {"other": "old.txt"}}]),
        # A place that was said stays, whether it is there or not.
        ("count notes", [{"text.count": {"source": "notes"}}], [{"text.count": {"source": "notes"}}]),
        ("count gone.txt", [{"text.count": {"source": "gone.txt"}}], [{"text.count": {"source": "gone.txt"}}]),
        ("x in this folder", [{"fs.grep": {"pattern": "x"}}], [{"fs.grep": {"pattern": "x"}}]),
        # A step that takes an earlier one keeps it.
        (
            "list it and count",
            [{"proc.list": {}}, {"text.count": {"source": "$1"}}],
            [{"proc.list": {}}, {"text.count": {"source": "$1"}}],
        ),
    ],
)
def test_a_step_that_reads_what_nobody_named_reads_what_was_piped_in(utterance: str, planned: Any, meant: Any) -> None:
    assert steps(piped.from_unnamed(plan(*planned), utterance, lambda path: path == "notes")) == meant


@pytest.mark.parametrize(
    ("utterance", "planned", "meant"),
    [
        (
            "the 3 largest numbers in a.txt",
            [{"text.calc": {"source": "a.txt", "operation": "max"}}],
            [
                {"text.sort": {"source": "a.txt", "numeric": True, "reverse": True}},
                {"text.slice": {"source": "$1", "first": 3}},
            ],
        ),
        (
            "die zwei kleinsten preise",
            [{"text.calc": {"operation": "min", "by": "preise"}}],
            [{"text.sort": {"by": "preise", "numeric": True}}, {"text.slice": {"source": "$1", "first": 2}}],
        ),
        ("the largest number", [{"text.calc": {"operation": "max"}}], [{"text.calc": {"operation": "max"}}]),
        (
            "the largest in column 3",
            [{"text.calc": {"operation": "max", "field": 3}}],
            [{"text.calc": {"operation": "max", "field": 3}}],
        ),
        ("the sum of 3 columns", [{"text.calc": {}}], [{"text.calc": {}}]),
    ],
)
def test_several_largest_are_no_maximum(utterance: str, planned: Any, meant: Any) -> None:
    assert steps(several(utterance, plan(*planned), TOOLS.lookup)) == meant
