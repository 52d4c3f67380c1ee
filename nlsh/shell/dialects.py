"""How each shell is started for one line, and how it is made to report its state without the line noticing.

The line itself is always the shell's own `-c` string, so messages, `$0`, line numbers and parsing are the shell's.
What is carried goes in before it (`BASH_ENV`, `.zshenv`, `--init-command`), the report comes out by an EXIT trap. A
line that speaks of traps keeps that trap for itself: it is evaluated, and the report is made after it.

With an EXIT trap bash catches Ctrl-C, and so does each of its children between fork and exec, where it is then lost.
So bash reports below the line wherever a line comes to its end; one that is interrupted leaves the state as it was.
"""

from __future__ import annotations

import os
import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.core.continuing import needs_more
from nlsh.shell.carried import Carried, Report, read_aliases, read_functions, read_variables
from nlsh.shell.vocabulary import BASH_NEVER, BASH_ON, ZSH_ALIASES, ZSH_NEVER, ZSH_RUNNING

_CLAIMS_THE_TRAP: Final = re.compile(r"\btrap\b|TRAP|set\s+-\w*v|verbose")
_LEAVES: Final = re.compile(r"\b(?:exit|exec|return|errexit|xtrace)\b|<<|set\s+-\w*[ex]")
_MOST_ARGUMENT_BYTES: Final = 100_000

Stow = Callable[[str], str]
"""Puts text where the shell can read it; returns the path."""


@dataclass(frozen=True)
class Launch:
    """What to start: arguments (the first is the name), and what differs in the environment."""

    argv: tuple[str, ...]
    env: Mapping[str, str]


class Dialect(ABC):
    """One shell."""

    sections: str = ""
    """Shell text that prints what only this shell can spell, each followed by NUL."""
    builtin: str = "builtin"
    """What names a builtin even where an alias or a function has taken its name."""

    def __init__(self, path: str, folder: str) -> None:
        self.path = path
        self.name = os.path.basename(path)
        self.folder = folder
        env = next((path for path in ("/usr/bin/env", "/bin/env") if os.access(path, os.X_OK)), "env")
        nul = rf'{self.builtin} printf "\0"'
        self.dump = f"{{ {self.builtin} pwd -L; {nul}; {env} -0; {nul}; {self.sections}}}"

    @abstractmethod
    def launch(self, line: str, carried: Carried, env: Mapping[str, str], report: str, stow: Stow) -> Launch:
        """Start `line` with what is carried; report to the path `report`, or not at all where it is empty."""

    def given(self, words: Sequence[str]) -> tuple[str, ...]:
        """What follows the line among the arguments, so that it finds `words` as $0, $1 and so on."""
        return tuple(words)

    def carry(self, report: Report) -> Carried:
        """What the next line needs."""
        return Carried()

    def shown_line(self, line: str, stow: Stow) -> str:
        """The line, or where it is too long for an argument, a line that reads it."""
        return line if len(line) * 4 < _MOST_ARGUMENT_BYTES else f". {stow(line)}"

    def to(self, report: str) -> str:
        """Shell text that writes the report and shows nothing, whatever options the line has set."""
        return f"{self.dump} 2>/dev/null >|{shlex.quote(report)}"

    def evaluated(self, line: str, report: str) -> str:
        """The line, then the report, then the line's own exit code."""
        return f"eval {shlex.quote(line)}; exit $?$({self.to(report)})"


