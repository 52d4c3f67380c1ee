"""Checks an exported ledger on its own: standard library only, nothing of nlsh, so that it can be carried elsewhere.

    python verify.py export.jsonl [ledger.head]     exit code 0: it holds; 1: it does not; 2: usage

Each line is a record: `{"seq":N,…,"hash":"H"}`. With `,"hash":"H"` taken out, its bytes are the payload, and
H = SHA-256(hash of the line before ‖ payload), in hexadecimal; sixty-four zeros stand before the first.
Given `ledger.head`, the export must also hold the record that file names.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from typing import NamedTuple

_LINE = re.compile(rb'(\{"seq":(\d+),.*),"hash":"([0-9a-f]{64})"\}\n')
_ANCHOR = re.compile(rb"0*(\d+) ([0-9a-f]{64})\n")


class Finding(NamedTuple):
    """How many records hold, the hash of the last of them, and what is wrong after it (empty: nothing)."""

    held: int
    head: str
    fault: str


def check(lines: Iterable[bytes], anchor: tuple[int, bytes] = (0, b"")) -> Finding:
    """Follow the chain; `anchor` is a number and the hash that must stand there."""
    count, head = 0, b"0" * 64
    for line in lines:
        number = count + 1
        parts = _LINE.fullmatch(line)
        if parts is None:
            return Finding(count, head.decode(), f"line {number} is not a record")
        if int(parts[2]) != number:
            return Finding(count, head.decode(), f"record {int(parts[2])} stands where record {number} should")
        if hashlib.sha256(head + parts[1] + b"}").hexdigest().encode() != parts[3]:
            return Finding(count, head.decode(), f"record {number} does not match its hash")
        if number == anchor[0] and parts[3] != anchor[1]:
            return Finding(count, head.decode(), f"record {number} is not the one the anchor names")
        count, head = number, parts[3]
    fault = f"records {count + 1} to {anchor[0]} are missing" if count < anchor[0] else ""
    return Finding(count, head.decode(), fault)


def _anchor(path: str) -> tuple[int, bytes]:
    with open(path, "rb") as file:
        parts = _ANCHOR.fullmatch(file.read(200))
    if parts is None:
        raise ValueError(f"{path} is not an anchor")
    return int(parts[1]), parts[2]


def main(arguments: list[str]) -> int:
    """Check the export named first against the anchor named second, if any; say what was found."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("usage: verify.py export.jsonl [ledger.head]\n")
        return 2
    try:
        anchor = _anchor(arguments[1]) if len(arguments) == 2 else (0, b"")
        with open(arguments[0], "rb") as file:
            found = check(file, anchor)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{found.held} records hold; head {found.head}\n")
    if found.fault:
        sys.stdout.write(f"broken: {found.fault}\n")
    return 1 if found.fault else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
