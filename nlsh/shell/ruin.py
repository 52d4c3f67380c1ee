"""Whether a command provably aims at what must never be harmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from nlsh.shell.effects import DELETES, FORMATS, PERMITS
from nlsh.shell.syntax import Redirection, Word
from nlsh.shell.targets import Places, block_device, has_option, operands, protected_root
from nlsh.shell.wrappers import find_starts

_FORK_BOMB: Final = re.compile(
    r"(?:\bfunction\s+)?(?<![^\s(){};|&])([^\s(){};|&]{1,64})\s*(?:\(\s*\))?\s*\{[^}]{0,200}?(?<![\w.-])\1\s*\|\s*\1\s*&"
)
_WRITES_LAST: Final = frozenset({"cp", "mv", "install", "rsync", "ln"})
_WRITES_ALL: Final = frozenset({"tee", "truncate", "shred", "wipefs", "badblocks", "sponge", "pv", "ddrescue"})


def is_fork_bomb(text: str) -> bool:
    """Whether a function is defined that calls itself twice in the background."""
    return "{" in text and "|" in text and _FORK_BOMB.search(text) is not None


def ruined_by(program: str, arguments: Sequence[Word], places: Places) -> str:
    """What a command would ruin, in words; empty if nothing provable."""
    return (
        _deleted(program, arguments, places)
        or _moved(program, arguments, places)
        or _permitted(program, arguments, places)
        or _written(program, arguments, places)
    )


def ruined_by_redirection(redirection: Redirection, places: Places) -> str:
    """What an output redirection would ruin."""
    if "<" in redirection.operator or ">" not in redirection.operator:
        return ""
    device = block_device(redirection.target, places)
    if device:
        return f"it would overwrite {device}"
    own = protected_root(redirection.target, places)
    return f"it would overwrite {own}" if own in places.own or _is_below(own, places) else ""


def _is_below(path: str, places: Places) -> bool:
    return any(path.startswith(f"{own}/") for own in places.own)


def _deleted(program: str, arguments: Sequence[Word], places: Places) -> str:
    if program == "find" and any(word.text == "-delete" for word in arguments):
        targets = find_starts(arguments)
    elif program in DELETES:
        targets = operands(arguments)
    elif program in ("rsync", "rclone") and any(word.text.startswith("--del") for word in arguments):
        targets = operands(arguments)[-1:]
    else:
        return ""
    is_deep = program not in ("rm", "rmdir", "unlink") or has_option(arguments, "rR", "--recursive")
    for word in targets:
        root = protected_root(word, places)
        if root and (is_deep or _names_contents(word)):
            return f"it would delete {root}"
    return ""


def _names_contents(word: Word) -> bool:
    return any(letter in word.text for letter in "*?[{")


def _moved(program: str, arguments: Sequence[Word], places: Places) -> str:
    if program not in ("mv", "rename"):
        return ""
    sources = operands(arguments) if has_option(arguments, "t", "--target-directory") else operands(arguments)[:-1]
    root = next((root for word in sources if (root := protected_root(word, places))), "")
    return f"it would move {root}" if root else ""


def _permitted(program: str, arguments: Sequence[Word], places: Places) -> str:
    """A change of mode or owner: of a system folder always, of the home folder only all through."""
    if program not in PERMITS:
        return ""
    is_deep = has_option(arguments, "R", "--recursive")
    for word in operands(arguments)[0 if any("--reference" in one.text for one in arguments) else 1 :]:
        root = protected_root(word, places, is_home_included=is_deep)
        if root:
            return f"it would change the permissions of {root}"
    return ""


def _written(program: str, arguments: Sequence[Word], places: Places) -> str:
    """Writing over a block device."""
    if program == "dd":
        targets = [Word(word.text[3:], word.is_known) for word in arguments if word.text.startswith("of=")]
    elif program in _WRITES_LAST:
        targets = operands(arguments)[-1:]
    elif program in _WRITES_ALL or program.partition(".")[0] in FORMATS:
        targets = [] if _only_lists(program, arguments) else operands(arguments)
    else:
        return ""
    device = next((device for word in targets if (device := block_device(word, places))), "")
    if not device and program.partition(".")[0] == "mkfs" and not operands(arguments):
        return "it would make a new filesystem"
    return f"it would overwrite {device}" if device else ""


def _only_lists(program: str, arguments: Sequence[Word]) -> bool:
    """Listing what is on a device does not write it."""
    return program in FORMATS and has_option(arguments, "l", "--list")
