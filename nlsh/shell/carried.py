"""What one line leaves for the next: working directory, environment, and what the shell alone can spell.

A shell reports its state as NUL-separated sections: cwd, environment, then by dialect aliases, options, functions and
variables, in the shell's own quoting. They are split, never interpreted: the same shell reads them back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from nlsh.shell.vocabulary import OWN_TO_BASH

_QUOTED: Final = r"'[^']*'|\$'(?:[^'\\]|\\.)*'"
_ALIAS: Final = re.compile(
    rf"^alias (?:-\w+ )*(?:-- )?([^\s=]+)=(?:{_QUOTED}|\\.|[^'\s\\])*$", re.MULTILINE | re.DOTALL
)
_FUNCTION: Final = re.compile(r"^(?=(?:function )?([^\s(){};&|<>]+) \(\) *\n?\{ *$)", re.MULTILINE)
_STRING: Final = r'"(?:[^"\\]|\\.)*"|\$?\'(?:[^\'\\]|\\.)*\''
_VARIABLE: Final = re.compile(
    rf"^declare -([-\w]+) (\w+)(?:=(?:{_STRING}|\((?:{_STRING}|[^\"'()])*\)))?$", re.MULTILINE | re.DOTALL
)
_PLAIN_ALIAS: Final = re.compile(r"alias (?:-- )?[^\s=]+='?([\w./= -]+)'?")
_WORD: Final = re.compile(r"[\w.:@+-]+")
_PER_PROCESS: Final = frozenset({"_", "SHLVL", "BASH_ENV", "ZDOTDIR", "NLSH_PREAMBLE"})


@dataclass(frozen=True)
class Carried:
    """Shell text by the name it defines; replayed by the same shell at the start of the next line."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    options: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether a fresh shell already has everything."""
        return not (self.aliases or self.functions or self.variables or self.options)


@dataclass(frozen=True)
class Report:
    """What a shell said about itself as it ended."""

    cwd: str
    env: Mapping[str, str]
    sections: tuple[str, ...]


def read_report(data: bytes) -> Report | None:
    """A report from its bytes; None where the shell ended without one (it was killed, or became another program)."""
    cwd, nul, rest = data.partition(b"\0")
    if not nul:
        return None
    block, _, sections = (b"\0" + rest).partition(b"\0\0")
    pairs = (os.fsdecode(entry).partition("=") for entry in block.split(b"\0") if b"=" in entry)
    env = {name: value for name, _, value in pairs if name}
    folder = cwd.removesuffix(b"\n")
    return Report(os.fsdecode(folder), env, tuple(os.fsdecode(part) for part in sections.split(b"\0")))


def read_env(data: bytes) -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """Environment, names of aliases, names of functions: what a kept shell reports. All empty where it could not."""
    block, _, names = data.partition(b"\0\0")
    aliases, _, functions = names.partition(b"\0")
    pairs = (os.fsdecode(entry).partition("=") for entry in block.split(b"\0"))
    env = {name: value for name, equals, value in pairs if name and equals}
    own = (name for name in os.fsdecode(functions).split() if not name.startswith("__nlsh_"))
    return env, frozenset(os.fsdecode(aliases).split()), frozenset(own)


def next_env(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The environment for the next line: as reported, but for what each process has of its own."""
    if not after:
        return dict(before)
    kept = {name: value for name, value in after.items() if name not in _PER_PROCESS}
    return kept | {name: before[name] for name in _PER_PROCESS if name in before}


def read_aliases(text: str) -> dict[str, str]:
    """`alias -p` or `alias -L` by name."""
    return {match[1]: match[0] for match in _ALIAS.finditer(text)}


def plain_alias(text: str) -> tuple[str, ...]:
    """The words of an alias, where they are plain ones: `alias ls='ls --color=auto'`; else nothing."""
    found = _PLAIN_ALIAS.fullmatch(text)
    return () if found is None else tuple(found[1].split())


def read_functions(text: str) -> dict[str, str]:
    """`declare -f` by name."""
    starts = [(match.start(), match[1]) for match in _FUNCTION.finditer(text)]
    ends = [start for start, _ in starts[1:]] + [len(text)] * bool(starts)
    return {name: text[start:end].rstrip("\n") for (start, name), end in zip(starts, ends, strict=True)}


def read_variables(text: str) -> dict[str, str]:
    """The unexported variables of `declare -p` that are the person's, by name."""
    found = ((match[1], match[2], match[0]) for match in _VARIABLE.finditer(text))
    return {name: line for flags, name, line in found if "x" not in flags and _is_own(name, line)}


def _is_own(name: str, line: str) -> bool:
    if name == "IFS":
        return line != "declare -- IFS=$' \\t\\n'"
    return name not in OWN_TO_BASH and not name.startswith("BASH")
