"""What the ending of an archive's name says about its format."""

from __future__ import annotations

import os
from typing import Final

from nlsh.core.display import visible
from nlsh.core.errors import UsageError

ENDINGS: Final = {
    ".tar": "tar",
    ".tar.gz": "tar:gz",
    ".tgz": "tar:gz",
    ".tar.bz2": "tar:bz2",
    ".tbz2": "tar:bz2",
    ".tbz": "tar:bz2",
    ".tar.xz": "tar:xz",
    ".txz": "tar:xz",
    ".zip": "zip",
    ".gz": "one:gz",
    ".bz2": "one:bz2",
    ".xz": "one:xz",
}
"""Ending → format; `one` is a single compressed file, not an archive."""


def format_of(path: str) -> str:
    """The archive format the ending of a name stands for.

    Raises:
        UsageError: none we can write.
    """
    name = os.path.basename(path).lower()
    for ending, form in sorted(ENDINGS.items(), key=lambda pair: -len(pair[0])):
        if name.endswith(ending) and name != ending:
            return form
    raise UsageError(
        f"{visible(os.path.basename(path))} does not say what kind of archive", "end it with .tar.gz or .zip"
    )
