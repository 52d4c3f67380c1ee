"""What a tuned model may say: any syscall, with values that were said, that are here, or that it works out itself.

It has learned to copy and to turn `two weeks` into `2w`, so numbers, sizes and times are open; names are not: a path,
a process or a host can only be something that was said. What the turn before said counts as said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from nlsh.core.arguments import Kind
from nlsh.core.ports import PlanRequest, Shot
from nlsh.core.syscall import SyscallSpec
from nlsh.kernel.classifier import Classifier, likely
from nlsh.kernel.kinds import globs
from nlsh.kernel.mentions import mentioned, places_said, quoted_whole, spans

_MAX_SPANS: Final = 300
_SIGNS: Final = (" ", "-", "_", ",", ";", ".", ":", "|", "/", "\t")
"""What is often meant by its name: `replace the blanks by underscores`."""
_NAMED: Final = (Kind.NAME, Kind.PROCESS, Kind.HOST, Kind.URL, Kind.USER, Kind.UNIT, Kind.PACKAGE)
_MARKS: Final = re.compile(r"[\"“”„«»]")
_MAX_FOLDERS: Final = 4
_DOTTED: Final = re.compile(r"(?<![\w/])\*?\.([A-Za-z0-9]{1,8}(?:\.[a-z0-9]{2,3})?)(?![\w/])")
_OF_FILES: Final = re.compile(
    r"(?<![\w/.])(?!(?:all|any|my|the|old|new|big|two|six|ten|own|few|some|many|same|tiny|huge|long|this|that|last|text)\b)"
    r"([A-Za-z0-9]{1,4})(?=(?:\s+|-)?(?:files?|datei|ones|stuff|junk|databases?|文件))",
    re.IGNORECASE,
)
_CAPITALS: Final = re.compile(r"(?<![\w/.-])([A-Z][A-Z0-9]{1,4}s?|[a-z]+\d[a-z]?)(?![\w/.-])")
_HERE: Final = (".", "..", "~")


def build(
    utterance: str,
    specs: Mapping[str, SyscallSpec],
    names: Sequence[str],
    before: Shot | None = None,
    classifier: Classifier | None = None,
) -> PlanRequest:
    """The request for one utterance; `names` are those in the working directory, `before` the turn it may follow.

    With a classifier only the syscalls it holds likely can be said, and it is weighed where one is named.
    """
    leanings = likely(classifier.rank(utterance, before)) if classifier else {}
    offered = [specs[name] for name in leanings if name in specs] or list(specs.values())
    shots = (before,) if before else ()
    values = candidates(utterance, names, before)
    return PlanRequest(utterance, tuple(offered), shots, values, leanings=leanings)


def candidates(utterance: str, names: Sequence[str], before: Shot | None = None) -> Mapping[str, tuple[str, ...]]:
    """The values that can be said, by argument kind; kinds that are not among them are open."""
    told = f"{before.utterance}\n{utterance}" if before else utterance
    said = _whole(spans(told, most=_MAX_SPANS, are_long=True), quoted_whole(told))
    places = _places(told, said, names)
    kinds = _distinct(globs(told, names), _endings(told))
    earlier = tuple(_strings(json.loads(before.plan))) if before else ()
    texts = _distinct(said, _SIGNS, earlier)
    paths = _distinct(places, _HERE, earlier)
    below = (f"{place.rstrip('/')}/{kind}" for place in _folders(told, names) for kind in kinds)
    patterns = tuple(place for place in places_said(told, names) if "/" not in place)
    found = dict.fromkeys(map(str, _NAMED), _distinct(said, earlier))
    found |= dict.fromkeys((str(Kind.TEXT), str(Kind.PATTERN)), texts)
    found |= dict.fromkeys((str(Kind.PATH), str(Kind.SOURCE), str(Kind.NEW_PATH)), paths)
    found[str(Kind.PATHS)] = _distinct(places, kinds, below, _HERE, earlier)
    found[str(Kind.GLOB)] = _distinct(kinds, patterns, earlier)
    return found


def _places(told: str, said: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """What was said, as places. What is here goes by its full name: of `report` and `report.pdf` only the second."""
    here = mentioned(told, names)
    folded = [name.casefold() for name in here]

    def is_shortened(span: str) -> bool:
        word = span.casefold()
        return span not in here and any(name == word or name.rsplit(".", 1)[0] == word for name in folded)

    return _distinct(here, (span for span in _whole(said, here) if not is_shortened(span)))


def _whole(said: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """What was said, without mere parts of a name of several words (of `my plans.txt` not `plans.txt`) and without
    what runs over the end of a quotation.
    """
    long = [name for name in names if " " in name]

    def is_part(span: str) -> bool:
        return any(span in name or _MARKS.search(span) is not None for name in long)

    return tuple(span for span in said if span in names or not is_part(span))


def _folders(told: str, names: Sequence[str]) -> tuple[str, ...]:
    """What kinds of files may be looked for in: `the pngs in shots` is `shots/*.png`."""
    spelled = (place for place in places_said(told, names) if "/" in place)
    return _distinct(mentioned(told, names), spelled)[:_MAX_FOLDERS]


def _endings(told: str) -> Iterable[str]:
    """Words that are spelled like an ending or stand before `files`: everybody has endings of their own."""
    for word in (*_DOTTED.findall(told), *_OF_FILES.findall(told), *_CAPITALS.findall(told)):
        yield f"*.{word}"
        if word.endswith("s") and len(word) > 2:
            yield f"*.{word[:-1]}"


def _strings(value: object) -> Iterable[str]:
    """Every text in a plan but references to steps."""
    if isinstance(value, str):
        if not value.startswith("$"):
            yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _distinct(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))
