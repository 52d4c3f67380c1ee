"""Permission bits as people write them: `755`, `+x`, `u+x,go-w`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from nlsh.core.display import visible
from nlsh.core.errors import UsageError

ModeChange = Callable[[int, bool], int]
"""From present bits, and whether it is a folder, to new bits."""
_OCTAL = re.compile(r"[0-7]{1,4}")
_CLAUSE = re.compile(r"([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)")
_ACTION = re.compile(r"([-+=])([rwxXstugo]*)")
_SHIFTS: Final = {"u": 6, "g": 3, "o": 0}
_BITS: Final = {"r": 4, "w": 2, "x": 1}
_SPECIAL: Final = {"u": 0o4000, "g": 0o2000}
_UMASK = re.compile(rb"^Umask:\s*([0-7]+)", re.MULTILINE)


def read_mode(text: str) -> ModeChange:
    """What a mode does to permission bits, as chmod(1) reads it; without a letter for whom, the umask is minded.

    Raises:
        UsageError: it is no mode.
    """
    said = text.strip()
    if _OCTAL.fullmatch(said):
        bits = int(said, 8)
        return lambda mode, is_folder: bits if len(said) == 4 else bits | (mode & 0o7000 if is_folder else 0)
    clauses = [_CLAUSE.fullmatch(part) for part in said.split(",")]
    found = [clause for clause in clauses if clause is not None]
    if len(found) != len(clauses):
        raise UsageError(f"not a mode: {visible(text)}", "write it like 755, +x or u+x,go-w")
    actions = [(clause[1], *action) for clause in found for action in _ACTION.findall(clause[2])]

    def change(mode: int, is_folder: bool) -> int:
        bits = mode & 0o7777
        for who, sign, what in actions:
            bits = _applied(bits, who, sign, what, is_folder)
        return bits

    return change


def _applied(bits: int, who: str, sign: str, what: str, is_folder: bool) -> int:
    everyone = "ugo" if not who or "a" in who else who
    wanted = sum(_wanted(bits, letter, what, is_folder) for letter in dict.fromkeys(everyone))
    if "t" in what and (not who or "a" in who):
        wanted |= 0o1000
    if not who:
        wanted &= ~_umask() | 0o7000
    if sign == "+":
        return bits | wanted
    if sign == "-":
        return bits & ~wanted
    cleared = sum(
        7 << _SHIFTS[letter] | _SPECIAL.get(letter, 0) * (not is_folder) for letter in dict.fromkeys(everyone)
    )
    return bits & ~cleared | wanted


def _wanted(bits: int, letter: str, what: str, is_folder: bool) -> int:
    """The bits one of user, group and others would get."""
    shift = _SHIFTS[letter]
    if what in _SHIFTS:
        return (bits >> _SHIFTS[what] & 7) << shift
    found = 0
    for char in what:
        found |= _BITS.get(char, 0)
        if char == "X" and (is_folder or bits & 0o111):
            found |= 1
    return found << shift | (_SPECIAL.get(letter, 0) if "s" in what else 0)


def _umask() -> int:
    """The umask, read without setting it: other threads create files meanwhile."""
    try:
        with open("/proc/self/status", "rb") as status:
            found = _UMASK.search(status.read())
    except OSError:
        found = None
    return int(found[1], 8) if found else 0o022
