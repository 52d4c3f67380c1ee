"""What the corpus is drawn from, and how often."""

from __future__ import annotations

from models.foundry import pairs
from models.foundry.corpus import Source


def sources() -> list[Source]:
    """The authors' personas, and the examples declared on the syscalls."""
    return [
        Source(list(pairs.read(pairs.DATA / "trained")), 0.65),
        Source(list(pairs.examples()), 0.35),
    ]


def state_of_data() -> str:
    """Differs whenever the authors' files do."""
    found = sorted((pairs.DATA / "trained").glob("*.txt"))
    return "\n".join(f"{path.name} {path.stat().st_size}" for path in found)
