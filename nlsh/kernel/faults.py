"""What went wrong in a step, in one sentence."""

from __future__ import annotations

import os

from nlsh.core.display import visible
from nlsh.core.errors import NlshError


def told(error: NlshError | OSError) -> NlshError:
    """An operating-system error a tool let through, as one of ours."""
    if isinstance(error, NlshError):
        return error
    where = f": {visible(os.fsdecode(error.filename))}" if error.filename else ""
    return NlshError(f"{(error.strerror or str(error)).lower()}{where}", "nothing more of this step was done")
