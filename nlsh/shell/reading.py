"""What can be proven about a command line without running it.

An allow-list: only plain commands of programs that are known to read, with arguments that are known to be harmless, are
read-only. Everything else says what it might do. Parsing only raises or lowers the question; it is never the barrier.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from nlsh.core.facts import CommandReading
from nlsh.shell.effects import PRIVILEGED, SHELLS, effects_of
from nlsh.shell.grammars import fault_of
from nlsh.shell.ruin import is_fork_bomb, ruined_by, ruined_by_redirection
from nlsh.shell.syntax import Assignment, Body, Command, Item, Redirection, Script, Word, parse
from nlsh.shell.targets import Places, is_system_file, operands
from nlsh.shell.wrappers import inner, is_wrapper

MOST_BYTES: Final = 16 << 10
_MOST_NESTED: Final = 8
_MOST_COMMANDS: Final = 2000
_SAFE_FOLDERS: Final = re.compile(
    r"/(?:usr/(?:local/)?)?s?bin|/opt/homebrew/bin|/nix/store/.*|/run/current-system/sw/bin"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DELICATE: Final = re.compile(
    r"(?:^|/)(?:\.ssh|\.gnupg|\.aws|\.azure|\.kube|\.docker|\.netrc|\.pgpass|\.env(?:\..*)?|\.git-credentials|\.npmrc|\.pypirc"
    r"|\.password-store|\.mozilla|id_(?:rsa|dsa|ecdsa|ed25519)|g?shadow-?|sudoers|\.\w*_history|\.config/(?:gcloud|gh|chromium"
    r"|google-chrome)|keyrings|environ|mem|master\.key|.*\.(?:pem|kdbx|keystore|p12|pfx))(?:/|$)"
)


@dataclass
class _Findings:
    """What was found so far. `fault` is the first reason why it is not read-only."""

    fault: str = ""
    effects: set[str] = field(default_factory=set)
    programs: list[str] = field(default_factory=list)
    is_privileged: bool = False
    ruin: str = ""

    def doubt(self, reason: str) -> None:
        self.fault = self.fault or reason


@dataclass(frozen=True)
class _Ground:
    """What the reading stands on."""

    env: Mapping[str, str]
    cwd: str | None
    home: str
    own: tuple[str, ...]
    meaning: Callable[[str], tuple[str, ...]]


def read(
    command: str,
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    own: tuple[str, ...] = (),
    meaning: Callable[[str], tuple[str, ...]] = lambda word: (word,),
) -> CommandReading:
    """What a command would do. Never raises.

    `own` are the folders of nlsh's own state. `meaning` says what the shell makes of a command's first word: itself,
    the words of an alias, or nothing that can be told. Without `cwd` nothing that depends on it is proven.
    """
    known = dict(os.environ if env is None else env)
    home = known.get("HOME") or os.path.expanduser("~")
    ground = _Ground(known, cwd, home, own, meaning)
    findings = _Findings()
    try:
        _judge(command, ground, findings)
    except (RecursionError, ValueError, MemoryError) as error:
        findings.doubt(f"it cannot be judged ({type(error).__name__})")
    return _reading(command, findings)


def _reading(command: str, findings: _Findings) -> CommandReading:
    is_read_only = not findings.fault and not findings.ruin
    effects = findings.effects or {"EXECUTE" if findings.fault else "READ"}
    reason = findings.ruin or findings.fault or "every program in it only reads"
    programs = tuple(dict.fromkeys(findings.programs))
    return CommandReading(
        command, is_read_only, frozenset(effects), programs, reason, findings.is_privileged, bool(findings.ruin)
    )


def _judge(command: str, ground: _Ground, findings: _Findings) -> None:
    if len(command) > MOST_BYTES or len(command.encode("utf-8", "surrogateescape")) > MOST_BYTES:
        findings.doubt("it is longer than 16 KiB")
        findings.effects.add("EXECUTE")
        return
    findings.doubt(_text_fault(command))
    script = parse(command, ground.env)
    findings.doubt(script.fault)
    if not script.items:
        findings.doubt("it holds no command")
    if is_fork_bomb(command):
        findings.ruin = "it would start processes without end"
    places = Places(ground.cwd or "/nonexistent", ground.home, ground.own)
    _Walk(ground, findings).script(script, places, 0)
    if script.fault:
        findings.effects.add("EXECUTE")


def _text_fault(command: str) -> str:
    """Characters that make a line mean or look like something else."""
    if _CONTROL.search(command):
        return "it holds control characters"
    if command.isascii():
        return ""
    if any(unicodedata.category(letter) in ("Cf", "Cs", "Co", "Cn", "Zl", "Zp") for letter in command):
        return "it holds invisible or direction-changing characters"
    return ""


class _Walk:
    """One pass over all commands, those inside others too."""

    def __init__(self, ground: _Ground, findings: _Findings) -> None:
        self._ground = ground
        self._findings = findings
        self._count = 0
        self._has_moved = False

    def script(self, script: Script, places: Places, depth: int) -> None:
        said: list[Word] = []
        bodies = [item.text for item in script.items if isinstance(item, Body)]
        for item in script.items:
            if isinstance(item, Command):
                self._command(item.words, places, depth, bodies, said)
                places = self._moved(item.words, places)
                said = _said(item.words)
            else:
                self._other(item, places)

    def _other(self, item: Item, places: Places) -> None:
        if (
            isinstance(item, Redirection)
            and ">" in item.operator
            and item.target.text not in ("/dev/null", "1", "2", "-")
        ):
            self._findings.effects |= {"WRITE"}
            self._findings.is_privileged |= is_system_file(item.target, places)
            self._findings.ruin = self._findings.ruin or ruined_by_redirection(item, places)
        if isinstance(item, Assignment):
            self._findings.doubt("it sets a variable")

    def _moved(self, words: tuple[Word, ...], places: Places) -> Places:
        """Where the commands after a `cd` run."""
        if words[0].text not in ("cd", "pushd"):
            return places
        self._has_moved = True
        to = operands(words[1:])[:1] or [Word(places.home)]
        path = os.path.normpath(os.path.join(places.cwd, to[0].text)) if to[0].is_known else "/nonexistent"
        return Places(path, places.home, places.own)

    def _command(
        self, words: tuple[Word, ...], places: Places, depth: int, bodies: list[str], said: list[Word]
    ) -> None:
        self._count += 1
        if self._count > _MOST_COMMANDS or depth > _MOST_NESTED:
            self._findings.doubt("it is too deeply nested to be judged")
            self._findings.effects.add("EXECUTE")
            return
        name, arguments = words[0], words[1:]
        program = os.path.basename(name.text)
        if program:
            self._findings.programs.append(program)
        fault = self._fault(name, arguments)
        self._findings.doubt(fault)
        self._findings.ruin = self._findings.ruin or ruined_by(program, arguments, places)
        self._findings.effects |= _effects(program, arguments) if fault else {"READ"}
        if not fault:
            self._findings.doubt(_delicate(arguments))
        self._findings.is_privileged |= bool(fault) and (
            program.partition(".")[0] in PRIVILEGED or self._writes_system(program, arguments, places)
        )
        if is_wrapper(program):
            self._inside(program, arguments, places, depth, bodies, said)

    def _inside(
        self, program: str, arguments: tuple[Word, ...], places: Places, depth: int, bodies: list[str], said: list[Word]
    ) -> None:
        found = inner(program, arguments)
        texts = [one.script for one in found if one.script]
        if program in SHELLS and not operands(arguments):
            texts += [*bodies, " ".join(word.text for word in said)]
        for text in texts:
            self.script(parse(text[:MOST_BYTES], self._ground.env), places, depth + 1)
        for one in found:
            if one.words:
                more = said if program in ("xargs", "parallel") else []
                self._command((*one.words, *more), places, depth + 1, bodies, said)

    def _fault(self, name: Word, arguments: tuple[Word, ...]) -> str:
        """Why one command is not known to only read."""
        if any(not word.is_plain or not word.is_known for word in (name, *arguments)):
            return "what its words stand for is only known when it runs"
        meaning = self._ground.meaning(name.text)
        program = self._program(meaning[0]) if meaning else ""
        if not program:
            return f"{name.text} may be anything"
        words = [*meaning[1:], *(word.text for word in arguments)]
        if program == "git" and words[:1] == ["--no-pager"]:
            words = words[1:]
        return fault_of(program, words) or self._git_fault(program, words)

    def _program(self, name: str) -> str:
        """The program a name surely means; empty if it may mean another."""
        folder, _, program = name.rpartition("/")
        if folder and not _SAFE_FOLDERS.fullmatch(folder):
            return ""
        if not folder and not _is_own_of_system(name, self._ground.env.get("PATH", os.defpath)):
            return ""
        return program

    def _git_fault(self, program: str, words: list[str]) -> str:
        if program != "git" or words in (["--version"], ["version"]):
            return ""
        if self._ground.cwd is None or self._has_moved:
            return "git may run what the repository configures"
        from nlsh.shell.repositories import may_run_programs

        is_risky = may_run_programs(self._ground.cwd, self._ground.env)
        return "this repository configures programs for git to run" if is_risky else ""

    def _writes_system(self, program: str, arguments: tuple[Word, ...], places: Places) -> bool:
        return "WRITE" in effects_of(program, _first(arguments)) and any(
            is_system_file(word, places) for word in operands(arguments)[-1:]
        )


def _said(words: tuple[Word, ...]) -> list[Word]:
    """What an `echo` puts into the pipe."""
    at = next((at for at, word in enumerate(words) if word.text in ("echo", "printf")), len(words))
    return list(words[at + 1 :])


def _delicate(arguments: tuple[Word, ...]) -> str:
    delicate = next((word.text for word in arguments if _DELICATE.search(word.text)), "")
    return f"{delicate} may hold secrets" if delicate else ""


def _effects(program: str, arguments: tuple[Word, ...]) -> frozenset[str]:
    words = {word.text for word in arguments}
    found = effects_of(program, _first(arguments)) | {"EXECUTE"}
    if program == "find":
        found |= {"DELETE"} if "-delete" in words else set()
        found |= {"WRITE"} if words & {"-fprint", "-fprint0", "-fprintf", "-fls"} else set()
    return found


def _first(arguments: tuple[Word, ...]) -> str:
    return next((word.text for word in arguments if not word.text.startswith("-")), "")


def _is_own_of_system(name: str, path: str) -> bool:
    """Whether the first program of that name on PATH is the system's, or there is none (a builtin)."""
    for folder in path.split(":"):
        if os.access(os.path.join(folder or ".", name), os.X_OK):
            return _SAFE_FOLDERS.fullmatch(folder.rstrip("/")) is not None
    return True
