"""Reading the options of a command, strictly: one that is not known refuses the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.foundry.bash_line import NotConverted


@dataclass
class Options:
    """The flags that are set, the options with a value, and the operands."""

    on: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    def whole(self, letter: str) -> int:
        """An option's value as a whole number. Raises NotConverted."""
        if not self.values[letter].isdigit():
            raise NotConverted("option")
        return int(self.values[letter])


def options(words: Sequence[str], flags: str = "", valued: str = "", long: Mapping[str, str] | None = None) -> Options:
    """Options of one letter, alone, joined or with values, and `long` names for them. Raises NotConverted."""
    read = Options()
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            read.rest += waiting
            break
        if word.startswith("--"):
            _long(word[2:], read, flags, long or {})
        elif word.startswith("-") and len(word) > 1:
            _short(word[1:], waiting, read, flags, valued)
        else:
            read.rest.append(word)
    return read


def _long(word: str, read: Options, flags: str, long: Mapping[str, str]) -> None:
    name, has_value, value = word.partition("=")
    letter = long.get(name)
    if letter is None or bool(has_value) == (letter in flags):
        raise NotConverted("option")
    if has_value:
        read.values[letter] = value
    else:
        read.on.add(letter)


def _short(letters: str, waiting: list[str], read: Options, flags: str, valued: str) -> None:
    for at, letter in enumerate(letters):
        if letter in valued:
            value = letters[at + 1 :] or (waiting.pop(0) if waiting else "")
            if not value or letter in read.values:
                raise NotConverted("option")
            read.values[letter] = value
            return
        if letter not in flags:
            raise NotConverted("option")
        read.on.add(letter)
