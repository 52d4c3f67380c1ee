"""What must never be deleted, moved or overwritten, however it is spelled: protected roots and block devices."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.shell.syntax import Word
from nlsh.shell.vocabulary import words

_ROOTS: Final = words(
    """/ /bin /boot /dev /efi /etc /home /lib /lib32 /lib64 /media /mnt /nix /opt /proc /root /run /sbin /srv /sys /usr
    /usr/bin /usr/lib /usr/lib64 /usr/local /usr/sbin /usr/share /var /var/lib /var/log /Applications /Library /System
    /Users /Volumes /private /private/etc /private/var /snap"""
)
_SYSTEM: Final = (
    "/etc/",
    "/usr/",
    "/boot/",
    "/lib/",
    "/bin/",
    "/sbin/",
    "/sys/",
    "/proc/sys/",
    "/System/",
    "/Library/",
)
_UNDELETABLE: Final = ("/proc/", "/sys/")
_PASSING: Final = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108
"""Folders that are there to be emptied, a filesystem of their own or not."""
_HOMES: Final = re.compile(r"/(?:home|Users)/[^/]+")
_DEVICE: Final = re.compile(
    r"/dev/(?:(?:sd|hd|vd|xvd)[a-z]+\d*|nvme\d.*|mmcblk\d.*|r?disk\d.*|dm-\d+|md\d*|loop\d+|sr\d+|nbd\d+|zd\d+"
    r"|(?:mapper|disk|block)/.+|k?mem|port)"
)
_EVERYTHING: Final = frozenset(
    {"*", ".*", "?*", "*.*", "{*,.*}", "{.*,*}", "{.,}*", "**", "./*", "[!.]*", ".[!.]*", "..?*"}
)
_BRACES: Final = re.compile(r"\{([^{}]*,[^{}]*)\}")
_MOST_SPELLINGS: Final = 64


@dataclass(frozen=True)
class Places:
    """Where a command runs, and what is the person's and nlsh's own."""

    cwd: str
    home: str
    own: tuple[str, ...] = ()
    """Folders that hold nlsh's own state."""


def protected_root(word: Word, places: Places, *, is_home_included: bool = True) -> str:
    """The protected root a word names, wholly or by everything in it; empty if it provably names none."""
    if not word.is_known or not word.text:
        return ""
    for spelling in _spellings(word.text):
        for path in _paths(spelling, places.cwd):
            if _is_protected(path, places, is_home_included):
                return path
    return ""


def block_device(word: Word, places: Places) -> str:
    """The block device a word names; empty if none."""
    if not word.is_known or not word.text:
        return ""
    path = _normal(os.path.join(places.cwd, word.text))
    if not path.startswith("/dev/"):
        return ""
    if _DEVICE.fullmatch(path.rstrip("*?")) or _DEVICE.fullmatch(path):
        return path
    try:
        return path if stat.S_ISBLK(os.stat(path).st_mode) else ""
    except (OSError, ValueError):
        return ""


def is_system_file(word: Word, places: Places) -> bool:
    """Whether a word names something in a folder of the system."""
    return word.is_known and (_normal(os.path.join(places.cwd, word.text)) + "/").startswith(_SYSTEM)


def _spellings(text: str) -> Iterator[str]:
    """The words that braces make of one."""
    waiting = [text]
    for _ in range(_MOST_SPELLINGS):
        if not waiting:
            return
        word = waiting.pop()
        found = _BRACES.search(word)
        if found is None or word in _EVERYTHING or os.path.basename(word) in _EVERYTHING:
            yield word
        else:
            waiting += [word[: found.start()] + part + word[found.end() :] for part in found[1].split(",")]


def _paths(text: str, cwd: str) -> Iterator[str]:
    """The absolute paths that a word's folder, or the word itself, stands for: as spelled, and with links resolved."""
    path = text.rstrip("/") or "/"
    is_entered = text.endswith("/")
    while os.path.basename(path) in _EVERYTHING:
        path, is_entered = os.path.dirname(path) or ("/" if path.startswith("/") else "."), True
    whole = os.path.join(cwd, path)
    yield _normal(whole)
    try:
        above, last = os.path.split(whole.rstrip("/") or "/")
        is_link_kept = not is_entered and last not in ("", ".", "..")
        yield os.path.join(os.path.realpath(above), last) if is_link_kept else os.path.realpath(whole)
    except (OSError, ValueError):
        return


def _normal(path: str) -> str:
    return re.sub(r"^/+", "/", os.path.normpath(path))


def _is_protected(path: str, places: Places, is_home_included: bool) -> bool:
    if path in _ROOTS or path.startswith(_UNDELETABLE) or any(f"{path}/".startswith(f"{own}/") for own in places.own):
        return True
    if is_home_included and (path == _normal(places.home) or _HOMES.fullmatch(path) or _is_above(path, places)):
        return True
    return _is_glob_of_roots(path) or (path not in (*_PASSING, places.cwd) and _is_mount(path))


def _is_above(path: str, places: Places) -> bool:
    """Whether what a path names holds the working directory or nlsh's own state."""
    return any(inner != path and f"{inner}/".startswith(f"{path}/") for inner in (places.cwd, *places.own))


def _is_glob_of_roots(path: str) -> bool:
    """`/?tc`, `/e*`: a pattern right below the root."""
    return path.count("/") == 1 and any(letter in path for letter in "*?[") and len(path) > 1


def _is_mount(path: str) -> bool:
    try:
        return os.path.ismount(path)
    except (OSError, ValueError):
        return False


def operands(arguments: Sequence[Word]) -> list[Word]:
    """The words that are no options, and all after `--`."""
    found: list[Word] = []
    for at, word in enumerate(arguments):
        if word.text == "--":
            return [*found, *arguments[at + 1 :]]
        if not word.text.startswith("-"):
            found.append(word)
    return found


def has_option(arguments: Sequence[Word], letters: str, *names: str) -> bool:
    """Whether a short option of the letters, or a long one of the names (or an abbreviation), is given."""
    for word in arguments:
        text = word.text
        if text == "--":
            return False
        if text.startswith("--"):
            if len(text) > 3 and any(name.startswith(text.partition("=")[0]) for name in names):
                return True
        elif text.startswith("-") and set(text[1:]) & set(letters):
            return True
    return False
