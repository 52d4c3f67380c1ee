"""An independent oracle: what a plan means, written down again for bash, GNU coreutils, findutils, grep and sed.

Nothing of the product's tools is used here. Step n writes what it shows to `$T/n`; its paths are the array `R<n>`, and
without those that lie inside another of them `O<n>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from shlex import quote
from typing import Any, Final

from models.foundry import oracle_text as stages
from models.foundry.oracle_text import (
    REFERENCE,
    Args,
    Uncovered,
    alternatives,
    bounds,
    is_pattern,
    many,
    moment,
    plainly,
    source,
    span,
    word,
    words,
)

_BARE: Final = r"sed 's#^\./##'"
_BY_PATH: Final = r"tr / '\001' | sort | tr '\001' /"
_PRELUDE: Final = r"""set -o pipefail; shopt -s globstar nullglob; export LC_ALL=C.UTF-8
paths() { cut -f1 "$T/$1" | awk '!seen[$0]++'; }
outer() { paths "$1" | awk '{p[NR]=$0} END {for (i=1; i<=NR; i++) { o=1
  for (j=1; j<=NR; j++) if (index(p[i], p[j] "/") == 1) o=0; if (o) print p[i] }}'; }"""


def _any(tests: Sequence[str]) -> str:
    return r"\( " + " -o ".join(tests) + r" \)"


def _names(value: Any, places: Sequence[str], *, ignore_case: bool = False) -> str:
    i = "i" * ignore_case
    spelled = [one.rstrip("/") for text in many(value) for one in alternatives(text)]
    tests = [f"-{i}name {quote(one)}" for one in spelled if "/" not in one]
    below = [f"{place}/{one.removeprefix('./')}" for one in spelled if "/" in one for place in places]
    tests += [f"-{i}path {quote(one)}" for one in (*below, *(one for one in spelled if "/" in one))]
    return _any(tests)


def _mode(text: str) -> Iterator[str]:
    for part in text.split(","):
        if re.fullmatch(r"[-/]?[0-7]+", part):
            yield f"-perm {part}"
        elif "-" in part:
            yield f"! -perm /{part.replace('-', '+')}"
        elif part.startswith("+"):
            yield f"-perm /a{part}"
        else:
            yield f"-perm -{part}" if "+" in part else f"-perm {part}"


def _tests(a: Args) -> Iterator[str]:
    kind = {"file": "f", "folder": "d", "link": "l"}.get(a.get("type", ""))
    if kind is None and ("size" in a or "contains" in a or a.get("sort") == "size"):
        kind = "f"
    yield f"-type {kind}" if kind else ""
    if "part" in a:
        part = re.sub(r"([*?[\\])", r"\\\1", a["part"])
        yield f"-iname {quote(f'*{part}*')}"
    for low, high in map(bounds, many(a.get("size"))):
        yield (f"-size +{low - 1}c " if low else "") + ("" if high is None else f"-size -{high + 1}c")
    for name, test in (
        ("newer", "-newermt"),
        ("older", "! -newermt"),
        ("accessed", "-newerat"),
        ("unused", "! -newerat"),
    ):
        yield f"{test} {moment(a[name])}" if name in a else ""
    yield from _mode(a["mode"]) if "mode" in a else ()
    yield f"-user {quote(a['user'])}" if "user" in a else ""
    yield f"-group {quote(a['group'])}" if "group" in a else ""
    yield "-empty" if a.get("empty") else ""
    yield f"-exec grep -qF -e {quote(a['contains'])} {{}} \\; " if "contains" in a else ""


def _find(a: Args) -> str:
    places = many(a.get("path")) or ["."]
    if "exclude" in a and ("min_depth" in a or any(one[:1] in "~$" for one in many(a["exclude"]))):
        raise Uncovered("what is left out is a place elsewhere")
    deepest = 1 if a.get("direct") else a.get("max_depth", 0)
    depth = f"-mindepth {max(a.get('min_depth', 0), 1)} " + f"-maxdepth {deepest}" * bool(deepest)
    case = bool(a.get("ignore_case"))
    prune = _names(a["exclude"], places, ignore_case=case) + " -prune -o" if "exclude" in a else ""
    named = _names(a["name"], places, ignore_case=case) if "name" in a else ""
    tests = " ".join(filter(None, (depth, prune, named, *_tests(a))))
    sort = a.get("sort", "path")
    down, up = ("", "r") if sort in ("path", "name") else ("r", "")
    turned = up if a.get("reverse") else down
    key = {"size": f"-k1,1n{turned}", "modified": f"-k2,2n{turned}"}.get(sort)
    order = f"sort -t$'\\t' {key} | cut -f3-" if key else "cut -f3- | " + _BY_PATH + " | tac" * bool(turned)
    cut = f" | head -n {a['limit']}" if "limit" in a else ""
    return f"find {words(a.get('path'), default='.')} {tests} -printf '%s\\t%T@\\t%p\\n' | {order} | {_BARE}{cut}"