class Bash(Dialect):
    """GNU bash: aliases, functions, variables and options are carried."""

    builtin = r"\builtin"
    sections = (
        r'\builtin alias -p; \builtin printf "\0"; \builtin shopt -p; \builtin set +o; \builtin printf "\0"; '
        r'\builtin declare -f; \builtin printf "\0"; \builtin declare -p; '
    )

    def launch(self, line: str, carried: Carried, env: Mapping[str, str], report: str, stow: Stow) -> Launch:
        """`bash -c LINE`, with a preamble by BASH_ENV."""
        shown = self.shown_line(line, stow)
        trapped = ""
        if report and _CLAIMS_THE_TRAP.search(line):
            shown = self.evaluated(shown, report)
        elif report and _may_not_come_to_its_end(line, carried):
            trapped = report
        elif report:
            shown = f"{shown}\nexit $?$({self.to(report)})"
        argv = (self.name, "-c", shown)
        if carried.is_empty and not trapped:
            return Launch(argv, {})
        return Launch(argv, {"BASH_ENV": stow(self._preamble(carried, env, trapped))})

    def _preamble(self, carried: Carried, env: Mapping[str, str], report: str) -> str:
        own = env.get("BASH_ENV", "")
        first = f"BASH_ENV={shlex.quote(own)}; . {shlex.quote(own)}" if own else "unset BASH_ENV"
        trap = f"trap {shlex.quote(self.to(report))} EXIT" if report else ""
        shopts, sets = _split_options(carried.options)
        parts = [first, shopts, *_texts(carried), trap, f": {shlex.quote(self.path)}", sets]
        return "".join(part + "\n" for part in parts if part)

    def carry(self, report: Report) -> Carried:
        """All four sections."""
        aliases, options, functions, variables = report.sections[:4]
        changed = "\n".join(line for line in options.splitlines() if _is_changed(line))
        return Carried(read_aliases(aliases), read_functions(functions), read_variables(variables), changed)


def _may_not_come_to_its_end(line: str, carried: Carried) -> bool:
    """Whether what stands below a line might not run, might be taken for a part of it, or might show."""
    is_open = needs_more(line) or line.count("`") % 2 or any(line.count(a) != line.count(b) for a, b in ("()", "{}"))
    if is_open or _LEAVES.search(line) or "errexit" in carried.options or "xtrace" in carried.options:
        return True
    named = {**carried.functions, **carried.aliases}
    return any(name in line and _LEAVES.search(text) for name, text in named.items())


def _is_changed(line: str) -> bool:
    """Whether a line of `shopt -p` or `set +o` says something a fresh `bash -c` would not."""
    verb, _, rest = line.partition(" ")
    switch, _, name = rest.partition(" ")
    is_on = switch == ("-s" if verb == "shopt" else "-o")
    return name not in BASH_NEVER and is_on != (name in BASH_ON)


def _split_options(options: str) -> tuple[str, str]:
    """Options that change how text is read, and those that change how it is run: the latter must come last."""
    lines = options.splitlines()
    sets = "; ".join(line for line in lines if line.startswith("set "))
    return "\n".join(line for line in lines if not line.startswith("set ") and "expand_aliases" not in line), sets


def _texts(carried: Carried) -> list[str]:
    """Aliases come after the functions: these were expanded when they were first read."""
    expand = "shopt -s expand_aliases" if carried.aliases else ""
    return [*carried.variables.values(), *carried.functions.values(), *carried.aliases.values(), expand]


