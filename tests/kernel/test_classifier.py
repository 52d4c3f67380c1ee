"""The classifier: ranks syscalls by the marks of an utterance, offers the likely ones, and notices a damaged file."""

from __future__ import annotations

import json
import math
import zlib

import pytest

from nlsh.core.errors import ModelUnavailable
from nlsh.core.ports import Shot
from nlsh.kernel.classifier import Classifier, likely, marks
from nlsh.kernel.tuned import build
from nlsh.tools.toolbox import Tools

NAMES = ("ask", "fs.find", "fs.remove", "say", "sys.disk", "sys.memory")
WEIGHTS = {
    "find": (0, 100, 0, 0, 0, 0),
    "delete": (0, 0, 120, 0, 0, 0),
    "disk": (0, 0, 0, 0, 120, 0),
    "@fs.find": (0, 0, 60, 0, 0, 0),
}


def written(**changes: object) -> bytes:
    head = {"names": NAMES, "scale": 0.1, "bias": [0.0] * len(NAMES), "features": list(WEIGHTS)} | changes
    body = b"".join(bytes(weight % 256 for weight in row) for row in WEIGHTS.values())
    return json.dumps(head).encode() + b"\n" + zlib.compress(body)


@pytest.mark.parametrize(
    ("utterance", "name"), [("find it", "fs.find"), ("delete it", "fs.remove"), ("my disk?", "sys.disk")]
)
def test_the_likeliest_comes_first_and_all_are_told(utterance: str, name: str) -> None:
    ranked = Classifier(written()).rank(utterance)
    assert next(iter(ranked)) == name
    assert set(ranked) == set(NAMES)
    assert sum(math.exp(value) for value in ranked.values()) == pytest.approx(1)


def test_the_turn_before_counts() -> None:
    classifier = Classifier(written())
    before = Shot("find the logs", '[{"fs.find":{"name":"*.log"}}]')
    assert classifier.rank("away", before)["fs.remove"] > classifier.rank("away")["fs.remove"]


def test_what_is_likely_is_offered_and_asking_always_is() -> None:
    offered = likely(Classifier(written()).rank("delete it"))
    assert next(iter(offered)) == "fs.remove"
    assert {"ask", "say"} <= set(offered)


def test_an_utterance_nothing_is_known_of_leaves_everything_open() -> None:
    assert set(likely(Classifier(written()).rank("xyzzy"))) == set(NAMES)


def test_a_request_offers_what_is_likely_and_says_how_likely() -> None:
    specs = {spec.name: spec for spec in Tools().specs()}
    request = build("delete it", specs, (), classifier=Classifier(written()))
    assert [spec.name for spec in request.specs] == list(request.leanings)
    assert len(request.specs) <= len(NAMES)
    assert build("delete it", specs, ()).leanings == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}\n",
        b"nonsense",
        written(names=["ask"]),
        written(features=["one"]),
        written(bias=[1.0]),
        written()[:-4],
        written().partition(b"\n")[0] + b"\nno zlib",
    ],
)
def test_a_damaged_file_is_one_sentence(data: bytes) -> None:
    with pytest.raises(ModelUnavailable, match="classifier"):
        Classifier(data)


def test_questions_beginnings_and_ends_are_marks() -> None:
    found = marks("Is the disk full?", None)
    assert {"^is", "full$", "<question>", "disk"} <= found
