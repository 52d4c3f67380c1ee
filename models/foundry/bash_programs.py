"""Programs that look at or change files and the machine, as typed syscalls."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from models.foundry.bash_filters import Step, pattern_of, step, substitution
from models.foundry.bash_filters import grep as grep_stage
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


def ps(words: list[str], said: Said) -> list[Step]:
    """`ps` of all, of a user, or sorted."""
    plain = " ".join(words[1:])
    if plain in ("aux", "-ef", "-e", "-A", "ax", "-aux", "auxw", "auxww", "-eF", "-ax"):
        return step("proc.list")
    if match := re.fullmatch(r"-[uU] ?([a-z][\w-]*)", plain):
        return step("proc.list", user=said.text_of(match[1]))
    if match := re.fullmatch(r"(?:aux|-ef|-e)? ?--sort=-(?:%?mem|rss|p?cpu|%cpu)", plain):
        kind = "memory" if re.search("mem|rss", match[0]) else "cpu"
        said.require(kind)
        return step("proc.list", sort=kind)
    if match := re.fullmatch(r"-p (\d+)", plain):
        return step("proc.info", process=said.text_of(match[1]))
    raise NotConverted("ps")


def found_process(words: list[str], said: Said) -> list[Step]:
    """`pgrep`, `pidof`."""
    read = options(words[1:], "flai")
    return step("proc.find", name=said.text_of(one(read.rest)))


def kill(words: list[str], said: Said) -> list[Step]:
    """`kill`, `pkill`, `killall`, with a signal that was said."""
    given = words[1][1:] if len(words) > 2 and re.fullmatch(r"-(?:\d+|(?:SIG)?[A-Z]+)", words[1]) else ""
    read = options(
        words[2:] if given else words[1:], "f" if words[0] == "pkill" else "", "s" if words[0] == "kill" else ""
    )
    signal = (given or read.values.get("s", "TERM")).upper().removeprefix("SIG")
    signal = _SIGNALS.get(signal, signal)
    if not read.rest or (words[0] == "kill" and not all(word.isdigit() for word in read.rest)):
        raise NotConverted("kill")
    said.require(_SIGNAL_WORDS.get(signal, rf"(?:sig)?{signal}\b"))
    said.mark(rf"\b(?:SIG)?{signal}\b|(?<=-)9\b|\b9(?= signal)|(?<=signal )9\b")
    processes = one_or_many([said.text_of(word) for word in read.rest])
    return step("proc.signal", process=processes, signal=None if signal == "TERM" else signal)


def lsof(words: list[str], said: Said) -> list[Step]:
    """`lsof -i :PORT`, `-p PID`, `lsof PATH`."""
    plain = " ".join(words[1:])
    if match := re.fullmatch(r"-i ?(?:tcp)?:(\d+)", plain, re.IGNORECASE):
        return step("proc.ports", port=said.number(int(match[1])))
    if match := re.fullmatch(r"-p (\d+)", plain):
        return step("proc.open_files", process=said.text_of(match[1]))
    if re.fullmatch(r"[\w/.~-]+", plain) and not plain.startswith("-"):
        return step("proc.open_files", path=said.path(plain))
    raise NotConverted("lsof")


def ping(words: list[str], said: Said) -> list[Step]:
    """`ping [-c N] HOST`."""
    read = options(words[1:], "", "c")
    count = said.number(read.whole("c")) if "c" in read.values else None
    return step("net.ping", host=said.text_of(one(read.rest)), count=count)


def resolve(words: list[str], said: Said) -> list[Step]:
    """`host`, `dig`, `nslookup` of a name or an address."""
    rest = [word for word in words[1:] if word not in ("+short", "-x", "+noall", "+answer")]
    host = one(rest)
    if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", host) or said.has(r"\b(?:mx|ns|txt|cname|soa|record type)\b"):
        raise NotConverted("dig")
    return step("net.resolve", host=said.text_of(host))


def fetch(words: list[str], said: Said) -> list[Step]:
    """`curl` and `wget` of one address."""
    is_curl = words[0] == "curl"
    read = options(words[1:], "sSLOf" if is_curl else "q", "o" if is_curl else "OP", {"output": "o", "location": "L"})
    kept = read.values.get("o" if is_curl else "O", read.values.get("P"))
    to = said.path(kept) if kept else "." if not is_curl or "O" in read.on else None
    return step("net.fetch", url=said.text_of(one(read.rest)), to=to)


def path_part(part: str, flags: str = "") -> Program:
    """`basename`, `dirname`, `realpath`."""

    def convert(words: list[str], said: Said) -> list[Step]:
        read = options(words[1:], flags)
        if flags and words[0] == "readlink" and not read.on:
            raise NotConverted("readlink")
        is_plain = part == "real" and not said.has(r"\blink|\breal\b|canonical|resolv|physical|symlink")
        return step("fs.path", path=said.path(one(read.rest)), part=None if is_plain else part)

    return convert


def checksum(algorithm: str) -> Program:
    """`md5sum` and its kin."""

    def convert(words: list[str], said: Said) -> list[Step]:
        read = options(words[1:], "b")
        if algorithm != "sha256":
            said.require(algorithm)
        said.mark(r"sha-?256|sha-?1|sha-?512|md-?5")
        if not read.rest:
            raise NotConverted("operands")
        chosen = None if algorithm == "sha256" else algorithm
        return step("fs.hash", **said.paths(read.rest), algorithm=chosen)

    return convert


def rsync(words: list[str], said: Said) -> list[Step]:
    """`rsync -a SOURCE/ TARGET` on this machine."""
    read = options(words[1:], "avzhPr", "", {"delete": "D", "progress": "P"} | {"archive": "a"})
    if (
        len(read.rest) != 2
        or not read.rest[0].endswith("/")
        or any(":" in word for word in read.rest)
        or "a" not in read.on
    ):
        raise NotConverted("rsync")
    source, to = (said.path(word) for word in read.rest)
    return step("fs.sync", source, to=to)


def split(words: list[str], said: Said) -> list[Step]:
    """`split -l N FILE [PREFIX]`, `split -b SIZE`."""
    read = options([re.sub(r"^-(\d+)$", r"-l\1", word) for word in words[1:]], "", "lb", {"lines": "l", "bytes": "b"})
    if not 1 <= len(read.rest) <= 2 or len(read.values) != 1:
        raise NotConverted("split")
    arguments: dict[str, Any] = {"path": said.path(read.rest[0])}
    if "l" in read.values:
        arguments["lines"] = said.number(read.whole("l"))
    else:
        match = re.fullmatch(r"(\d+)([kKmMgG]?)B?", read.values["b"])
        if match is None:
            raise NotConverted("split")
        units = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
        arguments["size"] = said.size("", int(match[1]) * units[match[2].lower()])
    return step("fs.split", **arguments, prefix=said.text_of(read.rest[1]) if len(read.rest) == 2 else None)


def tree(words: list[str], said: Said) -> list[Step]:
    """`tree [-L N] [-d] [-a]`."""
    read = options(words[1:], "ad", "L")
    depth = said.number(read.whole("L")) if "L" in read.values else None
    _agree(said, "a" in read.on, r"\bhidden", "tree: all")
    place = said.paths(read.rest) if len(read.rest) < 2 else said.paths([one(read.rest)])
    return step("fs.tree", **place, depth=depth, all="a" in read.on, folders_only="d" in read.on)


def service(words: list[str], said: Said) -> list[Step]:
    """`systemctl VERB UNIT`, `service UNIT VERB`."""
    rest = [word for word in words[1:] if word != "--now"]
    if words[0] == "service":
        rest = rest[::-1]
    if len(rest) != 2 or rest[0] not in ("start", "stop", "restart", "status", "enable", "disable"):
        raise NotConverted("systemctl")
    said.require(rest[0] if rest[0] != "status" else r"status|running|doing")
    return step(f"svc.{rest[0]}", unit=said.text_of(rest[1]))


def package(words: list[str], said: Said) -> list[Step]:
    """`apt`, `yum`, `dnf`: install, remove, search, upgrade."""
    read = options(words[1:], "yq", "", {"yes": "y", "assumeyes": "y"})
    verbs = {"install": "install", "remove": "remove", "erase": "remove", "search": "search"}
    verb = verbs.get(read.rest[0] if read.rest else "")
    if verb is None or len(read.rest) < 2 or said.has(r"download|only|localinstall|version"):
        raise NotConverted("packages")
    said.require({"remove": r"remov|uninstall|delet|eras"}.get(verb, verb))
    return step(f"pkg.{verb}", name=one_or_many([said.text_of(word) for word in read.rest[1:]]))


def journal(words: list[str], said: Said) -> list[Step]:
    """`journalctl [-u UNIT] [-n N]`."""
    read = options(words[1:], "xe", "un", {"unit": "u", "lines": "n"})
    if read.rest:
        raise NotConverted("journalctl")
    unit = said.text_of(read.values["u"]) if "u" in read.values else None
    return step("log.read", unit=unit, lines=said.number(read.whole("n")) if "n" in read.values else None)


def change_place(words: list[str], said: Said) -> list[Step]:
    """`cd FOLDER`."""
    return step("sh.cd", path=said.path(one(words[1:])))


def export(words: list[str], said: Said) -> list[Step]:
    """`export NAME=VALUE`."""
    name, _, value = one(words[1:]).partition("=")
    return step("sh.export", variable=said.text_of(name), value=said.text_of(value))


def replace(words: list[str], said: Said) -> list[Step]:
    """`sed -i 's/A/B/g' FILES`."""
    if "-i" not in words:
        raise NotConverted("sed")
    read = options([word for word in words[1:] if word != "-i"], "rE", "e")
    program = read.values.get("e") or (read.rest.pop(0) if read.rest else "")
    changed = substitution(program, said, is_extended=bool(read.on))
    if not read.rest:
        raise NotConverted("operands")
    return step("fs.replace", **said.paths(read.rest), **changed)


def bare(name: str, flags: str, words_of: str, /, **fixed: Any) -> Program:
    """A program that is asked without operands."""

    def convert(words: list[str], said: Said) -> list[Step]:
        if options(words[1:], flags).rest:
            raise NotConverted("operands")
        said.require(words_of)
        return step(name, **fixed)

    return convert


def optional_path(name: str, flags: str) -> Program:
    """A program about one place, or about here."""

    def convert(words: list[str], said: Said) -> list[Step]:
        read = options(words[1:], flags, "", {"human-readable": "h"})
        return step(name, **said.paths([one(read.rest)] if read.rest else []))

    return convert


def named(name: str, argument: str) -> Program:
    """A program about one name."""
    return lambda words, said: step(name, **{argument: said.text_of(one(options(words[1:]).rest))})


def environment(words: list[str], said: Said) -> list[Step]:
    """`env`, `printenv [NAME]`."""
    read = options(words[1:])
    return step("sys.env", name=said.text_of(one(read.rest)) if read.rest else None)


PROGRAMS: Final[dict[str, Program]] = {
    **dict.fromkeys(("grep", "egrep", "fgrep"), grep),
    "ls": ls,
    "cat": cat,
    "echo": echo,
    "diff": diff,
    "comm": comm,
    "du": du,
    "df": optional_path("sys.disk", "hkm"),
    "tar": tar,
    "zip": zip_up,
    **dict.fromkeys(("unzip", "gunzip", "bunzip2", "gzip", "bzip2", "xz"), unzip),
    "cp": transfer("fs.copy", "rRapvf"),
    "mv": transfer("fs.move", "vf"),
    "rm": paths_only("fs.remove", "rRfvi"),
    "rmdir": paths_only("fs.remove", "v", empty_only=True),
    "touch": paths_only("fs.touch", ""),
    "stat": paths_only("fs.stat", "L"),
    "file": paths_only("fs.stat", ""),
    "mkdir": mkdir,
    "ln": ln,
    "chmod": chmod,
    **dict.fromkeys(("chown", "chgrp"), chown),
    "ps": ps,
    **dict.fromkeys(("pgrep", "pidof"), found_process),
    **dict.fromkeys(("kill", "pkill", "killall"), kill),
    "pstree": bare("proc.tree", "p", r"\btree"),
    "lsof": lsof,
    "ping": ping,
    **dict.fromkeys(("host", "dig", "nslookup"), resolve),
    **dict.fromkeys(("curl", "wget"), fetch),
    "basename": path_part("name"),
    "dirname": path_part("parent"),
    "realpath": path_part("real"),
    "readlink": path_part("real", "fe"),
    **{f"{name}sum": checksum(name) for name in ("md5", "sha1", "sha256", "sha512")},
    "rsync": rsync,
    "split": split,
    "tree": tree,
    **dict.fromkeys(("systemctl", "service"), service),
    **dict.fromkeys(("apt", "apt-get", "yum", "dnf"), package),
    "journalctl": journal,
    "cd": change_place,
    "export": export,
    "sed": replace,
    **dict.fromkeys(("env", "printenv"), environment),
    "which": named("sys.which", "name"),
    "date": bare("sys.time", "", r"\bdate|\btime"),
    "uptime": bare("sys.uptime", "p", r"\bup\b|\buptime|\brunning|\bload"),
    "free": bare("sys.memory", "hmgt", r"\bmemory|\bram\b"),
    "uname": bare("sys.os", "asrvmpio", r"\bsystem|\bkernel|\barchitecture|\bmachine|\bos\b"),
    "hostname": bare("sys.os", "fs", r"\bhost ?name"),
    "whoami": bare("sys.users", "", r"\buser|\bwho"),
    "id": bare("sys.users", "un", r"\buser|\bwho"),
    "who": bare("sys.users", "aH", r"\bwho\b|\blogged", what="logged_in"),
    "groups": bare("sys.users", "", r"\bgroups", what="groups"),
    "pwd": bare("fs.path", "", r"\bdirectory|\bfolder|\bpath|\bwhere"),
    "jobs": bare("sh.jobs", "l", r"\bjobs"),
    "ifconfig": bare("sys.network", "a", r"\binterface|\bnetwork"),
    "lscpu": bare("sys.cpu", "", r"\bcpu|\bprocessor"),
}
COVERED: Final = frozenset(PROGRAMS) | frozenset(
    """find locate awk gawk head tail wc sort uniq cut tr tac rev nl shuf column fold base64 paste join tee xargs less
    more top htop ip ss netstat lsblk lshw lspci lsusb nproc vmstat renice nice crontab mount ncdu printf jq od hexdump
    xxd strings zcat zgrep bzcat cmp sha224sum sha384sum cksum sum unlink install mktemp truncate fd rg ag ack exa eza
    bat dust duf procs dpkg apt-cache rpm brew pacman zypper snap flatpak apk unrar 7z 7za bc expr seq test sudo su w
    users last finger id command type declare unset history alias source set dmesg loginctl hostnamectl timedatectl
    traceroute tracepath nmap nc ncat telnet uncompress compress rename trash sleep true false yes time watch""".split()
)
"""Programs that no sh.run may begin with: a typed syscall covers them, or almost, and would be contradicted."""


def listed_process(words: list[str], said: Said) -> list[Step] | None:
    """`ps … | grep NAME`."""
    stage = grep_stage(words, said, "x")[0]["text.grep"]
    if set(stage) - {"source", "pattern", "ignore_case"}:
        raise NotConverted("ps | grep")
    return step("proc.find", name=stage["pattern"])
