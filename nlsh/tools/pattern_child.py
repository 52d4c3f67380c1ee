"""Matches patterns that might never end, in a process that can be killed. Run as a script; see `patterns`.

One JSON line in, one out. First `{"pattern", "flags", "work", "replacement"}`, then lists of lines.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import Any


def worker(pattern: re.Pattern[str], work: str, replacement: str) -> Callable[[str], Any]:
    """What is done with each line: `test` tells whether, `find` gives the matches, `replace` the new line."""
    if work == "find":
        return lambda line: [match[0] for match in pattern.finditer(line) if match[0]]
    if work == "replace":
        return lambda line: pattern.sub(replacement, line)
    return lambda line: pattern.search(line) is not None


def main() -> None:
    """Serve until standard input ends."""
    order = json.loads(sys.stdin.readline())
    pattern = re.compile(order["pattern"], order["flags"])
    treat = worker(pattern, order["work"], order["replacement"])
    for line in sys.stdin:
        sys.stdout.write(json.dumps([treat(item) for item in json.loads(line)]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
