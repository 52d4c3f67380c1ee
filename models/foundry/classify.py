"""Trains the classifier that narrows the syscalls: `python -m models.foundry.classify`; minutes on one core.

Multinomial logistic regression over the marks of `nlsh.kernel.classifier`, on the corpus with its other names and its
noise, so that it leans on what is said and not on what things are called. Weights are kept in 8 bits.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from models.foundry.corpus import Corpus
from models.foundry.evaluate import CLASSIFIER, names_of
from models.foundry.pairs import Pair
from models.foundry.sources import sources
from nlsh.core.ports import Shot
from nlsh.kernel.classifier import marks

_LEAST_SEEN: Final = 3
_BATCH: Final = 256
_ROUNDS: Final = 4
_RATE, _DECAY = 0.03, 0.01


@dataclass(frozen=True)
class Labelled:
    """The marks of an utterance, and the syscalls of its plan."""

    marks: frozenset[str]
    names: frozenset[str]


def labelled(pair: Pair) -> Labelled:
    """A pair as the classifier sees it."""
    before = Shot(*pair.before) if pair.before else None
    return Labelled(marks(pair.utterance, before), frozenset(names_of(json.loads(pair.plan))))


def train(examples: Sequence[Labelled]) -> bytes:
    """The classifier's file, learned from these examples."""
    torch.manual_seed(1)
    seen = collections.Counter(mark for one in examples for mark in one.marks)
    rows = {mark: row for row, mark in enumerate(mark for mark, times in seen.items() if times >= _LEAST_SEEN)}
    names = sorted({name for one in examples for name in one.names})
    weights = torch.zeros(len(rows), len(names), requires_grad=True)
    bias = torch.full((len(names),), -3.0, requires_grad=True)
    optimiser = torch.optim.AdamW((weights, bias), lr=_RATE, weight_decay=_DECAY)
    batches = [_batch(examples[at : at + _BATCH], rows, names) for at in range(0, len(examples), _BATCH)]
    for turn in range(_ROUNDS):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1 - turn / _ROUNDS)
        for at in torch.randperm(len(batches)).tolist():
            (found, offsets, shares), wanted = batches[at]
            scores = F.embedding_bag(found, weights, offsets, mode="sum", per_sample_weights=shares) + bias
            loss = -(torch.log_softmax(scores, -1) * wanted).sum(-1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        print(f"round {turn + 1}: loss {float(loss.detach()):.4f}", flush=True)
    return _file(rows, names, weights.detach(), bias.detach())


def _batch(
    examples: Sequence[Labelled], rows: dict[str, int], names: Sequence[str]
) -> tuple[tuple[Tensor, Tensor, Tensor], Tensor]:
    """Feature numbers, where each example's begin, their shares; and the names, evenly, as targets."""
    found = [[rows[mark] for mark in one.marks if mark in rows] for one in examples]
    lengths = [len(one) for one in found]
    offsets = torch.tensor([0, *itertools.accumulate(lengths[:-1])])
    shares = torch.tensor([1 / math.sqrt(length) for length in lengths for _ in range(length)])
    wanted = torch.tensor([[(name in one.names) / len(one.names) for name in names] for one in examples])
    return (torch.tensor(list(itertools.chain(*found))), offsets, shares), wanted


def _file(rows: dict[str, int], names: Sequence[str], weights: Tensor, bias: Tensor) -> bytes:
    scale = float(weights.abs().quantile(0.9999) if weights.numel() < 1 << 24 else weights.abs().max()) / 127
    whole = (weights / scale).round().clamp(-127, 127).to(torch.int8)
    head = {"names": names, "scale": scale, "bias": [round(one, 4) for one in bias.tolist()], "features": list(rows)}
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n" + zlib.compress(whole.numpy().tobytes(), 9)


def main() -> None:
    """Train on the corpus and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=120_000)
    parser.add_argument("--to", type=Path, default=CLASSIFIER)
    chosen = parser.parse_args()
    stream = Corpus(sources(), seed=7, joined=0.05)
    data = train([labelled(pair) for pair in itertools.islice(stream, chosen.examples)])
    chosen.to.write_bytes(data)
    print(f"{chosen.to}: {len(data) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
