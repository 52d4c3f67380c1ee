"""Programs that read lines and write lines, as text.* stages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from models.foundry.bash_line import NotConverted
from models.foundry.grounding import Said, one_or_many
from models.foundry.options import Options, options

Step = dict[str, dict[str, Any]]
Filter = Callable[[list[str], Said, str], list[Step]]
BEFORE: Final = "$before"
"""Stands for the step before until the plan is numbered."""
_SEPARATORS: Final = {
    ",": r"commas?",
    ":": r"colons?",
    ";": r"semi-?colons?",
    " ": r"spaces?",
    "\t": r"tabs?",
    "\\t": r"tabs?",
    "|": r"pipes?",
    "-": r"dash(?:es)?|hyphens?",
    "/": r"slash(?:es)?",
    "=": r"equals? signs?",
}
_ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_BASIC_SPECIAL: Final = re.compile(r"[*^$\[\]\\]")
_EXTENDED_SPECIAL: Final = re.compile(r"[*^$\[\]\\+?(){}|]")


def step(name: str, source: str = "", /, **arguments: Any) -> list[Step]:
    """One step, with its source first if it has one, and without what is not set."""
    given = {"source": source, **arguments} if source else arguments
    return [{name: {key: value for key, value in given.items() if value not in (None, False, "")}}]


def source_of(rest: list[str], said: Said, source: str) -> str:
    """What a stage works on: its file operand, or what came before. Raises NotConverted."""
    if (len(rest) == 1) == bool(source) or len(rest) > 1:
        raise NotConverted("operands")
    return said.path(rest[0]) if rest else source


def pattern_of(pattern: str, said: Said, *, is_fixed: bool, is_extended: bool) -> dict[str, Any]:
    """The `pattern` (and `regex`) of a search, plain where the text itself was said. Raises NotConverted."""
    special = _EXTENDED_SPECIAL if is_extended else _BASIC_SPECIAL
    plain = pattern if is_fixed else re.sub(r"\\([^\w(){}|+?<>'])", r"\1", pattern)
    if is_fixed or not special.search(plain.replace("\\.", ".")):
        return {"pattern": said.text_of(plain)}
    is_same = is_extended or not re.search(r"\\[|(){}+?<>]|[+?(){}|]", pattern)
    said.require(r"\bregex|\bregular expression|\bpattern|\bmatch")
    if not is_same or re.search(r"\[\[:|\\<|\\>", pattern):
        raise NotConverted("regular expression")
    return {"pattern": said.text_of(pattern), "regex": True}


def separator_of(separator: str | None, said: Said) -> str | None:
    """A separator as it was said: the character, or its name. Raises NotConverted."""
    if separator is None:
        return None
    for name in [_SEPARATORS[separator]] if separator in _SEPARATORS else []:
        if match := re.search(rf"(?<!\w)(?:{name})(?!\w)", said.text, re.IGNORECASE):
            said.mark(re.escape(separator)) if separator.strip() and separator != "\\t" else None
            return match[0]
    said.require(rf"[\"'`]{re.escape(separator)}[\"'`]")
    said.mark(rf"[\"'`]{re.escape(separator)}[\"'`]")
    return separator


def place_of(number: int, said: Said) -> int:
    """The number of a field or a line, said as a number or an ordinal. Raises NotConverted."""
    ordinal = _ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else "\0"
    if said.has(rf"\b{ordinal}\b") or said.mark(rf"\b{number}(?:st|nd|rd|th)\b"):
        return number
    return said.number(number)


def grep(words: list[str], said: Said, source: str) -> list[Step]:
    """`… | grep PATTERN`."""
    read = options(words[1:], "ivnoxcEFaHh", "e", {"color": "a", "invert-match": "v", "ignore-case": "i"})
    rest = [read.values["e"], *read.rest] if "e" in read.values else read.rest
    if not rest or not source or len(rest) > 1 or _kind(words, read) is None:
        raise NotConverted("operands")
    pattern, at = rest[0], "whole" if "x" in read.on else None
    if found := re.fullmatch(r"\^([^\\.*\[\]^$]+)|([^\\.*\[\]^$]+)\$", pattern):
        at = "start" if found[1] else "end"
        said.require(r"\b(?:start|begin)" if found[1] else r"\bend")
        pattern = found[1] or found[2]
    arguments = pattern_of(pattern, said, is_fixed=_kind(words, read) == "F", is_extended=_kind(words, read) == "E")
    flags = {"invert": "v" in read.on, "ignore_case": "i" in read.on, "only_matches": "o" in read.on}
    found_step = step("text.grep", source, **arguments, **flags, at=at)
    return found_step + (step("text.count", BEFORE) if "c" in read.on else [])


def _kind(words: list[str], read: Options) -> str:
    """Whether a grep takes plain text (F), extended (E) or basic (G) expressions."""
    named = {"egrep": "E", "fgrep": "F"}.get(words[0], "G")
    return "E" if "E" in read.on else "F" if "F" in read.on else named


def head(words: list[str], said: Said, source: str) -> list[Step]:
    """`head` and `tail`; of a file by fs.read."""
    name, spelled = words[0], [re.sub(r"^-(\d+)$", r"-n\1", word) for word in words[1:]]
    read = options(spelled, "fFqv", "nc", {"lines": "n", "bytes": "c"})
    unit = "c" if "c" in read.values else "n"
    amount = re.fullmatch(r"([+-]?)(\d+)", read.values.get(unit, "10"))
    is_follow = bool({"f", "F"} & read.on)
    if amount is None or (is_follow and (name == "head" or not read.rest)):
        raise NotConverted("option")
    if is_follow:
        lines = said.number(int(amount[2])) if "n" in read.values else None
        return [{"fs.follow": {"path": source_of(read.rest, said, source)} | ({"lines": lines} if lines else {})}]
    said.require(r"\bbytes?\b" if unit == "c" else r"\blines?\b|\brows?\b|\b(?:first|last|top)\b")
    is_file = bool(read.rest)
    taken = _taken(name, amount[1], int(amount[2]), said)
    place = source_of(read.rest, said, source)
    if unit == "c":
        return step("text.slice", place, **taken, unit="bytes")
    return [{"fs.read": {"path": place, **taken}}] if is_file else step("text.slice", place, **taken)


def _taken(name: str, sign: str, number: int, said: Said) -> dict[str, Any]:
    """The argument for a number of lines; `+N` of tail begins there, `-N` of head leaves out so many."""
    if name == "tail" and sign == "+":
        if said.has(rf"\b(?:line|from|at|with) (?:line )?{number}\b"):
            return {"start": said.number(number)}
        return {"skip": place_of(number - 1, said)}
    if name == "head" and sign == "-":
        return {"drop": place_of(number, said)}
    if sign == "+":
        raise NotConverted("option")
    if number == 1:
        said.require(r"\b(?:first|last|1|one|single|final|top|most \w+|latest|newest|oldest)\b")
        said.mark(r"\b1\b")
        return {"first" if name == "head" else "last": 1}
    return {"first" if name == "head" else "last": said.number(number)}


def wc(words: list[str], said: Said, source: str) -> list[Step]:
    """`wc -l`, `-w`, `-m`, `-c`, `-L`: what is counted must be said."""
    long = {"lines": "l", "words": "w", "chars": "m", "bytes": "c", "max-line-length": "L"}
    read = options(words[1:], "lwmcL", "", long)
    kinds = {"l": "lines", "w": "words", "m": "chars", "c": "bytes", "L": "longest"}
    if len(read.on) != 1 or (not source and not read.rest):
        raise NotConverted("option")
    [flag] = read.on
    said.require({"m": "character|chars", "c": "byte|size|character", "L": "longest"}.get(flag, r"\w"))
    what = "chars" if flag == "c" and said.has("character") else kinds[flag]
    place = one_or_many([said.path(word) for word in read.rest]) if read.rest and not source else source
    if read.rest and source:
        raise NotConverted("operands")
    return [{"text.count": {"source": place} | ({"what": what} if what != "lines" else {})}]


def sort(words: list[str], said: Said, source: str) -> list[Step]:
    """`sort`, by one field at most."""
    read = options(words[1:], "nrubhg", "kt", {"reverse": "r", "unique": "u", "numeric-sort": "n"})
    key = re.fullmatch(r"(\d+)([nr]*)(?:,\1([nr]*))?", read.values.get("k", "0"))
    if key is None:
        raise NotConverted("sort: key")
    letters = (key[2] or "") + (key[3] or "") + "".join(read.on)
    said.require(
        r"\b(?:sort|order|alphabet|rank|ascending|descending|largest|biggest|smallest|highest|lowest|uniq|distinct)"
    )
    field = place_of(int(key[1]), said) if int(key[1]) else None
    flags = {"numeric": bool(set("nhg") & set(letters)), "reverse": "r" in letters, "unique": "u" in letters}
    separator = separator_of(read.values.get("t"), said)
    return step("text.sort", source_of(read.rest, said, source), field=field, separator=separator, **flags)


def uniq(words: list[str], said: Said, source: str) -> list[Step]:
    """`sort | uniq`, which the plan's reader has made one word: lines need not stand together."""
    read = options(words[1:], "cdus", "", {"count": "c", "repeated": "d", "unique": "u"})
    if words[0] == "uniq" and not (source and read.on):
        raise NotConverted("uniq of neighbours")
    if len(read.on) > 1:
        raise NotConverted("option")
    place = source_of(read.rest, said, source)
    if not read.on:
        said.require(r"\buniq|\bdistinct|\bduplicate|\brepeat|\bonce\b|\bdifferent")
        return step("text.sort", place, unique=True) if said.has(r"\bsort|\border") else step("text.uniq", place)
    key = {"c": "counts", "d": "duplicates_only", "u": "singles_only"}[next(iter(read.on))]
    said.require(
        r"\bcount|\bnumber|\bhow|\boccur|\bfrequen|\btimes"
        if key == "counts"
        else r"\bduplicat|\brepeat|\bonce|\buniq|\bonly"
    )
    return step("text.uniq", place, **{key: True})


