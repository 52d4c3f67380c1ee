"""The adapter and the classifier that ship: they fit the base, and plain wishes in five languages are planned right."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlsh.config.models import find_model
from nlsh.config.paths import Paths
from nlsh.inference.engine import Engine
from nlsh.inference.requantise import Report
from nlsh.kernel.classifier import Classifier
from nlsh.kernel.tuned import build
from nlsh.tools.toolbox import Tools

pytestmark = pytest.mark.model

WISHES = {
    "which pdfs in receipts are bigger than 3 MB": '[{"fs.find":{"path":"receipts","name":"*.pdf","size":">3M"}}]',
    "rename plan.md to plan_old.md": '[{"fs.rename":{"path":"plan.md","to":"plan_old.md"}}]',
    "how much memory is free": '[{"sys.memory":{}}]',
    "what is listening on port 4242": '[{"proc.ports":{"port":4242}}]',
    "wie groß ist der Ordner Messdaten": '[{"fs.usage":{"path":"Messdaten"}}]',
    "montre-moi le contenu de liste.txt": '[{"fs.read":{"path":"liste.txt"}}]',
    "crea una carpeta llamada viajes": '[{"fs.mkdir":{"path":"viajes"}}]',
    "磁盘还剩多少空间": '[{"sys.disk":{}}]',
    "undo the last two changes": '[{"undo":{"count":2}}]',
    "restart the nginx service": '[{"svc.restart":{"unit":"nginx"}}]',
}


def test_plain_wishes_are_planned_right(tmp_path: Path) -> None:
    spec = find_model(Paths(str(tmp_path), str(tmp_path), str(tmp_path)), "smollm2")
    engine = Engine(spec, str(tmp_path), Report(lambda _: None, lambda _: None))
    classifier = Classifier(Path(spec.classifier).read_bytes())
    specs = {one.name: one for one in Tools().specs()}
    planned = {wish: engine.plan(build(wish, specs, (), classifier=classifier), lambda: False).text for wish in WISHES}
    wrong = {wish: plan for wish, plan in planned.items() if plan != WISHES[wish]}
    assert len(wrong) <= 1, wrong
