"""Pairs: what a person says and the plan it means, as the authors write them.

A file holds one persona: `# persona: who | languages`, then a pair a line, `utterance<TAB>plan`, or with the turn
before it `earlier<TAB>plan<TAB>now<TAB>plan`. A plan is calls: `fs.find(name="*.tmp"); fs.remove(path="$1")`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlsh.core.arguments import Kind
from nlsh.core.errors import PlanInvalid
from nlsh.core.plan import read_plan
from nlsh.tools.toolbox import Tools

DATA = Path(__file__).parent / "data"
"""`trained/` is learned from, `unseen/` is only ever asked about."""
TOOLS = Tools()

_NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.PORT, Kind.BOOLEAN})
_TELLING = {
    "de": "der die das und ist wie welche wo mir alle dateien datei ordner nicht ich zeige lösche nach auf von".split(),
    "es": "el los las qué cómo cuánto archivo archivos carpeta borra muéstrame por para está cuál mi del".split(),
    "fr": "le les des est quel quelle quels fichier fichiers dossier montre supprime dans du sur mon moi une".split(),
}
"""Words that tell the language of a short utterance."""

Steps = list[dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Pair:
    """An utterance and its plan as canonical JSON; `before` is the turn it follows, if it needs one."""

    utterance: str
    plan: str
    before: tuple[str, str] | None = None
    language: str = "en"
    origin: str = ""


def canonical(steps: Steps) -> str:
    """The plan as the model is to say it: validated, defaults left out. Raises PlanInvalid."""
    plan = read_plan(json.dumps(steps), TOOLS.lookup)
    said = [{step.syscall.name: step.syscall.given()} for step in plan.steps]
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)


def from_calls(text: str) -> str:
    """Calls to canonical JSON. Raises PlanInvalid."""
    try:
        steps = [_step(node) for node in ast.parse(text.strip()).body]
    except (SyntaxError, ValueError, TypeError) as error:
        raise PlanInvalid(f"not calls with keyword arguments: {text}", str(error)) from error
    return canonical(steps)


def _step(node: ast.stmt) -> dict[str, dict[str, Any]]:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call) or node.value.args:
        raise ValueError("only calls with keywords")
    name = ast.unparse(node.value.func)
    found = TOOLS.lookup(name)
    texts = {one.name for one in found.spec().arguments if one.kind not in _NUMBERS} if found else set()
    arguments = {str(word.arg): ast.literal_eval(word.value) for word in node.value.keywords}
    return {name: {key: _text(value) if key in texts else value for key, value in arguments.items()}}


def _text(value: Any) -> Any:
    """A pid or a year written bare, as the text it is."""
    if isinstance(value, list):
        return [_text(one) for one in value]
    return str(value) if type(value) is int else value


def read(folder: Path) -> Iterator[Pair]:
    """All pairs of a folder's persona files. Raises PlanInvalid with the file and line of a wrong one."""
    for path in sorted(folder.glob("*.txt")):
        yield from read_file(path)


def read_file(path: Path) -> Iterator[Pair]:
    """The pairs of one persona. Raises PlanInvalid with the file and line of a wrong one."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    language = head.rpartition("|")[2].split(",")[0].strip() or "en"
    for number, line in enumerate(lines, 2):
        if line.strip() and not line.startswith("#"):
            try:
                yield _pair(line.split("\t"), language, path.stem)
            except (PlanInvalid, ValueError) as error:
                raise PlanInvalid(f"{path.name}:{number}: {error}", line) from error


def _pair(columns: list[str], language: str, origin: str) -> Pair:
    if len(columns) not in (2, 4):
        raise ValueError(f"{len(columns)} columns")
    *earlier, utterance, calls = columns
    before = (earlier[0].strip(), from_calls(earlier[1])) if earlier else None
    return Pair(utterance.strip(), from_calls(calls), before, language, origin)


def examples() -> Iterator[Pair]:
    """The examples declared on the syscalls."""
    for spec in TOOLS.specs():
        for example in spec.examples:
            plan = canonical(json.loads(example.plan))
            yield Pair(example.utterance, plan, language=_language(example.utterance), origin=spec.name)


def _language(utterance: str) -> str:
    if re.search(r"[\u4e00-\u9fff]", utterance):
        return "zh"
    words = set(re.findall(r"[^\W\d_]+", utterance.lower()))
    most = max(_TELLING, key=lambda language: len(words.intersection(_TELLING[language])))
    return most if words.intersection(_TELLING[most]) else "en"