def _list(a: Args) -> str:
    kind = " -type d" if a.get("folders_only") else " ! -type d" if a.get("files_only") else ""
    hidden = "" if a.get("all") else " ! -name '.*'"
    turned = "" if a.get("reverse") else "r"
    order = {"size": f"sort -k1,1n{turned} | cut -f3-", "modified": f"sort -k2,2n{turned} | cut -f3-"}
    places = words(a.get("path"), default=".")
    below = f"find {places} -mindepth 1 -maxdepth 1{hidden}{kind} -printf '%s\\t%T@\\t%p\\n'"
    return f"{below} | {order.get(a.get('sort', ''), 'cut -f3-')} | {_BARE}"


def _count(a: Args) -> str:
    kind = {"file": "-type f", "folder": "-type d", "link": "-type l"}.get(a.get("type", "file"), "")
    named = _names(a["name"], many(a.get("path")) or ["."]) if "name" in a else ""
    deep = "" if a.get("recursive") else "-maxdepth 1"
    return f"find {words(a.get('path'), default='.')} -mindepth 1 {deep} {kind} {named} | awk 'END {{print NR}}'"


def _grep(a: Args) -> str:
    flags = "I" + ("P" if a.get("regex") else "F")
    flags += "".join(flag for name, flag in (("ignore_case", "i"), ("word", "w"), ("invert", "v")) if a.get(name))
    named = " ".join(f"--include={quote(one)}" for text in many(a.get("name")) for one in alternatives(text))
    rest = f"-e {quote(a['pattern'])} -- {words(a.get('path'), default='.')} || [ $? = 1 ]; }} | {_BARE}"
    if a.get("names_only"):
        return f"{{ grep -rl{flags} {named} {rest}"
    if a.get("counts"):
        return f"{{ grep -rcHZ{flags} {named} {rest} | tr '\\0' '\\t' | awk -F'\\t' '$2 > 0'"
    around = f"-C {a['context']} --no-group-separator" if "context" in a else ""
    return rf"{{ grep -rnHZ{flags} {around} {named} {rest} | sed 's/\x00\([0-9]*\)[:-]/\t\1\t/'"


def _read(a: Args) -> str:
    shown = """awk '{printf "%6d\\t%s\\n", NR, $0}' "$f" | """ if a.get("number") else 'cat "$f" | '
    return f'for f in {words(a["path"])}; do [ -d "$f" ] || {{ {shown}{span(a)}; }} || exit 1; done'


def _into(a: Args, verb: str) -> str:
    """Several things, or those of a step, go into a folder; one goes to a name or into a folder that is there."""
    said, to = many(a["source"]), word(a["to"])
    sources = words(a["source"], "O")
    if len(said) > 1 or is_pattern(said[0]) or a["to"].endswith("/"):
        return f"mkdir -p {to} && {verb} -t {to} -- {sources}"
    one = f'mkdir -p "$(dirname {to})" && {verb} -- {sources} {to}'
    if not REFERENCE.fullmatch(said[0]):
        return one
    return f'if [ "${{#O{said[0][1:]}[@]}}" = 1 ]; then {one}; else mkdir -p {to} && {verb} -t {to} -- {sources}; fi'


def _remove(a: Args) -> str:
    places = words(a["path"], "O")
    if a.get("empty_only"):
        return f'find {places} -type d -empty -delete; for f in {places}; do [ -s "$f" ] || rm -f -- "$f"; done'
    return f"stat -c '' -- {places} && rm -rf -- {places}"


def _rename(a: Args) -> str:
    if "to" in a:
        to = word(a["to"]) if "/" in a["to"] else '"$(dirname "$f")"/' + quote(a["to"])
        return f'for f in {words(a["path"], "O")}; do mv -nT -- "$f" {to}; done'
    steps = [_sed(a) + "g"] if "pattern" in a else []
    cases = {"lower": r"s/.*/\L&/", "upper": r"s/.*/\U&/", "title": r"s/.*/\L&/; s/[[:alpha:]]+/\u&/g"}
    steps += [cases[a["case"]]] if "case" in a else []
    new = f'n=$(basename -- "$f" | sed -E {quote("; ".join(steps))})'
    moved = 't=$(dirname "$f")/$n; [ "$f" -ef "$t" ] || mv -nT -- "$f" "$t"'
    return f"for f in {words(a['path'], 'O')}; do {new}; {moved}; done"


