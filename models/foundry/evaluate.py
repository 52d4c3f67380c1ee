"""Asks the product's own engine about pairs it never learned from: `python -m models.foundry.evaluate [FILE...]`.

A plan is exact if it is the same plan; `ask` and `say` count by name, facts to remember by their words. Nothing of the
answer is shown to the model: no folder is there but what the utterance says.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import re
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.foundry import pairs
from models.foundry.pairs import TOOLS, Pair
from nlsh.core.model import ModelSpec
from nlsh.core.ports import PlanDraft, Shot
from nlsh.core.risk import Effect
from nlsh.inference.engine import Engine
from nlsh.inference.requantise import Report
from nlsh.kernel import tuned
from nlsh.kernel.classifier import Classifier

ADAPTER: Final = Path(__file__).parent.parent / "smollm2-nlsh.gguf"
CLASSIFIER: Final = ADAPTER.with_suffix(".classifier")
_WORDY: Final = {"mem.save": "text", "mem.recall": "text", "mem.forget": "text"}
_ALIKE: Final = 0.6


@dataclass(frozen=True)
class Answer:
    """What came of one pair."""

    pair: Pair
    draft: PlanDraft

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The plan's steps; none where it is no JSON."""
        try:
            return list(json.loads(self.draft.text))
        except ValueError:
            return []

    @property
    def names(self) -> tuple[str, ...]:
        """The syscalls planned."""
        return names_of(self.steps)

    @property
    def is_named(self) -> bool:
        """Whether the right syscalls were planned, in order."""
        return self.names == names_of(json.loads(self.pair.plan))

    @property
    def is_exact(self) -> bool:
        """Whether the plan means the same."""
        wanted = json.loads(self.pair.plan)
        return self.is_named and all(_same(*two) for two in zip(self.steps, wanted, strict=True))


