"""The oracle's words: paths, sizes and ages as bash and find take them; and the stages that work on text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from shlex import quote
from typing import Any, Final

Args = Mapping[str, Any]

REFERENCE: Final = re.compile(r"\$(\d)")
_MAGIC = re.compile(r"(\*\*?|\?|\[!?\w-\w[^]]*\])")
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}|\{(\d+)\.\.(\d+)\}")
_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|mo|m|h|d|w|y)", re.IGNORECASE)
_SECONDS: Final = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 2592000, "y": 31536000}
_WORDS: Final = {"today": 86400, "yesterday": 172800, "week": 604800, "month": 2592000, "year": 31536000}
_SIZE = re.compile(r"([<>]=?|)(\d+(?:\.\d+)?)([bkmgt]?)b?", re.IGNORECASE)
_POWER: Final = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}
FRESH: Final = "awk '!seen[$0]++'"


class Uncovered(Exception):
    """The oracle has no words for it."""


def many(value: Any) -> list[str]:
    """An argument that may hold several."""
    return [] if value is None else [str(one) for one in (value if isinstance(value, list) else [value])]


def alternatives(text: str) -> list[str]:
    """A text with its braces written out."""
    found = _BRACES.search(text)
    if found is None:
        return [text]
    width = len(found[2]) if found[2] and found[2].startswith("0") else 0
    numbers = [str(n).zfill(width) for n in range(int(found[2]), int(found[3]) + 1)] if found[2] else []
    parts = numbers or found[1].split(",")
    return [one for part in parts for one in alternatives(text[: found.start()] + part + text[found.end() :])]


def is_pattern(text: str) -> bool:
    """Whether it stands for several names."""
    return _MAGIC.search(text) is not None or len(alternatives(text)) > 1


def seconds(age: str) -> float:
    """A spoken age in seconds."""
    found = _AGE.fullmatch(age.strip())
    if age.lower() in _WORDS:
        return float(_WORDS[age.lower()])
    if found is None:
        raise Uncovered(f"the age {age}")
    return float(found[1]) * _SECONDS[found[2].lower()]


def is_date(text: str) -> bool:
    """Whether an age is a date."""
    return re.match(r"\d{4}-\d\d-\d\d", text) is not None


def bounds(size: str) -> tuple[int, int | None]:
    """The least and the most bytes of a spoken size."""
    low, dots, high = size.partition("..")
    if dots:
        return bounds(low)[0], bounds(high)[0]
    found = _SIZE.fullmatch(size.replace(" ", ""))
    if found is None:
        raise Uncovered(f"the size {size}")
    number = int(float(found[2]) * 1024 ** _POWER[found[3].lower()])
    told: dict[str, tuple[int, int | None]] = {
        ">": (number + 1, None), ">=": (number, None), "<": (0, number - 1), "<=": (0, number), "": (number, number),
    }  # fmt: skip
    return told[found[1]]


def word(text: str) -> str:
    """One path as a bash word, its globs left to bash."""
    if text.startswith("-"):
        raise Uncovered("a name that begins with a dash")
    head, text = ('"$HOME"', text[1:]) if text == "~" or text.startswith("~/") else ("", text)
    return head + "".join(part if i % 2 else quote(part) * bool(part) for i, part in enumerate(_MAGIC.split(text)))


def words(value: Any, kind: str = "R", *, default: str = "") -> str:
    """Paths as bash words; those of an earlier step by the array that holds them."""
    said = many(value) or ([default] if default else [])
    found = [REFERENCE.fullmatch(one) for one in said]
    return " ".join(
        f'"${{{kind}{hit[1]}[@]}}"' if hit else " ".join(map(word, alternatives(one)))
        for one, hit in zip(said, found, strict=True)
    )


def moment(age: str) -> str:
    """A time as find and touch take it."""
    return quote(age if is_date(age) else f"{int(seconds(age))} seconds ago")


def plainly(program: str, option: str = "", argument: str = "", *, first: str = "") -> Callable[[Args], str]:
    """A program with an option that an argument sets, and paths."""

    def command(a: Args) -> str:
        said = f"{option} {moment(a[argument]) if argument == 'time' else quote(a[argument])}" if argument in a else ""
        deep = "-R" * bool(a.get("recursive"))
        return f"{program} {said} {deep} -- {quote(a[first]) if first else ''} {words(a['path'])}"

    return command


def span(a: Args, lines: bool = True) -> str:
    """The pipe that keeps some lines, or bytes."""
    unit = "-n" if lines else "-c"
    begin = max(a.get("start", 1), a.get("skip", 0) + 1)
    pipe = [f"head {unit} -{a['drop']}"] if "drop" in a else []
    pipe += [f"head {unit} {a['end']}"] if "end" in a else []
    pipe += [f"tail {unit} +{begin}"] if begin > 1 else []
    pipe += [f"head {unit} {a['first']}"] if "first" in a else []
    pipe += [f"tail {unit} {a['last']}"] if "last" in a else []
    return " | ".join(pipe) or "cat"


def source(a: Args, cat: str = "awk 1") -> str:
    """The text a stage works on, as a command."""
    said = many(a.get("source")) or [f"${a['step'] - 1}"]
    if a["step"] == 1 and "source" not in a:
        raise Uncovered("what is piped in")
    found = REFERENCE.fullmatch(said[0])
    return f'cat "$T/{found[1]}"' if found else f"{cat} {words(said)}"


def text_grep(a: Args) -> str:
    """Lines that hold a pattern."""
    before, after = ("^" if a.get("at") in ("start", "whole") else ""), ("$" if a.get("at") in ("end", "whole") else "")
    inner = a["pattern"] if a.get("regex") else re.sub(r"([][\\^$.|?*+(){}])", r"\\\1", a["pattern"])
    flags = "".join(f for name, f in (("ignore_case", "i"), ("invert", "v"), ("only_matches", "o")) if a.get(name))
    return f"{source(a)} | grep -hP{flags} -e {quote(f'{before}(?:{inner}){after}')}"


def text_slice(a: Args) -> str:
    """Lines, characters or bytes at a place."""
    unit = a.get("unit", "lines")
    if unit == "chars":
        if {"last", "drop"} & set(a):
            raise Uncovered("the ends of lines")
        begin = max(a.get("start", 1), a.get("skip", 0) + 1)
        end = a["end"] if "end" in a else begin + a["first"] - 1 if "first" in a else ""
        return f"{source(a)} | cut -c {begin}-{end}"
    return f"{source(a, 'cat' if unit == 'bytes' else 'awk 1')} | {span(a, unit == 'lines')}"


def _cut(a: Args) -> tuple[str, str]:
    """How fields are set apart, and which one is meant as awk reads it: a number, or the header's name of it."""
    source(a)
    said, path = a.get("separator", ""), many(a.get("source") or "$")[0]
    if path.startswith("$") and ("by" in a or not said):
        raise Uncovered("a column of an earlier step")
    told = {"comma": ",", "tab": "\t", "\\t": "\t", "semicolon": ";", "colon": ":", "pipe": "|", "space": " "}
    mark = told.get(said, said) or {".csv": ",", ".tsv": "\t"}.get(path[-4:], " ")
    return mark, str(a.get("field") or a["by"])


