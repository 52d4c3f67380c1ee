"""What single commands cannot mean: words after a command's name that it would only fail on, so a person said them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.kernel.lexicon import FUNCTION_WORDS, LIGHT_WORDS, OPENERS, QUALITIES, THINGS
from nlsh.kernel.repertoire import FAMILIAR, GIT_SUBCOMMANDS, MADE, NO_OPERANDS, OF_FILES, SUBCOMMANDS, TARGETS
from nlsh.kernel.shapes import GLOB, QUOTE_MARK, is_alphabetic, is_path, plain

_LIKELY: Final = 2.4
_SURE: Final = 3.2
_FITTING: Final = 1.5
"""What words weigh that fit the command as hardly any wish would."""
_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]*")


@dataclass(frozen=True)
class Surroundings:
    """What the person's shell and folder know: what a word names (empty: nothing), whether a path exists."""

    kind_of: Callable[[str], str]
    exists: Callable[[str], bool]


_Judge = Callable[[Sequence[str], Surroundings], float]


def misuse(name: str, rest: Sequence[str], around: Surroundings) -> float:
    """How much speaks against `name` being meant as a command, given the words after it; negative speaks for it.

    Meant for a line without options: a person who writes options writes a command.
    """
    judge = _JUDGES.get(name)
    return 0.0 if judge is None or not rest else judge(rest, around)


def _no_operands(rest: Sequence[str], _: Surroundings) -> float:
    return _LIKELY * any(is_alphabetic(token) or is_path(token) for token in rest)


def _no_words(rest: Sequence[str], _: Surroundings) -> float:
    return _LIKELY * any(is_alphabetic(token) for token in rest)


def _when(rest: Sequence[str], _: Surroundings) -> float:
    return _LIKELY * (plain(rest[0]) not in ("now", "+0") and is_alphabetic(rest[0]))


def _one_word(rest: Sequence[str], _: Surroundings) -> float:
    words = [plain(token) for token in rest if is_alphabetic(token)]
    return _LIKELY * (len(words) > 1 or any(word in THINGS or word in QUALITIES for word in words))


def _few_words(rest: Sequence[str], _: Surroundings) -> float:
    is_pattern = any(GLOB.search(token) for token in rest)
    return _LIKELY * (not is_pattern and sum(is_alphabetic(token) and token.islower() for token in rest) > 1)


def _place(rest: Sequence[str], around: Surroundings) -> float:
    first = rest[0]
    return _LIKELY * (not is_path(first) and not around.exists(first) and first != QUOTE_MARK)


def _files(rest: Sequence[str], around: Surroundings) -> float:
    return 0.9 * sum(is_alphabetic(token) and len(token) > 1 and not around.exists(token) for token in rest)


def _targets(rest: Sequence[str], _: Surroundings) -> float:
    if len(rest) > 1 and (is_path(rest[0]) or plain(rest[-1]) in QUALITIES):
        return _SURE
    if rest[0] in TARGETS:
        return -_FITTING
    return _SURE if plain(rest[0]) in MADE else -0.8 * (len(rest) == 1)


def _processes(rest: Sequence[str], around: Surroundings) -> float:
    """What is killed by name is a program; any other word is for the shell to complain about."""
    words = [plain(token) for token in rest if is_alphabetic(token)]
    if len(words) == 1 == len(rest) and words[0] not in THINGS | QUALITIES | FUNCTION_WORDS:
        return _LIKELY if words[0] in FAMILIAR or around.kind_of(words[0]) else 0.3
    return _LIKELY * bool(words)


def _unit_first(rest: Sequence[str], _: Surroundings) -> float:
    return -_FITTING * (len(rest) == 2 and rest[1] in SUBCOMMANDS)


def _one_host(rest: Sequence[str], _: Surroundings) -> float:
    return -0.8 * (len(rest) == 1 and plain(rest[0]) == rest[0])


def _paths(rest: Sequence[str], _: Surroundings) -> float:
    return -_FITTING * all(is_path(token) for token in rest) or -0.8 * (len(rest) == 1)


def _named(rest: Sequence[str], _: Surroundings) -> float:
    """Variables are written in capitals."""
    return -_FITTING * all(_VARIABLE.fullmatch(token) is not None for token in rest)


def _git(rest: Sequence[str], around: Surroundings) -> float:
    """Git finds what it does not know itself as the program git-WORD."""
    first = rest[0]
    if not is_alphabetic(first) or "-" in first or first in GIT_SUBCOMMANDS or around.kind_of(f"git-{first}"):
        return 0.0
    is_spoken = first in OPENERS or first in FUNCTION_WORDS or first in THINGS
    return _SURE if is_spoken else 1.0


def _copied_files(rest: Sequence[str], around: Surroundings) -> float:
    return _LIKELY * (not any(is_path(token) or around.exists(token) for token in rest))


def _variables(rest: Sequence[str], around: Surroundings) -> float:
    if any(is_path(token) or around.exists(token) for token in rest):
        return _LIKELY
    return -_FITTING * (len(rest) == 1 and plain(rest[0]) not in ("all", "everything"))


def _commands(rest: Sequence[str], around: Surroundings) -> float:
    unknown = [token for token in rest if not around.kind_of(token)]
    return sum(2.0 if is_path(token) else 0.7 * is_alphabetic(token) for token in unknown)


def _direction(rest: Sequence[str], _: Surroundings) -> float:
    return _SURE * (rest[0] in ("up", "back", "home"))


def _script(rest: Sequence[str], around: Surroundings) -> float:
    first = plain(rest[0])
    if not is_alphabetic(rest[0]) or around.exists(rest[0]):
        return 0.0
    is_spoken = any(first in words for words in (OPENERS, FUNCTION_WORDS, THINGS, QUALITIES, LIGHT_WORDS))
    return 2.8 if is_spoken else 1.0


def _any_operand(rest: Sequence[str], _: Surroundings) -> float:
    return _SURE * bool(rest)


def _time_of_day(rest: Sequence[str], _: Surroundings) -> float:
    is_time = rest[0] in ("now", "noon", "midnight", "teatime", "tomorrow") or rest[0][0].isdigit()
    is_alone = len(rest) == 1 or rest[1] in ("+", "today", "tomorrow")
    return -_SURE * (is_time and is_alone)


_WORDLESS: Final = (
    *("set", "test", "enable", "disable", "local", "wait", "sleep", "exit", "return", "logout"),
    *("reboot", "poweroff", "halt", "cancel", "resume"),
)
_JUDGES: Final[dict[str, _Judge]] = {
    **dict.fromkeys(NO_OPERANDS, _no_operands),
    **dict.fromkeys(OF_FILES, _files),
    **dict.fromkeys(_WORDLESS, _no_words),
    **dict.fromkeys(("write", "look", "rename", "link", "unset"), _few_words),
    **dict.fromkeys(("export", "readonly", "declare", "typeset"), _named),
    **dict.fromkeys(("ping", "host", "traceroute"), _one_host),
    **dict.fromkeys(("which", "type", "time", "watch", "help"), _commands),
    **dict.fromkeys(("zip", "tar", "cd", "go"), _direction),
    **dict.fromkeys(("python", "python3", "node", "ruby", "perl", "php", "bash", "sh", "zsh"), _script),
    "truncate": _any_operand,
    "shutdown": _when,
    "kill": _processes,
    "service": _unit_first,
    "touch": _paths,
    "at": _time_of_day,
    "git": _git,
    "last": _one_word,
    "find": _place,
    "make": _targets,
    "install": _copied_files,
    "read": _variables,
}