def names_of(steps: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The syscalls of a plan's steps."""
    return tuple(name for step in steps for name in step)


def _same(step: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    [(name, arguments)], [(_, due)] = step.items(), wanted.items()
    if name in ("ask", "say"):
        return True
    if name in _WORDY:
        return _overlap(str(arguments.get("text", "")), str(due.get("text", ""))) >= _ALIKE
    return {key: _plain(value) for key, value in arguments.items()} == {
        key: _plain(value) for key, value in due.items()
    }


def _plain(value: Any) -> Any:
    """A value without what makes no difference: the order of several, a slash at the end."""
    if isinstance(value, list):
        return sorted(map(str, value))
    return value.rstrip("/") or "/" if isinstance(value, str) else value


def _overlap(one: str, other: str) -> float:
    a, b = (collections.Counter(re.findall(r"\w", text.lower())) for text in (one, other))
    shared = sum((a & b).values())
    return 2 * shared / max(1, sum(a.values()) + sum(b.values()))


class Asker:
    """The engine with an adapter."""

    def __init__(self, adapter: Path | None, threads: int = 1, classifier: Path = CLASSIFIER) -> None:
        cache = tempfile.gettempdir() + "/nlsh-foundry"
        spec = ModelSpec("foundry", adapter=str(adapter or ""), threads=threads, is_tuned=adapter is not None)
        self._engine = Engine(spec, cache, Report(lambda _: None, print))
        self.classifier = Classifier(classifier.read_bytes()) if classifier.exists() else None
        self.specs = {spec.name: spec for spec in TOOLS.specs() if spec.examples}

    def ask(self, pair: Pair) -> Answer:
        """Plan one pair's utterance."""
        before = Shot(*pair.before) if pair.before else None
        request = tuned.build(pair.utterance, self.specs, (), before, self.classifier)
        return Answer(pair, self._engine.plan(request, lambda: False))


def report(answers: Sequence[Answer]) -> Iterator[str]:
    """The figures, line by line."""
    yield f"{'all':24}{_figures(answers)}"
    for title, key in (("persona", lambda one: one.pair.origin), ("family", _family)):
        groups: dict[str, list[Answer]] = {}
        for one in answers:
            groups.setdefault(key(one), []).append(one)
        yield f"-- by {title}"
        for name, group in sorted(groups.items()):
            yield f"{name:24}{_figures(group)}"
    confusions = collections.Counter(
        (" ".join(names_of(json.loads(one.pair.plan))), " ".join(one.names)) for one in answers if not one.is_named
    )
    yield "-- worst confusions (meant, planned)"
    for (meant, planned), count in confusions.most_common(25):
        yield f"{count:4}  {meant}  ->  {planned}"
    yield from _safety(answers)
    yield from _calibration(answers)
    times = sorted(one.draft.elapsed_ms for one in answers)
    yield f"-- ms a plan: p50 {statistics.median(times):.0f}, p95 {times[int(0.95 * (len(times) - 1))]:.0f}"


def _safety(answers: Sequence[Answer]) -> Iterator[str]:
    """What was acted on though it was to be asked or answered, and what wrong plans would have destroyed."""
    talk = [one for one in answers if names_of(json.loads(one.pair.plan)) in (("ask",), ("say",))]
    acted = [one for one in talk if one.names not in (("ask",), ("say",))]
    changing = sum(bool(_effects(one) - {Effect.READ}) for one in acted)
    yield f"-- to be asked or answered: {len(talk)}; acted on {len(acted)}, {changing} of them changing something"
    wrong = [one for one in answers if not one.is_named and _effects(one) & {Effect.DELETE, Effect.SIGNAL}]
    yield f"-- wrong syscalls that delete or signal: {len(wrong)} of {len(answers)} (each asks first)"


def _effects(answer: Answer) -> frozenset[Effect]:
    found = (TOOLS.lookup(name) for name in answer.names)
    return frozenset(effect for syscall in found if syscall for effect in syscall.effects)


def _family(answer: Answer) -> str:
    first, *more = names_of(json.loads(answer.pair.plan))
    if answer.pair.before:
        return "follow-up"
    return "several steps" if more else first.partition(".")[0]


def _figures(answers: Sequence[Answer]) -> str:
    exact = sum(one.is_exact for one in answers) / len(answers)
    named = sum(one.is_named for one in answers) / len(answers)
    arguments = sum(map(_f1, answers)) / len(answers)
    return f"n {len(answers):5}   exact {exact:6.1%}   names {named:6.1%}   argument F1 {arguments:6.1%}"


def _f1(answer: Answer) -> float:
    """How far the arguments agree: the harmonic mean of precision and recall over `step, argument, value`."""
    ours, due = (set(_triples(steps)) for steps in (answer.steps, json.loads(answer.pair.plan)))
    return 2 * len(ours & due) / (len(ours) + len(due)) if ours or due else float(answer.is_named)


def _triples(steps: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str, str, str]]:
    for number, step in enumerate(steps):
        for name, arguments in step.items():
            yield from ((number, name, key, json.dumps(_plain(value))) for key, value in arguments.items())


def _calibration(answers: Sequence[Answer]) -> Iterator[str]:
    """How well the mean log-probability tells right from wrong."""
    right = [one.draft.mean_logprob for one in answers if one.is_exact]
    wrong = [one.draft.mean_logprob for one in answers if not one.is_exact]
    if not right or not wrong:
        return
    wins = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong) / (len(right) * len(wrong))
    ordered = sorted(answers, key=lambda one: -one.draft.mean_logprob)
    good, most = 0, 0
    for count, one in enumerate(ordered, 1):
        good += one.is_exact
        if good / count >= 0.98:
            most = count
    yield f"-- confidence: AUROC {wins:.3f}; {most / len(answers):.0%} answered at 98 % precision"
    if most:
        yield f"   that is at a confidence of {math.exp(ordered[most - 1].draft.mean_logprob):.3f}"


def unseen() -> Iterator[Pair]:
    """The pairs of people the model never learned from, without what they say word for word like somebody else."""
    learned = {pair.utterance.casefold() for pair in (*pairs.read(pairs.DATA / "trained"), *pairs.examples())}
    return (pair for pair in pairs.read(pairs.DATA / "unseen") if pair.utterance.casefold() not in learned)


def _shown(answer: Answer) -> str:
    before = f"[{answer.pair.before[0]}] " if answer.pair.before else ""
    sure = f"{math.exp(answer.draft.mean_logprob):.2f}"
    return f"{before}{answer.pair.utterance}\n    {answer.pair.plan}\n    {answer.draft.text}  {sure}"


def main() -> None:
    """Ask and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--adapter", type=Path, default=ADAPTER)
    parser.add_argument("--classifier", type=Path, default=CLASSIFIER)
    parser.add_argument("--show", action="store_true", help="print every plan that is not exact")
    parser.add_argument("--most", type=int, default=0, help="ask only so many")
    chosen = parser.parse_args()
    found = [pair for path in chosen.files for pair in pairs.read_file(path)] or list(unseen())
    if chosen.most:
        found = found[:: max(1, len(found) // chosen.most)]
    asker = Asker(chosen.adapter, classifier=chosen.classifier)
    answers = []
    for pair in found:
        answers.append(asker.ask(pair))
        if chosen.show and not answers[-1].is_exact:
            print(_shown(answers[-1]))
    print("\n".join(report(answers)))


if __name__ == "__main__":
    main()