def _sed(a: Args) -> str:
    pattern, new = a["pattern"], a.get("replacement", "")
    if "\n" in pattern + new or (a.get("regex") and re.search(r"\(\?|[*+}]\?", pattern)):
        raise Uncovered("a pattern sed cannot read")
    if a.get("regex"):
        pattern = pattern.replace(r"\d", "[0-9]").replace("/", r"\/")
    else:
        pattern = re.sub(r"([][\\/$*.^+?(){}|])", r"\\\1", pattern)
    new = re.sub(r"([&/])", r"\\\1", new if a.get("regex") else new.replace("\\", "\\\\"))
    return f"s/{pattern}/{new}/"


def _replace(a: Args) -> str:
    command = _sed(a)
    pattern = re.match(r"s/((?:\\.|[^/\\])*)/", command)
    command = f"0,/{pattern[1]}/{command}" if a.get("first") and pattern else command + "g"
    return f'for f in {words(a["path"])}; do [ -d "$f" ] || sed -E -i {quote(command)} -- "$f" || exit 1; done'


def _archive(a: Args) -> str:
    sources, to = words(a["source"], "O"), a.get("to", "")
    name = '"$(basename -- "${S[0]}").tar.gz"'
    place = f'S=({sources}); P={word(to) if to else name}; [ ! -d "$P" ] || P=$P/{name}'
    ending = re.search(r"(\.tar)?\.\w+$", to.rpartition("/")[2])
    kind = ending[0] if ending else ".tar.gz"
    one = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz"}.get(kind)
    if kind == ".zip":
        way = f'zip -qr "$T/packed.zip" -- {sources}'
    elif one:
        way = f'{one} -c -- {sources} > "$T/packed{kind}"'
    elif kind.startswith(".tar") or kind == ".tgz":
        way = f'tar -caf "$T/packed{kind}" -- {sources}'
    else:
        raise Uncovered(f"packing into {to}")
    return f'{place}; {way} && mkdir -p "$(dirname "$P")" && mv "$T/packed{kind}" "$P"'


def _written(a: Args) -> str:
    if "source" in a:
        return source(a, "cat")
    text = a.get("text", "")
    return f"printf '%s' {quote(text if not text or text.endswith(chr(10)) else text + chr(10))}"


def _append(a: Args) -> str:
    path = word(a["path"])
    return f'[ -z "$(tail -c1 {path} 2>&1)" ] || [ ! -e {path} ] || echo >> {path}; {_written(a)} >> {path}'


COMMANDS: Final[dict[str, Callable[[Args], str]]] = {
    "fs.find": _find, "fs.list": _list, "fs.count": _count, "fs.grep": _grep, "fs.read": _read, "fs.remove": _remove,
    "fs.move": lambda a: _into(a, "mv"), "fs.copy": lambda a: _into(a, "cp -a"), "fs.rename": _rename,
    "fs.mkdir": plainly("mkdir -p", "-m", "mode"), "fs.touch": plainly("touch", "-d", "time"), "fs.archive": _archive,
    "fs.chmod": plainly("chmod", first="mode"), "fs.replace": _replace, "fs.append": _append,
    "fs.write": lambda a: f"{_written(a)} > {word(a['path'])}", "text.count": stages.text_measure,
    "text.grep": stages.text_grep, "text.slice": stages.text_slice, "text.sort": stages.text_sort,
    "text.uniq": stages.text_uniq,
}  # fmt: skip
"""From the arguments of a step, and its number, to bash."""


def script(steps: Sequence[tuple[str, Args]]) -> str:
    """A plan as a bash script. Raises Uncovered."""
    lines = [_PRELUDE]
    for number, (name, arguments) in enumerate(steps, 1):
        if name not in COMMANDS:
            raise Uncovered(name)
        command = COMMANDS[name]({**arguments, "step": number})
        lines.append(f'{{ {command}\n}} > "$T/{number}" || exit {number}')
        lines.append(f"mapfile -t R{number} < <(paths {number}); mapfile -t O{number} < <(outer {number})")
    return "\n".join(lines)
