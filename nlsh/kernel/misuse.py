"""What single commands cannot mean: words after a command's name that it would only fail on, so a person said them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.kernel.lexicon import GIT_SUBCOMMANDS, MADE, NO_OPERANDS, OF_FILES, QUALITIES, THINGS
from nlsh.kernel.shapes import GLOB, QUOTE_MARK, is_alphabetic, is_path, plain

_LIKELY: Final = 2.4
_SURE: Final = 3.2


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


def _one_word(rest: Sequence[str], _: Surroundings) -> float:
    words = [plain(token) for token in rest if is_alphabetic(token)]
    return _LIKELY * (len(words) > 1 or any(word in THINGS or word in QUALITIES for word in words))


def _few_words(rest: Sequence[str], _: Surroundings) -> float:
    is_pattern = any(GLOB.search(token) for token in rest)
    return _LIKELY * (not is_pattern and sum(is_alphabetic(token) for token in rest) > 1)


def _place(rest: Sequence[str], around: Surroundings) -> float:
    first = rest[0]
    return _LIKELY * (not is_path(first) and not around.exists(first) and first != QUOTE_MARK)


def _files(rest: Sequence[str], around: Surroundings) -> float:
    return 0.8 * sum(is_alphabetic(token) and len(token) > 1 and not around.exists(token) for token in rest)


def _targets(rest: Sequence[str], _: Surroundings) -> float:
    is_described = len(rest) > 1 and (is_path(rest[0]) or plain(rest[-1]) in QUALITIES)
    return _SURE * (is_described or plain(rest[0]) in MADE)


def _git(rest: Sequence[str], _: Surroundings) -> float:
    return _SURE * (is_alphabetic(rest[0]) and rest[0] not in GIT_SUBCOMMANDS)


def _copied_files(rest: Sequence[str], around: Surroundings) -> float:
    return _LIKELY * (not any(is_path(token) or around.exists(token) for token in rest))


def _variables(rest: Sequence[str], around: Surroundings) -> float:
    return _LIKELY * any(is_path(token) or around.exists(token) for token in rest)


def _commands(rest: Sequence[str], around: Surroundings) -> float:
    unknown = [token for token in rest if not around.kind_of(token)]
    return sum(2.0 if is_path(token) else 0.7 * is_alphabetic(token) for token in unknown)


def _direction(rest: Sequence[str], _: Surroundings) -> float:
    return _SURE * (rest[0] in ("up", "back", "home"))


def _script(rest: Sequence[str], around: Surroundings) -> float:
    return 2.8 * (is_alphabetic(rest[0]) and not around.exists(rest[0]))


def _any_operand(rest: Sequence[str], _: Surroundings) -> float:
    return _SURE * bool(rest)


def _time_of_day(rest: Sequence[str], _: Surroundings) -> float:
    is_time = rest[0] in ("now", "noon", "midnight", "teatime", "tomorrow") or rest[0][0].isdigit()
    is_alone = len(rest) == 1 or rest[1] in ("+", "today", "tomorrow")
    return -_SURE * (is_time and is_alone)


_JUDGES: Final[dict[str, _Judge]] = {
    **dict.fromkeys(NO_OPERANDS, _no_operands),
    **dict.fromkeys(OF_FILES, _files),
    **dict.fromkeys(("set", "test", "enable", "local", "kill", "wait", "sleep"), _no_words),
    **dict.fromkeys(("write", "look", "rename", "link"), _few_words),
    **dict.fromkeys(("which", "type", "time", "watch", "help"), _commands),
    **dict.fromkeys(("zip", "tar", "cd", "go"), _direction),
    **dict.fromkeys(("python", "python3", "node", "ruby", "perl", "php", "bash", "sh", "zsh"), _script),
    "truncate": _any_operand,
    "at": _time_of_day,
    "git": _git,
    "last": _one_word,
    "find": _place,
    "make": _targets,
    "install": _copied_files,
    "read": _variables,
}