def cut(words: list[str], said: Said, source: str) -> list[Step]:
    """`cut -d, -f1,3` and `cut -c1-5`."""
    read = options(words[1:], "", "dfc", {"delimiter": "d", "fields": "f", "characters": "c"})
    place = source_of(read.rest, said, source)
    if "c" in read.values:
        return step("text.slice", place, **_range(read.values["c"], said), unit="chars")
    if not re.fullmatch(r"\d+(?:,\d+)*", read.values.get("f", "")):
        raise NotConverted("cut: fields")
    said.require(r"\b(?:fields?|columns?|sections?|parts?|words?)\b")
    fields = [place_of(int(number), said) for number in read.values["f"].split(",")]
    separator = separator_of(read.values.get("d", "\t"), said)
    return step("text.columns", place, fields=fields[0] if len(fields) == 1 else fields, separator=separator)


def _range(text: str, said: Said) -> dict[str, Any]:
    """`-5`, `1-5`, `3-7`, `3-` as arguments of text.slice."""
    match = re.fullmatch(r"(\d*)-(\d*)", text)
    said.require(r"\b(?:characters?|chars?|letters?)\b")
    if match is None or text == "-":
        raise NotConverted("cut: range")
    if match[1] in ("", "1"):
        return {"first": said.number(int(match[2] or "0"))}
    start = {"start": place_of(int(match[1]), said)}
    return start | ({"end": place_of(int(match[2]), said)} if match[2] else {})


