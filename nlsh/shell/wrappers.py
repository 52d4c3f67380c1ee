"""Programs that run other programs, and what it is they would run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.shell.effects import SHELLS
from nlsh.shell.syntax import Word

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=")


@dataclass(frozen=True)
class _Wrapper:
    """`values` are options that take the next word, `operands` how many words come before the program."""

    values: frozenset[str] = frozenset()
    operands: int = 0
    script: str = ""
    """The option whose value is a script, if there is one."""
    is_joined: bool = False
    """Whether the words are put together and read as a script."""


def _wrapper(values: str = "", operands: int = 0, script: str = "", *, is_joined: bool = False) -> _Wrapper:
    return _Wrapper(frozenset(values.split()), operands, script, is_joined)


_WRAPPERS: Final[Mapping[str, _Wrapper]] = {
    "env": _wrapper("-u --unset -C --chdir", script="-S --split-string"),
    "sudo": _wrapper("-u -g -p -C -D -h -R -r -t -T -U --user --group --prompt --chdir --host --role --type"),
    "doas": _wrapper("-u -C"), "pkexec": _wrapper("--user"), "run0": _wrapper("-u -g -D --user --group --chdir"),
    "gosu": _wrapper(operands=1), "su": _wrapper("-s -g -G -w", 1, "-c --command"),
    "runuser": _wrapper("-u -g -s -G", 0, "-c --command"),
    "nice": _wrapper("-n --adjustment"), "ionice": _wrapper("-c -n -p --class --classdata"),
    "timeout": _wrapper("-k -s --kill-after --signal", 1), "nohup": _wrapper(), "setsid": _wrapper(),
    "stdbuf": _wrapper("-i -o -e --input --output --error"), "time": _wrapper("-o -f --output --format"),
    "command": _wrapper(), "builtin": _wrapper(), "exec": _wrapper("-a"), "noglob": _wrapper(), "nocorrect": _wrapper(),
    "coproc": _wrapper(), "then": _wrapper(), "do": _wrapper(), "else": _wrapper(), "!": _wrapper(),
    "xargs": _wrapper("-I -n -P -L -d -E -a -s --replace --max-args --max-procs --delimiter --arg-file"),
    "parallel": _wrapper("-j -n -N -L --jobs --delay -a --arg-file"), "busybox": _wrapper(), "toybox": _wrapper(),
    "chrt": _wrapper("-T -P -D", 1), "taskset": _wrapper("", 1), "numactl": _wrapper(),
    "flock": _wrapper("-w -E", 1, "-c"),
    "watch": _wrapper("-n --interval", is_joined=True), "eval": _wrapper(is_joined=True),
    "ssh": _wrapper("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w", 1, is_joined=True),
    "strace": _wrapper("-e -o -p -s -u"), "ltrace": _wrapper("-e -o -p -s -u"),
    "script": _wrapper("", 0, "-c --command"),
    "chroot": _wrapper("", 1), "unshare": _wrapper("-S -G -R -w"), "nsenter": _wrapper("-t -S -G"),
    "systemd-run": _wrapper("-p -u -E --unit --property --setenv"), "trap": _wrapper("", 0, is_joined=True),
    "unbuffer": _wrapper(), "rlwrap": _wrapper(), "caffeinate": _wrapper("-t -w"), "proxychains": _wrapper(),
    "torsocks": _wrapper(), "firejail": _wrapper(), "xvfb-run": _wrapper("-s -n"), "dbus-run-session": _wrapper(),
}  # fmt: skip


@dataclass(frozen=True)
class Inner:
    """What a wrapper runs: a command, or a script to be parsed. Neither: it names no program."""

    words: tuple[Word, ...] = ()
    script: str = ""


def is_wrapper(program: str) -> bool:
    """Whether a program runs others."""
    return program in _WRAPPERS or program in SHELLS or program == "find"


def inner(program: str, words: Sequence[Word]) -> list[Inner]:
    """What a command runs besides its own program; `words` are its arguments."""
    if program == "find":
        return _found(words)
    if program in SHELLS:
        return _shell_script(words)
    wrapper = _WRAPPERS.get(program)
    if wrapper is None:
        return []
    scripts = [Inner(script=text) for text in _script_values(words, wrapper.script)]
    rest = _after_options(words, wrapper)
    if wrapper.is_joined:
        return [*scripts, Inner(script=" ".join(word.text for word in rest))]
    return [*scripts, Inner(tuple(rest))] if rest else scripts


def _script_values(words: Sequence[Word], option: str) -> list[str]:
    names = option.split()
    found: list[str] = []
    for at, word in enumerate(words):
        if word.text in names and at + 1 < len(words):
            found.append(words[at + 1].text)
        found += [word.text[len(name) + 1 :] for name in names if word.text.startswith(f"{name}=")]
    return found


def _after_options(words: Sequence[Word], wrapper: _Wrapper) -> list[Word]:
    """What stands after options, assignments and the wrapper's own operands."""
    at = 0
    operands = wrapper.operands
    while at < len(words):
        text = words[at].text
        if text in wrapper.values or text in wrapper.script.split():
            at += 2
        elif text.startswith("-") or _ASSIGNMENT.match(text):
            at += 1
        elif operands:
            operands -= 1
            at += 1
        else:
            break
    return list(words[at:])


def _shell_script(words: Sequence[Word]) -> list[Inner]:
    """The script of `sh -c SCRIPT`, `-c` also among other letters (`-lc`, `-xec`)."""
    has_script = False
    for word in words:
        if word.text.startswith("-") and not word.text.startswith("--") and "c" in word.text:
            has_script = True
        elif has_script and not word.text.startswith(("-", "+")):
            return [Inner(script=word.text)]
    return []


def _found(words: Sequence[Word]) -> list[Inner]:
    """The commands of `find … -exec COMMAND ;`, run on where find starts unless a test narrows what it finds."""
    below = [Word(f"{start.text}/*", start.is_known) for start in find_starts(words)]
    found: list[Inner] = []
    for at, word in enumerate(words):
        if word.text in ("-exec", "-execdir", "-ok", "-okdir"):
            end = next((i for i in range(at + 1, len(words)) if words[i].text in (";", "+")), len(words))
            command = [below if part.text == "{}" else [part] for part in words[at + 1 : end]]
            found.append(Inner(tuple(part for parts in command for part in parts)))
    return found


_NARROWS: Final = re.compile(
    r"-(?:i?name|i?path|i?regex|i?wholename|[acm](?:time|min)|newer\w*|size|empty|perm|user|inum)"
)


def find_starts(words: Sequence[Word]) -> list[Word]:
    """Where a find starts that finds everything below; nothing if a test narrows it."""
    if any(_NARROWS.fullmatch(word.text) for word in words):
        return []
    starts: list[Word] = []
    for word in words:
        if word.text in ("-L", "-H", "-P"):
            continue
        if word.text.startswith(("-", "(", "!")):
            break
        starts.append(word)
    return starts or [Word(".")]