class Zsh(Dialect):
    """zsh: aliases, functions and options are carried; its own variables are not told from the shell's."""

    sections = (
        r'builtin alias -L; builtin printf "\0"; builtin setopt; builtin printf "\0"; '
        r'builtin functions; builtin printf "\0"; '
    )

    def launch(self, line: str, carried: Carried, env: Mapping[str, str], report: str, stow: Stow) -> Launch:
        """`zsh -c LINE`, with a preamble by a .zshenv that goes on to the person's own."""
        is_evaluated = bool(report and _CLAIMS_THE_TRAP.search(line))
        shown = self.shown_line(line, stow)
        argv = (self.name, "-c", self.evaluated(shown, report) if is_evaluated else shown)
        if carried.is_empty and (is_evaluated or not report):
            return Launch(argv, {})
        preamble = self._preamble(carried, env, "" if is_evaluated else report)
        return Launch(argv, {"ZDOTDIR": self._door(), "NLSH_PREAMBLE": stow(preamble)})

    def _preamble(self, carried: Carried, env: Mapping[str, str], report: str) -> str:
        own = env.get("ZDOTDIR", "")
        back = f"ZDOTDIR={shlex.quote(own)}" if own else "unset ZDOTDIR"
        trap = f"trap {shlex.quote(self.to(report))} EXIT" if report else ""
        names = carried.options.split()
        running = [name for name in names if name in ZSH_RUNNING]
        reading = [name for name in names if name not in ZSH_RUNNING]
        parts = [
            f"unset NLSH_PREAMBLE; {back}",
            '[[ -f ${ZDOTDIR:-$HOME}/.zshenv ]] && source "${ZDOTDIR:-$HOME}/.zshenv"',
            _remember_last(env["OLDPWD"]) if "OLDPWD" in env else "",
            "unalias -a" if carried.functions or carried.aliases else "",
            f"setopt {' '.join(reading)}" if reading else "",
            *carried.functions.values(),
            *carried.aliases.values(),
            trap,
            ":",
            f"setopt {' '.join(running)}" if running else "",
        ]
        return "".join(part + "\n" for part in parts if part)

    def _door(self) -> str:
        """The folder whose .zshenv reads the preamble."""
        folder = os.path.join(self.folder, "zdotdir")
        path, text = os.path.join(folder, ".zshenv"), 'builtin source "$NLSH_PREAMBLE"\n'
        if not os.path.exists(path):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return folder

    def carry(self, report: Report) -> Carried:
        """Three sections."""
        aliases, options, functions = report.sections[:3]
        names = [name for name in options.split() if name not in ZSH_NEVER]
        own = {name: text for name, text in read_aliases(aliases).items() if text not in ZSH_ALIASES}
        return Carried(own, read_functions(functions), {}, " ".join(names))


def _remember_last(folder: str) -> str:
    """zsh takes where `cd -` leads from nowhere but having been there."""
    return f"() {{ local here=$PWD; {{ cd -q -- {shlex.quote(folder)} && cd -q -- $here }} 2>/dev/null }}"


class Fish(Dialect):
    """fish: its configuration is read by every fish, so only directory and environment are carried."""

    def given(self, words: Sequence[str]) -> tuple[str, ...]:
        """They are `$argv`, in which the name has no place."""
        return tuple(words[1:])

    def launch(self, line: str, carried: Carried, env: Mapping[str, str], report: str, stow: Stow) -> Launch:
        """`fish -C INIT -c LINE`."""
        shown = line if len(line) * 4 < _MOST_ARGUMENT_BYTES else f"source {stow(line)}"
        if not report:
            return Launch((self.name, "-c", shown), {})
        dump = self.dump.replace("{ ", "begin; ", 1).removesuffix("}") + "end"
        watch = f"function __nlsh_report --on-event fish_exit; {dump} 2>/dev/null >{report}; end"
        return Launch((self.name, "-C", watch, "-c", shown), {})


class Posix(Dialect):
    """sh, dash and anything else: directory and environment are carried."""

    builtin = "command"

    def launch(self, line: str, carried: Carried, env: Mapping[str, str], report: str, stow: Stow) -> Launch:
        """`sh -c LINE`; the trap stands before it on the same line, so that line numbers hold."""
        shown = self.shown_line(line, stow)
        if report and _CLAIMS_THE_TRAP.search(line):
            shown = self.evaluated(shown, report)
        elif report:
            shown = f"trap {shlex.quote(self.to(report))} EXIT; {shown}"
        return Launch((self.name, "-c", shown), {})


_DIALECTS: Final[Mapping[str, type[Dialect]]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def dialect_for(env: Mapping[str, str], folder: str) -> Dialect:
    """The person's shell: $SHELL if it is bash, zsh, fish or sh and can be run; else /bin/bash, else sh."""
    wanted = env.get("SHELL", "")
    known = os.path.basename(wanted) in {"sh", "dash", *_DIALECTS}
    choices = [wanted] if known else []
    path = next((path for path in [*choices, "/bin/bash", "/usr/bin/bash"] if os.access(path, os.X_OK)), "/bin/sh")
    return _DIALECTS.get(os.path.basename(path), Posix)(path, folder)
