"""Whether a plan that changes something takes up everything that was said to narrow it.

`delete the files in logs older than a week` must not become a plan that forgets the folder, or the age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from nlsh.core.arguments import Kind
from nlsh.core.plan import Plan
from nlsh.kernel.kinds import globs
from nlsh.kernel.quantities import ages, numbers, sizes

_UNSAID: Final = (Kind.SIZE, Kind.AGE, Kind.PORT)
"""Kinds a plan may work out, and so could make up."""
_ALSO_WORDS: Final = frozenset("go lock key text texts pl pls sh old so do".split())
"""Endings that are words too, and mostly meant as words."""
_FRENCH_OR_GERMAN: Final = re.compile(r"\bhier\b", re.IGNORECASE)
"""Yesterday in one language, here in the other."""
_KEEPING: Final = re.compile(
    r"""\b(?:keep|all\ but|everything\ but|except|apart\ from|other\ than|the\ (?:rest|others?)|spare|leave
      |behalt\w*|außer|ausser|bis\ auf|der\ rest|den\ rest|salvo|excepto|menos|conserva\w*|el\ resto|sauf|garde\w*
      |le\ reste)\b | 除了|保留|其他|其余""",
    re.IGNORECASE | re.VERBOSE,
)
_MEASURED: Final = re.compile(
    r"""\d|[一二三四五六七八九十两半]
    |\b(?:half|dozen|second|minute|hour|day|night|week|fortnight|month|quarter|year|decade|ages?|monday|tuesday|wednesday
      |thursday|friday|saturday|sunday|morning|evening|since|januar|februar|mar[cz]|april|may|june|july|august|september
      |o[ck]tober|november|de[cz]ember|empty|zero|meg|gig|kilo|byte)
    |(?:halb|dutzend|sekunde|minute|stunde|tag|nacht|woche|monat|quartal|jahr|mittag|abend|seit|leere?)
    |(?:media|docena|segundo|minuto|hora|día|dia|noche|semana|mes|trimestre|año|vacío|desde|mañana|tarde)
    |(?:demi|douzaine|seconde|heure|jour|nuit|semaine|mois|trimestre|an(?:née)?s?\b|vide|depuis|matin|soir)
    |天|日|周|月|年|小时|分钟|昨|今|前|星期|空""",
    re.IGNORECASE | re.VERBOSE,
)
"""Whatever a size or a time may be meant by, in the languages people mix most."""
_ENDINGS: Final = re.compile(r"[A-Za-z0-9.]+")


def omissions(utterance: str, plan: Plan, names_said: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """What was said and does not stand in the plan: names of things that exist, kinds of files, sizes, times."""
    told = _values(plan)
    left_out = [name for name in names_said if not _is_told(name, told)]
    kinds = globs(utterance, names).items()
    if not any(_is_said_kind(value, utterance) for value in told):
        left_out += [
            glob
            for glob, word in kinds
            if word not in _ALSO_WORDS and not any(_is_told(part, told) for part in (word, *_endings(glob)))
        ]
    if any(step.syscall.name.startswith("fs.") for step in plan.steps):
        for measures in (sizes(utterance), ages(_FRENCH_OR_GERMAN.sub("", utterance))):
            if measures and not any(_is_told(measure.lstrip("<>"), told) for measure in measures):
                left_out.append(measures[0])
    return tuple(left_out)


def _is_said_kind(value: str, utterance: str) -> bool:
    """Whether a value narrows things down to a kind of file that was said, by its ending: `*.R` where R was."""
    _, star, ending = value.partition("*.")
    return (
        bool(star) and re.search(rf"(?<![^\W_]){re.escape(ending)}s?(?![^\W_])", utterance, re.IGNORECASE) is not None
    )


def inventions(utterance: str, plan: Plan) -> tuple[str, ...]:
    """Sizes, times and ports in the plan where nothing was said that could mean one: `the old ones` names no age."""
    has_measure = _MEASURED.search(utterance) is not None or bool(numbers(utterance) or ages(utterance))
    return () if has_measure else tuple(_measures(plan))


def reverses(utterance: str, plan: Plan) -> bool:
    """Whether a plan would remove just what is to be kept: `all but the three newest` becomes the three newest."""
    names = [step.syscall.name for step in plan.steps]
    is_limited = any(step.syscall.given().get("limit") for step in plan.steps)
    return is_limited and "fs.remove" in names and _KEEPING.search(utterance) is not None


def _measures(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        kinds = {argument.name: argument.kind for argument in step.syscall.spec().arguments}
        yield from (str(value) for key, value in step.syscall.given().items() if kinds[key] in _UNSAID)


def _values(plan: Plan) -> tuple[str, ...]:
    """Every argument value of a plan, as text."""
    values = (value for step in plan.steps for value in step.syscall.given().values())
    return tuple(str(part) for value in values for part in (value if isinstance(value, list) else [value]))


def _is_told(text: str, told: Sequence[str]) -> bool:
    return any(text.casefold() in value.casefold() for value in told)


def _endings(glob: str) -> list[str]:
    return [part for part in _ENDINGS.findall(glob.removeprefix("*.")) if part]
