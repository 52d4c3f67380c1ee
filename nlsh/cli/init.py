"""`nlsh init SHELL`: what a person who keeps their shell puts into its start-up file: a key, and a second opinion."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Print the snippet for a shell. Raises BrokenPipeError."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shells", arguments.shell)
    with open(path, encoding="utf-8") as file:
        sys.stdout.write(file.read())
    sys.stdout.flush()
    return 0