def text_sort(a: Args) -> str:
    """Lines in order."""
    flags = ("-n" if a.get("numeric") else "") + (" -r" if a.get("reverse") else "")
    fresh = f" | {FRESH}" if a.get("unique") else ""
    if a.get("by") == "length":
        turned = "r" * bool(a.get("reverse"))
        lines = f"""{source(a)} | awk '{{printf "%d\t%s\n", length($0), $0}}'"""
        return f"{lines} | sort -t$'\\t' -k1,1n{turned} -k2{turned} | cut -f2-{fresh}"
    if not {"by", "field"} & set(a):
        return f"{source(a)} | sort {flags}{fresh}"
    (mark, field), apart = _cut(a), ""
    apart = f"-t {quote(mark)}" if mark != " " else "-b"
    if field.isdigit():
        return f"{source(a)} | sort {apart} {flags} -k{field},{field}{fresh}"
    file = words(a["source"])
    column = f"K=$(head -n1 {file} | tr {quote(mark)} '\\n' | grep -nixF -e {quote(field)} | cut -d: -f1)"
    return f'{column}; head -n1 {file}; tail -n +2 {file} | sort {apart} {flags} -k"$K,$K"{fresh}'


def text_uniq(a: Args) -> str:
    """Lines once."""
    lines = source(a)
    if {"by", "field"} & set(a):
        mark, field = _cut(a)
        head = "" if field.isdigit() else f'NR == 1 {{for (i = 1; i <= NF; i++) if ($i == "{field}") k = i; next}} '
        awk = f"{head}{{print ${field if field.isdigit() else 'k'}}}"
        lines += f" | awk -F{quote(mark)} {quote(awk)}"
    elif not {"counts", "duplicates_only", "singles_only"} & set(a):
        return f"{lines} | {FRESH}"
    flag = "d" if a.get("duplicates_only") else "u" if a.get("singles_only") else ""
    counted = r" | sed -E 's/^ *([0-9]+) /\1\t/'" if a.get("counts") else ""
    return f"{lines} | sort | uniq {'-' * bool(flag + counted)}{'c' * bool(counted)}{flag}{counted}"


def text_measure(a: Args) -> str:
    """How many there are."""
    told = {"words": "wc -w", "chars": "wc -m", "bytes": "wc -c", "longest": "wc -L", "distinct": "sort -u | wc -l"}
    way = f"cat | {told[a['what']]}" if "what" in a and a["what"] in told else "awk 'END {print NR}'"
    if "text" in a and "source" not in a:
        return f"printf '%s' {quote(a['text'])} | {way}"
    said = many(a.get("source"))
    if not said or REFERENCE.fullmatch(said[0]):
        return f"{source(a)} | {way}"
    if len(said) == 1 and not is_pattern(said[0]):
        return f"{{ {way}; }} < {word(said[0])}"
    return f"""for f in {words(said)}; do printf '%s\\t%s\\n' "$({{ {way}; }} < "$f")" "$f"; done"""
