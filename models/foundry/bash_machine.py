"""Programs that look at processes, the network and the machine, or move about, as typed plans."""

from __future__ import annotations

import re
from typing import Any

from models.foundry.bash_files import _SIGNAL_WORDS, _SIGNALS, Program, _agree, one
from models.foundry.bash_filters import Step, step, substitution
from models.foundry.bash_line import NotConverted
from models.foundry.grounding import Said, one_or_many
from models.foundry.options import options


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
