"""Programs that work on files and their contents, as typed plans."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from models.foundry.bash_filters import Step, pattern_of, step
from models.foundry.bash_line import NotConverted
from models.foundry.grounding import Said, one_or_many
from models.foundry.options import Options, options

Program = Callable[[list[str], Said], list[Step]]
_FILES_ASKED: Final = (
    r"\bfiles? (?:\S+ ){0,6}?(?:that|which|with|whose|who|where|having|contain\w*|including|match\w*|in which)\b"
    r"|\bfile ?names?\b|\bnames? of\b|\bwhich files|\bfiles? (?:for|if|whether)"
)
_LINES_ASKED: Final = r"\blines?\b|\boccurr|\bsearch|\bgrep|\blook for|\bmatches|\bcheck"
_SIGNALS: Final = {"9": "KILL", "15": "TERM", "1": "HUP", "2": "INT", "3": "QUIT", "19": "STOP", "18": "CONT"}
_SIGNAL_WORDS: Final = {"KILL": r"kill -9|sigkill|\bkill signal|forc\w*|immediate\w*|\b9\b", "TERM": r"\w"}


def one(words: list[str]) -> str:
    """The only operand. Raises NotConverted."""
    if len(words) != 1:
        raise NotConverted("operands")
    return words[0]


def grep(words: list[str], said: Said) -> list[Step]:
    """`grep` in files: fs.grep."""
    long = {"include": "I", "color": "Z", "ignore-case": "i", "recursive": "r", "line-number": "n"}
    read = options(words[1:], "rRnHhilcvwEFsa", "eC", long)
    rest = [read.values["e"], *read.rest] if "e" in read.values else read.rest
    kind = {"egrep": "E", "fgrep": "F"}.get(words[0], "G")
    kind = "E" if "E" in read.on else "F" if "F" in read.on else kind
    if not rest or (len(rest) == 1 and not {"r", "R"} & read.on):
        raise NotConverted("operands")
    arguments = pattern_of(rest[0], said, is_fixed=kind == "F", is_extended=kind == "E")
    arguments |= _places(rest[1:], said)
    if "I" in read.values:
        arguments["name"] = said.glob(read.values["I"])
    return step("fs.grep", **arguments, **grep_flags(read, said))


def _places(words: list[str], said: Said) -> dict[str, Any]:
    """Files and folders to search; a kind of file that was only described is a `name`."""
    if len(words) == 1 and words[0].startswith("*.") and not said.has(re.escape(words[0])):
        return {"name": said.glob(words[0])}
    return said.paths(words)


def grep_flags(read: Options, said: Said) -> dict[str, Any]:
    """The switches of fs.grep; whether files or lines are shown must be as was asked. Raises NotConverted."""
    names_only = "l" in read.on
    asks_files = said.has(_FILES_ASKED)
    if names_only != asks_files and not (asks_files and said.has(_LINES_ASKED)):
        raise NotConverted("grep: lines or files")
    if names_only and not asks_files:
        raise NotConverted("grep: lines or files")
    if "i" in read.on or said.has(r"\bcase\b"):
        said.require(r"\bcase\b")
    if "i" not in read.on and said.has(r"\bcase.?insens|\bignor\w+ (?:the )?case|regardless"):
        raise NotConverted("grep: case")
    if said.has(r"\bwhole word|\bas a word") and "w" not in read.on:
        raise NotConverted("grep: word")
    flags = {"ignore_case": "i" in read.on, "word": "w" in read.on, "invert": "v" in read.on}
    flags |= {"names_only": names_only, "counts": "c" in read.on}
    if flags["counts"]:
        said.require(r"\bcount|\bhow many|\bnumber of")
    return flags | ({"context": said.number(read.whole("C"))} if "C" in read.values else {})


def ls(words: list[str], said: Said) -> list[Step]:
    """`ls` of folders."""
    read = options(words[1:], "lahAtSrX1dF", "", {"all": "a", "almost-all": "A", "reverse": "r"})
    rest = read.rest
    folders = "d" in read.on and len(rest) == 1 and rest[0].endswith("*/")
    if folders:
        said.require(r"\bdirectories|\bfolders|\bsubdirectories")
        rest = [rest[0][:-2]] if len(rest[0]) > 2 else []
    if ("d" in read.on and not folders) or any(re.search(r"[*?\[{]", word) for word in rest) or len(rest) > 1:
        raise NotConverted("ls: names")
    _agree(said, "l" in read.on, r"\blong\b|\bdetail|\bpermission|\bowner|\b-l\b|\ball info", "ls: long")
    _agree(said, bool({"a", "A"} & read.on), r"\bhidden|\bdot ?files?|\ball\b.{0,20}\bentries", "ls: all")
    order = {"t": "modified", "S": "size", "X": "extension"}
    chosen = [order[letter] for letter in "tSX" if letter in read.on]
    _agree(said, bool(chosen), r"\bsort|\border|\bnewest|\blatest|\brecent|\boldest|\blargest|\bsmallest", "ls: order")
    flags = {"all": bool({"a", "A"} & read.on), "long": "l" in read.on, "sort": chosen[0] if chosen else None}
    return step("fs.list", **said.paths(rest), **flags, reverse="r" in read.on, folders_only=folders)


def _agree(said: Said, is_set: bool, words: str, reason: str) -> None:
    if is_set != said.has(words):
        raise NotConverted(reason)


def _agree_below(said: Said, is_set: bool) -> None:
    words = r"\brecurs|\beverything|\btree|\ball (?:\w+ )?(?:files|below|under|sub)"
    _agree(said, is_set, words + (r"|\ball\b|\bcontents|\band (?:its|in)\b" if is_set else ""), "below: as said")


def cat(words: list[str], said: Said) -> list[Step]:
    """`cat`, also `-n`."""
    read = options(words[1:], "n", "", {"number": "n"})
    if not read.rest:
        raise NotConverted("operands")
    _agree(said, "n" in read.on, r"\bnumber", "cat: numbers")
    return step("fs.read", **said.paths(read.rest), number="n" in read.on)


def echo(words: list[str], said: Said) -> list[Step]:
    """`echo` of words."""
    text = " ".join(words[1:])
    if (words[1:2] and words[1].startswith("-")) or "\\" in text or re.search(r"[*?$`]|\{.*[,.].*\}", text):
        raise NotConverted("echo")
    return step("text.print", text=said.text_of(text))


def diff(words: list[str], said: Said) -> list[Step]:
    """`diff` and `cmp` of two places."""
    read = options(words[1:], "rquN", "", {"brief": "q", "recursive": "r"})
    if len(read.rest) != 2:
        raise NotConverted("operands")
    first, second = (said.path(word) for word in read.rest)
    if said.has(r"side|context|unified|ignor|whether|\bif\b|identical|same") and "q" not in read.on:
        raise NotConverted("diff: as said")
    return step("fs.diff", first=first, second=second, brief="q" in read.on)


def comm(words: list[str], said: Said) -> list[Step]:
    """`comm -12`, `-23`, `-13`."""
    read = options(words[1:], "123")
    chosen = {"12": "common", "23": "only_first", "13": "only_second"}.get("".join(sorted(read.on)))
    if chosen is None or len(read.rest) != 2:
        raise NotConverted("comm")
    first, second = (said.path(word) for word in read.rest)
    is_common = said.has(r"\bcommon|\bboth|\bshared|\balso in|\bintersect")
    if (chosen == "common") != is_common:
        raise NotConverted("comm")
    return step("text.setops", first, other=second, operation=None if is_common else chosen)


def du(words: list[str], said: Said) -> list[Step]:
    """`du -s`, of each thing, or so many levels down."""
    read = options(words[1:], "shckm", "d", {"max-depth": "d", "summarize": "s", "human-readable": "h"})
    if "s" in read.on and len(read.rest) == 1 and read.rest[0].endswith("*") and "d" not in read.values:
        said.require(r"\beach|\bevery|\ball\b|\bcontents|\bitems|\bfiles")
        return step("fs.usage", **said.paths([read.rest[0][:-1]] if len(read.rest[0]) > 1 else []), each=True)
    if "s" in read.on:
        return step("fs.usage", **said.paths(read.rest))
    if "d" not in read.values:
        raise NotConverted("du")
    depth = read.whole("d")
    if depth == 1:
        said.require(r"\beach|\bevery|\bsub|\bfolders|\bdirectories")
        return step("fs.usage", **said.paths(read.rest), each=True)
    return step("fs.usage", **said.paths(read.rest), depth=said.number(depth))


def tar(words: list[str], said: Said) -> list[Step]:
    """`tar` that packs or unpacks; its compression is told by the name."""
    first = words[1] if len(words) > 1 and not words[1].startswith("-") else ""
    read = options([f"-{first}", *words[2:]] if first else words[1:], "cxvzjJp", "fC", {"file": "f"})
    if len({"c", "x"} & read.on) != 1 or read.values.get("f", "-") == "-":
        raise NotConverted("tar")
    archive = said.path(read.values["f"])
    if "x" in read.on:
        if read.rest:
            raise NotConverted("tar")
        return step("fs.extract", archive, to=said.path(read.values["C"]) if "C" in read.values else None)
    if "C" in read.values or not read.rest:
        raise NotConverted("tar")
    return step("fs.archive", source=one_or_many([said.path(word) for word in read.rest]), to=archive)


def zip_up(words: list[str], said: Said) -> list[Step]:
    """`zip -r ARCHIVE THINGS`."""
    read = options(words[1:], "rqv")
    if len(read.rest) < 2 or not read.rest[0].endswith(".zip"):
        raise NotConverted("zip")
    source = one_or_many([said.path(word) for word in read.rest[1:]])
    return step("fs.archive", source=source, to=said.path(read.rest[0]))


def unzip(words: list[str], said: Said) -> list[Step]:
    """`unzip ARCHIVE [-d FOLDER]`, `gunzip FILE`."""
    read = options(words[1:], "qo" if words[0] == "unzip" else "dv", "d" if words[0] == "unzip" else "")
    if words[0] in ("gzip", "bzip2", "xz") and "d" not in read.on:
        raise NotConverted("compress")
    return step("fs.extract", said.path(one(read.rest)), to=said.path(read.values["d"]) if read.values else None)


def transfer(name: str, flags: str) -> Program:
    """`cp` and `mv`."""

    def convert(words: list[str], said: Said) -> list[Step]:
        read = options(
            words[1:], flags, "t", {"target-directory": "t", "recursive": "r", "verbose": "v", "archive": "a"}
        )
        sources = read.rest if "t" in read.values else read.rest[:-1]
        if not sources or not read.rest:
            raise NotConverted("operands")
        target = read.values.get("t", read.rest[-1])
        to = "." if target in (".", "./") else said.path(target)
        source = one_or_many([said.glob(word) if word.startswith("*.") else said.path(word) for word in sources])
        if name == "fs.move" and said.has(r"\brenam"):
            return step("fs.rename", path=source, to=to)
        return step(name, source=source, to=to)

    return convert


def paths_only(name: str, flags: str, /, **fixed: Any) -> Program:
    """A program that takes only paths."""

    def convert(words: list[str], said: Said) -> list[Step]:
        read = options(words[1:], flags)
        if not read.rest:
            raise NotConverted("operands")
        paths = [said.glob(word) if word.startswith("*.") else said.path(word) for word in read.rest]
        return step(name, path=one_or_many(paths), **fixed)

    return convert


def mkdir(words: list[str], said: Said) -> list[Step]:
    """`mkdir`, also `-p` and `-m`."""
    read = options(words[1:], "pv", "m", {"parents": "p", "mode": "m", "verbose": "v"})
    if not read.rest:
        raise NotConverted("operands")
    mode = said.text_of(read.values["m"]) if "m" in read.values else None
    return step("fs.mkdir", path=one_or_many([said.path(word) for word in read.rest]), mode=mode)


def ln(words: list[str], said: Said) -> list[Step]:
    """`ln -s TARGET [NAME]`."""
    read = options(words[1:], "sv", "", {"symbolic": "s"})
    if not 1 <= len(read.rest) <= 2:
        raise NotConverted("operands")
    target = said.path(read.rest[0])
    place = said.path(read.rest[1]) if len(read.rest) == 2 and read.rest[1] not in (".", "./") else None
    if "s" not in read.on:
        said.require(r"\bhard")
    return step("fs.link", target=target, path=place, hard="s" not in read.on)


def chmod(words: list[str], said: Said) -> list[Step]:
    """`chmod [-R] MODE PATHS`."""
    split = [word for word in words[1:] if re.fullmatch(r"-[rwxXst]+", word)]
    read = options([word for word in words[1:] if word not in split], "Rvf", "", {"recursive": "R"})
    rest = split + read.rest
    if len(rest) < 2:
        raise NotConverted("operands")
    _agree_below(said, "R" in read.on)
    mode = said_mode(rest[0], said)
    return step("fs.chmod", **said.paths(rest[1:]), mode=mode, recursive="R" in read.on)


_MODE_WORDS: Final = {
    "+x": r"\bexecut",
    "a+x": r"\bexecut\w* .*\b(?:all|every)",
    "u+x": r"\bexecut\w* .*\b(?:owner|user)\b",
    "g+w": r"\bgroup\b.*\bwrit|\bwrit\w* .*\bgroup",
    "o-w": r"\bothers?\b.*\bwrit|\bwrit\w* .*\bothers?",
}


def said_mode(mode: str, said: Said) -> str:
    """A mode that stands in the utterance, or is what its words mean. Raises NotConverted."""
    if not re.fullmatch(r"[0-7]{3,4}|[ugoa]{0,3}[-+=][rwxXst]{1,3}", mode):
        raise NotConverted("mode")
    if mode in _MODE_WORDS and said.has(_MODE_WORDS[mode]):
        said.mark(re.escape(mode))
        return mode
    if len(mode) == 4 and not said.has(rf"\b{mode}\b"):
        mode = mode.removeprefix("0")
    return said.text_of(mode)


def chown(words: list[str], said: Said) -> list[Step]:
    """`chown [-R] USER[:GROUP] PATHS` and `chgrp`."""
    read = options(words[1:], "Rvf", "", {"recursive": "R"})
    match = re.fullmatch(r"([\w-]*)(?:[:.]([\w-]*))?", read.rest[0]) if len(read.rest) > 1 else None
    if match is None:
        raise NotConverted("operands")
    _agree_below(said, "R" in read.on)
    user, group = ("", match[1]) if words[0] == "chgrp" else (match[1], match[2] or "")
    owners = {"user": user and said.text_of(user), "group": group and said.text_of(group)}
    return step("fs.chown", **said.paths(read.rest[1:]), **owners, recursive="R" in read.on)
