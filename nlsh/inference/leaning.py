"""What is held likely before the model reads: where a plan names a syscall, the model's word is weighed with it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

_NAMING: Final = re.compile(rb'(?:^\[|\},)\{"([a-z._]*)$')
_WEIGHT: Final = 1.0
"""How much a prior logarithm counts beside one of the model's."""
_UNHEARD_OF: Final = -12.0


class Leaning:
    """Prior logarithms of syscall names."""

    def __init__(self, logarithms: Mapping[str, float]) -> None:
        self._shares = {name.encode() + b'"': math.exp(value) for name, value in logarithms.items()}

    def naming(self, text: bytes) -> bytes | None:
        """The part of a syscall's name that a plan ends in; None where no name is being said."""
        match = _NAMING.search(text)
        return match[1] if match else None

    def of(self, beginning: bytes) -> float:
        """The weighed logarithm of all names that begin so; a name that is over ends in its quotation mark."""
        name, mark, _ = beginning.partition(b'"')
        share = sum(value for full, value in self._shares.items() if full.startswith(name + mark))
        return _WEIGHT * (math.log(share) if share > 0 else _UNHEARD_OF)
