"""Trains the adapter. `python -m models.foundry.train --minutes 60` starts, or goes on where the last run stopped.

Loss on the plan only; examples of like length side by side; checkpoints with the optimiser's state every few minutes.
The learning rate warms up, stays, and falls over the last third of a run; a run that is resumed stays high again first.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional as F

from models.foundry import weights
from models.foundry.corpus import Corpus
from models.foundry.network import Network
from models.foundry.pairs import Pair
from models.foundry.sources import sources, state_of_data
from models.foundry.tokens import Writer

CACHE: Final = Path(os.environ.get("NLSH_FOUNDRY_CACHE") or Path.home() / ".cache" / "nlsh-foundry")
_WINDOW: Final = 768
"""So many examples are sorted by length at a time."""
_BATCH_TOKENS: Final = 1280
_LONGEST: Final = 256
_WARM_STEPS: Final = 40
_OTHERS: Final = 2048
"""So many tokens that no plan uses are among the wrong answers of each step."""
_SAVE_S: Final = 180.0


@dataclass(frozen=True)
class Ready:
    """One example as tokens."""

    tokens: tuple[int, ...]
    prompt: int


@dataclass
class Progress:
    """How far a training has come, over all its runs."""

    steps: int = 0
    examples: int = 0
    seconds: float = 0.0


def main() -> None:
    """Train for a time, saving as it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--name", default="adapter", help="checkpoint of this name in the cache")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--settled", type=int, default=0, help="leave the adapters of so many first blocks as they are")
    parser.add_argument("--start", choices=("resume", "anew"), default="resume")
    chosen = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    training = Training(chosen.name, chosen.rank, chosen.rate, chosen.device, chosen.start == "resume")
    training.network.settled = chosen.settled
    signal.signal(signal.SIGTERM, training.stop)
    training.run(chosen.minutes * 60)


class Training:
    """One adapter in the making."""

    def __init__(self, name: str, rank: int, rate: float, device: str, is_resumed: bool) -> None:
        torch.manual_seed(1)
        self.path = CACHE / f"{name}.pt"
        self.rate, self.device = rate, device
        shape, tensors = weights.read()
        self.network = Network(shape, tensors, rank, alpha=2.0 * rank).to(device)
        self.trained = [one for one in self.network.parameters() if one.requires_grad]
        self.optimiser = torch.optim.AdamW(self.trained, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.progress = Progress()
        self.is_stopped = False
        if is_resumed and self.path.exists():
            self._load()
        self.writer = Writer()

    def run(self, seconds: float) -> None:
        """Train for so long."""
        common = self._common(Corpus(sources(), seed=self.progress.examples))
        began = last = saved = time.monotonic()
        first, losses = self.progress.steps, []
        for batch in self._batches():
            now = time.monotonic()
            self.progress.seconds += now - last
            last = now
            if self.is_stopped or now - began > seconds:
                break
            self._set_rate((now - began) / seconds, self.progress.steps - first)
            losses.append(self._step(batch, common))
            self.progress.steps += 1
            self.progress.examples += len(batch)
            if self.progress.steps % 25 == 0:
                self._report(losses[-25:], time.monotonic() - began)
            if now - saved > _SAVE_S:
                self.save()
                saved = now
        self.save()

    def stop(self, *_: object) -> None:
        """End after the step at hand, with a checkpoint."""
        self.is_stopped = True

    def _step(self, batch: Sequence[Ready], common: Tensor) -> float:
        tokens, targets = _padded(batch, self.device)
        chosen = targets >= 0
        others = torch.randint(self.writer.size, (_OTHERS,), device=self.device)
        among = torch.unique(torch.cat((common, others, targets[chosen])))
        logits = self.network(tokens, chosen, among)
        loss = F.cross_entropy(logits.float(), torch.searchsorted(among, targets[chosen]))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimiser.step()
        return float(loss.detach())

    def _set_rate(self, done: float, steps: int) -> None:
        falling = 1.0 if done < 2 / 3 else max(0.03, (1 - done) * 3)
        rate = self.rate * min(1.0, (steps + 1) / _WARM_STEPS) * falling
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _common(self, corpus: Corpus) -> Tensor:
        """The tokens plans are made of."""
        plans = (self.writer.plan(pair.plan) for pair in itertools.islice(corpus, 3000))
        return torch.tensor(sorted({token for plan in plans for token in plan}), device=self.device)

    def _batches(self) -> Iterator[list[Ready]]:
        """Batches without end; pairs that are added meanwhile are taken in."""
        known = ""
        stream: Iterator[Pair] = iter(())
        while True:
            if (found := state_of_data()) != known:
                known, stream = found, iter(Corpus(sources(), seed=self.progress.examples))
            window = [self._ready(pair) for pair in itertools.islice(stream, _WINDOW)]
            window = sorted((one for one in window if len(one.tokens) <= _LONGEST), key=lambda one: len(one.tokens))
            batches = list(_cut(window))
            for at in torch.randperm(len(batches)).tolist():
                yield batches[at]

    def _ready(self, pair: Pair) -> Ready:
        prompt = self.writer.prompt(pair.utterance, pair.before)
        return Ready((*prompt, *self.writer.plan(pair.plan)), len(prompt))

    def _report(self, losses: Sequence[float], seconds: float) -> None:
        told, loss = self.progress, sum(losses) / len(losses)
        minutes = seconds / 60
        print(f"step {told.steps:,}  examples {told.examples:,}  loss {loss:.4f}  {minutes:.1f} min", flush=True)

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        part = self.path.with_suffix(".part")
        state: dict[str, Any] = {
            "network": {k: v for k, v in self.network.state_dict().items() if k.endswith((".down", ".up"))}
        }
        state |= {"optimiser": self.optimiser.state_dict(), "progress": vars(self.progress), "rank": self.network.rank}
        torch.save(state, part)
        part.replace(self.path)

    def _load(self) -> None:
        state = torch.load(self.path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"], strict=False)
        self.optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(**state["progress"])


def _cut(window: Sequence[Ready]) -> Iterator[list[Ready]]:
    """Batches of neighbours that hold about the same number of tokens."""
    batch: list[Ready] = []
    for one in window:
        if batch and len(one.tokens) * (len(batch) + 1) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _padded(batch: Sequence[Ready], device: str) -> tuple[Tensor, Tensor]:
    """Tokens (rows x length), and what follows each of them where it is part of a plan, else -1."""
    length = max(len(one.tokens) for one in batch) - 1
    tokens = torch.zeros(len(batch), length, dtype=torch.long)
    targets = torch.full((len(batch), length), -1)
    for row, one in enumerate(batch):
        tokens[row, : len(one.tokens) - 1] = torch.tensor(one.tokens[:-1])
        targets[row, one.prompt - 1 : len(one.tokens) - 1] = torch.tensor(one.tokens[one.prompt :])
    return tokens.to(device), targets.to(device)


if __name__ == "__main__":
    main()