def awk(words: list[str], said: Said, source: str) -> list[Step]:
    """The awk programs people use for fields, lines and sums of a field."""
    read = options(words[1:], "", "F")
    if not read.rest:
        raise NotConverted("awk")
    program, place = read.rest[0].strip(), source_of(read.rest[1:], said, source)
    separator = separator_of(read.values.get("F"), said)
    if match := re.fullmatch(r"\{\s*print\s+\$(\d+|NF)\s*;?\s*\}", program):
        said.require(r"\b(?:field|column|word|section|last)")
        if match[1] == "NF":
            said.require(r"\blast\b")
            return step("text.columns", place, last=True, separator=separator)
        return step("text.columns", place, fields=place_of(int(match[1]), said), separator=separator)
    if match := re.fullmatch(r"NR\s*==?\s*(\d+)(?:\s*\{\s*print(?: \$0)?;?\s*\})?", program):
        line = place_of(int(match[1]), said)
        return step("text.slice", place, start=line, end=line)
    raise NotConverted("awk")


def tr(words: list[str], said: Said, source: str) -> list[Step]:
    """`tr` for letter case, single characters, and line ends."""
    read = options(words[1:], "ds", "", {"delete": "d"})
    pair = tuple(read.rest)
    if not source or len(read.on) > 1:
        raise NotConverted("tr")
    for change, words_of, pairs in _CASES:
        if not read.on and pair in pairs:
            said.require(words_of)
            return step("text.translate", source, change=change)
    if not read.on and pair in (("\\n", " "), ("\\n", ",")):
        said.require(r"\bjoin|\bnew ?lines?\b|one line|single line")
        return step(
            "text.layout", source, operation="join", separator=None if pair[1] == " " else separator_of(",", said)
        )
    if not read.on and len(pair) == 2 and all(len(one) == 1 and one.isprintable() for one in pair):
        pattern, replacement = (separator_of(one, said) and one for one in pair)
        return step("text.replace", source, pattern=pattern, replacement=replacement)
    raise NotConverted("tr")


