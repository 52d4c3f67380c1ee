"""`ps`: what runs of nlsh: sessions, their models' processes, their jobs."""

from __future__ import annotations

import argparse

from nlsh.cli.opening import opened
from nlsh.cli.rows import show_table


def run(arguments: argparse.Namespace) -> int:
    """Show them, the oldest session first. Raises NlshError."""
    with opened(arguments) as house:
        show_table(house.toolbox.sessions(), arguments)
    return 0
