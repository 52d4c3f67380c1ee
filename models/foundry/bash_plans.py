"""A whole command line as a typed plan: its first program, what is done with what it found, the stages after it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from models.foundry.bash_files import chown, grep_flags, one, said_mode
from models.foundry.bash_filters import BEFORE, FILTERS, Step, pattern_of, step, substitution
from models.foundry.bash_find import Find
from models.foundry.bash_line import Line, NotConverted
from models.foundry.bash_programs import PROGRAMS, listed_process
from models.foundry.grounding import Said
from models.foundry.options import options

Action = Callable[[list[str], Said, Find], list[Step]]
_BELOW: Final = (
    r"recurs|tree|under|below|\bsub|beneath|hierarch|entire|whole|system|nested|\bdown\b|descend|within|"
    r"starting|anywhere|and its|throughout"
)
_SILENT: Final = frozenset({"fs.remove", "fs.chmod", "fs.chown", "fs.copy", "fs.move", "fs.touch", "fs.replace"})
_PAGERS: Final = (("less",), ("more",), ("cat",))


def plan(line: Line, said: Said) -> list[Step]:
    """The steps of a command line. Raises NotConverted: there are none that do just that."""
    commands = [list(command) for command in line.commands]
    if commands[0][0] == "sudo":
        if said.has(r"\bsudo|superuser|root (?:privilege|account)|elevated|as root"):
            raise NotConverted("sudo")
        commands[0] = commands[0][1:]
    steps, rest = _first(_merged(commands), said)
    for words in rest:
        if tuple(words) not in _PAGERS:
            steps += _filter(words, said, BEFORE)
    if line.to:
        if set(steps[-1]) & _SILENT:
            raise NotConverted("redirect")
        name = "fs.append" if line.appends else "fs.write"
        text = steps[0].get("text.print", {}).get("text")
        written = {"text": text} if len(steps) == 1 and text else {"source": BEFORE}
        steps = [] if "text" in written else steps
        steps.append({name: {"path": said.path(line.to), **written}})
    return _numbered(steps)


def _merged(commands: list[list[str]]) -> list[list[str]]:
    """`sort | uniq -c | sort -nr` is one thing: counts come most frequent first."""
    found: list[list[str]] = []
    for words in commands:
        last = found[-1] if found else [""]
        if words[0] == "uniq" and last[0] == "sort" and not any(word.startswith("-") for word in last):
            found[-1] = ["sort-uniq", *words[1:], *last[1:]]
        elif last[:2] == ["sort-uniq", "-c"] and words in (["sort", "-nr"], ["sort", "-rn"], ["sort", "-n", "-r"]):
            continue
        else:
            found.append(words)
    return found


def _numbered(steps: list[Step]) -> list[Step]:
    """Each `$before` as the number of the step before."""
    for at, one_step in enumerate(steps):
        for arguments in one_step.values():
            for key, value in arguments.items():
                if value == BEFORE:
                    if at == 0:
                        raise NotConverted("no step before")
                    arguments[key] = f"${at}"
    return steps


def _first(commands: list[list[str]], said: Said) -> tuple[list[Step], list[list[str]]]:
    """The steps of the first program, and the commands still to come."""
    words, rest = commands[0], commands[1:]
    name = words[0].removeprefix("/usr/bin/").removeprefix("/bin/")
    if name == "find":
        return _found(Find(words[1:], said), rest, said)
    if name == "ps" and rest and rest[0][0] in ("grep", "egrep") and PROGRAMS[name](words, said) == [{"proc.list": {}}]:
        return listed_process(rest[0], said) or [], rest[1:]
    if name == "ls" and rest == [["wc", "-l"]]:
        return _files_counted(words[1:], said), []
    if name == "cat" and len(words) == 2 and rest and rest[0][0] in FILTERS:
        return _fed(words[1], rest[0], said), rest[1:]
    if (name == "sed" and "-i" not in words) or (name in FILTERS and name not in PROGRAMS):
        return _filter([name, *words[1:]], said, ""), rest
    if name not in PROGRAMS:
        raise NotConverted("program")
    return PROGRAMS[name]([name, *words[1:]], said), rest


def _files_counted(words: list[str], said: Said) -> list[Step]:
    """`ls | wc -l`."""
    said.require(r"\bfiles\b")
    if len(words) > 1 or any(word.startswith("-") for word in words) or said.has(r"\b(?:and|or|/) ?(?:fold|direct)"):
        raise NotConverted("ls | wc")
    return step("fs.count", **said.paths(words))


def _fed(path: str, words: list[str], said: Said) -> list[Step]:
    """`cat FILE | FILTER`; lines of a file that hold a text are found by fs.grep."""
    if words[0] == "grep" and not {"-o", "-x"} & set(words):
        return PROGRAMS["grep"]([*words, path], said)
    return _filter(words, said, said.path(path))


def _filter(words: list[str], said: Said, source: str) -> list[Step]:
    if words[0] not in FILTERS:
        raise NotConverted("stage")
    return FILTERS[words[0]](words, said, source)


def _found(find: Find, rest: list[list[str]], said: Said) -> tuple[list[Step], list[list[str]]]:
    """What `find` finds, what is done with it, and the stages still to come."""
    if rest and rest[0][0] == "xargs" and not find.action:
        find.action, rest = _handed(rest[0][1:]), rest[1:]
    steps = step("fs.find", **find.arguments)
    if find.action:
        return _acted(find, steps, said), rest
    if len(rest) == 1 and rest[0][0] == "wc":
        return _counted(find, rest[0], said), []
    if find.shows or (rest and _is_ranking(rest)):
        return _ranked(find, rest, said), []
    if set(find.arguments) <= {"path", "type"}:
        _below(find, said)
    while rest and (trimmed := _trimmed(find, rest[0], said)):
        find.arguments, rest = trimmed, rest[1:]
    return step("fs.find", **find.arguments), rest


def _handed(words: list[str]) -> list[str]:
    """The command of xargs, with `{}` where the names go."""
    joined = [re.sub(r"^-(?:I ?(\S+)|i)$", "-I{}", word) for word in words]
    read_to = next(
        (at for at, word in enumerate(joined) if not word.startswith("-") and joined[at - 1 : at] != ["-I"]), -1
    )
    marks = {"-0", "-r", "--null", "-n1", "-t", "-I{}", "--no-run-if-empty", "-0r", "-I", "-p"}
    if read_to < 0 or not marks >= set(joined[:read_to]) - {"{}"}:
        raise NotConverted("xargs")
    if (words[0] == "-I" and words[1:2] != ["{}"]) or any(re.match(r"-I[^{]", word) for word in words[:read_to]):
        raise NotConverted("xargs")
    command = words[read_to:]
    return command if "{}" in command else [*command, "{}"]


def _is_ranking(rest: list[list[str]]) -> bool:
    return rest[0][0] == "sort" and len(rest) > 1 and rest[1][0] in ("head", "tail")


def _ranked(find: Find, rest: list[list[str]], said: Said) -> list[Step]:
    """`-printf '%s %p' | sort -n | tail -5`: the biggest or the newest, so many of them."""
    shown = re.match(r"%[-0-9.]*(?:(s|k|b)|T[@+Y])", find.shows)
    order = re.fullmatch(r"sort((?: -[nrg]+)*)", " ".join(rest[0])) if rest else None
    if shown is None or order is None or (shown[1] and not set("ng") & set(order[1])) or "|" in find.shows:
        raise NotConverted("find: -printf")
    arguments = {**find.arguments, "sort": "size" if shown[1] else "modified"}
    is_falling, rest = "r" in order[1], rest[1:]
    if rest and rest[0][0] in ("head", "tail"):
        cut = re.fullmatch(r"(?:-n ?|-)(\d+)", " ".join(rest[0][1:]))
        if cut is None:
            raise NotConverted("find: -printf")
        is_falling, rest = is_falling == (rest[0][0] == "head"), rest[1:]
        most = r"larg|big|great" if shown[1] else r"latest|newest|recent|last"
        least = r"small" if shown[1] else r"old|earl|least recent"
        said.require(most if is_falling else least)
        arguments["limit"] = int(cut[1]) if cut[1] == "1" and not said.has(r"\bfiles\b") else said.number(int(cut[1]))
    else:
        said.require(r"\bsort|\border")
    if len(rest) > 1 or (rest and rest[0][0] not in ("cut", "awk", "sed")):
        raise NotConverted("find: -printf")
    return step("fs.find", **arguments, reverse=not is_falling)


def _trimmed(find: Find, words: list[str], said: Said) -> dict[str, Any] | None:
    """`| sort` and `| head -N` as arguments of fs.find itself; None if the stage is something else."""
    arguments = find.arguments
    if words in (["sort"], ["sort", "-u"]):
        return {**arguments}
    match = re.fullmatch(r"head -(?:n ?)?(\d+)", " ".join(words))
    if match is None or "limit" in arguments:
        return None
    return {**arguments, "limit": said.number(int(match[1]))}


def _counted(find: Find, words: list[str], said: Said) -> list[Step]:
    """`find … | wc -l`: fs.count where it can."""
    said.require(r"\bcount|\bhow many|\bnumber of|\bnumbers? |\btotal")
    if words[1:] != ["-l"]:
        raise NotConverted("wc")
    kind, direct = find.arguments.get("type"), find.arguments.get("direct", False)
    if set(find.arguments) <= {"path", "name", "type", "direct"} and (kind or find.arguments.get("name")):
        kept: dict[str, Any] = {key: find.arguments[key] for key in ("path", "name") if key in find.arguments}
        return step("fs.count", **kept, type=None if kind == "file" else kind, recursive=not direct)
    return step("fs.find", **find.arguments) + step("text.count", BEFORE)


def _acted(find: Find, steps: list[Step], said: Said) -> list[Step]:
    """The steps of a find that runs a command on what it finds."""
    if find.action[:1] == ["sudo"]:
        find.action = find.action[1:]
    if not find.action:
        raise NotConverted("find: -exec")
    name = find.action[0].removeprefix("/bin/").removeprefix("/usr/bin/").removeprefix("/usr/")
    words = [word for word in find.action[1:] if word != "{}"]
    if name not in _ACTIONS or find.action.count("{}") != 1 or any("{}" in word for word in words):
        raise NotConverted("find: -exec")
    last = _ACTIONS[name]([name, *words], said, find)
    if last and "fs.grep" in last[0]:
        return _searched(find, last[0]["fs.grep"])
    if name in _CHANGES or (not last and set(find.arguments) <= {"path", "type"}):
        _below(find, said)
    return steps + last


def _below(find: Find, said: Said) -> None:
    """A kind in a folder and a kind in a tree are different plans, so it must be said which. Raises NotConverted."""
    if set(find.arguments) <= {"path", "name", "part", "type", "ignore_case"} and not said.has(_BELOW):
        raise NotConverted("find: tree not said")


def _searched(find: Find, grep: dict[str, Any]) -> list[Step]:
    """A search in all files of a name is one fs.grep; with more conditions it searches what fs.find finds."""
    if set(find.arguments) - {"type"} <= {"path", "name"} and find.arguments.get("type", "file") == "file":
        kept: dict[str, Any] = {key: find.arguments[key] for key in ("path", "name") if key in find.arguments}
        return [{"fs.grep": {"pattern": grep["pattern"], **kept, **grep}}]
    return [{"fs.find": find.arguments}, {"fs.grep": {"pattern": grep["pattern"], "path": BEFORE, **grep}}]


def _grep(words: list[str], said: Said, _find: Find) -> list[Step]:
    words = [word for word in words if word != "/dev/null"]
    read = options(words[1:], "nHhilcvwEFsarRI", "e", {"color": "Z", "with-filename": "H"})
    rest = [read.values["e"], *read.rest] if "e" in read.values else read.rest
    kind = "E" if "E" in read.on or words[0] == "egrep" else "F" if "F" in read.on or words[0] == "fgrep" else "G"
    arguments = pattern_of(one(rest), said, is_fixed=kind == "F", is_extended=kind == "E")
    return step("fs.grep", **arguments, **grep_flags(read, said))


def _remove(words: list[str], _said: Said, find: Find) -> list[Step]:
    read = options(words[1:], "rRfvi" if words[0] == "rm" else "v")
    if read.rest:
        raise NotConverted("operands")
    return step("fs.remove", path=BEFORE, empty_only=words[0] == "rmdir" and not find.arguments.get("empty"))


def _chmod(words: list[str], said: Said, _find: Find) -> list[Step]:
    below = "-R" in words
    rest = [word for word in words[1:] if word not in ("-R", "-v", "-f", "-c")]
    return step("fs.chmod", path=BEFORE, mode=said_mode(one(rest), said), recursive=below)


def _chown(words: list[str], said: Said, _find: Find) -> list[Step]:
    [made] = chown([word for word in words if word != "-R"] + ["."], said) if "-R" not in words else [{}]
    if not made:
        raise NotConverted("find: chown -R")
    return step("fs.chown", path=BEFORE, **made["fs.chown"])


def _transfer(words: list[str], said: Said, find: Find) -> list[Step]:
    if find.action[-1] == "{}" and "-t" not in words:
        raise NotConverted("find: copied onto")
    read = options(words[1:], "rRapvf" if words[0] == "cp" else "vf", "t", {"target-directory": "t"})
    target = read.values["t"] if "t" in read.values and not read.rest else one(read.rest)
    return step(
        "fs.copy" if words[0] == "cp" else "fs.move", source=BEFORE, to="." if target == "." else said.path(target)
    )


def _listed(words: list[str], _said: Said, find: Find) -> list[Step]:
    """`-exec ls`: what fs.find shows, if no more was asked for."""
    options(words[1:], "ld1h")
    if "l" in "".join(words[1:]):
        find._listing("-ls")
    return []


def _plain(name: str, flags: str = "") -> Action:
    """A command that takes only what was found."""

    def convert(words: list[str], _said: Said, _find: Find) -> list[Step]:
        if options(words[1:], flags).rest:
            raise NotConverted("operands")
        return step(name, path=BEFORE)

    return convert


def _head(words: list[str], said: Said, _find: Find) -> list[Step]:
    spelled = [re.sub(r"^-(\d+)$", r"-n\1", word) for word in words[1:]]
    read = options(spelled, "", "n", {"lines": "n"})
    if read.rest or "n" not in read.values:
        raise NotConverted("operands")
    number = read.whole("n")
    if number == 1:
        said.require(r"\b(?:first|last) (?:\w+ )?line\b")
    key = "first" if words[0] == "head" else "last"
    return step("fs.read", path=BEFORE, **{key: 1 if number == 1 else said.number(number)})


def _hash(words: list[str], said: Said, _find: Find) -> list[Step]:
    algorithm = one(words).removesuffix("sum")
    if algorithm != "sha256":
        said.require(algorithm)
    said.mark(r"sha-?256|sha-?1|sha-?512|md-?5")
    return step("fs.hash", path=BEFORE, algorithm=None if algorithm == "sha256" else algorithm)


def _pack(words: list[str], said: Said, _find: Find) -> list[Step]:
    """`tar cf X.tar` and `zip X.zip` of what was found."""
    if words[0] == "zip":
        target = one(options(words[1:], "qr@").rest)
    else:
        first = words[1] if len(words) > 1 and not words[1].startswith("-") else ""
        read = options([f"-{first}", *words[2:]] if first else words[1:], "crvzjJp", "f")
        if not {"c", "r"} & read.on or read.rest:
            raise NotConverted("tar")
        target = read.values.get("f", "-")
    if not re.search(r"\.(?:zip|tar|tgz|tar\.(?:gz|bz2|xz))$", target):
        raise NotConverted("tar")
    return step("fs.archive", source=BEFORE, to=said.path(target))


def _replace(words: list[str], said: Said, _find: Find) -> list[Step]:
    if "-i" not in words:
        raise NotConverted("sed")
    read = options([word for word in words[1:] if word != "-i"], "rE", "e")
    program = read.values["e"] if "e" in read.values else one(read.rest)
    return step("fs.replace", path=BEFORE, **substitution(program, said, is_extended=bool(read.on)))


def _nothing(words: list[str], _said: Said, _find: Find) -> list[Step]:
    """`xargs echo` shows what was found, which the find does by itself."""
    if words != ["echo"]:
        raise NotConverted("echo")
    return []


_ACTIONS: Final[dict[str, Action]] = {
    **dict.fromkeys(("grep", "egrep", "fgrep"), _grep),
    **dict.fromkeys(("rm", "rmdir"), _remove),
    "chmod": _chmod,
    **dict.fromkeys(("chown", "chgrp"), _chown),
    **dict.fromkeys(("cp", "mv"), _transfer),
    "ls": _listed,
    "echo": _nothing,
    "cat": _plain("fs.read"),
    "file": _plain("fs.stat"),
    "stat": _plain("fs.stat"),
    "touch": _plain("fs.touch"),
    "du": _plain("fs.usage", "shk"),
    **dict.fromkeys(("head", "tail"), _head),
    **dict.fromkeys(("md5sum", "sha1sum", "sha256sum", "sha512sum"), _hash),
    **dict.fromkeys(("tar", "zip"), _pack),
    "sed": _replace,
}
_CHANGES: Final = frozenset({"rm", "rmdir", "chmod", "chown", "chgrp", "cp", "mv", "tar", "zip", "sed", "touch"})