_CASES: Final = (
    ("upper", r"\bupper|\bcapital", {("a-z", "A-Z"), ("[a-z]", "[A-Z]"), ("[:lower:]", "[:upper:]")}),
    ("lower", r"\blower", {("A-Z", "a-z"), ("[A-Z]", "[a-z]"), ("[:upper:]", "[:lower:]")}),
)


def sed(words: list[str], said: Said, source: str) -> list[Step]:
    """`sed` that shows: replaced text, some lines, or all but some."""
    read = options(words[1:], "nErs", "e")
    program = read.values.get("e") or (read.rest.pop(0) if read.rest else "")
    place = source_of(read.rest, said, source)
    if match := re.fullmatch(r"(\d+)(?:,\s*(\d+))?p", program) if "n" in read.on else None:
        start = place_of(int(match[1]), said)
        end = place_of(int(match[2]), said) if match[2] else start
        return (
            [{"fs.read": {"path": place, "start": start, "end": end}}]
            if read.rest
            else step("text.slice", place, start=start, end=end)
        )
    if "n" not in read.on and program in ("1d", "$d"):
        said.require(r"\bfirst\b" if program == "1d" else r"\blast\b")
        return step("text.slice", place, **{"skip" if program == "1d" else "drop": 1})
    if "n" not in read.on and (match := re.fullmatch(r"/([^/^$\\.*\[\]]+)/d", program)):
        return step("text.grep", place, pattern=said.text_of(match[1]), invert=True)
    if "n" in read.on:
        raise NotConverted("sed")
    return step("text.replace", place, **substitution(program, said, is_extended=bool({"E", "r"} & read.on)))


def substitution(program: str, said: Said, *, is_extended: bool = False) -> dict[str, Any]:
    """`s/A/B/g` as pattern and replacement; without `g` sed means the first of each line, which nothing typed does."""
    match = re.fullmatch(
        r"s(?P<x>[/|#,@:_!+])(?P<a>(?:\\.|(?!(?P=x)).)+)(?P=x)(?P<b>(?:\\.|(?!(?P=x)).)*)(?P=x)(g?)", program
    )
    if match is None or not (match[4] or re.match(r"\^|.*\$$", match["a"])):
        raise NotConverted("sed")
    replacement = match["b"].replace("\\/", "/").replace("\\.", ".")
    if re.search(r"[\\&]", replacement):
        raise NotConverted("sed")
    plain = match["a"].replace("\\/", "/")
    found = pattern_of(plain, said, is_fixed=False, is_extended=is_extended)
    if not replacement:
        said.require(r"\bremov|\bdelet|\bstrip|\bwithout|\berase|\bempty|\bnothing|\bdiscard")
        return found
    return {**found, "replacement": said.text_of(replacement)}


def layout(operation: str, flags: str, words_of: str) -> Filter:
    """A filter that only sets lines out anew."""

    def convert(words: list[str], said: Said, source: str) -> list[Step]:
        said.require(words_of)
        read = options(words[1:], flags)
        return step("text.layout", source_of(read.rest, said, source), operation=operation)

    return convert


def fold(words: list[str], said: Said, source: str) -> list[Step]:
    """`fold -w 60`, also at spaces."""
    read = options([re.sub(r"^-(\d+)$", r"-w\1", word) for word in words[1:]], "s", "w", {"width": "w"})
    width = said.number(read.whole("w")) if "w" in read.values else None
    return step("text.layout", source_of(read.rest, said, source), operation="fold", width=width)


def encode(words: list[str], said: Said, source: str) -> list[Step]:
    """`base64`, also `-d`."""
    read = options(words[1:], "dD", "", {"decode": "d"})
    said.require("base64")
    if bool(read.on) != said.has("decod"):
        raise NotConverted("base64")
    return step("text.encode", source_of(read.rest, said, source), decode=bool(read.on))


FILTERS: Final[dict[str, Filter]] = {
    **dict.fromkeys(("grep", "egrep", "fgrep"), grep),
    "head": head,
    "tail": head,
    "wc": wc,
    "sort": sort,
    "uniq": uniq,
    "sort-uniq": uniq,
    "cut": cut,
    **dict.fromkeys(("awk", "gawk"), awk),
    "tr": tr,
    "sed": sed,
    "tac": layout("reverse", "", r"\brevers|\bbackward|\bbottom|\blast line first"),
    "rev": layout("mirror", "", r"\brevers|\bbackward"),
    "nl": layout("number", "", r"\bnumber"),
    "shuf": layout("shuffle", "", r"\bshuffl|\brandom"),
    "column": layout("align", "t", r"\btable|\bcolumn|\balign"),
    "fold": fold,
    "base64": encode,
}
